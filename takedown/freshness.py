"""What must be read again before a deadline can be believed: old records, and years whose holidays are not known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from dateutil.relativedelta import relativedelta

from config.catalogue import SHIPPED
from config.reading import read_toml
from config.records import Record
from takedown.calendars import Calendar

LIMITS: Path = SHIPPED / "freshness.toml"
FEWEST = 6
"""Holidays that every place of the list has in a year, whatever its week-ends: the whole United Kingdom shares six."""


def old_records(records: Iterable[Record], on: date, months: int) -> list[str]:
    """The ids of the records that were last read more than so many months before a day."""
    return sorted(one.id for one in records if one.checked_on + relativedelta(months=months) < on)


def unknown_years(places: Iterable[str], on: date) -> list[str]:
    """The places, with the year, whose holidays are not known for the year of that day or the next: "FR-57 2027"."""
    years = (on.year, on.year + 1)
    return [f"{place} {year}" for place in places for year in years if len(Calendar.of(place).holidays(year)) < FEWEST]


def faults(records: Iterable[Record], on: date, path: Path = LIMITS) -> list[str]:
    """One line per record to read again and per year of holidays that is missing on that day."""
    limits = read_toml(path)
    stale = [
        f"{name}: read more than {limits['months']} months ago" for name in old_records(records, on, limits["months"])
    ]
    return stale + [f"{one}: holidays are not known" for one in unknown_years(limits["places"], on)]
