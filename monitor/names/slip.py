"""Weighs whether letters that are nearly a watched name are a slip of the finger or somebody else's name.

Signs are added up as in record linkage (Fellegi and Sunter 1969): each has a weight, in nats, for every word that
differs, apart for given and family names, since given names have neighbours that are names (Karim, Karima). The weights
are a logistic regression made by `python -m benchmarks.slips`; `data/slips.json` holds them and says from what.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from math import log
from typing import Any

from rapidfuzz.distance import OSA

from monitor.names import known
from monitor.names.near import is_variant, sounds_alike
from monitor.names.points import collapsed

ONE_EDIT, MORE_EDITS = -2.5, -0.5  # nats from which it is a slip, by edits: chosen by what each buys (decision 0011)
SHARED = 40  # watched names that may share the words that are right before it speaks against a slip
PER_SHARED = 0.5  # nats for each time e as many
MOST_LETTERS = 20  # of a name, beyond which more letters say no more
COST_UNIT = 20  # steps of a nat in the table of costs
USUAL_COST = 2.7  # nats a letter of a name takes on average: what is told of a word in other letters
_DOUBLED = re.compile(r"(.)\1+")
_TRIPLED = re.compile(r"(.)\1\1")
_VOWELS = frozenset("aeiouy")
SHORT = 4  # letters


@cache
def _tables() -> Mapping[str, Any]:
    loaded: dict[str, Any] = json.loads(resources.files("monitor.names").joinpath("data/slips.json").read_text("utf-8"))
    return loaded


@cache
def _costs() -> bytes:
    return base64.b64decode(_tables()["costs"])


def is_slip(words: Iterable[tuple[str, str, bool]], *, edits: int, letters: int, shared: int) -> bool:
    """Whether words of a name, given as (as it should be, as seen, of a given name), are misspelled, and no other name:
    `edits` over all of them, `letters` of the whole name, `shared` watched names with the words that are right."""
    least = ONE_EDIT if edits < 2 else MORE_EDITS
    return weight(words, edits=edits, letters=letters, shared=shared) > least


def weight(words: Iterable[tuple[str, str, bool]], *, edits: int, letters: int, shared: int) -> float:
    """The sum of all signs, in nats: the higher, the likelier a slip."""
    weights = _tables()["weights"]
    total = float(_of_sharing(shared))
    for role, told in signs(words, edits=edits, letters=letters).items():
        total += sum(weights[role][sign] * value for sign, value in told.items())
    return total


def _of_sharing(shared: int) -> float:
    """The more watched names share the words that are right, the likelier one of them is near a stranger's."""
    return -PER_SHARED * max(0.0, log((1 + shared) / SHARED))


def signs(words: Iterable[tuple[str, str, bool]], *, edits: int, letters: int) -> dict[str, dict[str, float]]:
    """What is told of the whole name, and summed over its family and its given names: sign -> value."""
    told: dict[str, dict[str, float]] = {
        "whole": {"any": 1.0, "two_edits": float(edits > 1), "letters": float(min(letters, MOST_LETTERS))},
        "family": {},
        "given": {},
    }
    for name, seen, given in words:
        of_role = told["given" if given else "family"]
        for sign, value in _of_word(name, seen, given=given).items():
            of_role[sign] = of_role.get(sign, 0.0) + value
    return told


@lru_cache(maxsize=10_000)
def _of_word(name: str, seen: str, *, given: bool) -> Mapping[str, float]:
    if not seen.isalpha():  # a disguised word: digits and signs count as what they are drawn for
        name, seen = collapsed(name), collapsed(seen)
    as_name, as_seen = cost(name), cost(seen)
    if as_name is None or as_seen is None:
        as_name = as_seen = USUAL_COST * (len(seen) + 1)
    alike = len(name) == len(seen)
    return {
        "any": 1.0,
        "dearer": as_seen - as_name,
        "cost": as_seen / (len(seen) + 1),
        "rare": float(known.rare(seen, given=given)),
        "rare_elsewhere": float(known.rare(seen, given=not given)),
        "first_letter": float(name[0] != seen[0]),
        "two_edits": float(OSA.distance(name, seen) > 1),
        "swapped": float(alike and sorted(name) == sorted(seen)),
        "left_out": float(len(seen) < len(name)),
        "added": float(len(seen) > len(name)),
        "doubled": float(_DOUBLED.sub(r"\1", name) == _DOUBLED.sub(r"\1", seen)),
        "tripled": float(_TRIPLED.search(seen) is not None),
        "vowels": float(alike and _differ_in_vowels(name, seen)),
        "sound": float(sounds_alike(name, seen)),
        "variant": float(is_variant(name, seen)),
        "short": float(len(name) <= SHORT),
    }


def _differ_in_vowels(name: str, seen: str) -> bool:
    return all({one, other} <= _VOWELS for one, other in zip(name, seen, strict=True) if one != other)


def cost(word: str) -> float | None:
    """How far the letters of a word are from those of names, in nats; None for a word that is not all a to z."""
    if not (word.isascii() and word.isalpha() and word.islower()):
        return None
    costs, run = _costs(), [0, 0, *(ord(letter) - ord("`") for letter in word), 0]
    return sum(costs[(run[at - 2] * 27 + run[at - 1]) * 27 + run[at]] for at in range(2, len(run))) / COST_UNIT
