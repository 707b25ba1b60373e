"""Tells a known word or name from a stranger: what is known is never taken for a misspelling of a watched name.

The words are kept as a Bloom filter (Bloom 1970): a known word is never missed, and about one stranger in a thousand
is taken for known, which costs that one misspelling. `data/known.json` says where the words come from.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from functools import cache
from importlib import resources

import numpy as np

BITS = 23  # the filter has 2^23 bits: about 14 for each of 600,000 words
PROBES = 7


@cache
def table() -> np.ndarray:
    """The filter, as bytes."""
    text = resources.files("monitor.names").joinpath("data/known.json").read_text("utf-8")
    return np.frombuffer(base64.b64decode(json.loads(text)["filter"]), np.uint8)


def known(hashes: np.ndarray) -> np.ndarray:
    """Which of some words, given as hashes mixed for this use, are known."""
    filter_ = table()
    answer = np.ones(len(hashes), bool)
    for places in _places(hashes):
        answer &= ((filter_[places >> np.uint64(3)] >> (places & np.uint64(7)).astype(np.uint8)) & 1).astype(bool)
    return answer


def make(hashes: np.ndarray) -> str:
    """The filter of some words, as it stands in the data file."""
    filter_ = np.zeros((1 << BITS) // 8, np.uint8)
    for places in _places(hashes):
        bits = np.left_shift(1, (places & np.uint64(7)).astype(np.uint8)).astype(np.uint8)
        np.bitwise_or.at(filter_, (places >> np.uint64(3)).astype(np.int64), bits)
    return base64.b64encode(filter_.tobytes()).decode()


def _places(hashes: np.ndarray) -> Iterable[np.ndarray]:
    """The bits of each word, by double hashing (Kirsch and Mitzenmacher 2006)."""
    first, step = hashes & np.uint64(0xFFFFFFFF), hashes >> np.uint64(32) | np.uint64(1)
    return ((first + np.uint64(probe) * step) & np.uint64((1 << BITS) - 1) for probe in range(PROBES))
