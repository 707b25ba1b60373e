"""The 7 other classes: writings that could also be somebody else, and mixtures of disguises."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from rapidfuzz.distance import OSA

from benchmarks.names import disguise
from benchmarks.names.mention import Mention, bare, letters, plain
from benchmarks.names.people import Person
from benchmarks.names.spellings import FAMILIES

ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
Known = Callable[[str], bool]


def initial(person: Person, chance: random.Random, _: Known) -> Mention:
    ways = (
        f"{person.first[0]}. {person.last}",
        f"{person.first[0]} {person.last}",
        f"{person.last} {person.first[0]}.",
    )
    return plain(chance.choice(ways))


def nickname(person: Person, chance: random.Random, _: Known) -> Mention | None:
    return plain(f"{chance.choice(person.nicknames)} {person.last}") if person.nicknames else None


def transliteration(person: Person, chance: random.Random, _: Known) -> Mention | None:
    family = next((each for each in FAMILIES if person.first in each), None)
    if family is None:
        return None
    spelling = chance.choice([name for name in family if name != person.first])
    return plain(f"{spelling} {person.last}", script=not spelling[0].isascii() and bare(spelling)[0] > "z")


def one_edit(person: Person, chance: random.Random, known: Known) -> Mention | None:
    return _mistyped(person, chance, known, 1)


def two_edits(person: Person, chance: random.Random, known: Known) -> Mention | None:
    """Two errors in a name of ten letters or more."""
    if sum(map(str.isalpha, person.name)) < 10:
        return None
    return _mistyped(person, chance, known, 2)


def embedded(person: Person, chance: random.Random, _: Known) -> Mention:
    core = letters(person.first) + letters(person.last)
    before, after = chance.choice(
        (("xx", "xx"), ("only", ""), ("", "officiel"), ("je", "2"), ("vrai", "fr"), ("team", ""))
    )
    return plain(before + core + after, core)


def mixed(person: Person, chance: random.Random, known: Known) -> Mention | None:
    """Two disguises at once, or one and a typing error."""
    if chance.random() < 0.3:
        wrong = one_edit(person, chance, known)
        return replace(plain(wrong.shown.upper()), known=wrong.known) if wrong else None
    first, second = chance.sample(("upper", "order", "leet", "homoglyph", "accents", "hyphen"), 2)
    inner = disguise.FORMS[first](person, chance)
    if inner is None or len(inner.shown.split(" ")) < 2:
        return None
    given, family = inner.shown.split(" ", 1)
    return disguise.FORMS[second](replace(person, first=given, last=family), chance)


VARIANTS: Final = {
    each.__name__: each for each in (initial, nickname, transliteration, one_edit, two_edits, embedded, mixed)
}


def _mistyped(person: Person, chance: random.Random, known: Known, edits: int) -> Mention | None:
    words = [person.first, person.last]
    able = [place for place, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    if not able:
        return None
    for _ in range(edits):
        place = chance.choice(able)
        words[place] = _one_error(words[place], chance)
    touched = [word for word, old in zip(words, (person.first, person.last), strict=True) if bare(word) != bare(old)]
    distance = OSA.distance(bare(" ".join(words)), bare(person.name))
    if distance != edits:
        return None
    return plain(" ".join(words), known=any(known(word) for word in touched))


def _one_error(word: str, chance: random.Random) -> str:
    """A letter left out, doubled or added, another one, or two that changed places; the first letter stays."""
    place = chance.randrange(1, len(word))
    kind = chance.choice(("out", "other", "added", "doubled", "swapped"))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if kind == "swapped" and after:
        return before + after[0] + letter + after[1:]
    changed = {
        "out": "", "other": chance.choice(ALPHABET), "added": chance.choice(ALPHABET) + letter, "doubled": letter * 2,
    }.get(kind, "")  # fmt: skip
    return before + changed + after
