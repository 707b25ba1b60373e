"""The clocks that run in a situation: the press limit, the life of connection data, and those of the steps taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from config.records import DeadlineRule, Offence
from takedown.answer import DeadlineAnswer, Moment
from takedown.deadlines import compute
from takedown.matter import NOTICES, OPEN, PARIS, PRESS, REFUSED, Matter, act_of
from takedown.situation import Earlier, Situation

STARTED_BY: Mapping[str, str] = {
    "L01": "dsa16.decision",
    "L01D": "dsa16.decision",
    "L01M": "dsa16.decision",
    "L02": "dsa16.decision",
    "L03": "dsa16.decision",
    "L04": "dsa20.answer",
    "L05": "dsa21.ods",
    "L07": "gdpr12.answer",
    "L08": "gdpr12.answer",
    "L09": "gdpr12.answer",
    "L12": "cnil.info",
    "L13": "lil51.cnil",
    "L17": "ldr.publish",
    "L21": "tida.48h",
    "L30": "gdpr12.answer",
}
"""The rule that a step starts. L14 is not here: its wait starts with the prosecutor's receipt only (law.md 24.3)."""
INTERNAL = ("dsa20.complaint", "dsa20.answer", "dsa21.ods")
"""Clocks of the internal complaint and what follows it: they never run where the provider owes none (law.md 10.2)."""


def press_rules(situation: Situation) -> tuple[str, ...]:
    """The press rules that may apply, the first one to expire first (law.md 3.2, 19.5, 20, 24.8)."""
    return _rules_for(situation) if situation.harm in PRESS else ()


def _rules_for(situation: Situation) -> tuple[str, ...]:
    if situation.audience == "private":
        return ("press.nonpublic",)
    if situation.harm == "hate_speech":
        return ("press.nonpublic", "press.limit.bias")
    return ("press.limit", "press.nonpublic") if situation.audience == "closed" else ("press.limit",)


def press_clock(situation: Situation, rules: Mapping[str, DeadlineRule], now: datetime) -> DeadlineAnswer | None:
    """The press deadline to act on: the nearest that has not passed, else the last one; None outside press law."""
    answers = [compute(rules[name], _first_day(situation)) for name in press_rules(situation) if name in rules]
    alive = [answer for answer in answers if (left := days_left(answer, now)) is None or left >= 0]
    return next(iter(alive or answers[-1:]), None)


def days_left(answer: DeadlineAnswer | None, now: datetime) -> int | None:
    """Days from today (Paris) to the day to hold, negative once it has passed; None when no day is known."""
    if answer is None or answer.due is None:
        return None
    due = answer.due.date() if isinstance(answer.due, datetime) else answer.due
    return (due - now.astimezone(PARIS).date()).days


def clocks_of(
    matter: Matter, rules: Mapping[str, DeadlineRule], offences: Sequence[Offence], *, press_question: bool
) -> list[DeadlineAnswer]:
    """Every deadline of the situation, each computed from its own start.

    A text has the press limit whatever its harm; connection data are promised only where one of the offences carries a
    year of prison (law.md 24.2).
    """
    situation = matter.situation
    names = list(_rules_for(situation)) if press_question or situation.harm in PRESS else []
    names += ["data.ip"] if any(one.identifies for one in offences) and not situation.abroad else []
    names += ["ldr.request"] if situation.harm in ("defamation", "insult") and _has_a_publisher(matter) else []
    answers = [compute(rules[name], _first_day(situation)) for name in names if name in rules]
    for earlier in situation.earlier:
        answers += [
            _from_step(rules[name], earlier, situation.ladder_harm)
            for name in _rules_of(earlier, matter)
            if name in rules and not (matter.outside_art20 and name in INTERNAL)
        ]
    return answers


def _has_a_publisher(matter: Matter) -> bool:
    return matter.situation.audience == "public" and matter.kind in (None, "site")


def _first_day(situation: Situation) -> date | None:
    return situation.first_published.day if situation.first_published else None


def _rules_of(earlier: Earlier, matter: Matter) -> Iterator[str]:
    letter = act_of(earlier)
    if letter in STARTED_BY and earlier.outcome in OPEN:
        minor = matter.situation.harm == "minor_plain_image"
        yield "lil51.minor" if minor and letter == "L07" else STARTED_BY[letter]
    if letter in NOTICES and earlier.outcome in REFUSED:
        yield "dsa20.complaint"
    if letter in (*NOTICES, "L04") and earlier.outcome in REFUSED and matter.platform and matter.platform.dispute_rule:
        yield matter.platform.dispute_rule
    if letter == "L20" and earlier.outcome == "counter_notice":
        yield "dmca.counter"


def _from_step(rule: DeadlineRule, earlier: Earlier, harm: str) -> DeadlineAnswer:
    """A clock that a step started; hours counted from a bare day start at its midnight, never too early."""
    start: Moment = earlier.date
    if isinstance(start, datetime) and start.tzinfo is None:
        start = start.replace(tzinfo=PARIS)
    answer = compute(rule, _end_of(start), harm=harm)
    return answer if answer.unit == "hour" else compute(rule, start, harm=harm)


def _end_of(start: Moment) -> datetime:
    if isinstance(start, datetime):
        return start
    return datetime.combine(start + timedelta(days=1), time(), PARIS)
