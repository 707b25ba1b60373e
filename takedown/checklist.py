"""The checklist: which legal elements are really in the text of a letter, and which a person still has to confirm."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from config import messages
from takedown.blocks import Block
from takedown.letterbook import Element, LetterHeader

Status = Literal["present", "missing", "to_confirm"]

GAP = "[["
"""Opens a marked gap that a person has to fill in: an element that holds one is missing."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the person who drafts must look at: a code of config/texts/letters.toml and its parameters."""

    code: str
    params: Mapping[str, object]

    def to_json(self) -> dict[str, Any]:
        """The code, its parameters, and the sentence in both languages."""
        return {"code": self.code, "params": dict(self.params), "text": messages.both(self.code, self.params)}


@dataclass(frozen=True, slots=True)
class Missing(Remark):
    """A required element that is not in the text; the letter cannot be made ready."""

    element: str

    def to_json(self) -> dict[str, Any]:
        return {"element": self.element, **Remark.to_json(self)}


Expected = Mapping[str, Sequence[str]]
"""Element id -> the values that must be found in its text (names, addresses, articles)."""


def check(
    header: LetterHeader,
    blocks: Sequence[Block],
    expected: Expected,
    drafted: Mapping[str, str],
    confirmed: frozenset[str],
) -> dict[str, Status]:
    """The status of each element of the header, in its order.

    `drafted` are the `digest`s of the elements as the template wrote them: a changed element is to be confirmed by a
    person, and so is one that only a person may confirm; `confirmed` holds the ids a person ticked.
    """
    return {
        element.id: _status(element, header.lang, blocks, expected, drafted, confirmed) for element in header.elements
    }


def missing(
    header: LetterHeader, blocks: Sequence[Block], expected: Expected, status: Mapping[str, Status]
) -> tuple[Missing, ...]:
    """A remark for each required element that is missing, in words a person can act on."""
    wanting = [element for element in header.elements if element.required and status[element.id] == "missing"]
    return tuple(remark for element in wanting for remark in _why(element, header.lang, blocks, expected))


def digest(blocks: Sequence[Block], element: str) -> str:
    """SHA-256 of everything printed under an element."""
    said = [block.to_json() for block in blocks if block.element == element]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _status(
    element: Element, lang: str, blocks: Sequence[Block], expected: Expected, drafted: Mapping[str, str],
    confirmed: frozenset[str],
) -> Status:  # fmt: skip
    if next(_faults(element, lang, blocks, expected), None) is not None:
        return "missing"
    changed = digest(blocks, element.id) != drafted.get(element.id)
    if element.id not in confirmed and (element.confirmed_by == "person" or changed):
        return "to_confirm"
    return "present"


def _faults(element: Element, lang: str, blocks: Sequence[Block], expected: Expected) -> Iterator[tuple[str, str]]:
    """(kind of fault, what) for all that keeps the element from being present: element, fact or value."""
    strings = [string for block in blocks if block.element == element.id for string in block.strings()]
    if not strings:
        yield "element", ""
        return
    for gap in re.findall(r"\[\[([^\]]*)\]\]", " ".join(strings)):
        yield "fact", gap.partition(":")[2].strip() or gap.strip()
    text = _folded(" ".join(strings))
    for value in (*expected.get(element.id, ()), *element.words.get(lang, ())):
        if _folded(value) not in text:
            yield "value", value


def _why(element: Element, lang: str, blocks: Sequence[Block], expected: Expected) -> Iterator[Missing]:
    label = {"fr": element.label.fr, "en": element.label.en}
    for kind, what in _faults(element, lang, blocks, expected):
        params: dict[str, object] = {"label": what if kind == "fact" else label}
        if kind == "value":
            params["value"] = what
        yield Missing(f"letter.missing.{kind}", params, element.id)


def _folded(text: str) -> str:
    """The text without differences of case, of space or of apostrophe: what typesetting may change."""
    return re.sub(r"\s+", "", text.replace("’", "'")).casefold()
