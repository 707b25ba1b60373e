"""Blocks are what a letter is made of: six kinds, written in a small line markup, validated line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from takedown.errors import TakedownError

Kind = Literal["heading", "para", "list", "urls", "table", "signature"]
KINDS: tuple[str, ...] = get_args(Kind)

DATA = "\ue000"
"""Private-use mark put before every value that comes from data, so that no value can be read as markup."""

ELEMENT = re.compile(r"[a-z][a-z0-9]*(\.[a-z0-9_]+)*")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufff9-\uffff]")


class LetterError(TakedownError):
    """A letter, a template or a rendering that cannot be used; the sentence names the place and the remedy."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a letter. Headings and paragraphs have `text`; the other kinds have `items`.

    An item is a tuple of strings: one for a list or a signature line, the cells of a table row, or for `urls` the
    address followed by the lines that describe it. `element` is the legal element the block carries, or None.
    """

    kind: Kind
    element: str | None = None
    text: str = ""
    items: tuple[tuple[str, ...], ...] = ()

    def strings(self) -> Iterator[str]:
        """Every string that will be printed."""
        if self.text:
            yield self.text
        for item in self.items:
            yield from item

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "element": self.element,
            "text": self.text,
            "items": [list(item) for item in self.items],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Block:
        """Raises LetterError when the kind is unknown or a key is missing."""
        if kept.get("kind") not in KINDS or {"element", "text", "items"} - set(kept):
            raise LetterError(
                f"A block needs a kind among {', '.join(KINDS)}, an element, a text and items: correct it."
            )
        items = tuple(tuple(str(part) for part in item) for item in kept["items"])
        return cls(kept["kind"], kept["element"], str(kept["text"]), items)


def parse(text: str, inserts: Mapping[str, Block]) -> tuple[Block, ...]:
    """The blocks of a filled-in template (markup: docs/how-to-letter.md); `::name` lines take a block of `inserts`.

    Raises LetterError naming the line and the remedy.
    """
    return tuple(_Reader(inserts).read(text.splitlines()))


def reject_control(blocks: Sequence[Block]) -> None:
    """Raises LetterError when a block holds a control character: it would print as nothing or break the page."""
    for number, block in enumerate(blocks, 1):
        if any(CONTROL.search(string) or "\n" in string for string in block.strings()):
            raise LetterError(f"Block {number} holds a control character or a line break: type that passage again.")


class _Reader:
    """Reads lines into blocks: an element runs from its `@` line to the next `@` line or the next heading."""

    def __init__(self, inserts: Mapping[str, Block]) -> None:
        self.inserts = inserts
        self.element: str | None = None
        self.open: Block | None = None

    def read(self, lines: Sequence[str]) -> Iterator[Block]:
        for number, line in enumerate(lines, 1):
            yield from self._line(number, line.rstrip())
        yield from self._close()

    def _close(self) -> Iterator[Block]:
        if self.open is not None:
            yield self.open
        self.open = None

    def _line(self, number: int, line: str) -> Iterator[Block]:
        words = line.strip().replace(DATA, "")
        if not words:
            yield from self._close()
        elif line.startswith("@"):
            yield from self._close()
            self.element = self._mark(number, words[1:].strip())
        elif line.startswith("# "):
            yield from self._close()
            self.element = None
            yield Block("heading", text=words[2:].strip())
        elif line.startswith("::"):
            yield from self._close()
            yield self._insert(number, words[2:].strip())
        elif line == "-" or line.startswith("- "):
            yield from self._row("list", (self._filled(number, words[2:]),))
        elif line.startswith("| "):
            yield from self._row("table", self._cells(number, line))
        else:
            yield from self._continue(number, line, words)

    def _mark(self, number: int, name: str) -> str | None:
        if name and not ELEMENT.fullmatch(name):
            raise LetterError(
                f'Line {number}: "@{name}" names no element: write @ and an id such as dsa16.2.a, or @ alone.'
            )
        return name or None

    def _insert(self, number: int, name: str) -> Block:
        if name not in self.inserts:
            known = ", ".join(f"::{key}" for key in self.inserts)
            raise LetterError(f'Line {number}: "::{name}" inserts nothing: write one of {known}.')
        return replace(self.inserts[name], element=self.element)

    def _filled(self, number: int, words: str) -> str:
        if not words.strip():
            raise LetterError(f"Line {number}: an empty list item: give it words, or remove the dash.")
        return words.strip()

    def _cells(self, number: int, line: str) -> tuple[str, ...]:
        cells = tuple(
            cell.replace(DATA, "").strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")
        )
        if self.open is not None and self.open.kind == "table" and len(self.open.items[0]) != len(cells):
            raise LetterError(
                f"Line {number}: {len(cells)} cells, the first row has {len(self.open.items[0])}: align them."
            )
        return cells

    def _row(self, kind: Kind, item: tuple[str, ...]) -> Iterator[Block]:
        if self.open is None or self.open.kind != kind:
            yield from self._close()
            self.open = Block(kind, self.element)
        self.open = replace(self.open, items=(*self.open.items, item))

    def _continue(self, number: int, line: str, words: str) -> Iterator[Block]:
        """A further line of the open paragraph or (indented) list item, or the first of a new paragraph."""
        if self.open is not None and self.open.kind == "list" and line.startswith("  "):
            *before, last = self.open.items
            self.open = replace(self.open, items=(*before, (f"{last[0]} {words}",)))
        elif self.open is not None and self.open.kind == "para":
            self.open = replace(self.open, text=f"{self.open.text} {words}")
        elif self.open is not None:
            raise LetterError(
                f"Line {number}: text runs on after a {self.open.kind}: leave an empty line, or indent it."
            )
        else:
            self.open = Block("para", self.element, words)
        yield from ()
