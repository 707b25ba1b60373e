"""Reads and searches with the compiled loops: the same answers as `layer.read` and `search.search`, from C."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from monitor.names import hashing, known, particles, points, variants
from monitor.names.form import HEAD
from monitor.names.layer import JOINED, MAX_GAP, Letters
from monitor.names.lookup import EMBEDDED_MIN, Lookup
from monitor.names.search import FEWEST, MAX_WORD, MAX_WORDS, Found
from monitor.names.table import Table

_WIDTHS = (3, 3, 4, 4)  # of the rows of windows, heads, parts and pairs


class _Table(ctypes.Structure):
    _fields_: ClassVar[Sequence[Any]] = [(name, ctypes.c_void_p) for name in ("keys", "refs", "filter")] + [
        (name, ctypes.c_uint64) for name in ("length", "slots", "words")
    ]


class _Points(ctypes.Structure):
    _fields_: ClassVar[Sequence[Any]] = (
        [(name, ctypes.c_void_p) for name in ("kind", "code", "alike", "flags", "collapsed")]
        + [(name, ctypes.c_void_p) for name in ("many", "many_at", "many_codes")]
        + [("many_count", ctypes.c_int64), ("edge", ctypes.c_void_p), ("joined", ctypes.c_void_p)]
        + [("edge_count", ctypes.c_int64), ("joined_count", ctypes.c_int64)]
    )


class _Lookup(ctypes.Structure):
    _fields_: ClassVar[Sequence[Any]] = (
        [(name, _Table) for name in ("forms", "pairs", "words", "spelled", "deletions", "variants")]
        + [("known", ctypes.c_void_p), ("known_mask", ctypes.c_uint64), ("probes", ctypes.c_int64)]
        + [(name, ctypes.c_void_p) for name in ("powers", "inverse", "particles")]
        + [("particle_count", ctypes.c_int64), ("one_edit", ctypes.c_void_p), ("two_edits", ctypes.c_void_p)]
        + [("one_count", ctypes.c_int64), ("two_count", ctypes.c_int64)]
        + [
            (f"salt_{name}", ctypes.c_uint64)
            for name in ("form", "head", "pair", "word", "deletion", "known", "variant")
        ]
        + [
            (name, ctypes.c_int64)
            for name in ("head", "embedded_min", "max_words", "max_gap", "max_word", "fewest", "prefix")
        ]
    )


class Rows(ctypes.Structure):
    _fields_: ClassVar[Sequence[Any]] = [
        ("data", ctypes.POINTER(ctypes.c_int64)),
        ("count", ctypes.c_int64),
        ("room", ctypes.c_int64),
    ]


class Points:
    """What C is shown of the code points; the arrays are kept alive here."""

    def __init__(self) -> None:
        self._many = -1
        self._kept: Sequence[np.ndarray] = ()
        self._points: Any = None

    def now(self) -> Any:
        """The tables as they are; shown again when one more code point is met that gives several letters."""
        if self._many != len(points.EXPANSIONS):
            self._many = len(points.EXPANSIONS)
            spelled = sorted(points.EXPANSIONS.items())
            many = np.array([point for point, _ in spelled], np.uint32)
            ends = np.cumsum([0, *(len(letters) for _, letters in spelled)]).astype(np.int32)
            codes = points.code_points("".join(letters for _, letters in spelled))
            edge = np.array([ord(sign) for sign in points.EDGE_SIGNS], np.uint32)
            shown = (points.KIND, points.CODE, points.ALIKE, points.FLAGS, points.COLLAPSED, many, ends, codes)
            self._kept = (*shown, edge, JOINED)
            self._points = _Points(*map(_at, shown), len(many), _at(edge), _at(JOINED), len(edge), len(JOINED))
        return self._points


class Kernel:
    """The compiled loops over one lookup; the arrays that C is shown are kept alive here."""

    def __init__(self, library: ctypes.CDLL, lookup: Lookup) -> None:
        self._read, self._search, self._release = library.read_letters, library.search_letters, library.release
        self._read.restype = self._search.restype = ctypes.c_int64
        self._release.argtypes = [ctypes.POINTER(ctypes.c_int64)]
        self._release.restype = None
        self._lookup = lookup
        self._versions = -1
        self._points = Points()
        self._shown: Any = None
        self._kept: list[np.ndarray] = []

    def read(self, characters: np.ndarray) -> Letters:
        """The letters of a stretch of code points."""
        room = len(characters) + 64
        while True:
            letters = self._tried(np.ascontiguousarray(characters, np.uint32), room)
            if letters is not None:
                return letters
            room *= 4

    def _tried(self, characters: np.ndarray, room: int) -> Letters | None:
        origins, codes = np.empty(room, np.int32), np.empty(room, np.uint32)
        keys, flags, marks = np.empty(room, np.uint64), np.empty(room, np.uint8), np.empty(room, np.uint8)
        starts, soft, tokens = np.empty(room + 1, np.int32), np.empty(room, bool), ctypes.c_int64()
        count = -1
        while count == -1:
            outputs = (origins, codes, keys, flags, marks, starts, soft)
            count = self._read(
                ctypes.byref(self._points.now()),
                _at(characters),
                ctypes.c_int64(len(characters)),
                ctypes.c_int64(room),
                *map(_at, outputs),
                ctypes.byref(tokens),
            )
            if count == -1:
                points.fill(characters)
        if count < 0:
            return None
        made = tokens.value
        return Letters(origins[:count], codes[:count], keys[:count], starts[: made + 1], soft[:made])

    def search(self, letters: Letters) -> Found:
        """All candidates of a stretch."""
        made, count = len(letters.soft), len(letters.codes)
        out = (Rows * len(_WIDTHS))()
        unknown, spelled, written = np.empty(made, bool), np.empty(made, np.uint64), np.empty(made + 1, np.uint64)
        inputs = (letters.origins, letters.codes, letters.keys)
        words = self._search(
            ctypes.byref(self._lookup_now()),
            ctypes.c_int64(count),
            *map(_at, inputs),
            ctypes.c_int64(made),
            _at(letters.starts),
            _at(letters.soft),
            out,
            *map(_at, (unknown, spelled, written)),
        )
        if words < 0:
            raise MemoryError
        windows, heads, parts, pairs = (self._taken(rows, width) for rows, width in zip(out, _WIDTHS, strict=True))
        return Found(windows, heads[:, :2], parts, pairs, unknown, spelled, written[:words])

    def _taken(self, rows: Any, width: int) -> np.ndarray:
        if not rows.count:
            return np.empty((0, width), np.int64)
        taken = np.ctypeslib.as_array(rows.data, (rows.count,)).copy().reshape(-1, width)
        self._release(rows.data)
        return taken

    def _lookup_now(self) -> Any:
        """What C is shown of the tables; made again when one of them has grown into other arrays."""
        found = self._lookup
        tables = (found.forms.table, found.pairs.table, found.words, found.spelled, found.deletions, variants.table())
        versions = sum(table.version for table in tables)
        if self._versions != versions:
            self._versions = versions
            one, two = (np.ascontiguousarray(hashing.deletion_weights(edits)) for edits in (1, 2))
            shown = (known.table(), hashing.powers(), hashing.inverse_powers(), particles.HASHES, one, two)
            self._kept = [array for table in tables for array in (table.keys, table.refs, table.filter)] + list(shown)
            self._shown = _Lookup(
                *map(_shown, tables),
                _at(shown[0]),
                (1 << known.BITS) - 1,
                known.PROBES,
                *map(_at, shown[1:4]),
                len(particles.HASHES),
                _at(one),
                _at(two),
                one.shape[1],
                two.shape[1],
                *_SALTS,
                *(HEAD, EMBEDDED_MIN, MAX_WORDS, MAX_GAP, MAX_WORD, FEWEST, hashing.PREFIX),
            )
        return self._shown


_SALTS: Sequence[int] = (
    hashing.FORM, hashing.HEAD, hashing.PAIR, hashing.WORD, hashing.DELETION, hashing.KNOWN, hashing.VARIANT,
)  # fmt: skip


def _at(array: Any) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _shown(table: Table) -> _Table:
    return _Table(_at(table.keys), _at(table.refs), _at(table.filter), len(table.keys), table.slots, table.words)
