"""A letter in plain fields: each block as some lines of text that a person can change, and back into blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from takedown.blocks import CONTROL, DATA, Block
from takedown.typography import typeset, visible

CELLS = " | "
EMPTY_LINE = re.compile(r"\n[ \t]*\n")


def cleaned(text: str, lang: str, *, exact: bool = False) -> tuple[str, bool]:
    """One line without invisible characters, with the spaces of its language unless `exact`; whether any was hidden."""
    plain, hidden = visible(text)
    plain = CONTROL.sub("", plain).replace(DATA, "")
    return (plain if exact else typeset(plain, lang)), hidden


def to_text(block: Block) -> str:
    """The block as it stands in a field: an item a line, an address and its lines apart from the next by a blank."""
    if block.kind == "urls":
        return "\n\n".join("\n".join(item) for item in block.items)
    if block.kind == "table":
        return "\n".join(CELLS.join(item) for item in block.items)
    return "\n".join(item[0] for item in block.items) if block.items else block.text


def to_blocks(block: Block, typed: str, lang: str) -> Iterator[Block]:
    """What a field holds now, under the element of its block: nothing, the same, or several paragraphs."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return
    if block.kind in ("heading", "para"):
        for part in EMPTY_LINE.split(text):
            said = cleaned(" ".join(part.split("\n")), lang)[0]
            if said:
                yield replace(block, text=said)
        return
    items = tuple(item for item in _items(block, text, lang) if any(item))
    if items:
        yield replace(block, items=items)


def _items(block: Block, text: str, lang: str) -> Iterator[tuple[str, ...]]:
    if block.kind == "urls":
        for part in EMPTY_LINE.split(text):
            first, *about = [line for line in part.split("\n") if line.strip()] or [""]
            yield (cleaned(first, lang, exact=True)[0], *(cleaned(line, lang)[0] for line in about))
        return
    width = len(block.items[0]) if block.kind == "table" and block.items else 1
    for line in text.split("\n"):
        cells = [cleaned(cell, lang)[0] for cell in (line.split("|") if width > 1 else [line])]
        yield tuple(_as_wide(cells, width))


def _as_wide(cells: Sequence[str], width: int) -> list[str]:
    """A row with the number of cells of its table: what is too much joins the last one."""
    kept = [*cells, *[""] * width][:width]
    return [*kept[:-1], " ".join([kept[-1], *cells[width:]])] if len(cells) > width else kept
