"""The checklist: which legal elements are really in the text of a letter, and which a person still has to confirm."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal

from config import messages
from takedown import forbidden
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
    """The status of each element of the header that this signer's letter needs, in its order.

    `drafted` are the `digest`s of the elements as the template wrote them: a changed element is to be confirmed by a
    person, and so is one that only a person may confirm; `confirmed` holds the ids a person ticked.
    """
    return {
        element.id: _status(element, header.lang, blocks, expected, drafted, confirmed)
        for element in header.elements
        if element.id in drafted
    }


def missing(
    header: LetterHeader, blocks: Sequence[Block], expected: Expected, status: Mapping[str, Status]
) -> tuple[Missing, ...]:
    """A remark for each thing that keeps the letter from being ready, in words a person can act on.

    A required element that is missing; a gap outside of any element; what may never be written; another's signature.
    """
    wanting = [element for element in header.elements if element.required and status.get(element.id) == "missing"]
    remarks = [remark for element in wanting for remark in _why(element, header.lang, blocks, expected)]
    return (*remarks, *_loose(blocks, {element.id for element in wanting}), *_signature(blocks, expected),
            *(Missing("letter.forbidden", {"rule": rule, "quote": quote}, "")
              for rule, quote in forbidden.hits(header.forbidden, blocks)))  # fmt: skip


def digest(blocks: Sequence[Block], element: str) -> str:
    """SHA-256 of everything printed under an element."""
    said = [block.to_json() for block in blocks if block.element == element]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _status(
    element: Element, lang: str, blocks: Sequence[Block], expected: Expected, drafted: Mapping[str, str],
    confirmed: frozenset[str],
) -> Status:  # fmt: skip
    if not element.printed:
        return "present" if element.id in confirmed else "to_confirm"
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
    for gap in _gaps(strings):
        yield "fact", gap
    text = _folded(" ".join(strings))
    for value in (*expected.get(element.id, ()), *element.words.get(lang, ())):
        if not _shows(text, value):
            yield "value", value


def _gaps(strings: Sequence[str]) -> list[str]:
    """What the marked gaps ask for."""
    found = re.findall(r"\[\[([^\]]*)\]\]", " ".join(strings))
    return [gap.partition(":")[2].strip() or gap.strip() for gap in found]


def _shows(folded: str, value: str) -> bool:
    """Whether the value stands in the folded text; the number of an article is not found in a longer one."""
    if value.startswith("article "):
        return re.search(rf"{re.escape(_folded(value))}(?![\d]|-\d)", folded) is not None
    return _folded(value) in folded


def _loose(blocks: Sequence[Block], wanting: AbstractSet[str]) -> Iterator[Missing]:
    """The gaps that no missing element told of yet."""
    for block in blocks:
        if block.element not in wanting:
            for gap in _gaps(list(block.strings())):
                yield Missing("letter.missing.fact", {"label": gap}, block.element or "")


def _signature(blocks: Sequence[Block], expected: Expected) -> Iterator[Missing]:
    """Whoever declares good faith signs: the name of the draft's signer stands under the letter (law.md 22.1)."""
    signed = [_folded(" ".join(block.strings())) for block in blocks if block.kind == "signature"]
    for name in expected.get("signature", ()):
        if signed and not any(_folded(name) in text for text in signed):
            yield Missing("letter.missing.signature", {"name": name}, "")


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
