"""Reminders that connection data may vanish: only where a complaint can have them kept, and until one is known."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from takedown import evidence_clock, evidence_clocks, guided, press
from tests.takedown import desk as stage
from tests.takedown.desk import Desk


def found(session: Session, desk: Desk, now: dt.datetime) -> list[evidence_clocks.EvidenceReminder]:
    return evidence_clocks.reminders(session, now, [desk.case_id], desk.catalogue)


def test_reminders_fall_on_days_one_seven_and_thirty_then_each_month() -> None:
    days = list(evidence_clock.reminders(dt.date(2026, 11, 24)))  # a Tuesday
    assert days[:5] == [dt.date(2026, 11, 25), dt.date(2026, 12, 1), dt.date(2026, 12, 24), dt.date(2027, 1, 24),
                        dt.date(2027, 2, 24)]  # fmt: skip
    assert days[-1] == dt.date(2027, 11, 24)
    assert days == sorted(days)


def test_an_intimate_image_has_a_clock_that_ends_with_the_year_of_retention(
    session: Session, desk: Desk, now: dt.datetime
) -> None:
    content = desk.content(session)
    press.say_published(session, now, content, on=dt.date(2026, 8, 15), source="page", actor="lea")
    (one,) = found(session, desk, now + dt.timedelta(days=8))
    assert one.clock.past == (dt.date(2026, 11, 25), dt.date(2026, 12, 1))
    assert one.clock.next == dt.date(2026, 12, 24)
    assert one.clock.erased_on == dt.date(2027, 8, 15)  # a Sunday: retention is not extended
    assert max(one.clock.coming) <= dt.date(2027, 8, 15)


def test_a_reminder_stays_before_the_eyes_for_a_week(session: Session, desk: Desk, now: dt.datetime) -> None:
    desk.content(session)
    days = [0, 1, 13, 14, 29, 30, 36, 37]
    rings = {day: found(session, desk, now + dt.timedelta(days=day))[0].clock for day in days}
    heard = [day for day, clock in rings.items() if clock.rings((now + dt.timedelta(days=day)).date())]
    assert heard == [1, 13, 30, 36]


def test_without_the_day_of_posting_no_day_of_erasure_is_told(session: Session, desk: Desk, now: dt.datetime) -> None:
    desk.content(session)
    (one,) = found(session, desk, now)
    assert one.clock.erased_on is None
    assert one.clock.next == dt.date(2026, 11, 25)


@pytest.mark.parametrize("harm", ["defamation", "insult"])
@pytest.mark.parametrize("audience", ["public", "closed", "private"])
def test_for_plain_insult_or_defamation_no_data_is_promised(
    session: Session, desk: Desk, now: dt.datetime, harm: str, audience: str
) -> None:
    content = desk.content(session, harm=harm, age_on_image="none")
    press.say_published(session, now, content, on=now.date(), source="page", actor="lea", audience=audience)
    assert found(session, desk, now) == []


def test_hateful_insult_carries_a_year_of_prison_only_when_it_is_public(
    session: Session, desk: Desk, now: dt.datetime
) -> None:
    content = desk.content(session, harm="hate_speech", age_on_image="none")
    assert len(found(session, desk, now)) == 1
    press.say_published(session, now, content, on=now.date(), source="page", actor="lea", audience="private")
    assert found(session, desk, now) == []


def test_a_complaint_ends_the_reminders_and_a_private_request_does_not(
    session: Session, desk: Desk, now: dt.datetime
) -> None:
    track = stage.track_of(session, desk.content(session)).id
    guided.record(session, now, track_id=track, act="platform_form", number="1", done_on=now.date(), actor="lea")
    assert len(found(session, desk, now)) == 1
    guided.record(session, now, track_id=track, act="police_complaint", number="2", done_on=now.date(), actor="lea")
    assert found(session, desk, now) == []
