"""`vigie deadline` at the owner's console: press limits, evidence, the calendar file, what must be read again."""

from __future__ import annotations

import json

import pytest
from icalendar import Calendar
from sqlalchemy import select

from takedown import intake
from takedown.tables import TrackRow
from tests.vigie.test_commands import NAME, Type, case, typed
from vigie.cli.desk import at_desk

__all__ = ["case", "typed"]


@pytest.fixture
def track(typed: Type, case: str) -> str:
    """A defamation typed by hand in Camille's case; gives its track."""
    with at_desk() as desk:
        intake.by_address(
            desk.session, desk.now, case_id=desk.case(case, "case.read").id, url="https://forum.example/sujet/12",
            harm="defamation", age_on_image="none", quote="la phrase", actor="owner", catalogue=desk.wiring.catalogue,
        )  # fmt: skip
        return str(desk.session.scalar(select(TrackRow.id)))


def test_a_first_posting_that_is_unknown_is_listed_first_without_a_date(typed: Type, case: str, track: str) -> None:
    assert typed("deadline", "published", "--track", track, "--on", "unknown", "--source", "unknown")[0] == 0
    (row,) = json.loads(typed("deadline", "list", "--press", "--json")[1])
    assert (row["case"], row["state"], row["due"], row["days_left"]) == (case, "unknown", None, None)
    assert "avocat aujourd'hui" in typed("deadline", "list", "--press")[1]


def test_a_day_without_a_source_is_refused_with_a_sentence(typed: Type, track: str) -> None:
    code, _, err = typed("deadline", "published", "--track", track, "--on", "2026-08-31", "--source", "unknown")
    assert code == 2
    assert "Give the day" in err


def test_the_calendar_file_is_valid_and_says_nothing_about_anybody(typed: Type, case: str, track: str) -> None:
    typed("deadline", "published", "--track", track, "--on", "2026-08-31", "--source", "page", "--audience", "public")
    code, out, _ = typed("deadline", "ics")
    assert code == 0
    (event,) = Calendar.from_ical(out).walk("VEVENT")
    assert str(event["summary"]) == f"{case} press.limit"
    assert NAME not in out
    assert "forum.example" not in out


def test_for_a_plain_defamation_no_evidence_reminder_is_listed(typed: Type, track: str) -> None:
    assert json.loads(typed("deadline", "list", "--evidence", "--json")[1]) == []


def test_what_must_be_read_again_is_told_for_a_day_to_come(typed: Type) -> None:
    assert typed("deadline", "check", "--on", "2026-12-01")[0] == 0
    code, out, _ = typed("deadline", "check", "--on", "2028-12-01")
    assert code == 1
    assert "press.limit: read more than 12 months ago" in out


def test_foreign_law_is_named_with_its_doubt(typed: Type) -> None:
    out = typed("deadline", "compute", "--rule", "tida.48h", "--from", "2026-11-24T09:00+01:00")[1]
    assert "Légal (droit américain), applicabilité non garantie" in out


def test_an_interruption_is_computed_and_a_wrong_day_refused(typed: Type) -> None:
    words = ("deadline", "compute", "--rule", "press.limit", "--from", "2026-08-31", "--interrupted")
    assert "2027-02-24" in typed(*words, "2026-11-24", "--json")[1]
    assert typed(*words, "yesterday")[0] == 2
