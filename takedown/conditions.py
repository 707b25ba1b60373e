"""The questions on which a step of a ladder may depend; their names are those that route records use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config.records import Condition, Step
from takedown.matter import PRESS, Matter

CONDITIONS: Mapping[Condition, Callable[[Matter], bool]] = {
    "danger": lambda m: m.situation.danger == "yes",
    "ex_partner": lambda m: m.situation.ex_partner != "no",
    "guarded": lambda m: m.situation.guarded,
    "author_known": lambda m: m.situation.author == "known",
    "author_minor": lambda m: m.situation.author == "minor" or m.situation.under_18_today == "yes",
    "author_controls": lambda m: m.situation.author_controls_addressee == "yes",
    "under_18_today": lambda m: m.situation.under_18_today == "yes",
    "minor_ladder": lambda m: m.situation.minor_ladder,
    "closed": lambda m: m.situation.audience == "closed",
    "private": lambda m: m.situation.audience == "private",
    "published": lambda m: m.situation.audience != "private" and m.situation.first_published is not None,
    "covered": lambda m: m.tida == "yes",
    "agent": lambda m: m.situation.mandate in ("lawyer", "association"),
    "association": lambda m: m.situation.mandate == "association",
    "abroad": lambda m: m.situation.abroad,
    "press": lambda m: m.situation.harm in PRESS,
    "nothing_inside": lambda m: m.nothing_inside,
    "complaint_refused": lambda m: m.complaint_refused,
    "archive_copy": lambda m: m.situation.harm == "archive_copy",
}


def fits(matter: Matter, step: Step) -> bool:
    """Whether the step is on this matter's ladder at all; what keeps it from being taken is protection's to say."""
    return (
        all(CONDITIONS[name](matter) for name in step.only)
        and not any(CONDITIONS[name](matter) for name in step.unless)
        and (not step.kinds or (matter.kind or "platform") in step.kinds)
        and (not step.harms or matter.situation.harm in step.harms)
        and (not step.residence or matter.situation.country in step.residence)
    )
