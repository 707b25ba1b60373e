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
    23,
    19,
    18,
)  # the filters have 2^23 bits and so on: 13 or more for each word
PROBES = 7


@cache
def _tables() -> Mapping[str, str]:
    loaded: dict[str, str] = json.loads(resources.files("monitor.names").joinpath("data/known.json").read_text("utf-8"))
    return loaded


@cache
def table() -> np.ndarray:
    """The filter of the usual words, as bytes."""
    return np.frombuffer(base64.b64decode(_tables()["usual"]), np.uint8)


@cache
def _other_table(name: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(_tables()[name]), np.uint8)


def known(hashes: np.ndarray) -> np.ndarray:
    """Which of some words, given as hashes mixed for this use, are usual words or names."""
    return _stands(table(), hashes, BITS)


def rare(spelled: int) -> bool:
    """Whether a word that is not usual is known all the same: a rare name, a rare word, or a frequent misspelling."""
    return bool(_stands(_other_table("rare"), np.array([spelled], np.uint64), RARE_BITS)[0])


def given(word: str) -> bool:
    """Whether a folded word is a usual given name."""
    return _is("given", word, GIVEN_BITS)


@lru_cache(maxsize=10_000)
def common(word: str) -> bool:
    """Whether a folded word is an everyday word of French or English and no given name."""
    return _is("common", word, COMMON_BITS)


def _is(name: str, word: str, bits: int) -> bool:
    if not word:
        return False
    return bool(
        _stands(_other_table(name), hashing.mix(hashing.hash_all([word], collapsed=False), hashing.KNOWN), bits)[0]
    )


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
