"""Reads the start of a deadline as a person writes it: a date, an instant, or the word unknown."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from takedown.answer import Moment
from takedown.deadlines import DeadlineError, zone_of

UNKNOWN = "unknown"


def read_start(text: str, zone: str) -> Moment | None:
    """A date (2026-11-24), an instant (2026-11-24T09:00, in `zone` unless it has an offset), or None for "unknown".

    Raises DeadlineError for anything else, and for a local time that a clock change makes double or impossible.
    """
    text = text.strip()
    if text.casefold() == UNKNOWN:
        return None
    try:
        if "T" not in text and " " not in text:
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise DeadlineError(
            f'"{text}" is no date or instant: write 2026-11-24, 2026-11-24T09:00+01:00 or unknown.'
        ) from error
    return instant if instant.tzinfo else _localised(instant, zone_of(zone))


def read_day(text: str) -> date:
    """A day (2026-11-24); raises DeadlineError for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise DeadlineError(f'"{text}" is no day: write 2026-11-24.') from error


def read_days(text: str) -> tuple[date, date]:
    """A stretch of days (2026-08-01/2026-08-31), both ends included; raises DeadlineError for anything else."""
    first, _, last = text.partition("/")
    return read_day(first), read_day(last or first)


def _localised(wall: datetime, zone: ZoneInfo) -> datetime:
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise DeadlineError(
            f"The clock changes around {wall.isoformat(timespec='minutes')} in {zone.key}: add an offset, as +01:00."
        )
    return first
