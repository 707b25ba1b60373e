"""Puts terms into the tables of a lookup, or takes them out, with the compiled loops, as `Lookup.add` does."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, ClassVar

import numpy as np

from monitor.names import hashing, identifier, particles
from monitor.names.context import GLUED, opening_words
from monitor.names.fast import Points, Rows
from monitor.names.form import HEAD
from monitor.names.lookup import Lookup
from monitor.names.near import depth
from monitor.names.points import code_points
from monitor.names.postings import Postings
from monitor.names.table import Table
from monitor.names.term import KINDS, Term
from monitor.names.terms import BITS, TermStore, first_words

MANY_FORMS, MANY_DELETIONS, MANY_WORDS = 16, 64, 4  # entries a term for which room is made; others find it one by one
MANY_FIRST = 64  # first words of one context
_LONGEST = 160  # letters of a word: as MAX_LETTERS in forms.c


class _Table(ctypes.Structure):
    _fields_: ClassVar[Sequence[Any]] = [
        *((name, ctypes.c_void_p) for name in ("keys", "refs", "filter")),
        *((name, ctypes.c_uint64) for name in ("length", "slots", "words")),
        ("counts", ctypes.c_void_p),
    ]


class _Postings(ctypes.Structure):
    _fields_: ClassVar[Sequence[Any]] = [
        ("table", _Table), ("cells", ctypes.c_void_p), ("room", ctypes.c_uint64), ("counts", ctypes.c_void_p),
    ]  # fmt: skip


class _Lexicon(ctypes.Structure):
    _fields_: ClassVar[Sequence[Any]] = [
        *((name, _Postings) for name in ("forms", "emails", "pairs")),
        *((name, _Table) for name in ("spelled", "words", "deletions")),
        *((name, ctypes.c_void_p) for name in ("powers", "particles", "skipped")),
        *((name, ctypes.c_int64) for name in ("particle_count", "skipped_count")),
        *((name, ctypes.c_void_p) for name in ("streets", "street_at", "choice_at", "choice_codes")),
        ("street_count", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("short_codes", "depths")),
        ("depth_count", ctypes.c_int64),
        ("weights", ctypes.c_void_p * 3),
        ("masks", ctypes.c_int64 * 3),
        ("prefix", ctypes.c_int64),
        *((f"salt_{name}", ctypes.c_uint64) for name in ("form", "head", "pair", "word", "deletion", "known", "email")),
        *((name, ctypes.c_void_p) for name in ("saints", "saint_at", "saint_codes")),
        *((name, ctypes.c_int64) for name in ("saint_count", "glued", "page_bits", "head")),
        ("names", ctypes.c_void_p),
    ]


class _Store(ctypes.Structure):
    _fields_: ClassVar[Sequence[Any]] = [
        *((name, ctypes.c_void_p) for name in ("bytes", "begin", "length", "kind")), ("count", ctypes.c_int64),
    ]  # fmt: skip


class Changes:
    """The compiled changes of one lookup and its terms."""

    def __init__(self, library: ctypes.CDLL, lookup: Lookup, store: TermStore) -> None:
        self._change, self._release = library.change_terms, library.release
        self._change.restype = None
        self._change.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int64] * 2 + [ctypes.c_void_p] * 8
        self._openings = library.first_words
        self._openings.restype = ctypes.c_int64
        self._openings.argtypes = [ctypes.c_void_p] * 2 + [ctypes.c_int64] + [ctypes.c_void_p] * 3 + [ctypes.c_int64]
        self._first = array("I", bytes(4 * MANY_FIRST))
        self._points = Points()
        self._lookup, self._store = lookup, store
        self._versions = -1
        self._shown: Any = None

    def add(self, terms: Sequence[Term], numbers: Sequence[int]) -> list[int]:
        """Put terms with their numbers in; gives the places of those that are left to Python."""
        self._reserve(len(terms))
        given = array("q", numbers)
        return self._changed(terms, given, b"", array("q", bytes(8 * len(terms))), adding=True)

    def remove(self, terms: Sequence[Term], packed: Sequence[bytes]) -> tuple[list[int], list[int]]:
        """Take terms out, given also as they are packed; gives the number of each that was there, -1 for others, and
        the places of those that are left to Python."""
        numbers = array("q", bytes(8 * len(terms)))
        ends = array("q", accumulate(map(len, packed)))
        left = self._changed(terms, numbers, b"".join(packed), ends, adding=False)
        found = self._lookup
        for one in (found.forms, found.emails, found.pairs, found.spelled, found.words, found.deletions):
            one.pack()
        return numbers.tolist(), left

    def first_words(self, context: tuple[str, ...]) -> Sequence[int]:
        """What `terms.first_words` gives, in another order."""
        text = "".join(context).encode("utf-32-le", "surrogatepass")
        ends = array("q", accumulate(map(len, context)))
        count = self._openings(
            ctypes.byref(self._points.now()), ctypes.byref(self._lexicon()), len(context), text,
            ends.buffer_info()[0], self._first.buffer_info()[0], MANY_FIRST,
        )  # fmt: skip
        return first_words(context) if count < 0 else self._first[:count]

    def _changed(self, terms: Sequence[Term], numbers: Any, packed: bytes, ends: Any, *, adding: bool) -> list[int]:
        text = "".join([term.value for term in terms]).encode("utf-32-le", "surrogatepass")
        text_ends = array("q", accumulate([len(term.value) for term in terms]))
        kinds = bytearray(_KINDS[term.kind] if not term.aliases else _NO_KIND for term in terms)
        handled, out = bytearray(len(terms)), Rows()
        stored, _kept = (_NOBODY, None) if adding else self._stored()
        self._change(
            ctypes.byref(self._points.now()),
            ctypes.byref(self._lexicon()),
            ctypes.byref(stored),
            adding,
            len(terms),
            text,
            text_ends.buffer_info()[0],
            _bytes_at(kinds),
            numbers.buffer_info()[0],
            _bytes_at(handled),
            packed,
            ends.buffer_info()[0],
            ctypes.byref(out),
        )
        if out.count:
            self._put(out)
        return [place for place, done in enumerate(handled) if not done] if 0 in handled else []

    def _put(self, out: Any) -> None:
        """Add one by one what found no room."""
        found = self._lookup
        tables = (found.forms, found.emails, found.pairs, found.spelled, found.words, found.deletions)
        rows = np.ctypeslib.as_array(out.data, (out.count,)).reshape(-1, 3)
        for table, key, ref in zip(
            rows[:, 0].tolist(), rows[:, 1].astype(np.uint64).tolist(), rows[:, 2].tolist(), strict=True
        ):
            tables[table].add(key, ref)
        self._release(out.data)

    def _reserve(self, terms: int) -> None:
        found = self._lookup
        for postings in (found.forms, found.pairs, found.emails):
            postings.reserve(terms * MANY_FORMS)
        found.spelled.reserve(terms * MANY_WORDS)
        found.words.reserve(terms * MANY_WORDS)
        found.deletions.reserve(terms * MANY_DELETIONS)

    def _stored(self) -> tuple[Any, Any]:
        """The terms as C reads them, and what keeps their bytes in place meanwhile."""
        kept, begin, length, kind = self._store.columns()
        held = _bytes_at(kept)
        at = ctypes.addressof(held)
        return _Store(at, *(column.buffer_info()[0] for column in (begin, length, kind)), len(length)), held

    def _lexicon(self) -> Any:
        found = self._lookup
        postings, tables = (found.forms, found.emails, found.pairs), (found.spelled, found.words, found.deletions)
        versions = sum([each.version + each.table.version for each in postings]) + sum(
            [each.version for each in tables]
        )
        if self._versions != versions:
            self._versions = versions
            self._shown = _Lexicon(*map(_postings, postings), *map(_table, tables), *_facts()[0])
            self._shown.names = found.names.buffer_info()[0]
        return self._shown


_NOBODY = _Store()
_SAINTS = ("saint", "st", "sainte", "ste")  # each has another spelling
_KINDS = {kind: place for place, kind in enumerate(KINDS)}
_NO_KIND = 255  # a term that Python reads


def _at(kept: np.ndarray) -> int:
    return int(kept.ctypes.data)


def _bytes_at(kept: bytearray) -> Any:
    return (ctypes.c_char * len(kept)).from_buffer(kept)


def _table(table: Table) -> _Table:
    arrays = (_at(table.keys), _at(table.refs), _at(table.filter))
    return _Table(*arrays, len(table.keys), table.slots, table.words, table.counts.buffer_info()[0])


def _postings(postings: Postings) -> _Postings:
    return _Postings(_table(postings.table), _at(postings.cells), len(postings.cells), postings.counts.buffer_info()[0])


@cache
def _facts() -> tuple[list[Any], list[np.ndarray]]:
    """What does not change, in the order of the structure, and the arrays it points to."""
    others = [opening_words(saint)[1] for saint in _SAINTS]
    streets = identifier.street_choices()
    choices = [choice for each in streets.values() for choice in each]
    weights = [np.ascontiguousarray(hashing.deletion_weights(edits)) for edits in range(3)]
    arrays = [
        hashing.powers(), _hashes(particles.PARTICLES), _hashes(particles.SKIPPED),
        hashing.hash_all(list(streets), collapsed=False), _ends(map(len, streets.values())), _ends(map(len, choices)),
        code_points("".join(choices)),
        np.array([str(code) in identifier.SHORT_CODES for code in range(100)], np.uint8),
        np.array([depth("a" * length) for length in range(_LONGEST + 1)], np.uint8),
        hashing.hash_all(_SAINTS, collapsed=False), _ends(map(len, others)), code_points("".join(others)),
    ]  # fmt: skip
    powers, own, skipped, street, street_at, choice_at, codes, short, depths, saint, saint_at, saint_codes = map(
        _at, arrays
    )
    salts = (
        hashing.FORM, hashing.HEAD, hashing.PAIR, hashing.WORD, hashing.DELETION, hashing.KNOWN, hashing.EMAIL,
    )  # fmt: skip
    values = [
        powers, own, skipped, len(particles.PARTICLES), len(particles.SKIPPED), street, street_at, choice_at, codes,
        len(streets), short, depths, _LONGEST + 1, (ctypes.c_void_p * 3)(*map(_at, weights)),
        (ctypes.c_int64 * 3)(*(each.shape[1] for each in weights)), hashing.PREFIX, *salts, saint, saint_at,
        saint_codes, len(_SAINTS),
        GLUED, BITS, HEAD,
    ]  # fmt: skip
    return values, arrays + weights


def _hashes(words: Iterable[str]) -> np.ndarray:
    return hashing.hash_all(sorted(words), collapsed=False)


def _ends(lengths: Iterable[int]) -> np.ndarray:
    return np.array([0, *accumulate(lengths)], np.int32)
