"""What every record carries: who says it, when it was read, how sure we are, and when it is in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

Confidence = Literal["V", "S", "V2", "M", "R", "U", "OP"]
"""Tags of law.md: V checked in a source; S read in the text or a case report; V2 checked through a secondary source;
M from memory; R a reading that a lawyer confirms; U uncertain; OP not law at all, our own operational default."""

RANK: dict[str, int] = {"V": 6, "S": 5, "V2": 4, "M": 3, "R": 2, "U": 1}
"""From the surest to the least sure. OP stands apart: it says where a value comes from, not how sure we are of it."""

Harm = Literal[
    "intimate_image",
    "sexual_deepfake",
    "minor_image",
    "doxxing",
    "impersonation",
    "defamation",
    "insult",
    "threats",
    "harassment",
    "sextortion",
    "outdated_result",
    "own_selfie",
    "plain_image",
    "minor_plain_image",
    "plain_deepfake",
    "hate_speech",
    "hacked_account",
    "private_messages",
    "escort_ad",
    "archive_copy",
    "closed_group",
    "leak_forum",
]
"""The closed list of design.md section 8."""

HARMS: tuple[str, ...] = get_args(Harm)

CHECKED_FOR = timedelta(days=365)
"""How long a reading counts (OP: law.md 9 asks for a new one before each release)."""

YesNo = Literal["yes", "no", "unknown"]


class Part(BaseModel):
    """A closed, frozen piece of a record: a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Bilingual(Part):
    """One text in French and in English; both are required."""

    fr: Text
    en: Text


def lowest(own: Confidence, of_fields: dict[str, Confidence]) -> Confidence:
    """The confidence a record may show: the least sure of its own tag and its fields' tags.

    OP fields do not lower a record, and a record that is itself OP stays OP.
    """
    if own == "OP":
        return own
    ranked = [own, *(tag for tag in of_fields.values() if tag != "OP")]
    return min(ranked, key=RANK.__getitem__)


class Record(Part):
    """One fact file. `confidence` is the lowest of its fields; `confidence_of` names those that differ.

    Keys of `confidence_of` are field names, or dotted paths that begin with one ("channels.email").
    """

    id: Id
    source: Text
    checked_on: date
    confidence: Confidence
    confidence_of: dict[str, Confidence] = Field(default_factory=dict)
    in_force_from: date | None = None
    in_force_until: date | None = None

    @model_validator(mode="after")
    def _confidence_is_honest(self) -> Self:
        names = set(type(self).model_fields) | {field.alias for field in type(self).model_fields.values()}
        for path in self.confidence_of:
            if path.split(".")[0] not in names:
                raise ValueError(f'confidence_of names "{path}", which is no field of this record: correct the name')
        least = lowest(self.confidence, self.confidence_of)
        if least != self.confidence:
            raise ValueError(
                f'confidence is "{self.confidence}" but one field is only "{least}": set confidence = "{least}"'
            )
        return self

    @model_validator(mode="after")
    def _in_force_is_in_order(self) -> Self:
        if self.in_force_from and self.in_force_until and self.in_force_until < self.in_force_from:
            raise ValueError("in_force_until is before in_force_from: correct one of the two dates")
        return self

    def in_force(self, on: date) -> bool:
        """Whether the record applies on that day (both ends included; a missing end is open)."""
        after_start = self.in_force_from is None or self.in_force_from <= on
        return after_start and (self.in_force_until is None or on <= self.in_force_until)

    def stale(self, on: date) -> bool:
        """Whether it was read too long ago to be relied on."""
        return on - self.checked_on > CHECKED_FOR

    def obstacle(self, on: date) -> Literal["not_in_force", "stale"] | None:
        """What keeps the record from carrying a letter on that day, as a code; None when nothing does."""
        if not self.in_force(on):
            return "not_in_force"
        return "stale" if self.stale(on) else None

    @property
    def to_verify(self) -> bool:
        """Whether staff sees "à vérifier": anything that was not checked in a source."""
        return self.confidence != "V"
