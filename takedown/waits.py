"""Whether what a step waits for has happened, from the steps taken: a decision, a return, a silence, a legal period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from config.records import DeadlineRule, Step
from takedown.deadlines import compute
from takedown.matter import COMPLAINTS, DATA_REQUESTS, OPEN, REFUSED, Matter, act_of, at_of
from takedown.situation import Earlier

NEEDS_REFERENCE = ("L04", "L05")
"""Complaints against a decision: without its reference there is nothing to complain of (law.md 5)."""
ELSEWHERE = ("police", "court", "regulator", "dispute_body", "flagger", "helpline", "hash_service", "carrier", "school")
"""Targets whose silence or answer says nothing about what a service did with a notice."""


@dataclass(frozen=True)
class Wait:
    """Whether the step is open; else what kind of wait it has and, where it can be told, when that ends."""

    open: bool
    kind: Literal["legal", "indicative", "none"]
    until: datetime | None = None
    lacks_reference: bool = False


def wait_of(matter: Matter, step: Step, ladder: Sequence[Step], rules: Mapping[str, DeadlineRule]) -> Wait:
    """The wait of one step. Hours count from the first notice that is concerned, legal periods from the last one."""
    taken = _concerned(matter, step, ladder)
    kind: Literal["legal", "indicative", "none"]
    kind = "legal" if step.rule else ("indicative" if step.after_hours else "none")
    until = _until(step, taken, rules, matter)
    if step.when == "always":
        return Wait(open=True, kind="none")
    if step.when == "back":
        return Wait(any(one.outcome == "back" for one in matter.situation.earlier), kind)
    refused = [one for one in taken if one.outcome in REFUSED or (step.after and one.outcome == "counter_notice")]
    if step.when in ("refusal", "decision") or (step.when == "unresolved" and refused):
        nameless = bool(refused) and step.do in NEEDS_REFERENCE and not any(one.reference for one in refused)
        return Wait(bool(refused) and not nameless, kind, None if refused else until, lacks_reference=nameless)
    return Wait(_silent(matter, step, taken, until), kind, until)


def _silent(matter: Matter, step: Step, taken: Sequence[Earlier], until: datetime | None) -> bool:
    """Whether a notice is still without a decision, and long enough; without a length, silence has to be said."""
    last = max(taken, key=at_of, default=None)
    if last is None or last.outcome not in OPEN:
        return False
    if step.rule or step.after_hours:
        return until is not None and until <= matter.now
    return any(one.outcome == "silence" for one in taken)


def _until(step: Step, taken: Sequence[Earlier], rules: Mapping[str, DeadlineRule], matter: Matter) -> datetime | None:
    """When the wait ends, counted from what was taken; None while nothing was."""
    open_ = [one for one in taken if one.outcome in OPEN]
    if not open_:
        return None
    if step.rule in rules:
        return compute(rules[str(step.rule)], max(map(at_of, open_)), harm=matter.situation.ladder_harm).due_at()
    return min(map(at_of, open_)) + timedelta(hours=step.after_hours) if step.after_hours else None


def _concerned(matter: Matter, step: Step, ladder: Sequence[Step]) -> list[Earlier]:
    """The steps taken whose answer this step depends on: those it names, else the notices to services."""
    if step.after:
        ids = {one.id for one in ladder if one.do in step.after}
        return [one for one in matter.situation.earlier if act_of(one) in step.after or one.step in ids]
    elsewhere = {name for one in ladder if one.to in ELSEWHERE for name in (one.do, one.id)} | set(COMPLAINTS)
    left_out = elsewhere | (set() if _about_data(ladder) else set(DATA_REQUESTS))
    taken = [one for one in matter.situation.earlier if act_of(one) not in left_out and one.step not in left_out]
    return [one for one in taken if one.outcome != "counter_notice"]


def _about_data(ladder: Sequence[Step]) -> bool:
    """Whether the ladder's own first way to the service is a request under data protection law."""
    return not any(one.do in ("L01", "L01D", "L01M", "L02") and one.when == "always" for one in ladder)
