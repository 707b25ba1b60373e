"""Her pages say everything in plain words; whoever works on the case reads the articles beside."""

from __future__ import annotations

import re

import pytest
from httpx import Response
from sqlalchemy import select

from config import messages
from config.records import HARMS
from portal.words import PLAIN
from storage.database import transaction
from takedown.tables import TrackRow
from tests.house.test_no_law_in_code import found_in
from tests.portal.conftest import Browser, plain
from tests.takedown import desk as stage


def words_of(page: Response) -> str:
    """What a person reads of a page."""
    return re.sub(r"<[^>]*>", " ", plain(page))


def test_every_plain_text_stands_for_a_text_that_names_an_article_or_a_regulation() -> None:
    known = messages.messages()
    found = [code for code in known if code.startswith(PLAIN)]
    assert found
    assert [code for code in found if code.removeprefix(PLAIN) not in known] == []
    assert [code for code in found if found_in(messages.render(code, {}, "fr"))] == []


@pytest.mark.parametrize("letter", [f"L{number:02}" for number in range(1, 32)])
def test_no_step_is_called_by_an_article_on_her_pages(letter: str) -> None:
    code = f"recourse.do.{letter}"
    for lang in ("fr", "en"):
        named = messages.render(f"{PLAIN}{code}" if f"{PLAIN}{code}" in messages.messages() else code, {}, lang)
        assert not found_in(named)
        assert "DSA" not in named


@pytest.mark.parametrize("harm", ["intimate_image", "defamation", "sexual_deepfake", "minor_plain_image"])
def test_the_ladder_names_articles_to_those_at_work_and_plain_words_to_her(
    desk: stage.Desk, lead: Browser, hers: Browser, harm: str
) -> None:
    assert harm in HARMS
    age = {"defamation": "none", "minor_plain_image": "minor"}.get(harm, "adult")
    with transaction(desk.factory) as session:
        desk.content(session, harm=harm, age_on_image=age)
        track = session.scalars(select(TrackRow.id)).one()
    for path in (f"/demarches/{track}", f"/demarches/{track}/courrier", f"/notes/{desk.case_id}"):
        assert not found_in(words_of(hers.see(path))), path
    assert found_in(words_of(lead.see(f"/demarches/{track}")))
