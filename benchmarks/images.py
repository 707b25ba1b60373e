"""How well registered pictures are found again: real photographs, seeded edits, peers beside us, false matches by pair.

`python -m benchmarks.images --photos DIR [--people] [--full] [--jobs N]`; DIR is made by `benchmarks.photographs`.

One half of the originals calibrates the peers' second thresholds; everything is scored on the other half. Our own
limits are those that ship. "Automatic" is what needs no person; "shown" adds what a person is asked about.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import edits
from benchmarks.photographs import Photograph, photographs
from benchmarks.pictures_speed import ratios
from fingerprints import crop, local
from fingerprints.pdq import dihedral, pdq
from fingerprints.signal import Signal
from monitor.crop_stage import CropStage
from monitor.images import BankEntry, ImageBank, ImageMatch
from monitor.local_stage import LocalStage

try:
    import pdqhash
except ImportError:  # then our own PDQ stands for the peer's: they agree bit for bit (`vigie hash verify`)
    pdqhash = None

__all__ = ["main", "ratios", "report"]

FILLERS = 60
QUICK = (6, 12)  # originals that calibrate, and that are scored
FULL = (30, 80)
FACE_PATCH = "faceswap8-15"
UNDRESSED = ("nudify30-45", "nudify+crop10+j50")
PEERS = {"PDQ <= 31": ("pdq", 31), "pHash <= 4": ("phash", 4)}
OURS = ("one PDQ", "one PDQ, parts of the picture met", "crop-pdq-1", "cascade")


@dataclass
class Seen:
    """What one edited picture gave: distances of the peers to every reference, and our matches by method."""

    original: str
    edit: str
    peers: dict[str, NDArray[np.int64]]
    ours: dict[str, list[tuple[str, str, str]]]  # (bank_id, band, how)


@dataclass
class Score:
    """Hits and false matches of one method."""

    found: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    false: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def recall(self, names: Sequence[str]) -> float:
        return float(np.mean([np.mean(self.found[name]) for name in names]))


@dataclass
class Registered:
    """A reference in every form: the peers' two hashes, and our entries of one PDQ, of windows and of points."""

    words: NDArray[np.uint64]
    phash: int
    entries: tuple[BankEntry | None, BankEntry | None, BankEntry | None]


def _registered(photograph: Photograph) -> Registered:
    picture = photograph.open()
    rgb, small = np.asarray(picture), np.asarray(picture.reduce(2))  # the windows of half the size: a few bits apart
    one, windows, points = pdq(rgb), crop.crop_pdq(small), local.local(rgb)
    entries = (_entry(photograph, one), _entry(photograph, windows), _entry(photograph, points))
    return Registered(_peer_pdq(rgb), _phash(rgb), entries)


def _entry(photograph: Photograph, signal: Signal | None) -> BankEntry | None:
    if signal is None:
        return None
    return BankEntry(f"{photograph.name}-{signal.type}", photograph.name, signal.type, signal.value, signal.quality)


class Bench:
    """The references in every form that a method needs."""

    def __init__(self, references: Sequence[Photograph], fillers: Sequence[Photograph], jobs: int) -> None:
        self.references = list(references)
        self.fillers = [photograph.open for photograph in fillers]
        self.number = {photograph.name: at for at, photograph in enumerate(self.references)}
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            made = pool.map(_registered, self.references, chunksize=8)
        self.words = np.stack([each.words for each in made])
        self.phash = np.array([each.phash for each in made], np.uint64)
        one, windows, points = zip(*(each.entries for each in made), strict=True)
        self.bank = ImageBank([entry for entry in one if entry])
        self.plain_parts = CropStage(entry for entry in one if entry)
        self.parts = CropStage(entry for entry in (*one, *windows) if entry)
        self.stage = LocalStage(entry for entry in points if entry)

    def see(self, original: Photograph, edit: str, scored: bool = True) -> Seen:
        """What one edited picture gives; one that only calibrates the peers is compared with their hashes alone."""
        data = edits.edited(original.open(), edit, original.name, self.fillers)
        rgb = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        near = {
            "pdq": np.bitwise_count(self.words ^ _peer_pdq(rgb)).sum(axis=1, dtype=np.int64),
            "phash": np.bitwise_count(self.phash ^ np.uint64(_phash(rgb))).astype(np.int64),
        }
        return Seen(original.name, edit, near, self._by_method(rgb) if scored else {})

    def _by_method(self, rgb: NDArray[np.uint8]) -> dict[str, list[tuple[str, str, str]]]:
        whole, boxes = dihedral(rgb), crop.seen_in(rgb)
        one = [match for match in self.bank.match(whole) if match.band != "rejected"]
        alone = _best(one, self.plain_parts.match(boxes))
        windows = _best(one, self.parts.match(boxes))
        met = local.local(rgb, local.MET)
        unsure = [match.bank_id for match in windows if match.band != "automatic"]
        cascade = _best(windows, self.stage.match([met] if met else [], unsure))
        found = dict(zip(OURS, (one, alone, windows, cascade), strict=True))
        return {name: [(m.bank_id, m.band, m.stage) for m in matches] for name, matches in found.items()}


def _peer_pdq(rgb: NDArray[np.uint8]) -> NDArray[np.uint64]:
    if pdqhash is None:
        return np.frombuffer(bytes.fromhex(pdq(rgb).value), np.uint64)
    bits, _ = pdqhash.compute(rgb)
    return np.frombuffer(np.packbits(bits).tobytes(), np.uint64)


def _phash(rgb: NDArray[np.uint8]) -> int:
    return int(str(imagehash.phash(Image.fromarray(rgb))), 16)


def _best(*found: Sequence[ImageMatch]) -> list[ImageMatch]:
    best: dict[str, ImageMatch] = {}
    for match in (match for matches in found for match in matches):
        known = best.get(match.bank_id)
        if known is None or (match.band == "automatic" and known.band != "automatic"):
            best[match.bank_id] = match
    return list(best.values())


_bench: Bench | None = None


def _see(asked: tuple[Photograph, str, bool]) -> Seen:
    assert _bench is not None
    return _bench.see(*asked)


def _all(asked: list[tuple[Photograph, str, bool]], jobs: int) -> Iterator[Seen]:
    if jobs == 1:
        yield from map(_see, asked)
        return
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap_unordered(_see, asked, chunksize=4)


def recalibrated(seen: Sequence[Seen], peer: str, number: dict[str, int]) -> int:
    """The widest threshold at which at most one wrong pair in a million matches on the calibration half."""
    wrong = np.concatenate([np.delete(each.peers[peer], number[each.original]) for each in seen])
    return int(np.sort(wrong)[int(1e-6 * len(wrong))]) - 1


def scored(seen: Sequence[Seen], bench: Bench, limits: dict[str, tuple[str, int]]) -> dict[str, Score]:
    """The score of every method; an "automatic" and a "shown" one for each of ours."""
    scores: dict[str, Score] = defaultdict(Score)
    for each in seen:
        at = bench.number[each.original]
        for name, (peer, limit) in limits.items():
            near = np.flatnonzero(each.peers[peer] <= limit)
            scores[name].found[each.edit].append(at in near)
            _blame(scores[name], each, [bench.references[place].name for place in near])
        for name, matches in each.ours.items():
            for band, kept in (("automatic", ("automatic",)), ("shown", ("automatic", "context"))):
                banks = [bank for bank, of, _ in matches if of in kept]
                scores[f"{name}, {band}"].found[each.edit].append(each.original in banks)
                _blame(scores[f"{name}, {band}"], each, banks)
    return scores


def _blame(score: Score, seen: Seen, banks: Sequence[str]) -> None:
    for bank in banks:
        if bank != seen.original:
            score.false[(seen.original, bank, seen.edit)] += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="made by `python -m benchmarks.photographs DIR`")
    parser.add_argument("--people", action="store_true", help="with the people-rich packages")
    parser.add_argument("--full", action="store_true", help=f"{FULL[1]} scored originals in place of {QUICK[1]}")
    parser.add_argument("--originals", type=int, help="another number of scored originals")
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    calibrating, scoring = FULL if asked.full else QUICK
    report(asked.photos, asked.people, (calibrating, asked.originals or scoring), asked.jobs)


def report(folder: Path, people: bool, sizes: tuple[int, int], jobs: int) -> None:
    """Print everything, the figures of the issue with their goals last."""
    global _bench
    order = photographs(folder, people)
    random.Random(7).shuffle(order)
    fillers, references = order[:FILLERS], order[FILLERS:]
    _bench = bench = Bench(references, fillers, jobs)
    half = len(references) // 2
    calibrating, scoring = references[: sizes[0]], references[half : half + sizes[1]]
    print(
        f"{len(references)} references, {len(calibrating)} originals calibrate, {len(scoring)} are scored", flush=True
    )
    first = list(_all([(each, edit, False) for each in calibrating for edit in edits.KNOWN], jobs))
    limits: dict[str, tuple[str, int]] = dict(PEERS)
    for name, peer in (("PDQ recalibrated", "pdq"), ("pHash recalibrated", "phash")):
        limits[name] = (peer, recalibrated(first, peer, bench.number))
    seen = _until_stopped(_all([(each, edit, True) for each in scoring for edit in edits.EVERY], jobs))
    _print(scored(seen, bench, limits), limits, len(seen), len(references))
    print("\nOriginals that some edits hide from the cascade (automatic), the most hidden first:")
    for name, hidden in sorted(_hidden(seen).items(), key=lambda each: (-len(each[1]), each[0])):
        print(f"  {name}  {' '.join(hidden)}")


def _until_stopped(pictures: Iterator[Seen]) -> list[Seen]:
    """All of them, or what came before Ctrl-C: the table then says of how many it speaks."""
    seen: list[Seen] = []
    try:
        for each in pictures:
            seen.append(each)
            if len(seen) % 500 == 0:
                print(f"  {len(seen)} pictures", flush=True)
    except KeyboardInterrupt:
        print("stopped: what follows is of the pictures that were looked at", flush=True)
    return seen


def _hidden(seen: Sequence[Seen]) -> dict[str, list[str]]:
    """By original, the edits under which the cascade did not find it by itself."""
    hidden: dict[str, list[str]] = {}
    for each in seen:
        if (each.original, "automatic") not in {(bank, band) for bank, band, _ in each.ours["cascade"]}:
            hidden.setdefault(each.original, []).append(each.edit)
    return hidden


def _print(scores: dict[str, Score], limits: dict[str, Any], queries: int, references: int) -> None:
    known, held = list(edits.KNOWN), list(edits.HELD_OUT)
    pairs = queries * (references - 1)
    print(f"\n{queries} edited pictures, {pairs:,} wrong pairs\n\n{'method':<52} 56 edits  held-out  false pairs")
    for name, score in scores.items():
        shown = f"{name} (<= {limits[name][1]})" if name.endswith("recalibrated") else name
        print(f"{shown:<52} {score.recall(known):8.3f} {score.recall(held):9.3f} {len(score.false):12}")
    columns = ("PDQ <= 31", "one PDQ, shown", "crop-pdq-1, shown", "cascade, automatic", "cascade, shown")
    print(f"\n{'edit':<26}" + "".join(f"{name:>20}" for name in columns))
    for edit in edits.EVERY:
        n = len(scores[columns[0]].found[edit])
        row = "".join(f"{np.mean(scores[name].found[edit]):20.2f}" for name in columns)
        print(f"{edit:<26}{row}   n={n}{'' if edit in edits.KNOWN else '  held out'}")
    for name in ("cascade, automatic", "crop-pdq-1, automatic"):
        print(f"\nFalse matches of {name}, by pair (registered, edited original, edit):")
        for (original, bank, edit), _ in sorted(scores[name].false.items()):
            print(f"  {bank} in {original} {edit}")
    _goals(scores, known)


def _goals(scores: dict[str, Score], known: Sequence[str]) -> None:
    sure = scores["cascade, automatic"]
    worst = min((edit for edit in known if edit != FACE_PATCH), key=lambda edit: np.mean(sure.found[edit]))
    rows = (
        ("mean recall, 56 edits, automatic", sure.recall(known), 0.97),
        ("false automatic matches", len(sure.false), 0),
        (f"worst edit ({worst})", float(np.mean(sure.found[worst])), 0.85),
        ("undressed derivatives", sure.recall(UNDRESSED), 0.97),
        ("one PDQ from the device, whole with whole", scores["one PDQ, shown"].recall(known), 0.61),
        ("one PDQ from the device, parts met", scores["one PDQ, parts of the picture met, shown"].recall(known), 0.61),
        ("with crop-pdq-1", scores["crop-pdq-1, shown"].recall(known), 0.72),
    )
    print("\nfigure                                          reached    goal")
    for name, reached, goal in rows:
        held = reached <= goal if name.startswith("false") else reached >= goal
        print(f"{name:<46} {reached:8.3f} {goal:7.2f}  {'held' if held else 'NOT HELD'}")


if __name__ == "__main__":
    main()
