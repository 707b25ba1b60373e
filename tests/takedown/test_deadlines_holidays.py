"""The holidays against an independent Easter and a second library, and the day on which they must be read again."""

from __future__ import annotations

import datetime as dt
import os
from datetime import UTC, date, datetime, timedelta

import pytest

from config import catalogue
from config.reading import read_toml
from takedown.calendars import OVERSEAS, Calendar
from takedown.freshness import LIMITS, faults, old_records, unknown_years
from tests.takedown.test_deadlines_properties import easter

KNOWN = catalogue.load()
RULES = [*KNOWN.deadlines.values()]
RECORDS = [record for kind in catalogue.KINDS for record in getattr(KNOWN, kind).values()]
CENTURY = range(2000, 2100)
FIXED = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
ON = date.fromisoformat(os.environ.get("VIGIE_CHECK_ON") or datetime.now(UTC).date().isoformat())
"""The day that is asked about: today, or the one given, to see beforehand what will have to be read again."""


def table(year: int, place: str) -> set[date]:
    """The holidays of law.md 3.1 and 24.7, by Easter and the fixed days."""
    sunday, department = easter(year), place.removeprefix("FR-")
    days = {date(year, *pair) for pair in FIXED} | {sunday + timedelta(days=after) for after in (1, 39, 50)}
    if department in ("57", "67", "68"):
        days |= {sunday - timedelta(days=2), date(year, 12, 26)}
    return days | {date(year, *pair) for pair in OVERSEAS.get(department, ())}


@pytest.mark.parametrize("place", ["FR", "FR-57", "FR-67", "FR-68", *(f"FR-{code}" for code in OVERSEAS)])
def test_the_holidays_of_a_century_are_those_of_the_law(place: str) -> None:
    calendar = Calendar.of(place)
    assert {year: set(calendar.holidays(year)) for year in CENTURY} == {year: table(year, place) for year in CENTURY}


@pytest.mark.parametrize("place", ["FR", "FR-57"])
def test_a_second_library_has_the_same_holidays_for_a_century(place: str) -> None:
    peer = pytest.importorskip("workalendar.europe", reason="workalendar is not installed: pip install workalendar")
    theirs = {"FR": peer.France, "FR-57": peer.FranceAlsaceMoselle}[place]()
    ours = Calendar.of(place)
    differing = {year: set(ours.holidays(year)) ^ {day for day, _ in theirs.holidays(year)} for year in CENTURY}
    assert not {year: days for year, days in differing.items() if days}


def test_whit_monday_stayed_a_holiday_while_it_was_worked() -> None:
    # From 2005 to 2007 it was worked by default; `holidays` leaves it out, workalendar and the law keep it.
    for monday in (date(2005, 5, 16), date(2006, 6, 5), date(2007, 5, 28)):
        closed = Calendar.of("FR").closed(monday)
        assert closed is not None
        assert closed.name == "Lundi de Pentecôte"


def test_no_record_is_too_old_and_the_holidays_of_this_year_and_the_next_are_known() -> None:
    assert len(RECORDS) > len(RULES) > 30
    assert faults(RECORDS, ON) == []


def test_a_record_that_was_not_read_again_in_time_is_told() -> None:
    oldest = min(record.checked_on for record in RECORDS)
    months = read_toml(LIMITS)["months"]
    last = date(oldest.year + months // 12, oldest.month, oldest.day)
    assert old_records(RECORDS, last, months) == []
    assert old_records(RECORDS, last + timedelta(days=1), months) != []
    assert any("months ago" in one for one in faults(RECORDS, last + timedelta(days=1)))


def test_a_year_whose_holidays_nobody_knows_is_told() -> None:
    assert unknown_years(["FR"], dt.date(2098, 6, 1)) == []
    assert unknown_years(["FR"], dt.date(2400, 6, 1)) != []
