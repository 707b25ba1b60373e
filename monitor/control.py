"""A control of a source: names that nobody bears are looked for in it; whatever it finds is a false hit (pure)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.sighting import Sighting
from monitor.names import NameIndex, Term

WATCHED = 2_000  # invented names that a source without questions is compared with
_ONSETS = ["b", "br", "c", "ch", "d", "f", "fl", "g", "gr", "j", "l", "m", "n", "p", "pl", "r", "s", "t", "tr", "v"]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ou", "eu", "an", "on", "in"]
_CODAS = ["", "", "", "l", "n", "r", "s", "t"]


def invented(chance: random.Random, count: int) -> list[Term]:
    """Names in two words made of syllables, each once."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[f"{_word(chance, 2)} {_word(chance, 3)}"] = None
    return [Term(str(number), "name", name) for number, name in enumerate(names)]


def _word(chance: random.Random, syllables: int) -> str:
    made = "".join(chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(syllables))
    return (made + chance.choice(_CODAS)).title()


@dataclass
class Control:
    """What the invented names gave: pages read, results for each question, hits by band, where."""

    index: NameIndex
    pages: int = 0
    searched: int = 0
    results: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    variants: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, terms: Iterable[Term]) -> Control:
        return cls(NameIndex(terms))

    def take(self, message: dict[str, object]) -> None:
        """Count one message of the child process."""
        kind = message.get("type")
        if kind == "searched":
            self.searched += 1
            self.results += int(str(message.get("count") or 0))
        elif kind == "error":
            self.errors[str(message["class"])] += 1
        elif kind == "sighting":
            self.pages += 1
            sighting = Sighting.from_json(message)
            for match in self.index.match([(part.name, part.text) for part in sighting.fields]):
                self.hits[match.band] += 1
                self.variants[match.variant] += 1

    def to_json(self, source: str) -> dict[str, object]:
        """The count as one document; `per_page` is false hits a page, of every band."""
        total = sum(self.hits.values())
        return {
            "source": source,
            "names": len(self.index),
            "searched": self.searched,
            "results": self.results,
            "pages": self.pages,
            "hits": {band: self.hits[band] for band in ("automatic", "context")},
            "variants": dict(self.variants),
            "per_page": round(total / self.pages, 4) if self.pages else None,
            "errors": dict(self.errors),
        }
