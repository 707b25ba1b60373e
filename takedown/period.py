"""One period counted in days: where it ends, how far it could end, and when to warn before it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.records import DeadlineRule, Span
from takedown.answer import Working
from takedown.calendars import Calendar, Closed
from takedown.counting import DAY, clamped, last_day, roll, suspended_days

DAYS_BEFORE = (30, 7, 1)
"""Operational: days before the end of a period that runs against the person at which she is alerted (law.md 2.8)."""


def against_the_person(rule: DeadlineRule) -> bool:
    """Whether the end takes something from the person; a rule that opens a next step runs against the other side."""
    return not rule.next


Stop = tuple[date, date]
"""A stretch of days that does not count, both ends included."""


@dataclass(frozen=True)
class End:
    """The last day of one count: `legal` for the law, `later` where a doubtful closed day might move it."""

    legal: date
    later: date
    skipped: tuple[Closed, ...]
    working: tuple[Working, ...]


@dataclass(frozen=True)
class Count:
    """One count of days: the rule, the day it starts from, its length, the calendar, and what suspends it."""

    rule: DeadlineRule
    begin: date
    span: Span
    calendar: Calendar
    stops: tuple[Stop, ...] = ()

    def end(self, spans: Sequence[Span]) -> End:
        """Adds the spans, then moves the last day off a closed day where the regime says so."""
        raw, stepped = last_day(self.begin, spans, self.calendar)
        steps = [Working("deadline.add", {"value": span.value, "unit": _plural(span)}) for span in spans]
        landed = "deadline.month_end" if clamped(self.begin, spans) else "deadline.counted"
        steps.append(Working(landed, {"date": raw}))
        stopped = suspended_days(self.begin, raw, self.stops)
        if stopped:
            raw += stopped * DAY
            steps.append(Working("deadline.suspended", {"value": stopped, "date": raw}))
        if not self._moves():
            still = self.calendar.closed(raw)
            steps += [Working("deadline.not_extended", {"date": raw, "reason": still.reason})] if still else []
            return End(raw, raw, tuple(stepped), tuple(steps))
        sure, over = roll(raw, self.calendar, self._surely_closed)
        later, all_over = roll(raw, self.calendar, lambda _: True)
        legal, passed = (sure, over) if against_the_person(self.rule) else (later, all_over)
        steps += [_closed(day) for day in passed]
        steps += [Working("deadline.moved", {"date": legal})] if passed else []
        steps += [Working("deadline.unclear", {"earlier": sure, "later": later})] if sure != later else []
        return End(legal, later if sure != later else legal, (*stepped, *passed), tuple(steps))

    def _moves(self) -> bool:
        """Only European and procedural periods move; never limitation, retention or our own waits (law.md 24.4)."""
        return self.rule.value is not None and self.rule.regime in ("eu1182", "cpc")

    def _surely_closed(self, day: Closed) -> bool:
        """Whether the texts surely move the end off that day (law.md 24.8)."""
        if self.rule.confidence_of.get("regime") == "R":
            return False  # nothing says that this period is extended at all
        if self.rule.regime == "eu1182":
            return day.reason != "holiday"  # whose holidays count is not settled
        return not day.doubtful


def _closed(day: Closed) -> Working:
    if day.name:
        return Working("deadline.closed_holiday", {"date": day.date, "name": day.name})
    return Working("deadline.closed", {"date": day.date, "reason": day.reason})


def _plural(span: Span) -> str:
    return span.unit if span.value == 1 else f"{span.unit}s"


def furthest(count: Count, end: End, longer: Sequence[Span]) -> date | None:
    """The furthest the end can be: a doubtful closed day, the rule's own maximum, or the extension not yet claimed."""
    ends = [end.later]
    if count.rule.latest:
        ends.append(count.end([count.rule.latest]).later)
    if len(longer) > 1:
        ends.append(count.end(longer).later)
    return max(ends) if max(ends) > end.legal else None


def alerts(count: Count, due: date) -> tuple[date, ...]:
    """The rule's own marks counted from the start, and some days before an end that runs against the person."""
    if count.rule.value is None:
        return ()
    marks = [last_day(count.begin, [mark], count.calendar)[0] for mark in count.rule.indicative]
    if against_the_person(count.rule):
        marks += [due - days * DAY for days in DAYS_BEFORE]
    return tuple(sorted({mark for mark in marks if count.begin < mark <= due}))
