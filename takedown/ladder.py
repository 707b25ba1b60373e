"""The steps of a ladder that fit one matter, and the step that comes next on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from config.records import Route, Step
from takedown.protection import Matter
from takedown.situation import RecourseError, Situation
from takedown.ways import (
    CALL,
    DIRECT,
    ORDER,
    YOUNG,
    after_refusal,
    at_once,
    by_a_partner,
    for_kind,
    instead_of_notice,
    opened,
)

Event = Literal["silence", "refusal", "acknowledged", "back"]


def route_of(situation: Situation, routes: Mapping[str, Route]) -> Route:
    """The ladder for the harm and audience, the minor's ladder on the minor path; raises RecourseError without one."""
    harm = situation.ladder_harm
    found = {route.audience: route for route in routes.values() if route.harm == harm}
    route = found.get(situation.audience) or found.get("any") or found.get("public")
    if route is None:
        raise RecourseError(f'No ladder is known for "{harm}": add a record to config/routes.')
    return route


def steps_of(matter: Matter, routes: Mapping[str, Route]) -> list[Step]:
    """The ladder's steps, with what danger, age, the press clock or the kind of addressee change in it."""
    situation = matter.situation
    steps = list(route_of(situation, routes).steps)
    if situation.minor_ladder and situation.harm == "sextortion":
        steps = _police_of(situation.harm, routes) + steps
    if situation.danger == "yes":
        steps.insert(0, CALL)
    if situation.under_18_today == "yes":
        steps.append(YOUNG)
    if situation.ex_partner != "no":
        steps.append(ORDER)
    if situation.guarded:
        steps += DIRECT
    elif situation.author == "known" and not situation.minor_ladder:
        steps.append(DIRECT[0])
    if situation.ex_partner == "yes":
        steps = [by_a_partner(step) for step in steps]
    if matter.nothing_inside:
        steps = after_refusal(steps, situation)
    if matter.data_refused:
        steps = [opened(step) if step.do in ("L12", "L13") else step for step in steps]
    steps = for_kind(steps, matter)
    if situation.audience == "private":
        steps = [instead_of_notice(step) for step in steps]
    if matter.press_near:
        steps = [at_once(step) for step in steps]
    return _each_act_once(steps)


def next_step(route: Route, done: Sequence[str], event: Event) -> Step | None:
    """The step that follows `done` (step ids, in order) upon an event; None when one waits or the ladder has ended.

    A refusal first opens the steps that need a decision; silence never does (law.md 24.9). Content that is back opens
    the ladder's own step for that, as often as it comes back. `after_hours` of the step is the caller's to respect.
    """
    if event == "acknowledged":
        return None
    if event == "back":
        return next((step for step in route.steps if step.when == "back"), None)
    ids = [step.id for step in route.steps]
    reached = max((ids.index(name) for name in done if name in ids), default=-1)
    left = [step for step in route.steps if step.id not in done and not step.parallel]
    onwards = [step for step in left if ids.index(step.id) > reached and step.when in ("always", "silence")]
    decided = [step for step in left if step.when in ("refusal", "decision")] if event == "refusal" else []
    return next(iter([*decided, *onwards]), None)


def _police_of(harm: str, routes: Mapping[str, Route]) -> list[Step]:
    own = [step for route in routes.values() if route.harm == harm for step in route.steps]
    return [step for step in own if step.to == "police" and step.when == "always" and step.do != "thesee"]


def _each_act_once(steps: Sequence[Step]) -> list[Step]:
    """The first step of each act to each addressee; a step for content that is back stays beside it."""
    kept: dict[tuple[str, str, bool], Step] = {}
    for step in steps:
        kept.setdefault((step.do, step.to, step.when == "back"), step)
    return list(kept.values())
