"""Finds in the letters of a stretch whatever may be a watched form: one pass, whatever the number of terms.

Three kinds of candidates, none of them a hit yet: windows of tokens that hash like a form; parts of a long word that
do; and two words that stand in one watched name, of which one may be misspelled or another form of the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from monitor.names import hashing, known, variants
from monitor.names.form import HEAD
from monitor.names.layer import MAX_GAP, Letters
from monitor.names.lookup import EMBEDDED_MIN, Lookup
from monitor.names.particles import HASHES as PARTICLES
from monitor.names.table import Table

MAX_WORDS = 8  # written words of more than one letter in a window: +33 (0)6 12 34 56 78 has seven
MAX_WORD = 256  # letters of the longest word that is looked into
FEWEST = 3  # letters of the shortest word that can be a misspelling


@dataclass(frozen=True)
class Found:
    """Candidates as rows: windows (first, last, ref), heads (first, ref), parts (token, from, to, ref),
    pairs (token, token, whether another word stands between, ref)."""

    windows: np.ndarray
    heads: np.ndarray
    parts: np.ndarray
    pairs: np.ndarray
    unknown: np.ndarray  # by token: neither a known word or name nor one of the watched
    spelled: np.ndarray  # by token: the mixed hash of its folded letters
    written: np.ndarray  # the same of each written word, not cut


def search(letters: Letters, lookup: Lookup) -> Found:
    """All candidates of a stretch."""
    sums = hashing.running_sums(letters.keys)
    starts = letters.starts.astype(np.int64)
    spelled, written = _spelled(letters, starts)
    unknown, watched = _strange(starts, sums, spelled, lookup)
    return Found(
        _windows(letters, starts, sums, lookup.forms.table),
        _heads(starts, sums, lookup.forms.table),
        _parts(starts, sums, unknown, lookup.forms.table),
        _pairs(letters, starts, sums, unknown, watched, lookup),
        unknown,
        spelled,
        written,
    )


def _spelled(letters: Letters, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The hashes of the folded letters of each token, and of each written word."""
    told = hashing.running_sums(letters.codes.astype(np.uint64))
    hard = np.append(starts[:-1][~letters.soft], starts[-1])
    by_token = hashing.mix(hashing.window(told, starts[:-1], starts[1:]), hashing.KNOWN)
    return by_token, hashing.mix(hashing.window(told, hard[:-1], hard[1:]), hashing.KNOWN)


def _rows(*columns: np.ndarray) -> np.ndarray:
    return np.stack([column.astype(np.int64) for column in columns], axis=1)


def _windows(letters: Letters, starts: np.ndarray, sums: np.ndarray, table: Table) -> np.ndarray:
    """Every run of tokens, short enough, whose letters hash like a form."""
    count = len(starts) - 1
    if not count:
        return np.empty((0, 3), np.int64)
    bounds, long_words, breaks = _limits(letters, starts)
    first = np.arange(count)
    last = first.copy()
    all_first, all_last = [], []
    while len(first):
        all_first.append(first)
        all_last.append(last)
        last = last + 1
        going = last < count
        first, last = first[going], last[going]
        fits = starts[last + 1] - starts[first] <= HEAD
        fits &= long_words[last + 1] - long_words[first] <= MAX_WORDS
        fits &= breaks[last] == breaks[first]
        first, last = first[fits], last[fits]
    firsts, lasts = np.concatenate(all_first), np.concatenate(all_last)
    short = starts[lasts + 1] - starts[firsts] <= bounds
    firsts, lasts = firsts[short], lasts[short]
    hashes = hashing.mix(hashing.window(sums, starts[firsts], starts[lasts + 1]), hashing.FORM)
    index, refs = table.find(hashes)
    return _rows(firsts[index], lasts[index], refs)


def _limits(letters: Letters, starts: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """What a window is held by: letters, written words (running count), and wide gaps (running count)."""
    hard = ~letters.soft
    next_hard = np.append(hard[1:], True)
    lone = (np.diff(starts) == 1) & hard & next_hard
    long_words = np.concatenate([[0], np.cumsum(hard & ~lone)])
    origins = letters.origins.astype(np.int64)
    gaps = np.zeros(len(starts) - 1, np.int64)
    gaps[1:] = origins[starts[1:-1]] - origins[starts[1:-1] - 1] - 1
    return HEAD, long_words, np.cumsum(gaps > MAX_GAP)


def _heads(starts: np.ndarray, sums: np.ndarray, table: Table) -> np.ndarray:
    """The places where the first letters of a long form may stand."""
    first = np.flatnonzero(starts[:-1] + HEAD < len(sums))
    hashes = hashing.mix(hashing.window(sums, starts[first], starts[first] + HEAD), hashing.HEAD)
    index, refs = table.find(hashes)
    return _rows(first[index], refs)


def _strange(
    starts: np.ndarray, sums: np.ndarray, spelled: np.ndarray, lookup: Lookup
) -> tuple[np.ndarray, np.ndarray]:
    """By token: whether it is unknown, and whether it is a word of a watched name."""
    count = len(starts) - 1
    watched = np.zeros(count, bool)
    index, _ = lookup.words.find(hashing.mix(hashing.window(sums, starts[:-1], starts[1:]), hashing.WORD))
    watched[index] = True
    unknown = np.diff(starts) >= FEWEST
    asked = np.flatnonzero(unknown)
    unknown[asked] = ~known.known(spelled[asked])
    index, _ = lookup.spelled.find(spelled)
    unknown[index] = False
    return unknown, watched


def _parts(starts: np.ndarray, sums: np.ndarray, unknown: np.ndarray, table: Table) -> np.ndarray:
    """Forms inside a longer unknown word: xxleamartinxx."""
    lengths = np.diff(starts)
    tokens = np.flatnonzero(unknown & (lengths > EMBEDDED_MIN) & (lengths <= MAX_WORD))
    if not len(tokens):
        return np.empty((0, 4), np.int64)
    inside = [_inner(int(length)) for length in lengths[tokens]]
    token = np.repeat(tokens, [spans.shape[1] for spans in inside])
    begin, end = np.concatenate(inside, axis=1) + starts[token]
    index, refs = table.find(hashing.mix(hashing.window(sums, begin, end), hashing.FORM))
    return _rows(token[index], begin[index], end[index], refs)


@lru_cache(maxsize=MAX_WORD)
def _inner(length: int) -> np.ndarray:
    """(2, n): where every part of a word of this length begins and ends that is long enough to be a name."""
    spans = [
        (begin, begin + size)
        for begin in range(length)
        for size in range(EMBEDDED_MIN, min(HEAD, length - begin) + 1)
        if size < length
    ]
    return np.array(spans, np.int64).reshape(-1, 2).T


def _pairs(
    letters: Letters,
    starts: np.ndarray,
    sums: np.ndarray,
    unknown: np.ndarray,
    watched: np.ndarray,
    lookup: Lookup,
) -> np.ndarray:
    """Two neighbouring words, particles aside, that stand in one watched name: as they are with something between
    them, or one of them misspelled, or one of them another form of the name's."""
    short = hashing.window(sums, starts[:-1], starts[1:])
    place = np.minimum(np.searchsorted(PARTICLES, short), len(PARTICLES) - 1)
    own = np.flatnonzero(PARTICLES[place] != short)
    if len(own) < 2:
        return np.empty((0, 4), np.int64)
    hashes = hashing.mix(short[own], hashing.WORD).astype(np.uint32)
    is_watched, is_unknown = watched[own], unknown[own]
    other = variants.find(hashing.mix(short[own], hashing.VARIANT))
    has_other = np.zeros(len(own), bool)
    has_other[other[0]] = True
    alive = is_watched | is_unknown | has_other
    beside = np.zeros(len(own), bool)
    beside[1:] |= alive[:-1]
    beside[:-1] |= alive[1:]
    strange = np.flatnonzero(is_unknown & beside)
    near = _near(letters, starts[own[strange]], np.diff(starts)[own[strange]], lookup.deletions)
    at = np.concatenate([np.flatnonzero(is_watched), strange[near[0]], other[0]])
    word = np.concatenate([hashes[is_watched], near[1], other[1]])
    exact = np.zeros(len(at), bool)
    exact[: int(is_watched.sum())] = True
    return _joined(own, at, word, exact, lookup.pairs.table)


def _near(letters: Letters, begin: np.ndarray, lengths: np.ndarray, table: Table) -> tuple[np.ndarray, np.ndarray]:
    """(index into `begin`, short hash) of the watched words that share what some deletions leave."""
    if not len(begin):
        return np.array([], np.int64), np.array([], np.uint32)
    place = begin[:, None] + np.arange(hashing.PREFIX)[None, :]
    present = np.arange(hashing.PREFIX)[None, :] < lengths[:, None]
    prefixes = np.where(present, letters.keys[np.minimum(place, len(letters.keys) - 1)], np.uint64(0))
    index, refs = [], []
    for edits, chosen in ((1, lengths < 5), (2, lengths >= 5)):
        rows = np.flatnonzero(chosen)
        keys = hashing.deletions(prefixes[rows], edits)
        found, ref = table.find(keys.ravel())
        index.append(rows[found // keys.shape[1]])
        refs.append(ref)
    rows_ = np.concatenate(index).astype(np.uint64) << np.uint64(32)
    unique = np.unique(rows_ | np.concatenate(refs).astype(np.uint64))
    return (unique >> np.uint64(32)).astype(np.int64), unique.astype(np.uint32)


def _joined(own: np.ndarray, at: np.ndarray, word: np.ndarray, exact: np.ndarray, table: Table) -> np.ndarray:
    """Pair what may stand at a word with what may stand at the next, or as it is at the next but one."""
    order = np.argsort(at, kind="stable")
    at, word, exact = at[order], word[order], exact[order]
    rows = []
    for step in (1, 2):
        low = np.searchsorted(at, at + step, "left")
        high = np.searchsorted(at, at + step, "right")
        counts = high - low
        left = np.repeat(np.arange(len(at)), counts)
        right = np.repeat(low, counts) + np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        both = exact[left] & exact[right]
        wanted = both if step == 2 else ~both | (own[at[right]] > own[at[left]] + 1)  # a particle stands between
        left, right = left[wanted], right[wanted]
        index, refs = table.find(hashing.pair(word[left], word[right]))
        apart = np.full(len(index), step - 1)
        rows.append(_rows(own[at[left[index]]], own[at[right[index]]], apart, refs))
    return np.concatenate(rows)
