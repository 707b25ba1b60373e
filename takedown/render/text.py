"""A letter as plain text in 72 columns: the body of an e-mail, or what is pasted into a form."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from takedown.blocks import Block, reject_control
from takedown.letter import Letter

COLUMNS = 72


def render(letter: Letter) -> str:
    """The whole letter. Addresses are never cut; no-break spaces are kept. Raises LetterError on control characters."""
    reject_control(letter.blocks)
    return "\n\n".join(part for part in _parts(letter) if part) + "\n"


def _parts(letter: Letter) -> Iterator[str]:
    head = letter.head
    if head.stamp:
        yield f"*** {head.stamp} ***"
    yield "\n".join(head.sender)
    yield "\n".join(head.addressee)
    yield head.place_date
    yield _wrapped(f"{head.subject_label} {letter.subject}")
    if head.reference:
        yield f"{head.reference_label} {head.reference}"
    for block in letter.blocks:
        yield _block(block)


def _block(block: Block) -> str:
    if block.kind == "heading":
        return f"{block.text}\n{'-' * min(len(block.text), COLUMNS)}"
    if block.kind == "list":
        return "\n".join(_wrapped(item[0], first="- ", rest="  ") for item in block.items)
    if block.kind == "urls":
        return "\n\n".join(_content(number, item) for number, item in enumerate(block.items, 1))
    if block.kind == "table":
        return "\n".join(" | ".join(item) for item in block.items)
    if block.kind == "signature":
        return "\n".join(item[0] for item in block.items)
    return _wrapped(block.text)


def _content(number: int, item: tuple[str, ...]) -> str:
    first, *about = item
    lines = [f"({number}) {first}", *(_wrapped(line, first="    ", rest="    ") for line in about)]
    return "\n".join(lines)


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        text, COLUMNS, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
