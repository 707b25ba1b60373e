"""Authorities that can act, and helplines that can listen."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from config.records.record import Bilingual, Record, Text, YesNo


class Authority(Record):
    """A regulator, police service, court or trusted flagger. Source: law.md sections 5, 8 and 10.

    `takes` are the letters and acts that go to it. `by_residence`: which one, and its address, depend on where the
    person lives, and have to be looked up before anything leaves.
    """

    name: Text
    country: Text
    kind: Literal["regulator", "police", "court", "flagger", "dispute_body", "service"]
    takes: list[Text] = Field(default_factory=list)
    address: list[Text] = Field(default_factory=list)
    by_residence: bool = False
    form: Text | None = None
    for_whom: Bilingual
    not_for: Bilingual | None = None
    note: Bilingual | None = None


class Helpline(Record):
    """A number, SMS line or chat for the person. `on_bill` says whether the call shows on the telephone bill.

    `number` and `sms` are what is dialled; `chat` an address or a description; `hours` and `cost` can be read
    in both languages ("gratuit / free"). Source: law.md section 18.
    """

    country: Text
    number: Text | None = None
    sms: Text | None = None
    chat: Text | None = None
    service: Text
    for_whom: Bilingual
    hours: Text
    cost: Text
    on_bill: YesNo
    emergency: bool = False
    langs: list[Text] = Field(default_factory=list)

    @property
    def may_be_shown(self) -> bool:
        """Whether a person may be sent there: its source was checked, or it is an emergency number everybody knows."""
        return self.confidence not in ("U", "M") or (self.emergency and self.confidence != "U")

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not (self.number or self.sms or self.chat):
            raise ValueError("a helpline needs a number, an sms or a chat: add at least one of the three")
        return self
