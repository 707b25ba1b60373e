"""Other forms of a name's word: nicknames (Alex for Alexandre) and spellings of one name in another alphabet's clothes.

The tables are data, with their sources: `data/nicknames.toml` and `data/spellings.toml`. A line of nicknames opens with
the full name; the words of a line of spellings all stand for one another.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import permutations

import numpy as np

from monitor.names import hashing
from monitor.names.fold import squeeze
from monitor.names.hashing import hash_all
from monitor.names.table import Table

NICKNAME, SPELLING = "nickname", "spelling"


@cache
def forms() -> Mapping[str, Mapping[str, str]]:
    """Word -> its other forms, each with its kind; all squeezed."""
    found: dict[str, dict[str, str]] = {}
    for kind, one, other in _listed():
        if one != other:
            found.setdefault(one, {}).setdefault(other, kind)
    return found


def _listed() -> Iterator[tuple[str, str, str]]:
    for full, *short in _lines("spellings"):
        for one, other in permutations((full, *short), 2):
            yield SPELLING, one, other
    for full, *short in _lines("nicknames"):
        for nickname in short:
            yield NICKNAME, full, nickname
            yield NICKNAME, nickname, full


def _lines(name: str) -> Iterator[list[str]]:
    text = resources.files("monitor.names").joinpath(f"data/{name}.toml").read_text("utf-8")
    for line in tomllib.loads(text)["lines"].splitlines():
        words = [squeeze(word) for word in line.split()]
        if len(words) > 1:
            yield words


def kind(name: str, seen: str) -> str | None:
    """What a word of a page is to a word of a name, both squeezed: nickname, spelling, or None."""
    return forms().get(name, {}).get(seen)


def others(word: str) -> Mapping[str, str]:
    """The other forms of a squeezed word, each with its kind."""
    return forms().get(word, {})


@cache
def table() -> Table:
    """Hash of a word -> short hashes of its other forms."""
    rows = [(one, other) for one, found in forms().items() for other in found]
    ones, others_ = zip(*rows, strict=True)
    made = Table(len(rows))
    refs = hashing.mix(hash_all(others_, collapsed=True), hashing.WORD).astype(np.uint32)
    made.add_all(hashing.mix(hash_all(ones, collapsed=True), hashing.VARIANT), refs)
    return made


def find(hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(index, short hash of another form) for each of some words, given as hashes mixed for this use."""
    return table().find(hashes)
