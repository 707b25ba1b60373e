"""How fast: the matcher and its peers in turns in one run; ratios and exponents, never seconds alone."""

from __future__ import annotations

import ctypes
import gc
import inspect
import itertools
import math
import multiprocessing
import random
import statistics
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from benchmarks.names import sources
from benchmarks.names.mention import bare
from benchmarks.names.pages import Author
from benchmarks.names.people import Person, population
from benchmarks.names.quality import index_of
from monitor.names import NameIndex, Term

try:
    import ahocorasick_rs
except ImportError:
    ahocorasick_rs = None  # type: ignore[assignment,unused-ignore]  # a peer that is not installed

try:
    import hyperscan
except ImportError:
    hyperscan = None

ROUNDS = 5
PAGES = 60
SAMPLED = 60  # names of the naive loop; its time is scaled to all of them and told as such
SEED = 20261124
WHEELS, FAST = "vigie from wheels", "vigie with [fast]"


@dataclass(frozen=True)
class Row:
    """The medians at one number of persons, in microseconds a page of `characters`; builds in seconds."""

    persons: int
    strings: int
    characters: int
    medians: dict[str, float]
    builds: dict[str, float]
    updates: dict[str, dict[str, float | str]]


def texts(author: Author, count: int, mean: int = 13_000) -> list[str]:
    """Extracted texts whose lengths are log-normal between 2,000 and 50,000 code points, 5 other people in each."""
    chance, kept = random.Random(SEED), []
    for _ in range(count):
        length = min(50_000, max(2_000, round(chance.lognormvariate(math.log(mean) - 0.32, 0.8))))
        paragraphs = [*author.prose(length), *(author.stranger() for _ in range(5))]
        chance.shuffle(paragraphs)
        kept.append("\n".join(paragraphs))
    return kept


def strings_of(person: Person) -> list[str]:
    """About nine lower-cased strings that an exact search would look for."""
    first, last, name = person.first.lower(), person.last.lower(), person.name.lower()
    forms = [name, f"{last} {first}", bare(name), f"{first}-{last}", f"{first}{last}", person.handle.lower()]
    forms += [
        person.pseudonym.lower(),
        f"0{person.phone}",
        person.email.lower(),
        f"{person.street} {person.postcode}".lower(),
    ]
    return list(dict.fromkeys(forms))


def engines() -> dict[str, dict[str, bool]]:
    """The engines of the matcher that this version has, as arguments of its index: numpy alone, and compiled."""
    if "compiled" not in inspect.signature(NameIndex.__init__).parameters:
        return {WHEELS: {}}
    return {WHEELS: {"compiled": False}, FAST: {"compiled": True}}


def measure(people: Sequence[Person], pages: Sequence[str], rounds: int = ROUNDS) -> Row:
    """All peers on all pages, interleaved page by page, after one round that is not counted."""
    builds, indexes = {}, {}
    for name, engine in engines().items():
        start = time.process_time()
        indexes[name] = index_of(people, **engine)
        builds[name] = time.process_time() - start
    strings = list(dict.fromkeys(text for person in people for text in strings_of(person)))
    start = time.process_time()
    automaton = ahocorasick_rs.AhoCorasick(strings)
    builds["ahocorasick-rs"] = time.process_time() - start
    acts = _acts(indexes, automaton, [person.name for person in people])
    if hyperscan is not None and len(people) <= 10_000:  # above, its build takes minutes
        start = time.process_time()
        acts["hyperscan literals"] = _hyperscan(strings)
        builds["hyperscan literals"] = time.process_time() - start
    times: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(rounds + 1):
        spent = dict.fromkeys(acts, 0.0)
        for text in pages:
            for name, act in acts.items():
                begun = time.process_time()
                act(text)
                spent[name] += time.process_time() - begun
        if turn:
            for name, seconds in spent.items():
                times[name].append(seconds / len(pages) * 1e6)
    medians = {name: statistics.median(each) for name, each in times.items()}
    medians["partial_ratio loop"] *= len(people) / min(SAMPLED, len(people))
    updates = {name: _updates(index, people) for name, index in indexes.items()}
    characters = round(statistics.mean(map(len, pages)))
    return Row(len(people), len(strings), characters, medians, builds, updates)


def _acts(indexes: dict[str, NameIndex], automaton: Any, names: list[str]) -> dict[str, Callable[[str], object]]:
    sampled = random.Random(SEED).sample(names, min(SAMPLED, len(names)))
    return {
        "memory copy": lambda text: bytearray(text.encode()),
        "NFKC + casefold": lambda text: unicodedata.normalize("NFKC", text).casefold(),
        "ahocorasick-rs": lambda text: automaton.find_matches_as_indexes(text.lower()),
        "partial_ratio loop": lambda text: [fuzz.partial_ratio(name, text, score_cutoff=85) for name in sampled],
        **{name: partial(_matched, index) for name, index in indexes.items()},
    }


def _matched(index: NameIndex, text: str) -> object:
    return index.match([("text", text)])


def _hyperscan(strings: list[str]) -> Callable[[str], object]:
    database = hyperscan.Database()
    coded = [text.encode() for text in strings]
    flags = [hyperscan.HS_FLAG_SINGLEMATCH] * len(coded)
    database.compile(expressions=coded, ids=list(range(len(coded))), elements=len(coded), flags=flags, literal=True)

    def scan(text: str) -> list[int]:
        found: list[int] = []
        database.scan(text.lower().encode(), match_event_handler=lambda number, *_: found.append(number))
        return found

    return scan


def _updates(index: NameIndex, people: Sequence[Person]) -> dict[str, float | str]:
    """Microseconds to add and to remove one person (all terms), and that the next page sees it."""
    added, removed, seen = [], [], 0
    for number, person in enumerate(people[: min(200, len(people))]):
        terms = [Term.from_json({**row, "id": f"new{number}/{row['kind']}"}) for row in person.terms()]
        begun = time.process_time()
        index.add_all(terms)
        middle = time.process_time()
        seen += any(
            match.term.startswith(f"new{number}/") for match in index.match([("text", f"vu {person.name} ici")])
        )
        last = time.process_time()
        index.remove_all(terms)
        added.append(middle - begun)
        removed.append(time.process_time() - last)
        seen -= any(
            match.term.startswith(f"new{number}/") for match in index.match([("text", f"vu {person.name} ici")])
        )
    took = {"add": statistics.median(added) * 1e6, "remove": statistics.median(removed) * 1e6}
    return {**took, "seen and gone on the next page": f"{seen} of {len(added)}"}


def exponent(rows: Sequence[Row], name: str) -> float | None:
    """The slope of log time over log persons (least squares) from a hundred persons up."""
    points = [(math.log(row.persons), math.log(row.medians[name])) for row in rows if name in row.medians]
    if len(points) < 2:
        return None
    middle_x, middle_y = (statistics.mean(each) for each in zip(*points, strict=True))
    rise = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return float(rise / sum((x - middle_x) ** 2 for x, _ in points))


def memory(count: int) -> dict[str, float]:
    """Kilobytes a person that the index and the exact automaton hold, each measured in a process of its own."""
    context = multiprocessing.get_context("spawn")
    kept = {}
    for name in (*engines(), "ahocorasick-rs"):
        with context.Pool(1) as pool:
            kept[name] = pool.apply(_held, (name, count))
    return kept


def _held(name: str, count: int) -> float:
    found, _ = sources.installed()
    assert found is not None
    people = population(found, count, SEED)
    if name in engines():
        before = _resident()
        held: object = index_of(people, **engines()[name])
        held.match([("text", "une page")])  # type: ignore[attr-defined]  # some tables are made when first asked
    else:
        strings = list(itertools.chain.from_iterable(map(strings_of, people)))
        before = _resident()
        held = ahocorasick_rs.AhoCorasick(strings)
    grown = _resident() - before
    del held
    return grown / count / 1024


def _resident() -> int:
    """Bytes in memory now; what was freed is given back first."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
