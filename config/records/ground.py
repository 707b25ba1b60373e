"""Grounds: the legal bases a notice may rest on, and the reasons it gives."""

from __future__ import annotations

from pydantic import Field

from config.records.record import Bilingual, Confidence, Harm, Part, Record, Text


class Article(Part):
    """One article of one text, with its own tag: letters quote nothing the lawyer was not shown the tag of."""

    code: Text
    article: Text
    confidence: Confidence


class Ground(Record):
    """A legal basis. `reasons` is the substantiated text of the letter (Jinja); `avoid` what must not be written."""

    harms: list[Harm] = Field(min_length=1)
    letters: list[Text] = Field(min_length=1)
    articles: list[Article] = Field(min_length=1)
    title: Bilingual
    reasons: Bilingual
    penalty: Bilingual | None = None
    complaint_needed: bool
    audience_note: Bilingual | None = None
    avoid: list[Text] = Field(default_factory=list)
