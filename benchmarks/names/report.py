"""Runs both halves and prints them as tables against the bounds of the issue, or as one JSON document."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.names import findable, quality, sources, speed
from benchmarks.names.mention import FORM_CLASSES, OTHER_CLASSES
from benchmarks.names.pages import Author, told
from benchmarks.names.people import population
from benchmarks.names.quality import Tally
from benchmarks.names.sources import Sources
from monitor.names import ALGORITHM

PACKAGES = (
    "rapidfuzz",
    "ahocorasick-rs",
    "hyperscan",
    "names-dataset",
    "gender-guesser",
    "nicknames",
    "numpy",
    "numba",
)
SEED = 20261124
_COLUMNS = (("pages", 7), ("automatic", 11), ("either", 8), ("exact_spans", 13), ("wrong", 7))
PLANTED = 1000  # the first persons of every population are those that pages name


@dataclass(frozen=True)
class Bound:
    """One row of the issue: what was reached beside what is asked; None where it could not be measured."""

    figure: str
    reached: float | None
    asked: float
    most: bool = False  # the figure must be at most what is asked
    why: str = ""

    @property
    def held(self) -> bool:
        return self.reached is not None and (self.reached <= self.asked if self.most else self.reached >= self.asked)

    def line(self) -> str:
        reached = "-" if self.reached is None else f"{self.reached:,.4g}"
        sign = "<=" if self.most else ">="
        verdict = "not measured" if self.reached is None else "held" if self.held else "NOT HELD"
        return f"{self.figure:<66} {reached:>10} {sign} {self.asked:<8,g} {verdict}  {self.why}"


def show(*, full: bool, as_json: bool, each: int = 200, quick: bool = False) -> None:
    """Measure everything; `full` adds a million persons, `quick` stops at a thousand and says so."""
    found, missing = sources.installed()
    for sentence in missing:
        print(sentence, file=sys.stderr)
    if found is None:
        print("The names benchmark needs real names and prose and was not run.", file=sys.stderr)
        return
    largest = 1_000 if quick else 100_000
    result: dict[str, Any] = _quality(found, each, largest) | _speed(
        found, largest * (10 if full else 1), 8 if quick else speed.PAGES
    )
    print(json.dumps(result, ensure_ascii=False, indent=1) if as_json else "\n".join(_table(result)), flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _quality(found: Sources, each: int, largest: int) -> dict[str, Any]:
    people = population(found, largest, SEED)
    author = Author(found, people[:PLANTED], SEED + 1)
    mentions, negatives = quality.read(author.mentions(each)), quality.read(author.negatives(each * 5))
    classes: dict[str, Tally] = {}
    sizes = {}
    for count in (1_000, 10_000, 100_000):
        if count > largest:
            break
        _say(f"quality, {count} persons ...")
        index, judge = quality.index_of(people[:count]), quality.Judge(people[:count])
        of_mentions, of_negatives = judge.tallies(index, mentions), judge.tallies(index, negatives)
        sizes[count] = _precision(of_mentions, of_negatives)
        if count == min(10_000, largest):
            classes = of_mentions | of_negatives
            quoted = quality.quotes_itself(index, mentions[:: max(1, len(mentions) // 500)])
        del index
    return {
        "about": _about(found),
        "classes": {kind: asdict(tally) for kind, tally in classes.items()},
        "sizes": sizes,
        "quoted": {"right": quoted[True], "wrong": quoted[False]},
        "namesakes": _namesakes(found, each),
    }


def _namesakes(found: Sources, each: int) -> dict[str, Any]:
    """Once with the namesakes' cities told in `exclude`, once with her own context only."""
    people = population(found, PLANTED, SEED + 2)
    read = quality.read(Author(found, people, SEED + 3).namesakes(each * 3))
    ways = {"told": told(people), "untold": people}
    return {way: quality.namesakes(quality.index_of(watched), read) for way, watched in ways.items()}


def _precision(mentions: dict[str, Tally], negatives: dict[str, Tally]) -> dict[str, float]:
    forms = [mentions[kind] for kind in FORM_CLASSES]
    both = [*mentions.values(), *negatives.values()]
    right, wrong = sum(one.right for one in both), sum(one.wrong for one in both)
    clean = negatives["others"]
    return {
        "recall_forms": sum(one.automatic for one in forms) / sum(one.pages for one in forms),
        "precision": right / max(1, right + wrong),
        "right": right,
        "wrong": wrong,
        "false_hits_per_clean_page": clean.wrong / clean.pages,
        "false_hits_per_negative_page": sum(one.wrong for one in negatives.values())
        / sum(one.pages for one in negatives.values()),
    }


def _speed(found: Sources, largest: int, pages_read: int) -> dict[str, Any]:
    people = population(found, largest, speed.SEED)
    pages = speed.texts(Author(found, people[:PLANTED], SEED + 4), pages_read)
    rows, count = [], 100
    while count <= largest:
        _say(f"speed, {count} persons ...")
        rows.append(speed.measure(people[:count], pages))
        count *= 10
    _say("memory ...")
    return {
        "speed": [asdict(row) for row in rows],
        **_engines(found),
        "exponents": {name: speed.exponent(rows, name) for name in rows[-1].medians},
        "memory_kb_a_person": speed.memory(min(largest, 100_000)),
        "findable": findable.work(people),
    }


def _engines(found: Sources) -> dict[str, Any]:
    """Whether both engines, where there are two, give equal matches on pages of all kinds."""
    people = population(found, PLANTED, SEED)
    author = Author(found, people, SEED + 5)
    read = quality.read([*author.mentions(5), *author.negatives(50)])
    one, *others = [quality.index_of(people, **engine) for engine in speed.engines().values()]
    differ = quality.differing(one, others[0], read) if len(others) == 1 else None
    return {"engines_differ_on": differ, "engines_compared_on": len(read)}


def _about(found: Sources) -> dict[str, Any]:
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "absent"
    data = {
        key: hashlib.sha256(repr(getattr(found, key)).encode()).hexdigest()[:16]
        for key in ("first", "last", "french", "english")
    }
    return {"algorithm": ALGORITHM, "python": platform.python_version(), "packages": versions, "data": data}


def bounds(result: dict[str, Any]) -> list[Bound]:
    """Every row of the issue's two tables."""
    classes = result["classes"]
    forms = {kind: classes[kind]["automatic"] / classes[kind]["pages"] for kind in FORM_CLASSES}
    worst = min(forms, key=lambda kind: forms[kind])
    pooled = sum(classes[kind]["automatic"] for kind in FORM_CLASSES) / sum(
        classes[kind]["pages"] for kind in FORM_CLASSES
    )
    spans = sum(classes[kind]["exact_spans"] for kind in FORM_CLASSES) / sum(
        classes[kind]["automatic"] for kind in FORM_CLASSES
    )
    one, two = classes["one_edit"], classes["two_edits"]
    spelled = classes["transliteration+context"]
    scripts = f"own script {spelled['scripts_either']} of {spelled['scripts']}"
    rows = [
        Bound("recall of the 24 form classes, pooled", pooled, 0.995),
        Bound("recall of the 24 form classes, the worst", forms[worst], 0.98, why=worst),
        Bound("one edit that makes no known name or word", one["unknown_automatic"] / max(1, one["unknown"]), 0.97),
        Bound(
            "two edits, names of 10+ letters, no known name or word",
            two["unknown_automatic"] / max(1, two["unknown"]),
            0.85,
        ),
        Bound(
            "transliterations, either band, context near",
            _either(spelled),
            0.90,
            why=scripts,
        ),
        Bound("nicknames, either band, context near", _either(classes["nickname+context"]), 0.80),
    ]
    for count, asked in ((1_000, 0.995), (10_000, 0.99), (100_000, 0.95)):
        size = result["sizes"].get(count)
        rows.append(Bound(f"precision of the automatic band, N = {count:,}", size and size["precision"], asked))
    size = result["sizes"].get(100_000)
    rows.append(
        Bound("false hits a clean page, N = 100,000", size and size["false_hits_per_clean_page"], 0.01, most=True)
    )
    for way, found in result["namesakes"].items():
        for decision, figures in found.items():
            for part, asked in (("recall", 0.97), ("precision", 0.98)):
                rows.append(Bound(f"namesakes, other cities {way}, {decision}: {part}", figures[part], asked))
    rows.append(Bound("the planted name is quoted exactly, form classes", spans, 1.0))
    quoted = result["quoted"]
    rows.append(Bound("a match quotes what stands at its place", quoted["right"] / max(1, sum(quoted.values())), 1.0))
    return rows + _of_speed(result)


def _of_speed(result: dict[str, Any]) -> list[Bound]:
    at = next((row for row in result["speed"] if row["persons"] == 100_000), None)
    rows = []
    for way, naive, exact, slope, update, held in (
        (speed.WHEELS, 2_000, 12, 0.25, 1_000, 2.5),
        (speed.FAST, 10_000, 5, 0.15, 50, 1.5),
    ):
        medians, changes = (at["medians"], at["updates"].get(way, {})) if at else ({}, {})
        ours, peer = medians.get(way), medians.get("ahocorasick-rs")
        why = str(changes.get("why", ""))
        rows += [
            Bound(f"{way}: cheaper than the naive loop", ours and medians["partial_ratio loop"] / ours, naive),
            Bound(f"{way}: cost over exact Aho-Corasick", ours and peer and ours / peer, exact, most=True),
            Bound(f"{way}: exponent of time in N", result["exponents"].get(way), slope, most=True),
            Bound(f"{way}: insertion of one person, us", changes.get("add"), update, most=True, why=why),
            Bound(f"{way}: removal of one person, us", changes.get("remove"), update, most=True, why=why),
            Bound(f"{way}: memory a person, KB", result["memory_kb_a_person"].get(way), held, most=True),
        ]
    found = result["findable"]
    why = f"worst {found['worst_ms']:.2g}; the next page found {found['found']} of {found['changes']}"
    rows.append(Bound("from a changed watch to findable, ms of work", found["median_ms"], 5, most=True, why=why))
    differing = result["engines_differ_on"]
    why = f"{differing} of {result['engines_compared_on']} pages differ" if differing is not None else "one engine only"
    rows.append(
        Bound("both engines give equal matches", None if differing is None else float(differing == 0), 1, why=why)
    )
    return rows


def _either(tally: dict[str, Any]) -> float:
    return float(tally["either"] / max(1, tally["pages"]))


def _table(result: dict[str, Any]) -> Iterator[str]:
    yield "names: how good (automatic band alone; the other classes also in either band and with context near)"
    heads = "".join(f"{key:>{width}}" for key, width in _COLUMNS)
    yield f"{'class':<26}{heads}  automatic where no error made a real name or word"
    for kind, one in result["classes"].items():
        figures = "".join(f"{one[key]:>{width}}" for key, width in _COLUMNS)
        partly = f"{one['unknown_automatic']} of {one['unknown']}" if kind.split("+")[0] in OTHER_CLASSES else ""
        yield f"{kind:<26}{figures}  {partly}"
    for count, size in result["sizes"].items():
        yield f"N = {count:,}: " + ", ".join(f"{name} {value:.4g}" for name, value in size.items())
    yield "names: how fast, microseconds of processor time a page"
    for row in result["speed"]:
        figures = ", ".join(f"{name} {value:,.0f}" for name, value in row["medians"].items())
        builds = ", ".join(f"{name} {value:.2f}" for name, value in row["builds"].items())
        yield f"N = {row['persons']:,} ({row['strings']:,} strings, {row['characters']:,} characters): {figures}"
        yield f"    build s: {builds}"
        yield f"    updates: {row['updates']}"
    yield "exponents: " + ", ".join(
        f"{name} {value:.2f}" for name, value in result["exponents"].items() if value is not None
    )
    yield "KB a person: " + ", ".join(f"{name} {value:.2f}" for name, value in result["memory_kb_a_person"].items())
    yield "names: the rows of the issue"
    for bound in bounds(result):
        yield bound.line()
