"""Requalification: the question that may show that a content is another harm than the one chosen (law.md 20)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from config.records.record import Bilingual, Harm, Record


class Requalification(Record):
    """Asked where one of `harms` was chosen (and, where given, for these ages on the image); a yes means `to`.

    `means` says what changes with it: the ladder, the time limit, who must complain.
    """

    harms: list[Harm] = Field(min_length=1)
    ages: list[Literal["adult", "minor", "unknown", "none"]] = Field(default_factory=list)
    to: Harm
    question: Bilingual
    means: Bilingual

    @model_validator(mode="after")
    def _leads_elsewhere(self) -> Self:
        if self.to in self.harms:
            raise ValueError(f'the harm "{self.to}" would lead to itself: take it out of harms')
        return self
