"""Deadline rules: from which day, how long, what the end of the time means (law.md sections 3, 23.3 and 24)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from config.records.record import Bilingual, Harm, Part, Record, Text

Unit = Literal["hour", "day", "working_day", "business_day_us", "week", "month", "year", "none"]

LONGEST = 100
"""Years: no rule of law is longer, and a longer one is a slip of the pen."""
A_YEAR = {"hour": 8766, "day": 366, "working_day": 261, "business_day_us": 261, "week": 53, "month": 12, "year": 1}
"""How many of each unit fit into a year."""


def _too_long(value: int, unit: str) -> bool:
    return value > LONGEST * A_YEAR.get(unit, value)


class Span(Part):
    """A length of time in one unit, of 100 years at most."""

    value: int = Field(ge=1)
    unit: Unit

    @model_validator(mode="after")
    def _can_be_right(self) -> Self:
        if _too_long(self.value, self.unit):
            raise ValueError(f"{self.value} {self.unit}s is more than {LONGEST} years: correct value or unit")
        return self


class Extension(Span):
    """A lengthening the other side may claim, and when it may."""

    when: Bilingual | Text


class Indicative(Span):
    """A wait of our own (operational, never law) for one harm ("*" = any other)."""

    harm: Harm | Literal["*"]


class DeadlineRule(Record):
    """One rule. `value` is absent exactly when `unit` is "none" (the text sets no number).

    `trigger` is the event; `from` how the count starts ("event", "eve", ...); `latest` the longest it can become;
    `suspend` what stops the clock for a time, `interrupt` what makes it run anew from its day; `foreign` the country
    whose law it is, when it may not bind the addressee at all; `silence` what expiry means;
    `next` the letters or guided acts it opens.
    """

    trigger: Text
    from_: Text = Field(alias="from")
    value: int | None = Field(default=None, ge=1)
    unit: Unit
    extension: Extension | None = None
    latest: Span | None = None
    suspend: list[Text] = Field(default_factory=list)
    interrupt: list[Text] = Field(default_factory=list)
    foreign: Literal["US", "GB", "AU", "IN"] | None = None
    indicative: list[Indicative] = Field(default_factory=list)
    article: Text
    silence: Bilingual
    next: list[Text] = Field(default_factory=list)
    regime: Literal["eu1182", "cpc", "limitation", "elapsed", "operational"]

    @model_validator(mode="after")
    def _value_and_unit_agree(self) -> Self:
        if (self.value is None) != (self.unit == "none"):
            raise ValueError('value is required unless unit = "none", and absent when it is: correct value or unit')
        if self.value is not None and (self.regime == "operational" or self.confidence == "OP"):
            raise ValueError('a delay of our own is no law: write unit = "none" and its length under [[indicative]]')
        if self.value is not None and _too_long(self.value, self.unit):
            raise ValueError(f"value = {self.value} {self.unit}s is more than {LONGEST} years: correct value or unit")
        return self
