"""One reading of a stretch of text as tokens: bare words with their place, and the same without separators."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise

from monitor.names.fold import UNSPACED, Folded, fold, is_mark

# A word; letters of scripts written without spaces stand each for itself.
_TOKEN = re.compile(f"[{UNSPACED}]|[^ {UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word; `start` and `end` are indexes in the original text; soft sides lie inside a written word."""

    text: str
    start: int
    end: int
    soft_start: bool = False
    soft_end: bool = False


@dataclass(frozen=True)
class Layer:
    """The tokens of `text[start:end]`; positions are those of the whole text."""

    text: str
    start: int = 0
    end: int | None = None
    tokens: tuple[Token, ...] = field(init=False)

    def __post_init__(self) -> None:
        stretch = self.text[self.start : self.end]
        object.__setattr__(self, "tokens", tuple(_tokens(stretch, fold(stretch), self.start)))

    @cached_property
    def squeezed(self) -> str:
        """All tokens one after the other."""
        return "".join(token.text for token in self.tokens)

    @cached_property
    def starts(self) -> list[int]:
        """Where each token starts in `squeezed`, and at the end its length."""
        return [0, *accumulate(len(token.text) for token in self.tokens)]

    def gap(self, index: int) -> str:
        """What is written between token `index` and the one before it."""
        return self.text[self.tokens[index - 1].end : self.tokens[index].start]


def _tokens(stretch: str, folded: Folded, offset: int) -> list[Token]:
    tokens: list[Token] = []
    for word in _TOKEN.finditer(folded.text):
        first, last = word.start(), word.end()
        origin, end = folded.origins[first], folded.origins[last - 1] + 1
        written = stretch[origin:end]
        if written[1:].islower() or written.isupper() or len(written) < 3:
            tokens.append(Token(word[0], origin + offset, _with_marks(stretch, end) + offset))
        else:
            tokens += _pieces(stretch, folded, (first, last), offset)
    return tokens


def _pieces(stretch: str, folded: Folded, span: tuple[int, int], offset: int) -> list[Token]:
    """Cut a word where its capitals say that words were glued: LeaMartin, JUSTICEPourLea."""
    first, last = span
    cuts = [first, *(at for at in range(first + 1, last) if _is_hump(stretch, folded, at, last)), last]
    tokens = []
    for left, right in pairwise(cuts):
        start, end = folded.origins[left] + offset, _with_marks(stretch, folded.origins[right - 1] + 1) + offset
        tokens.append(Token(folded.text[left:right], start, end, left > first, right < last))
    return tokens


def _is_hump(stretch: str, folded: Folded, at: int, last: int) -> bool:
    before, here = stretch[folded.origins[at - 1]], stretch[folded.origins[at]]
    if folded.origins[at - 1] == folded.origins[at] or not here.isupper():
        return False
    following = stretch[folded.origins[at + 1]] if at + 1 < last else ""
    return before.islower() or (before.isupper() and following.islower())


def _with_marks(stretch: str, end: int) -> int:
    """Take in the combining marks that decorate the last letter, so that the quote is what a reader sees."""
    while end < len(stretch) and is_mark(stretch[end]):
        end += 1
    return end
