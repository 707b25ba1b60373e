"""What is offered for a track: the ladder's steps with letter and addressee, and never what could harm the person."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases.tables import CaseFile
from config import messages
from storage.database import transaction
from takedown import content, guided, offer, replies
from takedown.offer import Offer, Offers
from takedown.situation import RecourseError
from takedown.tables import ContentRow, EventRow
from tests.takedown.desk import Desk, book, catalogue, platform, seal, track_of


def offers(desk: Desk, session: Session, track_id: str) -> Offers:
    return offer.proposals(session, desk.clock(), track_id, desk.catalogue, book().own_name)


def opened(desk: Desk, session: Session, **how: object) -> str:
    return track_of(session, desk.content(session, **how)).id  # type: ignore[arg-type]


def step(found: Offers, do: str) -> Offer | None:
    return next((one for one in found.steps if one.do == do), None)


def test_a_fresh_content_begins_with_the_notice_to_its_own_site(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        first = offers(desk, session, opened(desk, session)).first()
    assert first is not None
    assert (first.do, first.letter, first.ground, first.when) == (
        "L01", "L01.intimate_image", "intimate_image", "now"
    )  # fmt: skip
    assert first.addressee is not None
    assert (first.addressee.record, first.channel) == ("images", "email")
    assert first.signers == ("subject", "lawyer", "association")


def test_after_the_notice_left_the_reminder_waits_and_becomes_the_first_upon_silence(desk: Desk) -> None:
    _, track = desk.sent()
    with transaction(desk.factory) as session:
        reminder = step(offers(desk, session, track), "L03")
        assert reminder is not None
        assert reminder.when == "later"
        assert "offer.hours" in {one["code"] for one in reminder.reasons}
    desk.clock.forward(hours=49)
    with transaction(desk.factory) as session:
        first = offers(desk, session, track).first()
    assert first is not None
    assert (first.do, first.letter, first.ground) == ("L03", "L03", "intimate_image")


def test_a_refusal_opens_the_internal_complaint_and_silence_never_does(desk: Desk) -> None:
    notice, track = desk.sent()
    with transaction(desk.factory) as session:
        before = step(offers(desk, session, track), "L04")
        replies.add(session, desk.clock(), notice, kind="refusal", text="Non.", actor=desk.agent,
                    catalogue=desk.catalogue)  # fmt: skip
        after = step(offers(desk, session, track), "L04")
    assert before is not None
    assert after is not None
    assert (before.when, after.when) == ("later", "now")
    assert after.letter == "L04"
    assert "offer.no_letter" not in {one["code"] for one in after.reasons}


def test_a_guided_act_that_was_done_is_not_offered_again(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        track = opened(desk, session)
        assert step(offers(desk, session, track), "stopncii") is not None
        guided.record(session, desk.clock(), track_id=track, act="stopncii", number="1", actor=desk.agent,
                      done_on=dt.date(2026, 11, 24))  # fmt: skip
        assert step(offers(desk, session, track), "stopncii") is None


@pytest.mark.parametrize("danger", ["ex_partner", "danger"])
def test_with_an_ex_partner_or_danger_nothing_is_offered_that_reaches_a_person(desk: Desk, danger: str) -> None:
    with transaction(desk.factory) as session:
        session.execute(update(CaseFile).values(**{danger: True}))
        session.expire_all()
        found = offers(desk, session, opened(desk, session))
    assert {one.to for one in found.steps} & {"author", "publisher"} == set()
    assert {one["code"] for one in found.excluded} >= {"ex_partner"}


@pytest.mark.parametrize("age", ["minor", "unknown"])
def test_when_the_person_was_or_may_have_been_a_minor_the_letters_for_adults_are_not_offered(
    desk: Desk, age: str
) -> None:
    with transaction(desk.factory) as session:
        found = offers(desk, session, opened(desk, session, age_on_image=age))
    assert "L01.intimate_image" not in {one.letter for one in found.steps}
    assert "stopncii" not in {one.do for one in found.steps}
    assert "pharos" in {one.do for one in found.steps}


def test_the_results_of_an_engine_and_the_page_itself_are_asked_of_different_people(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        content_id = desk.content(session)
        source = track_of(session, content_id).id
        engine = content.open_track(session, desk.clock(), session.get_one(ContentRow, content_id), place="engine",
                                    target="google_search", actor=desk.agent).id  # fmt: skip
        at_source, at_engine = offers(desk, session, source), offers(desk, session, engine)
    assert "search" not in {one.to for one in at_source.steps}
    assert not {one.to for one in at_engine.steps} & {"platform", "host", "cdn"}
    assert "search" in {one.to for one in at_engine.steps}


def test_a_site_without_a_record_has_nobody_to_write_to_until_somebody_adds_one(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        content_id = desk.content(session, "https://ailleurs.example/p/1")
        seal(session, content_id)
        first = step(offers(desk, session, track_of(session, content_id).id), "L02")
    assert first is not None
    assert first.addressee is None


def test_every_offer_can_be_read_in_both_languages(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        found = offers(desk, session, opened(desk, session))
    for one in found.steps:
        shown = one.to_json()
        assert set(shown["text"]) == {"fr", "en"}
        assert all(set(reason["text"]) == {"fr", "en"} for reason in shown["reasons"])


@pytest.mark.parametrize("when", ["silence", "refusal", "decision", "unresolved", "reference", "back"])
def test_every_wait_of_a_ladder_has_a_text(when: str) -> None:
    assert messages.both(f"offer.after.{when}", {})


def test_a_harm_without_a_ladder_is_an_error_and_not_an_empty_list(desk: Desk) -> None:
    bare = desk.catalogue.__class__(
        **{name: getattr(desk.catalogue, name) for name in desk.catalogue.__slots__ if name != "routes"}, routes={}
    )
    with transaction(desk.factory) as session:
        track = opened(desk, session)
        with pytest.raises(RecourseError):
            offer.proposals(session, desk.clock(), track, bare)


def test_the_refusal_of_a_micro_host_names_the_formal_notice_and_never_the_internal_complaint(desk: Desk) -> None:
    desk.catalogue = catalogue(platform(small_provider="yes"))
    notice, track = desk.sent()
    with transaction(desk.factory) as session:
        replies.add(session, desk.clock(), notice, kind="refusal", text="Non.", actor=desk.agent,
                    catalogue=desk.catalogue)  # fmt: skip
        said = session.scalars(select(EventRow.params).where(EventRow.code == "track.refused")).one()
        after = offers(desk, session, track)
    assert json.loads(said)["next"] == "L10"
    assert "L04" not in {one.do for one in after.steps}
    assert {"small_provider"} <= {one["code"] for one in after.excluded if one["what"] == "L04"}


def test_a_complaint_recorded_for_one_page_counts_for_every_page_of_the_case(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        one = opened(desk, session)
        other = opened(desk, session, url="https://images.example/p/2")
        assert step(offers(desk, session, other), "L14") is not None
        guided.record(session, desk.clock(), track_id=one, act="police_complaint", number="PV 1", actor=desk.agent,
                      service="Lille", copy=True, done_on=dt.date(2026, 11, 24))  # fmt: skip
        assert step(offers(desk, session, other), "L14") is None


@pytest.mark.parametrize(("harm", "ground"), [("insult", "nonpublic_insult"), ("hate_speech", "nonpublic_hate")])
def test_a_complaint_about_words_that_were_not_public_never_rests_on_press_law(
    desk: Desk, harm: str, ground: str
) -> None:
    with transaction(desk.factory) as session:
        track = opened(desk, session, harm=harm)
        session.execute(update(ContentRow).values(audience="closed"))
        complaint = step(offers(desk, session, track), "L14")
    assert complaint is not None
    assert (complaint.letter, complaint.ground) == ("L14.nonpublic", ground)
