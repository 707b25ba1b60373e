"""The steps of a ladder that fit one matter, and the step that comes next on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from config.records import Route, Step
from takedown.protection import NOTICES, PRESS, Matter
from takedown.situation import RecourseError, Situation

Event = Literal["silence", "refusal", "acknowledged", "back"]

CALL = Step(id="emergency", do="emergency", to="police", when="always", channel="phone")
YOUNG = Step(id="3018", do="3018", to="flagger", when="always", channel="app", parallel=True)
ORDER = Step(
    id="order",
    do="L25",
    to="court",
    when="always",
    channel="file",
    article="C. civ. 515-9",
    parallel=True,
    signers=["subject", "lawyer"],
)
DIRECT = (
    Step(id="author", do="L18", to="author", when="silence", channel="post", article="C. civ. 9", signers=["lawyer"]),
    Step(id="publisher", do="L16", to="publisher", when="silence", channel="post", signers=["lawyer"]),
    Step(id="reply", do="L17", to="publisher", when="silence", channel="post", signers=["subject", "lawyer"]),
    Step(id="copyright", do="L20", to="platform", when="silence", channel="email", signers=["lawyer"]),
    Step(id="registrant", do="registrant_contact", to="publisher", when="silence"),
    Step(id="employer", do="L28", to="publisher", when="silence", channel="post"),
)
"""Ways that reach, or may reach, the person in question: named in every guarded plan so that she sees them left out."""

FORMAL = Step(
    id="formal",
    do="L10",
    to="platform",
    when="refusal",
    channel="post",
    article="C. civ. 9 ; DSA art. 6",
    signers=["lawyer", "subject"],
)
ARCOM = Step(
    id="arcom",
    do="L06",
    to="regulator",
    when="refusal",
    channel="form",
    article="DSA art. 53",
    signers=["subject", "lawyer", "association"],
)
COURT = Step(
    id="court",
    do="L15",
    to="court",
    when="refusal",
    channel="file",
    article="LCEN art. 6-3 ; CPC 834, 835, 145",
    signers=["lawyer"],
)
OPENED = ("L02", "L19", "L10", "L06", "L15")
"""Steps that wait for silence, and that a refusal opens as well where no internal complaint is left."""

DELIST = Step(
    id="delist",
    do="L09",
    to="search",
    when="always",
    channel="form",
    article="RGPD art. 17, 21",
    signers=["subject", "lawyer", "association"],
)
CNIL = Step(id="cnil", do="L12", to="regulator", when="silence", channel="form", article="RGPD art. 77")
ENGINE_FORMS: Mapping[str, str] = {
    "intimate_image": "ncii_search_form",
    "own_selfie": "ncii_search_form",
    "leak_forum": "ncii_search_form",
    "minor_image": "ncii_search_form",
    "sexual_deepfake": "fake_search_form",
    "doxxing": "personal_info_search_form",
    "escort_ad": "personal_info_search_form",
}
"""The engines' own form for a harm; for any other the delisting request is the form."""


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
        steps = [_by_a_partner(step) for step in steps]
    if matter.nothing_inside:
        steps = _after_refusal(steps, situation)
    if matter.data_refused:
        steps = [_opened(step) if step.do in ("L12", "L13") else step for step in steps]
    steps = _for_kind(steps, matter)
    if situation.audience == "private":
        steps = [_instead_of_notice(step) for step in steps]
    if matter.press_near:
        steps = [_at_once(step) for step in steps]
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


def _by_a_partner(step: Step) -> Step:
    return step.model_copy(update={"article": step.article_ex_partner}) if step.article_ex_partner else step


def _opened(step: Step) -> Step:
    """A step that waited for silence, once a refusal came instead."""
    return step.model_copy(update={"when": "refusal", "after_hours": None}) if step.when == "silence" else step


def _after_refusal(steps: Sequence[Step], situation: Situation) -> list[Step]:
    """Formal notice, Arcom, counsel, at once and in that order; press law knows no formal notice (law.md 7.3, 24.9)."""
    own = {step.do: step for step in steps}
    no_formal = situation.harm in PRESS or situation.audience == "private"
    ways = [own.get(way.do, way) for way in (FORMAL, ARCOM, COURT) if not (way is FORMAL and no_formal)]
    others = [step for step in steps if step not in ways]
    return [_opened(step) if step.do in OPENED else step for step in [*others, *ways]]


def _for_kind(steps: Sequence[Step], matter: Matter) -> list[Step]:
    if matter.kind == "host":
        return [_to_host(step) for step in steps if step.do != "L02" or step.when != "silence"]
    if matter.kind == "search":
        return _at_engine(steps, matter)
    return list(steps)


def _to_host(step: Step) -> Step:
    """A pure host gets the host's notice (L02) where a platform would get L01, and everything else itself."""
    do = "L02" if step.do in ("L01", "L01D") else step.do
    return step.model_copy(update={"do": do, "to": "host"}) if step.to == "platform" else step


def _at_engine(steps: Sequence[Step], matter: Matter) -> list[Step]:
    """The engine's own form, then the delisting request, where the ladder first turns to a service (law.md 7.2).

    Application of DSA art. 16 to engines is debated (law.md 10.2): a notice is never proposed, and content that is back
    is delisted again. The police of a ladder, where it comes first, stays first.
    """
    form = ENGINE_FORMS.get(matter.situation.ladder_harm)
    ways = [Step(id="engines", do=form, to="search", when="always", channel="form")] if form else []
    ways = [*ways, DELIST]
    moved = [_to_engine(step) for step in steps if step.do != "platform_form"]
    at = next((place for place, step in enumerate(moved) if step.to in ("search", "host")), len(moved))
    cnil = _opened(CNIL) if matter.data_refused else CNIL
    return [*moved[:at], *ways, *moved[at:], cnil]


def _to_engine(step: Step) -> Step:
    if step.to != "platform":
        return step
    again = step.when == "back" and step.do in NOTICES
    return DELIST.model_copy(update={"id": step.id, "when": "back"}) if again else step.model_copy(
        update={"to": "search"}
    )


def _instead_of_notice(step: Step) -> Step:
    """In private messages the report inside the app and the complaint stand where a notice would (law.md 20)."""
    return step.model_copy(update={"parallel": False}) if step.do in ("platform_form", "L14") else step


def _at_once(step: Step) -> Step:
    """Near the press limit, counsel and the file for the court come first."""
    urgent = step.do == "counsel" or (step.do == "L15" and step.to == "court")
    return step.model_copy(update={"parallel": False, "when": "always", "after_hours": None}) if urgent else step


def _each_act_once(steps: Sequence[Step]) -> list[Step]:
    """The first step of each act to each addressee; a step for content that is back stays beside it."""
    kept: dict[tuple[str, str, bool], Step] = {}
    for step in steps:
        kept.setdefault((step.do, step.to, step.when == "back"), step)
    return list(kept.values())
