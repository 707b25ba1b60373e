"""What a letter is written from: plain facts given by the caller, checked and frozen."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from config.records import Harm
from takedown.letterbook import Role


class Given(BaseModel):
    """A closed, frozen piece of context: a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sender(Given):
    """Who signs. There is no field for a postal address or a telephone number: a letter may be forwarded whole.

    `role` is subject, lawyer, association or witness (law.md 22.1); `on_behalf_of` the person, when somebody else signs
    and she agrees to be named; `email` the office's, the association's or a chosen mailbox; `own_name` says that an
    association signs for itself, without a mandate.
    """

    name: str = ""
    role: Role
    on_behalf_of: str = ""
    email: str = ""
    city: str = ""
    own_name: bool = False

    @property
    def voice(self) -> Role | Literal["own"]:
        """Whose voice the letter speaks with."""
        return "own" if self.role == "association" and self.own_name else self.role


class Recipient(Given):
    """Who the letter goes to: the legal entity and its postal lines; `channel` is email, form, post or file."""

    entity: str = Field(min_length=1)
    lines: tuple[str, ...] = ()
    channel: str = "form"


class LetterItem(Given):
    """One content: its address, or words that locate it (`detail`: account, message number, minute of a video).

    `kind` is one of words.toml [kind]; `first_seen` an aware instant; `exhibit` the number of the sealed exhibit and
    `sha256` the fingerprint of its capture.
    """

    url: str = ""
    kind: str = "other"
    first_seen: AwareDatetime | None = None
    exhibit: int | None = Field(default=None, ge=1)
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    detail: str = ""

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if not (self.url.strip() or self.detail.strip()):
            raise ValueError("a content needs an address or words that locate it: give url or detail")
        return self


class Happening(Given):
    """One line of a chronology: the day, and what happened in the words of the letter's language."""

    on: dt.date
    what: str = Field(min_length=1)


class Earlier(Given):
    """The notice a letter speaks of: its reference, its day, the platform's own number, and what came of it.

    `signed_by` is the name under it: a retraction is signed by the same (law.md 22.1).
    """

    reference: str
    sent_on: dt.date
    signed_by: str = ""
    form_number: str = ""
    acknowledged_on: dt.date | None = None
    still_up_on: dt.date | None = None


class LetterContext(Given):
    """Everything one letter needs. `today` is the day it is dated; `facts` are named in facts.toml and fields.toml.

    `chronology` holds what happened, oldest first: `takedown.chronology` makes it from the history of the case.
    `signed_off` says whether a lawyer signed this template and ground: without it the letter is stamped as a draft.
    `residence` is a country code: with FR, French courts take the facts as committed in France (law.md 4).
    """

    today: dt.date
    place: str = ""
    reference: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{2,23}$")
    sender: Sender
    addressee: Recipient
    items: tuple[LetterItem, ...] = Field(min_length=1, max_length=500)
    harm: Harm
    facts: dict[str, str] = Field(default_factory=dict)
    earlier: Earlier | None = None
    chronology: tuple[Happening, ...] = ()
    residence: str = "FR"
    specimen: bool = False
    signed_off: bool = False
    lang: Literal["fr", "en"] = "fr"
