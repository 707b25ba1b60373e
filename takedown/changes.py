"""What a person changed in a letter, passage by passage and word by word, said in French and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from config import messages
from takedown.blocks import Block
from takedown.letter import Letter

Kind = Literal["added", "removed", "changed", "unmarked"]
SUBJECT = "subject"
WORDS = re.compile(r"\s+|\S+")
ALIKE = 0.4
"""Two passages that share less than this are one taken out and one put in."""
MOST_PAIRS, LONGEST = 10_000, 4_000  # beyond: passages, or words of a passage, are compared as wholes


@dataclass(frozen=True)
class Piece:
    """Some words of a changed passage: same in both, only in the old one, or only in the new one."""

    kind: Literal["same", "old", "new"]
    text: str


@dataclass(frozen=True)
class Change:
    """One passage: `element` is the legal element that holds it (None: free text), `pieces` its words in order."""

    kind: Kind
    element: str | None
    pieces: tuple[Piece, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "element": self.element,
            "pieces": [{"kind": piece.kind, "text": piece.text} for piece in self.pieces],
        }  # fmt: skip


@dataclass(frozen=True)
class Passage:
    """One paragraph, heading or item as it is compared."""

    element: str | None
    text: str


def between(before: Letter, after: Letter) -> tuple[Change, ...]:
    """Everything that differs between two states of a letter, in the order of the letter."""
    one, other = _passages(before), _passages(after)
    found: list[Change] = []
    if before.subject != after.subject:
        found.append(Change("changed", SUBJECT, tuple(_words(before.subject, after.subject))))
    for op, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if op != "equal":
            found.extend(_changes(one[a:b], other[c:d]))
    return tuple(found)


def lines(
    before: Letter, after: Letter, labels: Mapping[str, Mapping[str, str]], lang: str, *, approved: bool = False
) -> Iterator[str]:
    """The difference as lines for a terminal: what was taken out with a minus, what was put in with a plus."""
    changes = between(before, after)
    if not changes:
        yield messages.render("change.none", {}, lang)
    for change in changes:
        place = _place(change.element, labels, lang)
        yield f"{messages.render(f'change.{change.kind}', {}, lang)} ({place})"
        for sign, wanted in (("-", "old"), ("+", "new")):
            if any(piece.kind == wanted for piece in change.pieces):
                yield f"  {sign} {''.join(piece.text for piece in change.pieces if piece.kind in ('same', wanted))}"
    yield from consequences(after, labels, lang, approved=approved)


def consequences(
    after: Letter, labels: Mapping[str, Mapping[str, str]], lang: str, *, approved: bool = False
) -> Iterator[str]:
    """What has to be done now: elements to confirm again, elements that lack, an approval that fell."""
    codes = {"to_confirm": "change.confirm", "missing": "change.missing"}
    for element, status in after.elements.items():
        if status in codes:
            yield messages.render(codes[status], {"label": _place(element, labels, lang)}, lang)
    if approved:
        yield messages.render("change.approval", {}, lang)


def _place(element: str | None, labels: Mapping[str, Mapping[str, str]], lang: str) -> str:
    if element is not None and element in labels:
        return labels[element][lang]
    return messages.render("change.subject" if element == SUBJECT else "change.free", {}, lang)


def _passages(letter: Letter) -> list[Passage]:
    return [one for block in letter.blocks for one in _of_block(block)]


def _of_block(block: Block) -> Iterator[Passage]:
    if block.text:
        yield Passage(block.element, block.text)
    for item in block.items:
        yield Passage(block.element, (" | " if block.kind == "table" else "\n").join(item))


def _changes(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Change]:
    """Pair each old passage with the new one it became, in order; the others were taken out or put in."""
    rest = list(after)
    for old in before:
        became = (
            None
            if len(before) * len(after) > MOST_PAIRS
            else next((place for place, new in enumerate(rest) if _alike(old, new)), None)
        )
        if became is None:
            yield Change("removed", old.element, (Piece("old", old.text),))
            continue
        yield from (Change("added", new.element, (Piece("new", new.text),)) for new in rest[:became])
        yield _changed(old, rest[became])
        rest = rest[became + 1 :]
    yield from (Change("added", new.element, (Piece("new", new.text),)) for new in rest)


def _changed(old: Passage, new: Passage) -> Change:
    """The same words that stand under no element any more, or words that changed."""
    if old.text == new.text:
        return Change("unmarked", old.element or new.element, (Piece("same", old.text),))
    return Change("changed", new.element, tuple(_words(old.text, new.text)))


def _alike(old: Passage, new: Passage) -> bool:
    one, other = old.text.split(), new.text.split()
    if max(len(one), len(other)) > LONGEST:
        return False
    compared = SequenceMatcher(None, one, other, autojunk=False)
    return compared.real_quick_ratio() >= ALIKE and compared.quick_ratio() >= ALIKE and compared.ratio() >= ALIKE


def _words(old: str, new: str) -> Iterator[Piece]:
    one, other = WORDS.findall(old), WORDS.findall(new)
    if len(one) > LONGEST or len(other) > LONGEST:
        yield from (Piece("old", old), Piece("new", new))
        return
    for op, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if op == "equal":
            yield Piece("same", "".join(one[a:b]))
            continue
        if b > a:
            yield Piece("old", "".join(one[a:b]))
        if d > c:
            yield Piece("new", "".join(other[c:d]))
