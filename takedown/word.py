"""Takes an edited Word letter back in: its text becomes blocks again, its elements are those of its bookmarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from takedown.blocks import Block, Kind
from takedown.letter import Letter
from takedown.render import docx_styles as styles
from takedown.render.docx import bookmarks
from takedown.render.pdf import window_lines
from takedown.typed import cleaned
from takedown.word_file import WordError, open_word
from takedown.word_text import LINE, Line, Reader

HEAD = {styles.SENDER.casefold(), styles.ADDRESSEE.casefold(), styles.DATE.casefold()}
MOST_BLOCKS = 600
MOST_CHARACTERS = 400_000  # of all its text: a letter with an annex of five hundred addresses has a fifth of it


@dataclass(frozen=True)
class Edited:
    """A letter as somebody edited it: subject, blocks, and codes of config/texts/word.toml for what was left out."""

    subject: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]


def read(data: bytes, letter: Letter) -> Edited:
    """The edited letter that a Word file holds; `letter` is the one that was given to be edited.

    Only text, its styles and its bookmarks are read. Raises `WordError` for a file that is hostile or no letter.
    """
    reader = Reader(open_word(data), {name: element for element, name in bookmarks(letter).items()})
    read_lines = reader.lines()
    if sum(len(line.text) + sum(map(len, line.cells)) for line in read_lines) > MOST_CHARACTERS:
        raise WordError.coded("refusal.word_large")
    lines = [_cleaned(line, letter.lang, reader.left_out) for line in read_lines]
    head = [line for line in lines if line.style in HEAD]
    subject, body = _subject([line for line in lines if line.style not in HEAD], letter)
    blocks = tuple(_regrouped(list(_blocks(body)), letter.blocks))
    if not blocks or len(blocks) > MOST_BLOCKS:
        raise WordError.coded("refusal.word_empty" if not blocks else "refusal.word_large")
    if head and _flat(head) != _head(letter):
        reader.left_out.add("word.note.head")
    return Edited(subject, blocks, tuple(sorted(reader.left_out)))


def _cleaned(line: Line, lang: str, left_out: set[str]) -> Line:
    """The line without invisible characters, with the spaces of its language; a line break stays one."""
    exact = line.style == styles.REPORTED.casefold()
    parts = [cleaned(part, lang, exact=exact and not place) for place, part in enumerate(line.text.split(LINE))]
    cells = [cleaned(cell, lang) for cell in line.cells]
    if any(hidden for _, hidden in (*parts, *cells)):
        left_out.add("word.note.invisible")
    return replace(line, text=LINE.join(part for part, _ in parts).strip(LINE), cells=tuple(said for said, _ in cells))


def _subject(lines: Sequence[Line], letter: Letter) -> tuple[str, list[Line]]:
    """The subject is the first heading of the first rank; without one it stays as it was."""
    found = next((line for line in lines if line.style in ("heading 1", "title")), None)
    if found is None:
        return letter.subject, list(lines)
    label = letter.head.subject_label
    said = found.text.replace(LINE, " ").removeprefix(label).strip()
    return said or letter.subject, [line for line in lines if line is not found]


def _kind(line: Line) -> Kind:
    if line.cells:
        return "table"
    if line.style == styles.REPORTED.casefold():
        return "urls"
    if line.style == styles.SIGNATURE.casefold():
        return "signature"
    if line.heading:
        return "heading"
    return "list" if line.listed or line.style.startswith("list") else "para"


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """Lines of one kind and element that follow each other are the items of one block."""
    open_block: Block | None = None
    for line in lines:
        kind = _kind(line)
        element = None if kind == "heading" else line.element
        if kind in ("heading", "para"):
            if open_block is not None:
                yield open_block
            open_block = None
            yield Block(kind, element, line.text.replace(LINE, " "))
            continue
        if open_block is not None and (open_block.kind, open_block.element) != (kind, element):
            yield open_block
            open_block = None
        item = _item(kind, line)
        open_block = open_block or Block(kind, element)
        open_block = replace(open_block, items=(*open_block.items, item))
    if open_block is not None:
        yield open_block


def _item(kind: Kind, line: Line) -> tuple[str, ...]:
    if kind == "table":
        return line.cells
    if kind == "urls":
        return tuple(part.strip() for part in line.text.split(LINE) if part.strip())
    return (line.text.replace(LINE, " "),)


def _regrouped(blocks: Sequence[Block], before: Sequence[Block]) -> Iterator[Block]:
    """Two lists that stood one after the other are two again: in Word nothing stands between them."""
    seams = {
        (one.kind, one.element, one.items[-1], other.items[0])
        for one, other in pairwise(before)
        if one.items and other.items and (one.kind, one.element) == (other.kind, other.element)
    }
    for block in blocks:
        begin = 0
        for place, (one, other) in enumerate(pairwise(block.items), 1):
            if (block.kind, block.element, one, other) in seams:
                yield replace(block, items=block.items[begin:place])
                begin = place
        yield replace(block, items=block.items[begin:])


def _flat(lines: Sequence[Line]) -> str:
    return "".join("".join(line.text.split()) for line in lines)


def _head(letter: Letter) -> str:
    head = letter.head
    return "".join("".join(one.split()) for one in (*head.sender, *window_lines(head.addressee), head.place_date))
