"""Guided acts: forms, reports and calls that a person makes elsewhere, field by field in the form's own order."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from config.records.record import Bilingual, Id, Part, Record, Text
from config.records.route import Target

Fill = Literal["address", "first_seen", "harm", "statement", "name", "email", "reference", "earlier", "none"]
"""What the case can say for a field; "none" is for the person alone."""
Keeps = Literal["number", "service", "copy", "outcome"]
"""What is recorded beside the day."""


class ActField(Part):
    """One field of the form. `secret` is a code of others that is never typed into Vigie, and never kept."""

    id: Id
    label: Bilingual
    fill: Fill = "none"
    hint: Bilingual | None = None
    secret: bool = False


class GuidedAct(Record):
    """An act beside letters. `place` is an https:// address, a number, or words; `refused` the letter that follows a
    refusal. `keeps` says what is recorded once it is done. Source: law.md sections 8, 18 and 20.
    """

    to: Target
    place: Bilingual
    link: Text | None = None
    for_whom: Bilingual
    not_for: Bilingual | None = None
    before: list[Bilingual] = Field(default_factory=list)
    fields: list[ActField] = Field(default_factory=list)
    keeps: list[Keeps] = Field(default_factory=list)
    discloses_to: Literal["none", "public", "host", "uploader", "unknown"] = "none"
    anonymous: Literal["yes", "no", "unknown"] = "unknown"
    authority: Id | None = None
    refused: Text | None = None
