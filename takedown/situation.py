"""The situation in which somebody asks what can be done, read and checked from one JSON document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from config.records import Harm, Kind
from takedown.errors import TakedownError

SEXUAL_IMAGE = ("intimate_image", "sexual_deepfake", "own_selfie", "leak_forum")
MAYBE_SEXUAL_IMAGE = ("sextortion", "private_messages", "closed_group", "archive_copy")
"""Harms that may concern no image at all: only these accept the answer "none" to the question of age."""

OUTCOMES = {
    "pending": "none",
    "sent": "none",
    "no_answer": "silence",
    "no_reply": "silence",
    "ignored": "silence",
    "refused": "refusal",
    "rejected": "refusal",
    "denied": "refusal",
    "declined": "refusal",
    "no_response": "silence",
    "silent": "silence",
    "ack": "acknowledged",
    "acknowledgement": "acknowledged",
    "reappeared": "back",
    "put_back": "back",
    "contested": "counter_notice",
    "counter_notification": "counter_notice",
    "resolved": "removed",
    "deleted": "removed",
    "taken_down": "removed",
}
KINDS = {
    "search_engine": "search",
    "engine": "search",
    "publisher": "site",
    "website": "site",
    "forum": "platform",
    "social": "platform",
    "social_network": "platform",
    "marketplace": "platform",
    "locker": "host",
    "file_host": "host",
    "unknown": None,
}
"""Other words for the kinds of service."""


class RecourseError(TakedownError):
    """A situation that cannot be read, or that no ladder serves; the message says what to correct."""


def _yes_no(value: Any) -> Any:
    return {True: "yes", False: "no", None: "unknown"}.get(value, value) if isinstance(value, bool | None) else value


def _mandate(value: Any) -> Any:
    """A bare yes is read as the association's mandate, the one that changes who may sign."""
    return {True: "association", False: "none"}[value] if isinstance(value, bool) else value


def _outcome(value: Any) -> Any:
    return "none" if value is None else OUTCOMES.get(value, value)


def _kind(value: Any) -> Any:
    return KINDS.get(value, value) if isinstance(value, str) else value


def _first_published(value: Any) -> Any:
    """A bare day is read as the day, with no word of where it was read."""
    return {"date": value} if isinstance(value, str | dt.date) else value


SAID_OR_DEFAULT = ("audience", "author", "residence", "lang", "earlier")
"""Keys for which null says the same as leaving them out; for a question of safety null means "unknown"."""

YesNo = Annotated[Literal["yes", "no", "unknown"], BeforeValidator(_yes_no)]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FirstPublished(_Closed):
    """The day of the first posting online, and where it was read; of the source "unknown" no day is believed."""

    date: dt.date | None = None
    source: str | None = None

    @property
    def day(self) -> dt.date | None:
        return None if self.source == "unknown" else self.date


class Earlier(_Closed):
    """A step that was taken: letter, guided act or step id, its day or instant, and what came of it.

    The date is that of the step or, once something came of it, of what came; the earlier one is the safer one.
    """

    step: str
    date: dt.date | dt.datetime
    outcome: Annotated[
        Literal["none", "silence", "acknowledged", "refusal", "decision", "removed", "back", "counter_notice"],
        BeforeValidator(_outcome),
    ] = "none"
    reference: str | None = None


class Situation(_Closed):
    """What `vigie recourse explain` reads (design.md section 8). What is not said counts as unknown."""

    harm: Harm
    audience: Literal["public", "closed", "private"] = "public"
    age_on_image: Literal["adult", "minor", "unknown", "none"] | None = None
    under_18_today: YesNo = "unknown"
    ex_partner: YesNo = "no"
    danger: YesNo = "no"
    author: Literal["unknown", "known", "minor"] = "unknown"
    author_controls_addressee: YesNo = "unknown"
    platform: str | None = None
    platform_kind: Annotated[Kind | None, BeforeValidator(_kind)] = None
    covered_tida: YesNo = "unknown"
    micro_or_small: YesNo = "unknown"
    residence: str = "FR"
    mandate: Annotated[
        Literal["none", "lawyer", "association", "relative", "guardian"] | None, BeforeValidator(_mandate)
    ] = None
    complaint_filed: YesNo = "unknown"
    first_published: Annotated[FirstPublished | None, BeforeValidator(_first_published)] = None
    earlier: tuple[Earlier, ...] = ()
    lang: Literal["fr", "en"] = "fr"
    now: dt.datetime | None = None

    @property
    def guarded(self) -> bool:
        """Whether the person must be protected from somebody who may learn of each step; unknown counts as yes."""
        return self.ex_partner != "no" or self.danger != "no"

    @property
    def country(self) -> str:
        """The country of residence, without its department or territory."""
        return self.residence.strip().upper().partition("-")[0]

    @property
    def abroad(self) -> bool:
        """Whether the person lives outside France."""
        return self.country != "FR"

    @property
    def minor_ladder(self) -> bool:
        """Whether the ladder for a minor's sexual image applies: police and helpline first (law.md 2.2, 2.14).

        Narrower than `cases.age.counts_as`: a plain picture of a minor keeps its own ladder.
        """
        if self.harm == "minor_image":
            return True
        if self.harm in SEXUAL_IMAGE:
            return self.age_on_image != "adult" or self.under_18_today == "yes"
        if self.harm in MAYBE_SEXUAL_IMAGE:
            return self.age_on_image in ("minor", "unknown", None) or self.under_18_today == "yes"
        return False

    @property
    def ladder_harm(self) -> str:
        """The harm whose ladder, grounds and waits apply."""
        return "minor_image" if self.minor_ladder else self.harm


def read_situation(document: Mapping[str, Any]) -> Situation:
    """The situation in a JSON document; raises RecourseError with one sentence per fault, which repeats no value."""
    said = {key: value for key, value in document.items() if value is not None or key not in SAID_OR_DEFAULT}
    try:
        situation = Situation.model_validate(said)
    except ValidationError as error:
        raise RecourseError("\n".join(_sentence(fault) for fault in error.errors(include_url=False))) from None
    if situation.now is not None and situation.now.tzinfo is None:
        raise RecourseError('The key "now" has no time zone: write it with its offset, such as 2026-11-24T09:00+01:00.')
    return situation


def _sentence(fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    match fault["type"]:
        case "extra_forbidden":
            return f'The key "{key}" is not known: remove it or correct its spelling.'
        case "missing":
            return f'The key "{key}" is missing: add it.'
        case "literal_error":
            return f'The key "{key}" has a value that is not allowed: write one of {fault["ctx"]["expected"]}.'
        case _:
            return f'The key "{key}" cannot be read: {fault["msg"][0].lower()}{fault["msg"][1:]}.'
