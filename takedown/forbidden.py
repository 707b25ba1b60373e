"""What may never be written in a letter: repealed law, hours no law sets, old entities, money beside a threat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

from config.records import Bilingual
from takedown.blocks import Block

SENTENCE = re.compile(r"(?<=[.!?;])\s+")


class Rule(BaseModel):
    """One thing that may not stand in a letter (templates/letters/forbidden.toml).

    `pattern` is a regular expression on the text with plain spaces and apostrophes, whatever the case; `together_with`
    a second one that must be found too, in the same sentence or anywhere in the letter (`within`). `only` and `but`
    hold letter numbers; without `only` the rule holds for every letter. `why` says what to write instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    pattern: str
    together_with: str = ""
    within: Literal["sentence", "letter"] = "sentence"
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    why: Bilingual

    @field_validator("pattern", "together_with")
    @classmethod
    def _is_an_expression(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"no regular expression ({error}): correct it") from None
        return value

    def holds_for(self, letter: str) -> bool:
        """Whether the rule concerns this letter, by its number or its whole id."""
        names = {letter, letter.partition(".")[0]}
        return not names & set(self.but) and (not self.only or bool(names & set(self.only)))


def hits(rules: Sequence[Rule], blocks: Sequence[Block]) -> Iterator[tuple[Mapping[str, str], str]]:
    """(why in both languages, the words found) for everything that may not stand there; addresses are not read."""
    texts = [plain(string) for block in blocks if block.kind != "urls" for string in block.strings()]
    whole = " ".join(texts)
    folded = whole.casefold()
    for rule in rules:
        if not _folded(rule.pattern).search(folded):
            continue
        for sentence in (sentence for text in texts for sentence in SENTENCE.split(text)):
            found = re.search(rule.pattern, sentence, re.IGNORECASE)
            beside = sentence if rule.within == "sentence" else whole
            if found and re.search(rule.together_with, beside, re.IGNORECASE):
                yield rule.why.model_dump(), found.group()
                break


@lru_cache(maxsize=256)
def _folded(pattern: str) -> re.Pattern[str]:
    """The expression for a text whose case is folded, which is read three times as fast as any case would be.

    An escape such as \\W means another thing in lower case: those expressions keep theirs and ignore the case.
    """
    return re.compile(pattern, re.IGNORECASE) if re.search(r"\\[A-Z]", pattern) else re.compile(pattern.lower())


def plain(text: str) -> str:
    """The text with ordinary spaces and apostrophes."""
    return re.sub(r"\s+", " ", text.replace("\u2019", "'"))
