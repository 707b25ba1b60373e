"""How a situation changes the steps of a ladder: the kind of service, a refusal, a private audience, little time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from config.records import Step
from takedown.matter import PRESS, Matter

AFTER_REFUSAL = ("L05", "L10", "L06", "L15")
"""Dispute body, formal notice, regulator, counsel, in that order: what a refusal opens where nothing inside is left."""
OPENED = ("L02", "L19", "L14", "L10", "L06", "L15")
"""Steps that wait for silence, and that a refusal opens as well where no internal complaint is left."""
AT_A_HOST: Mapping[str, str] = {"L01": "L02", "L01D": "L02"}
TO_THE_PUBLISHER = ("L07", "L08", "L11")
"""Requests about data go to whoever answers for the page, where it is a site of its own."""


def by_a_partner(step: Step) -> Step:
    """The step with the articles for somebody who is or was the person's partner, where it has some (law.md 4)."""
    return step.model_copy(update={"article": step.article_ex_partner}) if step.article_ex_partner else step


def opened(step: Step) -> Step:
    """A step that waited for silence, once a refusal came instead."""
    return (
        step.model_copy(update={"when": "refusal", "after_hours": None, "after": []})
        if step.when in ("silence", "unresolved")
        else step
    )


def after_refusal(steps: Sequence[Step], matter: Matter) -> list[Step]:
    """Formal notice, regulator, counsel, at once and in that order; press law knows no formal notice (law.md 24.9)."""
    no_formal = matter.situation.harm in PRESS or matter.situation.audience == "private"
    wanted = [do for do in AFTER_REFUSAL if not (do == "L10" and no_formal)]
    own = {step.do: step for step in reversed(steps) if step.to != "tool_provider"}
    ways = [own[do] for do in wanted if do in own]
    others = [step for step in steps if step not in ways]
    at = next((place for place, step in enumerate(others) if step.when == "silence"), len(others))
    return [opened(step) if step.do in OPENED else step for step in [*others[:at], *ways, *others[at:]]]


def for_kind(steps: Sequence[Step], kind: str | None) -> list[Step]:
    """The steps turned to the kind of service they are taken at: a host, a site, a search engine, else a platform."""
    match kind:
        case "host":
            return [_to_host(step) for step in steps if step.do != "platform_form" and not _second_rung(step)]
        case "site":
            return [_to_site(step) for step in steps if step.do != "platform_form" and not _second_rung(step)]
        case "search":
            return [_to_engine(step) for step in steps if step.do != "platform_form"]
        case _:
            return list(steps)


def instead_of_notice(step: Step) -> Step:
    """In private messages the report inside the app and the complaint stand where a notice would (law.md 20)."""
    return step.model_copy(update={"parallel": False}) if step.do in ("platform_form", "L14") else step


def relay_at_once(step: Step) -> Step:
    """Where an archive itself cannot be reached, its host and registrar are the only way (law.md 21)."""
    relay = step.do == "L19" and step.to in ("host", "registrar")
    return _now(step) if relay else step


def counsel_first(steps: Sequence[Step]) -> list[Step]:
    """Near the press limit counsel comes before everything but the police; the file for the court waits for nothing."""
    counsel = [_now(step) for step in steps if step.do == "counsel"]
    file = [_now(step) if step.do == "L15" and step.to == "court" else step for step in steps]
    others = [step for step in file if step.do != "counsel"]
    at = next((place for place, step in enumerate(others) if step.to != "police"), len(others))
    return [*others[:at], *counsel, *others[at:]]


def _now(step: Step) -> Step:
    return step.model_copy(update={"parallel": False, "when": "always", "after_hours": None})


def _second_rung(step: Step) -> bool:
    """The host as a later rung: where the host comes first there is no second one."""
    return step.do == "L02" and step.when == "silence"


def _to_host(step: Step) -> Step:
    """A pure host gets the host's notice (L02) where a platform would get L01, and everything else itself."""
    if step.to != "platform":
        return step
    return step.model_copy(update={"do": AT_A_HOST.get(step.do, step.do), "to": "host"})


def _to_site(step: Step) -> Step:
    """A site of its own is not its host: the notice goes to the host, requests about data to the publisher."""
    if step.to != "platform":
        return step
    if step.do in TO_THE_PUBLISHER:
        return step.model_copy(update={"to": "publisher"})
    return _to_host(step)


def _to_engine(step: Step) -> Step:
    return step.model_copy(update={"to": "search"}) if step.to == "platform" else step
