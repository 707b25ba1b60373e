"""The tables of an index: what a hash of letters stands for. Every table changes at once with one term."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import prod

import numpy as np

from monitor.names import hashing, points
from monitor.names.form import HEAD, forms_of
from monitor.names.near import depth, pairs
from monitor.names.postings import Postings
from monitor.names.table import Table
from monitor.names.term import Term

EMBEDDED_MIN = 8  # letters of a whole name below which its letters turn up inside ordinary words
WEAK = 1  # lowest bit of a reference: the form says too little alone


@dataclass
class _Entries:
    """What one or many terms put into the tables, before hashing."""

    letters: list[str]
    heads: list[bool]
    refs: list[int]
    emails: list[str]
    email_refs: list[int]
    pairs: list[tuple[str, str]]
    pair_refs: list[int]
    words: dict[str, int]
    names: int = 0  # terms that are names of several words

    @classmethod
    def in_parts(cls, terms: Iterable[tuple[int, Term]]) -> Iterator[_Entries]:
        """Some thousands of terms at a time, so that the strings of all are never there together."""
        remaining = iter(terms)
        while part := list(islice(remaining, 20_000)):
            yield cls.of(part)

    @classmethod
    def of(cls, terms: Iterable[tuple[int, Term]]) -> _Entries:
        entries = cls([], [], [], [], [], [], [], {})
        for number, term in terms:
            entries._take(number, term)
        return entries

    def _take(self, number: int, term: Term) -> None:
        for form in forms_of(term):
            ref = number << 1 | (WEAK if form.weak else 0)
            if form.kind == "email":
                self.emails.append(form.key)
                self.email_refs.append(ref)
            else:
                self.letters.append(form.key[:HEAD])
                self.heads.append(len(form.key) > HEAD)
                self.refs.append(ref)
        of_term = pairs(term)
        self.pairs += of_term
        self.pair_refs += [number << 1] * len(of_term)
        self.names += bool(of_term)
        for word in {word for both in of_term for word in both}:
            self.words[word] = self.words.get(word, 0) + 1


class Lookup:
    """What a squeezed window, the head of a long one, an e-mail key or two neighbouring words stand for."""

    def __init__(self, terms: Iterable[tuple[int, Term]] = ()) -> None:
        rows: list[list[tuple[np.ndarray, np.ndarray]]] = [[], [], []]
        words: dict[str, int] = {}
        self.names = array("q", [0])  # how many terms are names of several words
        for entries in _Entries.in_parts(terms):
            self.names[0] += entries.names
            for of_kind, keys, refs in (
                (0, _form_keys(entries), entries.refs),
                (1, _email_keys(entries.emails), entries.email_refs),
                (2, _pair_keys(entries.pairs), entries.pair_refs),
            ):
                rows[of_kind].append((keys, np.array(refs, np.uint32)))
            for word, count in entries.words.items():
                words[word] = words.get(word, 0) + count
        self.forms, self.emails, self.pairs = map(_filled, rows)
        self.words, self.spelled = Table(len(words)), Table(len(words))
        self.deletions = Table()
        self._add_words(words)

    def add(self, number: int, term: Term) -> None:
        """Put one term into every table."""
        entries = _Entries.of([(number, term)])
        for postings, key, ref in self._keys(entries):
            postings.add(key, ref)
        self.names[0] += entries.names
        for word in entries.words:
            self._count(word, 1)

    def remove(self, number: int, term: Term) -> None:
        """Take one term out of every table."""
        entries = _Entries.of([(number, term)])
        for postings, key, ref in self._keys(entries):
            postings.remove(key, ref)
        self.names[0] -= entries.names
        for word in entries.words:
            self._count(word, -1)

    def fit(self) -> None:
        """Give back the room that is not needed, after many terms have come."""
        for one in (self.forms, self.emails, self.pairs, self.words, self.spelled, self.deletions):
            one.fit()

    def count(self, word: str) -> int:
        """In how many watched names a squeezed word stands."""
        key = hashing.mixed(hashing.of_text(word), hashing.KNOWN)
        return next(iter(self.spelled.get(key)), 0)

    def bearers(self, words: Iterable[str]) -> float:
        """How many watched people besides one would bear all of some words, if words met in names by chance."""
        others = self.names[0] - 1
        return others * prod((max(1, self.count(word)) - 1) / max(1, others) for word in words)

    def numbers(self, term: Term) -> list[int]:
        """The numbers of the terms that share the first key of a term, its own among them."""
        form = forms_of(term)[0]
        if form.kind == "email":
            postings, key = self.emails, email_key(form.key)
        else:
            postings, key = self.forms, _form_key(form.key[:HEAD], head=len(form.key) > HEAD)
        return [one >> 1 for ref in postings.table.get(key) for one in postings.all_of(ref)]

    def _keys(self, entries: _Entries) -> Iterator[tuple[Postings, int, int]]:
        """The keys of one term, without arrays: for so few they cost more than they save."""
        for letters, head, ref in zip(entries.letters, entries.heads, entries.refs, strict=True):
            yield self.forms, _form_key(letters, head=head), ref
        for email, ref in zip(entries.emails, entries.email_refs, strict=True):
            yield self.emails, email_key(email), ref
        for (one, other), ref in zip(entries.pairs, entries.pair_refs, strict=True):
            yield self.pairs, hashing.pair_of(_word_key(one) & 0xFFFFFFFF, _word_key(other) & 0xFFFFFFFF), ref

    def _add_words(self, words: dict[str, int]) -> None:
        """The words of all first terms; two that collapse to one key count together."""
        if not words:
            return
        spelled, counts = list(words), np.array(list(words.values()), np.uint32)
        self.spelled.add_all(hashing.mix(hashing.hash_all(spelled, collapsed=False), hashing.KNOWN), counts)
        keys = hashing.mix(hashing.hash_all(spelled, collapsed=True), hashing.WORD)
        unique, first, group = np.unique(keys, return_index=True, return_inverse=True)
        self.words.add_all(unique, np.bincount(group, counts).astype(np.uint32))
        rows = [_deletion_rows([], 0)]
        for edits in (0, 1, 2):
            chosen = [spelled[at] for at in first.tolist() if depth(spelled[at]) == edits]
            rows += [_deletion_rows(chosen[part : part + 10_000], edits) for part in range(0, len(chosen), 10_000)]
        self.deletions.add_all(*map(np.concatenate, zip(*rows, strict=True)))

    def _count(self, word: str, change: int) -> None:
        """One more or one less term with this word."""
        _change(self.spelled, hashing.mixed(hashing.of_text(word), hashing.KNOWN), change)
        left = _change(self.words, _word_key(word), change)
        if left == (1 if change > 0 else 0):
            keys, refs = _deletion_rows([word], depth(word))
            for one in keys.tolist():
                self.deletions.add(one, int(refs[0])) if change > 0 else self.deletions.remove(one, int(refs[0]))

    @property
    def nbytes(self) -> int:
        tables = (self.forms, self.emails, self.pairs, self.words, self.spelled, self.deletions)
        return sum(table.nbytes for table in tables)


def _change(table: Table, key: int, change: int) -> int:
    """Add to the count that stands at a key; gives the new one."""
    slot = table.first(key)
    count = 0 if slot is None else table.ref(slot)
    if slot is None:
        table.add(key, 1)
    elif count + change:
        table.set_ref(slot, count + change)
    else:
        table.remove(key, count)
    return count + change


def _filled(rows: Sequence[tuple[np.ndarray, np.ndarray]]) -> Postings:
    keys = np.concatenate([np.array([], np.uint64), *(keys for keys, _ in rows)])
    refs = np.concatenate([np.array([], np.uint32), *(refs for _, refs in rows)])
    postings = Postings(Table(len(keys)))
    postings.add_all(keys, refs)
    return postings


def email_key(text: str) -> int:
    """The key of an address that was found in a page."""
    return hashing.mixed(hashing.of_text(text), hashing.EMAIL)


def _form_key(letters: str, *, head: bool) -> int:
    return hashing.mixed(hashing.of_text(points.collapsed(letters)), hashing.HEAD if head else hashing.FORM)


def _word_key(word: str) -> int:
    return hashing.mixed(hashing.of_text(points.collapsed(word)), hashing.WORD)


def _form_keys(entries: _Entries) -> np.ndarray:
    hashes, heads = hashing.hash_all(entries.letters, collapsed=True), np.array(entries.heads, bool)
    return np.where(heads, hashing.mix(hashes, hashing.HEAD), hashing.mix(hashes, hashing.FORM))


def _email_keys(texts: Sequence[str]) -> np.ndarray:
    return hashing.mix(hashing.hash_all(texts, collapsed=False), hashing.EMAIL)


def _pair_keys(pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    if not pairs:
        return np.array([], np.uint64)
    words = hashing.mix(hashing.hash_all([word for both in pairs for word in both], collapsed=True), hashing.WORD)
    short = words.astype(np.uint32).reshape(-1, 2)
    return hashing.pair(short[:, 0], short[:, 1])


def _deletion_rows(words: Sequence[str], edits: int) -> tuple[np.ndarray, np.ndarray]:
    """The deletion keys of some words, and for each the short hash of its word."""
    if not words:
        return np.array([], np.uint64), np.array([], np.uint32)
    prefixes = np.zeros((len(words), hashing.PREFIX), np.uint64)
    for row, word in enumerate(words):
        keys = points.collapse(points.code_points(word[: hashing.PREFIX]))
        prefixes[row, : len(keys)] = keys
    keys = hashing.deletions(prefixes, edits)
    short = hashing.mix(hashing.hash_all(words, collapsed=True), hashing.WORD).astype(np.uint32)
    rows, columns = _distinct(keys)
    return keys[rows, columns], short[rows]


def _distinct(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places of the first of equal keys in each row."""
    order = np.argsort(keys, axis=1, kind="stable")
    ordered = np.take_along_axis(keys, order, axis=1)
    new = np.ones(keys.shape, bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    rows, places = np.nonzero(new)
    return rows, order[rows, places]
