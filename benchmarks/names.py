"""One page against many watched persons: the index against rapidfuzz's partial_ratio asked once per person."""

from __future__ import annotations

import random
from collections.abc import Iterator

from rapidfuzz import fuzz

from benchmarks.timing import Ratio, versus
from monitor.names import NameIndex, Term

SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "ro", "su", "ta", "ve", "li", "mo", "ne", "ra", "so", "ti")
WORDS = ("le", "la", "une", "des", "pour", "dans", "avec", "sans", "rue", "maison", "jardin", "lettre", "photo", "hier")


def ratios() -> Iterator[Ratio]:
    """Rows for 100 and 1,000 persons and a page of about 10 KB."""
    chance = random.Random(7)
    for count in (100, 1000):
        names = [f"{_word(chance, 3).title()} {_word(chance, 4).title()}" for _ in range(count)]
        page = (
            " ".join(chance.choice(WORDS) for _ in range(1800))
            + f" {names[0]} "
            + " ".join(chance.choices(WORDS, k=50))
        )
        index = NameIndex([Term(str(number), "name", name) for number, name in enumerate(names)])
        yield versus(
            f"a page against {count} names",
            lambda index=index, page=page: index.match([("text", page)]),
            "rapidfuzz partial_ratio, one a name",
            lambda names=names, page=page: [fuzz.partial_ratio(name, page) for name in names],
            rounds=3,
            bound=1.0,
        )


def _word(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choices(SYLLABLES, k=syllables))
