"""Hashes of runs of letters such that any window of a text costs one subtraction and one product.

A run c0 c1 c2 hashes to c0 + c1*B + c2*B^2 + ... modulo 2^64 (a polynomial hash); with the running sums of a text,
the hash of a window is a difference times an inverse power of B. Equal hashes are candidates, never hits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import mul

import numpy as np

from monitor.names import points
from monitor.names.points import code_points

BASE = 0x9E3779B97F4A7C15 | 1
INVERSE = pow(BASE, -1, 1 << 64)
MASK = (1 << 64) - 1
MAX_RUN = 1 << 18  # letters of the longest stretch read at once: STRETCH of the index times WIDEST of a character
MAX_TEXT = 64  # letters of a text that counts as short
PREFIX = 7  # first letters of a word from which deletions are made (as SymSpell does)

# One salt for each use of a hash, so that the tables do not answer for one another.
FORM, HEAD, PAIR, WORD, DELETION, KNOWN, VARIANT, EMAIL = (
    0xA5A5_1234_5678_9ABD * (2 * use + 1) & MASK for use in range(8)
)


@cache
def powers() -> np.ndarray:
    """BASE^0, BASE^1, ... modulo 2^64."""
    return _powers(BASE)


@cache
def inverse_powers() -> np.ndarray:
    return _powers(INVERSE)


def _powers(base: int) -> np.ndarray:
    factors = np.full(MAX_RUN + 1, base, np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


def running_sums(codes: np.ndarray) -> np.ndarray:
    """For n codes n + 1 sums; `(sums[b] - sums[a]) * inverse_powers()[a]` is the hash of codes a..b."""
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(codes * powers()[: len(codes)], out=sums[1:])
    return sums


def window(sums: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    hashes: np.ndarray = (sums[end] - sums[start]) * inverse_powers()[start]
    return hashes


def mix(hashes: np.ndarray, salt: int) -> np.ndarray:
    """Spread the bits (the finalizer of splitmix64)."""
    mixed = hashes ^ np.uint64(salt)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    kept: np.ndarray = mixed | np.uint64(1)  # zero means an empty slot
    return kept


def of_codes(codes: Sequence[int]) -> int:
    """The hash of one run, before mixing."""
    total = 0
    for code in reversed(codes):
        total = (total * BASE + code) & MASK
    return total


def of_text(text: str) -> int:
    """`hash_all` of one short text, without an array."""
    return (
        sum(map(mul, map(ord, text), _first_powers())) & MASK if len(text) <= MAX_TEXT else of_codes([*map(ord, text)])
    )


@cache
def _first_powers() -> Sequence[int]:
    first: list[int] = powers()[:MAX_TEXT].tolist()
    return first


def mixed(value: int, salt: int) -> int:
    """`mix` of one hash."""
    value ^= salt
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return (value ^ (value >> 31)) | 1


def pair(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """One hash for two words in either order, from their short hashes (32 bits)."""
    low, high = np.minimum(one, other).astype(np.uint64), np.maximum(one, other).astype(np.uint64)
    return mix((high << np.uint64(32)) | low, PAIR)


def pair_of(one: int, other: int) -> int:
    return mixed((max(one, other) << 32) | min(one, other), PAIR)


@cache
def deletion_weights(edits: int) -> np.ndarray:
    """(PREFIX, masks): what each letter of a prefix weighs in the hash of what some deletions leave of it."""
    kept = [tuple(range(PREFIX))]
    for _ in range(edits):
        kept += [run[:at] + run[at + 1 :] for run in kept for at in range(len(run))]
    runs = [run for run in dict.fromkeys(kept) if len(run) >= PREFIX - edits]
    weights = np.zeros((PREFIX, len(runs)), np.uint64)
    for column, run in enumerate(runs):
        for rank, at in enumerate(run):
            weights[at, column] = powers()[rank]
    return weights


def deletions(prefixes: np.ndarray, edits: int) -> np.ndarray:
    """(words, masks): the mixed deletion hashes of words given as rows of PREFIX codes, short ones filled with 0."""
    weights = deletion_weights(edits)
    hashes = (prefixes[:, :, None] * weights[None, :, :]).sum(axis=1, dtype=np.uint64)
    return mix(hashes, DELETION)


def hash_all(texts: Sequence[str], *, collapsed: bool) -> np.ndarray:
    """The hash of each text that is not empty, before mixing; of its key layer when `collapsed`."""
    lengths = np.array([len(text) for text in texts], np.int64)
    if not len(lengths):
        return np.array([], np.uint64)
    codes = code_points("".join(texts))
    keys = points.collapse(codes) if collapsed else codes.astype(np.uint64)
    begin = np.cumsum(lengths) - lengths
    rank = np.arange(len(codes)) - np.repeat(begin, lengths)
    return np.add.reduceat(keys * powers()[rank], begin, dtype=np.uint64)
