"""The video stage: finds a registered video, or a stretch of it, in one that was met, by moments in order (pure).

Two moments that look alike may be chance; moments that look alike one after the other at one speed are not. Every
speed from half to double is tried, and the moments that fit are weighed by how alike they are; a still stretch counts
as one moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprints.signal import FingerprintError, Signal
from fingerprints.video import moments
from monitor.images import BankEntry, ImageMatch
from monitor.names.term import Band, Reason

ALGORITHM = "video-v1"
TYPE = "vpdq"

ALIKE = 84  # bits up to which two moments may be the same one, cropped, captioned or filmed from a screen
CLOSE = 31
AUTOMATIC = 12.0  # weight that needs no doubt, from at least `FEWEST` moments
REVIEW = 6.0
FEWEST = 3

_BITS = 256
_SPREAD = 10.0  # bits: what one unit of weight is above chance
_STILL = 24  # bits between two moments of a still stretch
_ANCHORS = 40  # moments of a registered video that are looked up first
_SPEEDS = tuple(2.0 ** (step / 12) for step in range(-12, 13))
_SLACK = 0.75  # seconds, at the speed of the registered video

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Known:
    entry: BankEntry
    at: Floats
    words: Words
    anchors: Words


@dataclass(frozen=True, slots=True)
class _Aligned:
    weight: float
    count: int
    distance: int
    speed: float


class VideoStage:
    """The registered `vpdq` signals."""

    def __init__(self, entries: Iterable[BankEntry] = ()) -> None:
        self._known: dict[str, _Known] = {}
        for entry in entries:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, entry: BankEntry) -> None:
        """Register one more signal, if it is a `vpdq`: the next search sees it."""
        if entry.type == TYPE:
            at, words = moments(entry.value)
            if len(words):
                self._known[entry.id] = _Known(entry, at, words, words[_distinct(words)][:_ANCHORS])

    def remove(self, entry_id: str) -> None:
        """Forget a signal: the next search does not see it."""
        self._known.pop(entry_id, None)

    def match(self, signals: Sequence[Signal], near: Iterable[str] = ()) -> list[ImageMatch]:  # noqa: ARG002 - of Stage
        """The best match with each registered video in the one that has these signals, one for each symmetry."""
        best: dict[str, ImageMatch] = {}
        for signal in signals:
            if signal.type == TYPE and self._known:
                for match in self._in(signal):
                    known = best.get(match.bank_id)
                    if known is None or match.score > known.score:
                        best[match.bank_id] = match
        return sorted(best.values(), key=lambda match: (-match.score, match.bank_id))

    def _in(self, signal: Signal) -> list[ImageMatch]:
        try:
            at, words = moments(signal.value)
        except FingerprintError:  # a child process that answers nonsense has found nothing
            return []
        asked = words[_distinct(words)]
        found = []
        for known in self._known.values():
            if len(asked) and int(_distances(known.anchors, asked).min()) <= ALIKE:
                aligned = _aligned(known, at, words)
                band = _band(aligned)
                if band:
                    found.append(_match(known.entry, aligned, band, signal.variant))
        return found


def _distances(a: Words, b: Words) -> NDArray[np.int64]:
    """(len(a), len(b)) bits."""
    counts = np.zeros((len(a), len(b)), np.int64)
    for word in range(4):
        counts += np.bitwise_count(a[:, word, None] ^ b[None, :, word])
    return counts


def _distinct(words: Words) -> NDArray[np.int64]:
    """The places of the moments that differ from the last one kept."""
    kept: list[int] = []
    for place in range(len(words)):
        if not kept or int(np.bitwise_count(words[place] ^ words[kept[-1]]).sum()) > _STILL:
            kept.append(place)
    return np.array(kept, np.int64)


def _aligned(known: _Known, at: Floats, words: Words) -> _Aligned:
    """The speed and the shift that explain most of the weight."""
    distances = _distances(known.words, words)
    ours, theirs = np.nonzero(distances <= ALIKE)
    best = _Aligned(0.0, 0, _BITS, 1.0)
    if not len(ours):
        return best
    near = distances[ours, theirs]
    for speed in _SPEEDS:
        shifts = at[theirs] * speed - known.at[ours]
        slots = np.floor(shifts / _SLACK)
        for slot in _fullest(slots, np.maximum(0, ALIKE + 1 - near)):
            inside = np.abs(shifts - (slot + 0.5) * _SLACK) <= 1.5 * _SLACK
            found = _weighed(known, ours[inside], at[theirs[inside]], near[inside], speed)
            if found.weight > best.weight:
                best = found
    return best


def _fullest(slots: Floats, weights: NDArray[np.int64]) -> list[float]:
    """The three slots of shift with most weight."""
    places, inverse = np.unique(slots, return_inverse=True)
    totals = np.bincount(inverse, weights)
    return [float(places[at]) for at in np.argsort(-totals)[:3]]


def _weighed(
    known: _Known, ours: NDArray[np.int64], seconds: Floats, near: NDArray[np.int64], speed: float
) -> _Aligned:
    """Each moment counts once on each side, and a still stretch counts as one moment; the nearest come first."""
    weight, count, total = 0.0, 0, 0
    pairs: list[tuple[float, float]] = []
    counted: list[int] = []
    for at in np.argsort(near, kind="stable"):
        pair, row = (float(known.at[ours[at]]), float(seconds[at])), int(ours[at])
        if any(pair[0] == other[0] or pair[1] == other[1] for other in pairs):
            continue
        if counted and int(_distances(known.words[counted], known.words[[row]]).min()) <= _STILL:
            continue
        pairs.append(pair)
        counted.append(row)
        weight += (ALIKE + _SPREAD - float(near[at])) / _SPREAD / 2
        count, total = count + 1, total + int(near[at])
    return _Aligned(round(weight, 1), count, round(total / count) if count else _BITS, speed)


def _band(aligned: _Aligned) -> Band | None:
    if aligned.count >= FEWEST and aligned.weight >= AUTOMATIC:
        return "automatic"
    if aligned.weight >= REVIEW or (aligned.count and aligned.distance <= CLOSE):
        return "context"
    return None


def _match(entry: BankEntry, aligned: _Aligned, band: Band, variant: str) -> ImageMatch:
    reasons = [Reason("same_moments", {"count": aligned.count, "distance": aligned.distance, "bits": _BITS})]
    if variant != "identity":
        reasons.append(Reason("turned", {"variant": variant}))
    score = round(aligned.weight / (aligned.weight + AUTOMATIC / 4), 4)
    return ImageMatch(
        entry.bank_id, entry.id, "video", aligned.distance, None, variant, score, band, ALGORITHM, tuple(reasons)
    )
