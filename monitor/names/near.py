"""A whole name of which a word is misspelled, or is another form of it (nickname, transliteration), or has another
word between: the words of the name are laid beside those of the page, and each must be equal or near."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from math import prod

from rapidfuzz.distance import OSA, Prefix

from monitor.names import known, variants
from monitor.names.form import NAMED, groups_of, own_words
from monitor.names.particles import SKIPPED
from monitor.names.points import collapsed, drawn_for
from monitor.names.term import Term

MOST_READINGS = 64
LONG_GIVEN = 6  # letters from which the neighbours of a given name are few
LONG_NAME = 10  # letters of a name in which two edits still leave enough


def limit(word: str) -> int:
    """Edits allowed in a word: none below three letters, one below five, two from there."""
    return 0 if len(word) < 3 else 1 if len(word) < 5 else 2


def depth(word: str) -> int:
    """How many letters are deleted from a word for the keys it is found by: what is left must still say something."""
    return min(limit(word), 1 if len(word) < 6 else 2)


def pairs(term: Term) -> list[tuple[str, str]]:
    """The words, and the groups of words, that stand side by side in a name, in any order of its groups."""
    if term.kind not in NAMED:
        return []
    found: dict[tuple[str, str], None] = {}
    for value in (term.value, *term.aliases):
        for words in _spellings(value):
            if len(words) > 1:
                found.update(dict.fromkeys(pairwise(words)))
                found[words[-1], words[0]] = None
    return list({tuple(sorted(pair)): pair for pair in found}.values())


def _spellings(value: str) -> Iterator[list[str]]:
    """A name as its words without particles, and with each compound in one piece."""
    groups = [own_words(group) for group in groups_of(value)]
    if len(groups) < 2:
        return
    yield [word for group in groups for word in group]
    if any(len(group) > 1 for group in groups):
        yield ["".join(group) for group in groups]


@lru_cache(maxsize=4_000)
def spellings(term: Term) -> tuple[tuple[str, ...], ...]:
    """A name and its aliases as rows of words."""
    return tuple(tuple(words) for value in (term.value, *term.aliases) for words in _spellings(value))


def is_short(term: Term) -> bool:
    """Whether a name has two words, however it is spelled."""
    return all(len(words) == 2 for words in spellings(term))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How the words of a page are like a name: first and last token, edits, and what else differs."""

    first: int
    last: int
    edits: int
    fuzzy: int  # how many words are misspelled
    kinds: frozenset[str]  # nickname, spelling, middle, particle
    letters: int  # of the whole name
    swapped: bool
    right: tuple[str, ...]  # the words that are as they should be
    misspelled: tuple[tuple[int, str, str], ...]  # token, the word of the name, the letters seen
    words: int  # of the name, particles aside
    sure: bool = True


def likeness(term: Term, words: Sequence[tuple[int, str, bool]], here: int, there: int) -> Likeness | None:
    """The best way to lay a name over the page's own words, given as (token, letters, unknown), with `here` and `there`
    (places in `words`) inside; None when a word of the name is missing."""
    found: list[Likeness] = []
    for spelling in spellings(term):
        for turn in range(len(spelling)):
            order = spelling[turn:] + spelling[:turn]
            found += _laid(order, words, here, there, swapped=turn > 0)
    return min(found, key=lambda each: (each.edits, len(each.kinds), each.first), default=None)


def _laid(
    order: Sequence[str], words: Sequence[tuple[int, str, bool]], here: int, there: int, *, swapped: bool
) -> Iterator[Likeness]:
    if there - here == 2 and len(order) == 2 and words[here + 1][1].isalpha():
        yield from _compared(order, [words[here], words[there]], frozenset({"middle"}), swapped=swapped)
        return
    for first in range(max(0, there - len(order) + 1), here + 1):
        if first + len(order) <= len(words) and there - here == 1:
            yield from _compared(order, words[first : first + len(order)], frozenset(), swapped=swapped)


def _compared(
    order: Sequence[str], seen: Sequence[tuple[int, str, bool]], kinds: frozenset[str], *, swapped: bool
) -> Iterator[Likeness]:
    edits, right, wrong = 0, [], []
    for name, (token, letters, unknown) in zip(order, seen, strict=True):
        if name == letters:
            right.append(name)
            continue
        kind = variants.kind(name, letters)
        if kind is not None:
            kinds |= {kind}
            continue
        distance = _edits(name, letters, unknown=unknown)
        if distance is None:
            return
        edits += distance
        if distance:
            wrong.append((token, name, letters))
    letters_ = sum(map(len, order))
    yield Likeness(
        seen[0][0], seen[-1][0], edits, len(wrong), kinds, letters_, swapped, tuple(right), tuple(wrong), len(order)
    )


def _edits(name: str, letters: str, *, unknown: bool) -> int | None:
    """The edits between a word of a name and one of the page, within the limit; digits and signs count as letters."""
    disguised = not letters.isalpha()
    if disguised and collapsed(letters) == collapsed(name):
        return 0
    if not unknown:
        return None
    if letters.isdigit():
        return None
    if disguised and any(map(known.usual, readings(letters))):
        return None  # Mar!e is Marie, not Maria
    if disguised:  # digits stand for several letters each: one edit more is all that can be told
        distance = OSA.distance(collapsed(name), collapsed(letters))
        return distance if distance <= min(1, limit(name)) else None
    distance = OSA.distance(name, letters)
    return distance if distance <= limit(name) else None


def readings(letters: str) -> Iterator[str]:
    """The words that a disguised word may be read as, some dozens at most: Ala1n is Alain or Allan."""
    ways = [drawn_for(letter) for letter in letters]
    if prod(map(len, ways)) <= MOST_READINGS:
        yield from map("".join, product(*ways))


def given_words(term: Term) -> frozenset[str]:
    """The words of the group that opens a name or one of its aliases: its given names."""
    return frozenset(word for value in (term.value, *term.aliases) for group in groups_of(value)[:1] for word in group)


def is_variant(name: str, seen: str) -> bool:
    """Whether a given name differs as two given names do: in its ending (Karim, Karima, Karime; Jim, Jimmy), or in
    letters that sound alike (Matias, Mathias; Sandryne, Sandrine; Ana, Anna). Such a difference is no slip of the
    finger. A letter doubled in a long name is one: those of its neighbours that are names are known."""
    if sounds_alike(name, seen):
        return True
    shared = Prefix.similarity(name, seen)
    tails = name[shared:], seen[shared:]
    if shared < 2:
        return False
    added = "".join(tails) if "" in tails else ""
    if added == "e":
        return name[shared - 1] in _BEFORE_E
    return all(_VOWELS.fullmatch(tail) for tail in tails) or _SUFFIX.fullmatch(added) is not None


def sounds_alike(name: str, seen: str) -> bool:
    """Whether two spellings are said alike in French or English, roughly."""
    return _sound(name) == _sound(seen)


def _sound(name: str) -> str:
    """The letters of a given name as French and English say them, roughly: what is spelled in several ways is one."""
    short = len(name) < LONG_GIVEN
    for written, said in _SAID:
        name = name.replace(written, said)
    return _DOUBLED.sub(r"\1", name) if short else name


_SAID = (("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "k"), ("y", "i"), ("c", "k"), ("z", "s"))
_DOUBLED = re.compile(r"(?<=.)([bcdfklmnprst])\1+")
_VOWELS = re.compile(r"[aeiouy]")
_SUFFIX = re.compile(r"(?:n|l|t|s|m|r|d|k|nn|ll|tt|ss|mm)?(?:a|e|ie|i|y|o|ia|ah)|h|s")
_BEFORE_E = frozenset("adiklmnrsty")  # letters after which a final e is the feminine of a name


def is_own(letters: str) -> bool:
    """Whether a word of a page is one of a name's own, no particle."""
    return letters not in SKIPPED
