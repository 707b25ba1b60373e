"""The tables of an index: squeezed forms to terms, and the words of names for near names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from monitor.names.form import HEAD, NAME_KINDS, Form, forms_of, pairs
from monitor.names.term import Term

PREFIX = 3  # first letters by which most windows are turned away without being cut out
FEW = 16  # partners of a word up to which comparing with each is cheaper than looking up deletions
EMBEDDED_MIN = 8  # letters of a whole name below which its letters turn up inside ordinary words

Entry = tuple[int, int]  # (term number, form number)


class Lookup:
    """What a squeezed window, the head of a long one, an e-mail key or two neighbouring words stand for."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms
        self.windows: dict[str, list[Entry]] = {}
        self.heads: dict[str, list[Entry]] = {}
        self.emails: dict[str, list[Entry]] = {}
        self.partners: dict[str, dict[str, list[int]]] = {}
        self._deletions: dict[str, set[str]] = defaultdict(set)
        for number, term in enumerate(terms):
            self._add(number, term)
        self.prefixes = {key[:PREFIX] for key in self.windows}
        self.short = {key for key in self.windows if len(key) < PREFIX}
        self.embedded = sorted({len(key) for key in self.windows if len(key) >= EMBEDDED_MIN})
        self.form = lru_cache(maxsize=10_000)(self._form)

    def _add(self, number: int, term: Term) -> None:
        for place, form in enumerate(forms_of(term)):
            table = self.emails if form.kind == "email" else self.windows if len(form.key) <= HEAD else self.heads
            key = form.key if form.kind == "email" else form.key[:HEAD]
            table.setdefault(key, []).append((number, place))
        for word, partner in pairs(term):
            self.partners.setdefault(word, {}).setdefault(partner, []).append(number)
            if partner not in self._deletions.get(partner, ()):
                for key in _deletions(partner):
                    self._deletions[key].add(partner)

    def _form(self, entry: Entry) -> Form:
        return forms_of(self._terms[entry[0]])[entry[1]]

    def whole_names(self, key: str) -> Iterator[tuple[int, Form]]:
        """The terms whose whole name, in several words, squeezes to this key."""
        for entry in self.windows.get(key, ()):
            form = self.form(entry)
            if form.kind in NAME_KINDS and not form.weak and form.ends:
                yield entry[0], form

    def near_partners(self, word: str, seen: str) -> Iterator[tuple[int, int]]:
        """(term number, edits) of the names that pair `word` with a word a few edits away from `seen`."""
        partners = self.partners.get(word)
        if not partners or limit(seen) == 0:
            return
        for name in partners if len(partners) <= FEW else self._likely(seen) & partners.keys():
            edits = OSA.distance(name, seen)
            if 0 < edits <= limit(name):
                yield from ((number, edits) for number in partners[name])

    def _likely(self, seen: str) -> set[str]:
        """The words of names that share what is left after some deletions: all that are near, and a few more."""
        return {name for key in _deletions(seen) for name in self._deletions.get(key, ())}


def limit(word: str) -> int:
    """Edits allowed in a word: none below four letters, one for four and five, two from six."""
    return 0 if len(word) < 4 else 1 if len(word) < 6 else 2


def _deletions(word: str) -> Iterable[str]:
    """The word and all that is left after taking out as many letters as edits are allowed."""
    level = {word}
    kept = set(level)
    for _ in range(limit(word) if len(word) <= HEAD else 0):
        level = {left[:at] + left[at + 1 :] for left in level for at in range(len(left))}
        kept |= level
    return kept
