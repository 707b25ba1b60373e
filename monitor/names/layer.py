"""One stretch of a text as the matcher reads it: bare letters with their origins, cut into words.

Every letter keeps the index of the character that gave it. A word may be cut further where its capitals, a sign or
its digits say that pieces were glued (LeaMartin, @lea, lea92): such a cut is soft, since the word is one as written.
Letters of another script inside a word that also has Latin ones are read as the Latin letters they are drawn like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from monitor.names import points
from monitor.names.fold import is_mark
from monitor.names.points import DIGIT, FOREIGN, JOINING, LATIN, LETTER, LONE, LOWER, MANY, SEPARATOR, SIGN, UPPER

MAX_GAP = 24  # code points between two parts of one name: room for a few emojis, not for a sentence
# What Arabic writes in front of a name without a blank: "and". Its other prefixes open too many names (ليلى, بلال).
JOINED = np.array([ord("و")], np.uint32)
_BARS = np.array([ord("|"), ord("+")], np.uint32)  # between words they only separate
_PIECE = 3  # letters on each side of a sign from which they could be words of their own
_EDGES = [ord(sign) for sign in points.EDGE_SIGNS]
_ALNUM = np.isin(np.arange(7), (LETTER, MANY, LONE))


class Token(NamedTuple):
    """A folded word; `start` and `end` are indexes in the original text; soft sides lie inside a written word."""

    text: str
    start: int
    end: int
    soft_start: bool
    soft_end: bool


@dataclass(frozen=True)
class Letters:
    """The letters of a stretch: index of the character each came from (in the stretch), folded code, key code;
    where each token starts among them (and at the end their number), and which starts are soft."""

    origins: np.ndarray
    codes: np.ndarray
    keys: np.ndarray
    starts: np.ndarray
    soft: np.ndarray


class Layer:
    """The tokens of `size` characters of a text from `start` on; positions are those of the whole text."""

    def __init__(self, text: str, start: int, size: int, letters: Letters) -> None:
        self.text = text
        self.offset = start
        self.size = size  # code points of the stretch
        self.letters = letters
        # Where each token starts among the letters, and at the end their number: the same memory, number by number.
        self.starts: Sequence[int] = letters.starts.data
        self._origins: Sequence[int] = letters.origins.data
        self.tokens = Tokens(self)

    @cached_property
    def folded(self) -> str:
        """All folded letters."""
        return self.letters.codes.tobytes().decode("utf-32-le", "surrogatepass")

    def spelled(self, first: int, last: int) -> str:
        """The folded letters of tokens `first`..`last`, both in."""
        return self.folded[self.starts[first] : self.starts[last + 1]]

    def gap(self, index: int) -> str:
        """What is written between token `index` and the one before it."""
        return self.text[self.tokens[index - 1].end : self.tokens[index].start]

    def origin(self, letter: int) -> int:
        """Where a letter stands in the whole text."""
        return self._origins[letter] + self.offset

    def end_of(self, letter: int) -> int:
        """Where the character of a letter ends, with the combining marks that decorate it: what a reader sees."""
        end, text = self._origins[letter] + self.offset + 1, self.text
        while end < len(text) and is_mark(text[end]):
            end += 1
        return end


class Tokens:
    """The tokens of a layer, made when asked for."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._soft: Sequence[Any] = layer.letters.soft.data
        self._made: dict[int, Token] = {}

    def __len__(self) -> int:
        return len(self._soft)

    def __getitem__(self, index: int) -> Token:
        token = self._made.get(index)
        if token is None:
            token = self._made[index] = self._make(index)
        return token

    def _make(self, index: int) -> Token:
        layer, soft = self._layer, self._soft
        first, past = layer.starts[index], layer.starts[index + 1]
        soft_end = index + 1 < len(soft) and soft[index + 1]
        return Token(layer.folded[first:past], layer.origin(first), layer.end_of(past - 1), soft[index], soft_end)


def read(characters: np.ndarray) -> Letters:
    """The letters of a stretch of code points."""
    kinds = points.KIND[characters]
    if not kinds.all():
        points.fill(characters)
        kinds = points.KIND[characters]
    edges = _settle_signs(characters, kinds)
    at = np.flatnonzero(kinds >= LETTER)
    if (kinds == MANY).any():
        at, codes = _spelled_out(characters, kinds, at)
    else:
        codes = points.CODE[characters[at]]
    blanks = np.cumsum(kinds == SEPARATOR)[at] if len(at) else at
    hard = np.ones(len(at), bool)
    hard[1:] = blanks[1:] != blanks[:-1]
    lone = kinds[at] == LONE
    hard |= lone
    hard[1:] |= lone[:-1]
    flags = points.FLAGS[characters[at]]
    if (flags & FOREIGN).any():
        codes = _unmasked(characters[at], codes, flags, hard)
    soft = _soft_cuts(codes, flags, hard, at)
    for edge in edges:
        soft |= edge[at] & np.append(True, at[1:] != at[:-1])
    soft &= ~hard
    starts = np.flatnonzero(hard | soft)
    return Letters(
        at.astype(np.int32),
        codes.astype(np.uint32),
        points.collapse(codes),
        np.append(starts, len(at)).astype(np.int32),
        soft[starts],
    )


def _settle_signs(characters: np.ndarray, kinds: np.ndarray) -> list[np.ndarray]:
    """Decide in place which signs are letters: inside a word, or one or two at its edge; gives where to cut softly.

    Between two pieces that could be words (Bonjour!Lea, lea@example) a sign is a letter that also cuts; a bar or a
    plus there only separates.
    """
    signs = np.flatnonzero(kinds == SIGN)
    if not len(signs):
        return []
    padded = np.zeros(len(kinds) + 2 * _PIECE, np.uint8)
    padded[_PIECE:-_PIECE] = kinds
    around = padded[signs[:, None] + np.arange(2 * _PIECE + 1)]
    letter, sign = _ALNUM[around], around == SIGN
    b, a, bb, aa = _PIECE - 1, _PIECE + 1, _PIECE - 2, _PIECE + 2  # columns: before, after, and beyond
    inside = letter[:, b] & letter[:, a]
    inside |= letter[:, b] & sign[:, a] & letter[:, aa] | letter[:, a] & sign[:, b] & letter[:, bb]
    between = letter[:, :_PIECE].all(axis=1) & letter[:, a:].all(axis=1)
    bar = between & np.isin(characters[signs], _BARS)
    # One or two signs in front of a word or after it; three are punctuation.
    leads = letter[:, a] & (~sign[:, b] | ~sign[:, bb] & ~letter[:, bb])
    leads |= sign[:, a] & letter[:, aa] & ~letter[:, b] & ~sign[:, b]
    trails = letter[:, b] & (~sign[:, a] | ~sign[:, aa] & ~letter[:, aa])
    trails |= sign[:, b] & letter[:, bb] & ~letter[:, a] & ~sign[:, a]
    edge = np.isin(characters[signs], _EDGES) & ~inside
    opening, closing = edge & leads, edge & trails & ~leads
    kinds[signs] = np.where((inside | opening | closing) & ~bar, LETTER, SEPARATOR)
    cuts = np.zeros(len(kinds) + 1, bool)
    cuts[signs[opening | between] + 1] = True
    cuts[signs[closing | between]] = True
    return [cuts[:-1]]


def _spelled_out(characters: np.ndarray, kinds: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The letters where some characters give several: their origins and codes."""
    many = np.flatnonzero(kinds[at] == MANY)
    spelled = [points.EXPANSIONS[int(characters[at[place]])] for place in many]
    widths = np.ones(len(at), np.int64)
    widths[many] = [len(letters) for letters in spelled]
    codes = np.repeat(points.CODE[characters[at]], widths)
    ends = np.cumsum(widths)
    for place, letters in zip(many, spelled, strict=True):
        codes[ends[place] - len(letters) : ends[place]] = points.code_points(letters)
    return np.repeat(at, widths), codes


def _unmasked(characters: np.ndarray, codes: np.ndarray, flags: np.ndarray, hard: np.ndarray) -> np.ndarray:
    """Read look-alikes as Latin in the words that mix scripts; a word of one script is a real word of it."""
    heads = np.flatnonzero(hard)
    latin = np.bitwise_or.reduceat(flags & LATIN, heads) > 0
    mixed = np.repeat(latin, np.diff(np.append(heads, len(flags)))) & ((flags & FOREIGN) > 0)
    return np.where(mixed, points.ALIKE[characters], codes)


def _soft_cuts(codes: np.ndarray, flags: np.ndarray, hard: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Where capitals and digits cut a written word."""
    soft = np.zeros(len(codes), bool)
    if not len(codes):
        return soft
    upper, lower = (flags & UPPER) > 0, (flags & LOWER) > 0
    soft[1:] = lower[:-1] & upper[1:] & ~hard[:-1]  # iPhone, aMrie: one small letter opens no word of its own
    if len(codes) > 2:
        soft[1:-1] |= upper[:-2] & upper[1:-1] & lower[2:] & ~hard[2:]
    soft[1:] &= at[1:] != at[:-1]
    digit = (flags & DIGIT) > 0
    if digit.any():
        soft |= _digit_cuts(digit, hard)
    if (flags & JOINING).any():
        soft |= _joined_cuts(codes, hard)
    return soft


def _digit_cuts(digit: np.ndarray, hard: np.ndarray) -> np.ndarray:
    """After the digits that open a word, and before those that close it."""
    cuts = np.zeros(len(digit), bool)
    places = np.arange(len(digit))
    heads = np.flatnonzero(hard)
    tails = np.append(heads[1:], len(digit))
    last_letter = np.maximum.accumulate(np.where(digit, -1, places))[tails - 1]
    closing = (last_letter >= heads) & (last_letter + 1 < tails)
    cuts[last_letter[closing] + 1] = True
    first_letter = np.minimum.accumulate(np.where(digit, len(digit), places)[::-1])[::-1][heads]
    opening = (first_letter > heads) & (first_letter < tails)
    cuts[first_letter[opening]] = True
    return cuts


def _joined_cuts(codes: np.ndarray, hard: np.ndarray) -> np.ndarray:
    """After a letter that Arabic writes together with the word that follows."""
    cuts = np.zeros(len(codes), bool)
    heads = np.flatnonzero(hard)
    lengths = np.diff(np.append(heads, len(codes)))
    joined = np.isin(codes[heads], JOINED) & (lengths > 3)
    cuts[heads[joined] + 1] = True
    return cuts
