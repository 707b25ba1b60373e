"""The steps of a ladder that fit one matter, put together from route records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from config.records import Route, Step
from takedown.conditions import fits
from takedown.matter import Matter
from takedown.situation import RecourseError, Situation
from takedown.ways import after_refusal, by_a_partner, counsel_first, for_kind, instead_of_notice, relay_at_once

SERVICES = ("platform", "host", "search", "archive")
PLACES = ("start", "service", "end")


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
    own = [step for step in route_of(matter.situation, routes).steps if fits(matter, step)]
    steps = _with_joining(own, _joining(matter, routes))
    changes: list[tuple[bool, Callable[[Step], Step]]] = [
        (matter.situation.ex_partner == "yes", by_a_partner),
        (matter.situation.audience == "private", instead_of_notice),
        (matter.archive_out_of_reach, relay_at_once),
    ]
    if matter.nothing_inside:
        steps = after_refusal(steps, matter)
    steps = for_kind(steps, matter.kind)
    for applies, change in changes:
        steps = [change(step) for step in steps] if applies else steps
    return counsel_first(steps) if matter.press_near or matter.press_over else steps


def _joining(matter: Matter, routes: Mapping[str, Route]) -> list[tuple[str, list[Step]]]:
    """The steps that join this ladder from records of harm "*", with the place they take."""
    return [
        (route.place, [step for step in route.steps if fits(matter, step)])
        for route in routes.values()
        if route.harm == "*" and route.in_force(matter.today)
    ]


def _with_joining(own: Sequence[Step], joining: Sequence[tuple[str, list[Step]]]) -> list[Step]:
    """The ladder with those that join it; an act that both have stays where it comes first."""
    start, service, end = ([one for where, steps in joining if where == place for one in steps] for place in PLACES)
    taken = {_act(step) for step in (*start, *service)}
    turn = next((index for index, step in enumerate(own) if step.to in SERVICES), len(own))
    before, after = ([step for step in part if _act(step) not in taken] for part in (own[:turn], own[turn:]))
    known = taken | {_act(step) for step in (*before, *after)}
    return [*start, *before, *service, *after, *_each_act_once(end, known)]


def _each_act_once(steps: Sequence[Step], known: set[tuple[str, str, bool]]) -> Iterator[Step]:
    for step in steps:
        if _act(step) not in known:
            known.add(_act(step))
            yield step


def _act(step: Step) -> tuple[str, str, bool]:
    return step.do, step.to, step.when == "back"
