"""Tells a known word or name from a stranger: what is known is never taken for a misspelling of a watched name.

The words are kept as a Bloom filter (Bloom 1970): a known word is never missed, and about one stranger in a thousand
is taken for known, which costs that one misspelling. `data/known.json` says where the words come from.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources

import numpy as np

from monitor.names import hashing

BITS, RARE_BITS, GIVEN_BITS, COMMON_BITS = (
    23,
    22,
    19,
    18,
)  # the filters have 2^23 bits and so on: 11 or more for each word
PROBES = 7


@cache
def _tables() -> Mapping[str, str]:
    loaded: dict[str, str] = json.loads(resources.files("monitor.names").joinpath("data/known.json").read_text("utf-8"))
    return loaded


@cache
def table() -> np.ndarray:
    """The filter of the usual words, as bytes."""
    return np.frombuffer(_bytes("usual"), np.uint8)


@cache
def _bytes(name: str) -> bytes:
    return base64.b64decode(_tables()[name])


def known(hashes: np.ndarray) -> np.ndarray:
    """Which of some words, given as hashes mixed for this use, are usual words or names."""
    return _stands(table(), hashes, BITS)


def rare(word: str, *, given: bool) -> bool:
    """Whether a folded word that is not usual is known all the same: a rare French word, or a rare name of the kind."""
    return _is("rare_given" if given else "rare_family", word, RARE_BITS)


def given(word: str) -> bool:
    """Whether a folded word is a usual given name."""
    return _is("given", word, GIVEN_BITS)


def usual(word: str) -> bool:
    """Whether a folded word is a usual word or name."""
    return _is("usual", word, BITS)


@lru_cache(maxsize=10_000)
def common(word: str) -> bool:
    """Whether a folded word is an everyday word of French or English and no given name."""
    return _is("common", word, COMMON_BITS)


def _is(name: str, word: str, bits: int) -> bool:
    """One word at a time, without arrays: for so little they cost more than they save."""
    if not word:
        return False
    key, filter_ = hashing.mixed(hashing.of_text(word), hashing.KNOWN), _bytes(name)
    first, step, mask = key & 0xFFFFFFFF, key >> 32 | 1, (1 << bits) - 1
    places = ((first + probe * step) & mask for probe in range(PROBES))
    return all(filter_[place >> 3] >> (place & 7) & 1 for place in places)


def _stands(filter_: np.ndarray, hashes: np.ndarray, bits: int) -> np.ndarray:
    answer = np.ones(len(hashes), bool)
    for places in _places(hashes, bits):
        answer &= ((filter_[places >> np.uint64(3)] >> (places & np.uint64(7)).astype(np.uint8)) & 1).astype(bool)
    return answer


def make(hashes: np.ndarray, bits: int) -> str:
    """The filter of some words, as it stands in the data file."""
    filter_ = np.zeros((1 << bits) // 8, np.uint8)
    for places in _places(hashes, bits):
        chosen = np.left_shift(1, (places & np.uint64(7)).astype(np.uint8)).astype(np.uint8)
        np.bitwise_or.at(filter_, (places >> np.uint64(3)).astype(np.int64), chosen)
    return base64.b64encode(filter_.tobytes()).decode()


def _places(hashes: np.ndarray, bits: int) -> Iterable[np.ndarray]:
    """The bits of each word, by double hashing (Kirsch and Mitzenmacher 2006)."""
    first, step = hashes & np.uint64(0xFFFFFFFF), hashes >> np.uint64(32) | np.uint64(1)
    return ((first + np.uint64(probe) * step) & np.uint64((1 << bits) - 1) for probe in range(PROBES))
