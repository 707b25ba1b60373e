"""Computes a deadline from a rule and its start, with the working that explains every day of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from config.records import DeadlineRule, Span, lowest
from takedown.answer import DeadlineAnswer, Kind, Moment, Working
from takedown.calendars import Calendar, CalendarError
from takedown.counting import DAY, after_hours
from takedown.errors import TakedownError
from takedown.period import Count, Stop, against_the_person, alerts, furthest

YEARS = range(1900, 2091)
"""Starts that are accepted."""
LAST_YEAR = 2100
"""No holiday is known after it, so that no end can be told there."""


class DeadlineError(TakedownError):
    """A start, zone, jurisdiction or option that does not fit the rule; the message says what to give instead."""


def compute(
    rule: DeadlineRule,
    start: Moment | None,
    *,
    jurisdiction: str = "FR",
    zone: str = "Europe/Paris",
    harm: str | None = None,
    extended: bool = False,
    interrupted: date | None = None,
    suspended: Sequence[Stop] = (),
) -> DeadlineAnswer:
    """The deadline of one rule. `start` is a date, an aware instant, or None when it is unknown.

    Hour rules take an instant; date rules take a date, or an instant, which counts as the date it has in `zone`.
    `interrupted` is the day of an act from which the whole period runs anew; `suspended` are stretches of days, both
    ends included, that do not count. Raises DeadlineError. Source: law.md sections 3, 11.4, 23.3 and 24.
    """
    calendar, local = _calendar(jurisdiction), zone_of(zone)
    _must_fit(rule, extended=extended, interrupted=interrupted, suspended=suspended)
    kind, span = _length(rule, harm)
    if start is None:
        return _unknown(rule, _blank(rule, kind, span, None, zone))
    begin, steps = _begin(rule, span, start, local)
    answer = replace(_blank(rule, kind, span, begin, zone), working=(*steps, *_whose(rule)))
    if not rule.in_force(begin.date() if isinstance(begin, datetime) else begin):
        return _not_in_force(rule, answer)
    if span is None:
        return replace(answer, working=(*answer.working, Working("deadline.no_number", {"article": rule.article})))
    if kind == "indicative":
        answer = replace(answer, working=(*answer.working, Working("deadline.indicative")))
    if isinstance(begin, datetime):
        return _in_hours(rule, answer, begin, span.value)
    count = Count(rule, begin, span, calendar, tuple(suspended))
    if interrupted is not None:
        count, anew = _anew(count, interrupted)
        answer = replace(answer, working=(*answer.working, anew))
    return _in_days(rule, answer, count, extended=extended)


# --- the rule


def _must_fit(rule: DeadlineRule, *, extended: bool, interrupted: date | None, suspended: Sequence[Stop]) -> None:
    """Refuse what the rule's text does not know, rather than leave it out of the count."""
    asked = (
        (extended and rule.extension is None, "has no extension: ask again without --extended"),
        (interrupted is not None and not rule.interrupt, "is interrupted by nothing that Vigie knows: ask a lawyer"),
        (bool(suspended) and not rule.suspend, "is suspended by nothing that Vigie knows: ask a lawyer"),
        (any(last < first for first, last in suspended), "cannot be suspended backwards: give the first day first"),
    )
    for wrong, why in asked:
        if wrong:
            raise DeadlineError(f"The rule {rule.id} {why}.")


def _anew(count: Count, interrupted: date) -> tuple[Count, Working]:
    """The same period from the day of the act that interrupted it, if it was still running on that day."""
    if interrupted <= count.begin:
        raise DeadlineError(f"The act of {interrupted} comes before the start: give the day on which it was done.")
    ended = count.end([count.span]).legal
    if interrupted > ended:
        return count, Working("deadline.interrupted_late", {"date": interrupted, "legal": ended})
    return replace(count, begin=interrupted), Working("deadline.interrupted", {"date": interrupted})


def _length(rule: DeadlineRule, harm: str | None) -> tuple[Kind, Span | None]:
    if rule.value is not None:
        return "legal", Span(value=rule.value, unit=rule.unit)
    waits = {str(wait.harm): wait for wait in rule.indicative}
    wait = waits.get(harm or "*") or waits.get("*")
    return ("indicative", wait) if wait else ("none", None)


def _blank(rule: DeadlineRule, kind: Kind, span: Span | None, start: Moment | None, zone: str) -> DeadlineAnswer:
    return DeadlineAnswer(
        rule=rule.id,
        kind=kind,
        start=start,
        zone=zone,
        unit=span.unit if span else "none",
        value=span.value if span else None,
        article=rule.article,
        source=rule.source,
        confidence="OP" if kind == "indicative" else rule.confidence,
        means={"fr": rule.silence.fr, "en": rule.silence.en},
    )


def _whose(rule: DeadlineRule) -> tuple[Working, ...]:
    """A foreign text is legal where it holds, and may not bind this addressee: the working says so."""
    return (Working(f"deadline.foreign.{rule.foreign}"),) if rule.foreign else ()


def _unknown(rule: DeadlineRule, answer: DeadlineAnswer) -> DeadlineAnswer:
    """No date is invented: the answer says which date to look for, and how to be careful meanwhile."""
    side = "press" if rule.id.startswith("press.") else "person" if against_the_person(rule) else "other"
    step = Working(f"deadline.start_unknown.{side}", {"trigger": rule.trigger})
    return replace(answer, means=step.both(), working=(step, *_whose(rule)))


def _not_in_force(rule: DeadlineRule, answer: DeadlineAnswer) -> DeadlineAnswer:
    step = Working("deadline.not_in_force", {"article": rule.article})
    return replace(answer, kind="none", unit="none", value=None, means=step.both(), working=(*answer.working, step))


# --- the start


def _begin(rule: DeadlineRule, span: Span | None, start: Moment, local: ZoneInfo) -> tuple[Moment, tuple[Working, ...]]:
    """The start in the form the unit asks for: an instant for hours, else a date."""
    if isinstance(start, datetime) and start.tzinfo is None:
        raise DeadlineError("The instant has no time zone: write its offset, for example 2026-11-24T09:00+01:00.")
    if start.year not in YEARS:
        raise DeadlineError(f"The year {start.year} cannot be right: give the start again.")
    if span is not None and span.unit == "hour":
        if not isinstance(start, datetime):
            raise DeadlineError(f"The rule {rule.id} counts hours: give an instant such as 2026-11-24T09:00+01:00.")
        at = start.astimezone(local)
        return at, (Working("deadline.start_instant", {"at": at, "trigger": rule.trigger}),)
    if isinstance(start, datetime):
        day = start.astimezone(local).date()
        return day, (Working("deadline.zone_date", {"date": day, "zone": local.key, "trigger": rule.trigger}),)
    return start, (Working("deadline.start_date", {"date": start, "trigger": rule.trigger}),)


# --- hours


def _in_hours(rule: DeadlineRule, answer: DeadlineAnswer, begin: datetime, hours: int) -> DeadlineAnswer:
    due = after_hours(begin, hours)
    steps = [Working("deadline.hours", {"value": hours, "at": due})]
    if due.utcoffset() != begin.utcoffset():
        steps.append(Working("deadline.clock_change", {"at": due}))
    legal_due = due if answer.kind == "legal" else None
    opens = due if rule.next else None
    return replace(answer, due=due, legal_due=legal_due, opens=opens, working=(*answer.working, *steps))


# --- days


def _in_days(rule: DeadlineRule, answer: DeadlineAnswer, count: Count, *, extended: bool) -> DeadlineAnswer:
    longer = [count.span, rule.extension] if rule.extension else [count.span]
    end = count.end(longer if extended else [count.span])
    due = end.legal - DAY if rule.from_ == "eve" else end.legal
    latest = furthest(count, end, [] if extended else longer)
    if max(end.later, latest or end.later).year > LAST_YEAR:
        raise DeadlineError(f"The end would fall after {LAST_YEAR}: check the start, and the length of {rule.id}.")
    margin = (Working("deadline.eve", {"date": due, "legal": end.legal}),) if due != end.legal else ()
    unclear = any(step.code == "deadline.unclear" for step in end.working)
    return replace(
        answer,
        due=due,
        legal_due=end.legal if answer.kind == "legal" else None,
        latest=latest,
        opens=due + DAY if rule.next else None,
        alerts=alerts(count, due),
        skipped=end.skipped,
        confidence=lowest(rule.confidence, {"regime": "R"}) if unclear else answer.confidence,
        working=(*answer.working, *end.working, *margin),
    )


# --- where


def _calendar(jurisdiction: str) -> Calendar:
    try:
        return Calendar.of(jurisdiction)
    except CalendarError as error:
        raise DeadlineError(str(error)) from error


def zone_of(zone: str) -> ZoneInfo:
    """The time zone of that name; raises DeadlineError."""
    try:
        return ZoneInfo(zone)
    except (OSError, ValueError, KeyError) as error:
        raise DeadlineError(f'"{zone}" is no time zone: write one such as Europe/Paris.') from error
