"""The press limits of a case: never a date that nobody knows, closed audiences by their own rule, the urgent first."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from takedown import offer, press
from takedown.errors import TakedownError
from takedown.tables import ContentRow
from tests.takedown import desk as stage
from tests.takedown.desk import Desk


@pytest.fixture
def text(session: Session, desk: Desk) -> str:
    return desk.content(session, harm="defamation", age_on_image="none")


def limits(session: Session, desk: Desk, now: dt.datetime) -> list[press.PressLimit]:
    return press.limits(session, now, [desk.case_id], desk.catalogue.deadlines)


def say(session: Session, now: dt.datetime, content: str, on: str | None, source: str, audience: str = "") -> None:
    day = dt.date.fromisoformat(on) if on else None
    press.say_published(session, now, content, on=day, source=source, actor="lea", audience=audience or None)


@pytest.mark.parametrize("source", [None, "unknown"])
def test_a_first_posting_that_nobody_knows_gives_no_date_and_sends_to_a_lawyer_today(
    session: Session, desk: Desk, now: dt.datetime, text: str, source: str | None
) -> None:
    if source:
        say(session, now, text, None, source)
    (found,) = limits(session, desk, now)
    assert (found.state, found.left, found.answer.due, found.answer.legal_due) == ("unknown", None, None, None)
    assert "peut-être déjà prescrite" in found.answer.means["fr"]
    assert "avocat aujourd'hui" in found.answer.means["fr"]


@pytest.mark.parametrize(
    ("posted", "state", "left"),
    [
        ("2026-11-24", "running", 91),  # Tuesday; legal day Wednesday 24 February 2027, eve Tuesday 23
        ("2026-09-25", "running", 30),  # eve Thursday 24 December 2026
        ("2026-09-24", "near", 29),  # eve Wednesday 23 December 2026
        ("2026-08-25", "near", 0),  # eve Tuesday 24 November 2026, today
        ("2026-08-24", "last_day", -1),  # the legal day, Tuesday 24 November 2026, is today
        ("2026-08-23", "passed", -2),
    ],
)
def test_the_state_of_a_limit_follows_the_days_that_are_left(
    session: Session, desk: Desk, now: dt.datetime, text: str, posted: str, state: str, left: int
) -> None:
    say(session, now, text, posted, "page")
    (found,) = limits(session, desk, now)
    assert (found.state, found.left) == (state, left)


def test_a_closed_audience_has_its_own_rule_and_the_nearer_date(
    session: Session, desk: Desk, now: dt.datetime, text: str
) -> None:
    say(session, now, text, "2026-11-01", "declared", "private")
    assert [one.answer.rule for one in limits(session, desk, now)] == ["press.nonpublic"]
    say(session, now, text, "2026-11-01", "declared", "closed")
    assert [one.answer.rule for one in limits(session, desk, now)] == ["press.limit", "press.nonpublic"]


def test_hateful_speech_shows_three_months_beside_the_year_that_only_a_public_text_has(
    session: Session, desk: Desk, now: dt.datetime
) -> None:
    content = desk.content(session, harm="hate_speech", age_on_image="none")
    say(session, now, content, "2026-11-01", "archive")
    assert [one.answer.rule for one in limits(session, desk, now)] == ["press.nonpublic", "press.limit.bias"]


def test_the_most_urgent_limit_of_all_cases_comes_first(session: Session, desk: Desk, now: dt.datetime) -> None:
    for number, posted in enumerate(["2026-11-01", "2026-08-28", None, "2026-07-01"]):
        content = desk.content(session, f"https://forum.example/{number}", "insult", age_on_image="none")
        say(session, now, content, posted, "page" if posted else "unknown")
    assert [one.state for one in limits(session, desk, now)] == ["unknown", "near", "running", "passed"]


def test_what_is_said_of_the_first_posting_reaches_the_ladder(
    session: Session, desk: Desk, now: dt.datetime, text: str
) -> None:
    say(session, now, text, "2026-08-31", "archive", "closed")
    situation = offer.situation_of(session, now, stage.track_of(session, text), desk.catalogue)
    assert situation["first_published"] == {"date": dt.date(2026, 8, 31), "source": "archive"}
    assert situation["audience"] == "closed"
    assert "content.published" in stage.codes(session, desk.case_id)


def test_under_thirty_days_no_waiting_step_is_proposed_for_the_content(
    session: Session, desk: Desk, now: dt.datetime, text: str
) -> None:
    say(session, now, text, "2026-08-31", "page")  # Monday; eve Sunday 29 November 2026, five days left
    found = offer.proposals(session, now, stage.track_of(session, text).id, desk.catalogue)
    assert "press_near" in {one["code"] for one in found.warnings}
    assert "press_waiting" in {one["code"] for one in found.excluded}


@pytest.mark.parametrize(
    ("on", "source"), [(None, "page"), ("2026-08-31", "unknown"), ("2026-11-25", "page"), ("2026-08-31", "hearsay")]
)
def test_a_day_that_cannot_be_believed_is_refused_and_nothing_changes(
    session: Session, now: dt.datetime, text: str, on: str | None, source: str
) -> None:
    with pytest.raises(TakedownError):
        say(session, now, text, on, source)
    assert session.get_one(ContentRow, text).published_on is None
