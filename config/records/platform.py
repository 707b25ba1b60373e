"""Platforms, hosts, search engines, archives: who they are in law and how a notice reaches them."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from config.records.record import Bilingual, Harm, Id, Part, Record, Text, YesNo

EMAIL = re.compile(r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+$")
IN_APP = "in-app: "
"""Begins the value of a form that exists only inside the service; the rest says where to find it."""
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class Channel(Part):
    """One way to reach the platform. `harms` is what it takes (["*"] = all).

    `serves` are the letters and guided acts it is for (L21, platform_form); none = every letter. `discloses_to` says
    who learns the sender's name; `asks` what its form wants, in its order, as codes of config/texts/asks.toml; `langs`
    the languages it answers in.
    """

    kind: Literal["form", "email", "post"]
    value: Text
    harms: list[Harm | Literal["*"]] = Field(min_length=1)
    serves: list[Text] = Field(default_factory=list)
    account: YesNo
    discloses_to: Literal["none", "public", "host", "uploader", "unknown"]
    asks: list[Text] = Field(default_factory=list)
    langs: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _value_fits_its_kind(self) -> Self:
        if self.kind == "email" and not EMAIL.match(self.value):
            raise ValueError(f'an e-mail channel needs an address, not "{self.value}": correct channels.value')
        if self.kind == "form" and not self.value.startswith(("https://", IN_APP)):
            raise ValueError(f'a form is an https:// address or "{IN_APP}...", not "{self.value}": correct it')
        return self


class Platform(Record):
    """A service that shows, hosts, finds or serves content. Source: law.md sections 9 and 21.

    `dispute_rule` is the deadline rule that a refusal starts, where a dispute body takes its cases for a time.
    """

    name: Text
    entity: Text
    address: list[Text] = Field(default_factory=list)
    country: Text
    kind: Literal["platform", "host", "search", "archive", "cdn", "registrar"]
    domains: list[Domain] = Field(min_length=1)
    channels: list[Channel] = Field(default_factory=list)
    small_provider: YesNo
    covered_tida: YesNo
    art20: bool
    machine_may_look: bool
    forwards_to_customer: YesNo
    dispute_rule: Id | None = None
    note: Bilingual | None = None
