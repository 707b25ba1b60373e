"""Steps that a situation adds to a ladder, and how it changes those that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from config.records import Step
from takedown.protection import NOTICES, PRESS, Matter
from takedown.situation import Situation

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
OPENED = ("L02", "L19", "L14", "L10", "L06", "L15")
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


def by_a_partner(step: Step) -> Step:
    """The step with the articles for somebody who is or was the person's partner, where it has some (law.md 4)."""
    return step.model_copy(update={"article": step.article_ex_partner}) if step.article_ex_partner else step


def opened(step: Step) -> Step:
    """A step that waited for silence, once a refusal came instead."""
    return step.model_copy(update={"when": "refusal", "after_hours": None}) if step.when == "silence" else step


def after_refusal(steps: Sequence[Step], situation: Situation) -> list[Step]:
    """Formal notice, Arcom, counsel, at once and in that order; press law knows no formal notice (law.md 7.3, 24.9)."""
    own = {step.do: step for step in steps}
    no_formal = situation.harm in PRESS or situation.audience == "private"
    ways = [own.get(way.do, way) for way in (FORMAL, ARCOM, COURT) if not (way is FORMAL and no_formal)]
    others = [step for step in steps if step not in ways]
    at = next((place for place, step in enumerate(others) if step.when == "silence"), len(others))
    return [opened(step) if step.do in OPENED else step for step in [*others[:at], *ways, *others[at:]]]


def for_kind(steps: Sequence[Step], matter: Matter) -> list[Step]:
    """The steps turned to the kind of service they are taken at: a host, a search engine, else a platform."""
    if matter.kind == "host":
        return [_to_host(step) for step in steps if step.do != "L02" or step.when != "silence"]
    if matter.kind == "search":
        return _at_engine(steps, matter)
    return list(steps)


def instead_of_notice(step: Step) -> Step:
    """In private messages the report inside the app and the complaint stand where a notice would (law.md 20)."""
    return step.model_copy(update={"parallel": False}) if step.do in ("platform_form", "L14") else step


def at_once(step: Step) -> Step:
    """Near the press limit, counsel and the file for the court come first."""
    urgent = step.do == "counsel" or (step.do == "L15" and step.to == "court")
    return step.model_copy(update={"parallel": False, "when": "always", "after_hours": None}) if urgent else step


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
    cnil = opened(CNIL) if matter.data_refused else CNIL
    return [*moved[:at], *ways, *moved[at:], cnil]


def _to_engine(step: Step) -> Step:
    if step.to != "platform":
        return step
    if step.when == "back" and step.do in NOTICES:
        return DELIST.model_copy(update={"id": step.id, "when": "back"})
    return step.model_copy(update={"to": "search"})
