"""Where the person was, or may have been, a minor on the image: address only, and no letter written for adults."""

from __future__ import annotations

import pytest

from cases import case
from storage import nofetch
from storage.database import transaction
from takedown import checks, offer, proposal
from takedown.errors import NoticeError
from takedown.tables import ContentRow, NoticeRow, TrackRow
from tests.takedown.desk import URL, Desk, seal, track_of

UNSURE = pytest.mark.parametrize("age", ["minor", "unknown"])


def opened(desk: Desk, age: str, harm: str = "intimate_image") -> str:
    with transaction(desk.factory) as session:
        content_id = desk.content(session, age_on_image=age, harm=harm)
        seal(session, content_id, "address_only")
        return track_of(session, content_id).id


@UNSURE
@pytest.mark.parametrize("harm", ["intimate_image", "sexual_deepfake"])
@pytest.mark.parametrize("chosen", [True, False])
def test_no_letter_for_adults_is_drafted_proposed_or_chosen(desk: Desk, age: str, harm: str, chosen: bool) -> None:
    track = opened(desk, age, harm)
    if not chosen:  # the ladder of a minor's image proposes the letter that names the address alone
        with transaction(desk.factory) as session:
            assert session.get_one(NoticeRow, desk.draft(session, [track])).letter == "L01M"
        return
    with pytest.raises(NoticeError), transaction(desk.factory) as session:
        desk.draft(session, [track], letter=f"L01.{harm}")


def test_a_person_who_is_under_18_today_takes_the_same_path_whatever_was_said_of_the_image(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        case.change(session, desk.clock(), desk.case_id, under_18_today="yes", actor=desk.agent)
    track = opened(desk, "adult")
    with pytest.raises(NoticeError), transaction(desk.factory) as session:
        desk.draft(session, [track], letter="L01.intimate_image")


@UNSURE
def test_an_image_that_is_not_sexual_keeps_its_own_ladder(desk: Desk, age: str) -> None:
    track = opened(desk, age, "doxxing")
    with transaction(desk.factory) as session:
        content = session.get_one(ContentRow, session.get_one(TrackRow, track).content_id)
        assert proposal.harm_of(session, content) == "doxxing"


@UNSURE
def test_the_police_and_the_helpline_come_first_and_the_address_is_barred_for_every_case(desk: Desk, age: str) -> None:
    track = opened(desk, age)
    with transaction(desk.factory) as session:
        first = offer.proposals(session, desk.clock(), track, desk.catalogue).steps[0]
        barred = nofetch.hash_of(session, URL) in nofetch.hashes(session)
        planned = checks.plan(session, session.get_one(TrackRow, track), desk.catalogue)
    assert first.to in ("police", "flagger")
    assert barred
    assert (planned.by_machine, planned.by_person) == (False, False)
