"""What the takedown room refuses is said in the visitor's language, by the page and by the API."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import takedown
from cases import tokens
from config import messages
from storage.database import transaction
from takedown.errors import AddresseeError, NoticeError, TakedownError, TrackError
from takedown.store import get
from takedown.tables import NoticeRow
from tests.portal.conftest import Browser, plain
from tests.takedown import desk as stage

ROOM = Path(takedown.__file__).parent
KINDS = (TakedownError, TrackError, AddresseeError, NoticeError)


def test_every_refusal_has_its_text_and_every_text_its_refusal() -> None:
    raised = {code for path in ROOM.rglob("*.py") for code in re.findall(r'"(refusal\.[a-z_]+)"', path.read_text())}
    assert raised == {code for code in messages.messages() if code.startswith("refusal.")}
    assert {kind.code for kind in KINDS} <= raised


def test_the_message_of_a_coded_refusal_is_its_english_text() -> None:
    refused = NoticeError.coded("refusal.incomplete", elements=[{"fr": "la date", "en": "the date"}])
    assert str(refused) == "The letter is not ready; complete or confirm these elements first: the date."
    assert "la date" in messages.render(refused.code, refused.params, "fr")


@pytest.mark.parametrize(("lang", "said"), [("fr", "complet"), ("en", "Only a letter that is ready")])
def test_the_page_says_exactly_why_in_the_visitors_language(
    desk: stage.Desk, lead: Browser, lang: str, said: str
) -> None:
    notice = _drafted(desk)
    lead.headers["accept-language"] = lang
    lead.see(f"/lettres/{notice}")
    page = lead.fill(f"/lettres/{notice}/accord")
    assert page.status_code == 409
    assert said in plain(page).partition('role="alert"')[2].partition("</div>")[0]


def test_the_api_gives_the_code_and_the_sentence(desk: stage.Desk, lead: Browser) -> None:
    notice = _drafted(desk)
    with transaction(desk.factory) as session:
        _, secret = tokens.create(session, desk.clock(), account_id=desk.lead)
    answer = lead.post(
        f"/api/v1/notices/{notice}/approval",
        json={},
        headers={"authorization": f"Bearer {secret}", "accept-language": "en"},
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "refusal.not_ready"
    assert answer.json()["title"].startswith("Only a letter that is ready")


def _drafted(desk: stage.Desk) -> str:
    with transaction(desk.factory) as session:
        content = desk.content(session)
        return desk.draft(session, [stage.track_of(session, content).id])


def test_a_row_that_is_not_there_is_refused_with_the_code_of_its_kind(desk: stage.Desk) -> None:
    with transaction(desk.factory) as session, pytest.raises(TakedownError) as refused:
        get(session, NoticeRow, "none")
    assert refused.value.code == "refusal.other"
