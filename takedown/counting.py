"""How a period is counted: adding it to its start, and moving its last day off a closed day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from config.records import Span
from takedown.calendars import Calendar, Closed

DAY = timedelta(days=1)
MONTHS = {"month": 1, "year": 12}
DAYS = {"day": 1, "week": 7}
US = Calendar("US")


def last_day(start: date, spans: Iterable[Span], calendar: Calendar) -> tuple[date, list[Closed]]:
    """The last day of a period whose first day, the event's, is not counted, and the closed days it stepped over.

    Months and years are counted before days (law.md 3.1) and end on the same day-number, else on the month's last day.
    """
    ordered = list(spans)
    months = sum(span.value * MONTHS.get(span.unit, 0) for span in ordered)
    days = sum(span.value * DAYS.get(span.unit, 0) for span in ordered)
    end, skipped = start + relativedelta(months=months) + days * DAY, []
    for span in ordered:
        if span.unit in ("working_day", "business_day_us"):
            end, stepped = _working_days(end, span.value, US if span.unit == "business_day_us" else calendar)
            skipped += stepped
    return end, skipped


def clamped(start: date, spans: Iterable[Span]) -> bool:
    """Whether the month of the end has no such day-number, so that its last day is taken."""
    months = sum(span.value * MONTHS.get(span.unit, 0) for span in spans)
    return bool(months) and (start + relativedelta(months=months)).day != start.day


def roll(day: date, calendar: Calendar, counts: Callable[[Closed], bool]) -> tuple[date, list[Closed]]:
    """The first day from `day` on that is not closed in the sense of `counts`, and the closed days before it."""
    skipped: list[Closed] = []
    while (closed := calendar.closed(day)) and counts(closed):
        skipped.append(closed)
        day += DAY
    return day, skipped


def after_hours(start: datetime, hours: int) -> datetime:
    """The instant that many elapsed hours later, also across a clock change (law.md 24.8), in the start's zone."""
    return (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(start.tzinfo)


def suspended_days(start: date, end: date, stops: Sequence[tuple[date, date]]) -> int:
    """How many days after `start` do not count, each once, up to the end that they themselves push back."""
    still = sorted({first + n * DAY for first, last in stops for n in range((last - first).days + 1)})
    found = 0
    for day in still:
        found += start < day <= end + found * DAY
    return found


def _working_days(start: date, count: int, calendar: Calendar) -> tuple[date, list[Closed]]:
    day, skipped = start, list[Closed]()
    while count:
        day += DAY
        closed = calendar.closed(day)
        if closed:
            skipped.append(closed)
        else:
            count -= 1
    return day, skipped
