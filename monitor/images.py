"""Compares the signals of a picture with a bank of registered ones: exact first, then by distance in bits (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerprints.pdq import QUALITY_FLOOR
from fingerprints.signal import Signal
from monitor.names.term import BANDS, Band, Reason

ALGORITHM = "images-v1"
EXACT_TYPES = ("sha256", "md5")
UNGRADED_TYPES = ("phash64", "dhash64")

# False matches that a person may be shown per crawled picture, over the whole bank: one in a thousand pictures.
FALSE_MATCHES_PER_IMAGE = 1e-3


@dataclass(frozen=True, slots=True)
class Measure:
    """How far two signals of a type may be apart.

    `close` needs no doubt. `widest` is the widest limit that held on photographs that took no part in setting it.
    Distances between different photographs are taken as normal around half the bits with this `spread`, wider than
    chance (sqrt(bits)/2) so that the tail stays above the rates measured on real photographs: at the limits where
    one false pair in a million was met it gives two to three in a million. `readings` is how many variants of one
    picture are compared with each registered one.
    """

    bits: int
    close: int
    widest: int
    spread: float
    readings: int

    def false_rate(self, limit: int) -> float:
        """Chance that one unrelated registered picture lies within `limit` bits of some reading of a crawled one."""
        deviations = (self.bits / 2 - limit - 0.5) / self.spread
        return self.readings * erfc(deviations / sqrt(2)) / 2

    def limit(self, bank_size: int) -> int:
        """The widest distance shown to a person: expected false matches per crawled picture stay within the budget."""
        for limit in range(self.widest, self.close, -1):
            if self.false_rate(limit) * bank_size <= FALSE_MATCHES_PER_IMAGE:
                return limit
        return self.close


# PDQ: 31 with quality is the exchange rule; 79 held out with eight orientations; eight readings and the complement.
# The 64-bit hashes are never automatic: at 11 (phash) and 3 (dhash) they were near one false pair in a million.
MEASURES = MappingProxyType(
    {
        "pdq": Measure(bits=256, close=31, widest=79, spread=9.0, readings=9),
        "phash64": Measure(bits=64, close=-1, widest=11, spread=4.5, readings=1),
        "dhash64": Measure(bits=64, close=-1, widest=3, spread=6.3, readings=1),
    }
)
COMPARED = (*EXACT_TYPES, *MEASURES)  # what a bank can hold and compare


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One registered signal; entries of one image share their `bank_id`."""

    id: str
    bank_id: str
    type: str
    value: str
    quality: int | None = None


@dataclass(frozen=True, slots=True)
class ImageMatch:
    """A crawled picture that matches a registered one, by its best signal; `distance` is in bits."""

    bank_id: str
    entry_id: str
    stage: str
    distance: int | None
    inliers: int | None
    variant: str
    score: float
    band: Band
    algorithm: str
    reasons: tuple[Reason, ...]

    def to_json(self, image: str) -> dict[str, Any]:
        """The match of design.md section 8."""
        return {
            "image": image,
            "bank_id": self.bank_id,
            "stage": self.stage,
            "distance": self.distance,
            "inliers": self.inliers,
            "variant": self.variant,
            "score": self.score,
            "band": self.band,
            "algorithm": self.algorithm,
            "reasons": [reason.to_json() for reason in self.reasons],
        }


class ImageBank:
    """All registered signals, ready to be compared; types that it cannot compare are left out."""

    def __init__(self, entries: Iterable[BankEntry]) -> None:
        self._exact: dict[tuple[str, str], list[BankEntry]] = {}
        by_type: dict[str, list[BankEntry]] = {name: [] for name in MEASURES}
        for entry in entries:
            if entry.type in EXACT_TYPES:
                self._exact.setdefault((entry.type, entry.value), []).append(entry)
            elif entry.type in by_type:
                by_type[entry.type].append(entry)
        self._near = {name: _Table(MEASURES[name], listed) for name, listed in by_type.items() if listed}

    def limit(self, kind: str) -> int | None:
        """The widest distance of a type that is shown to a person at the present size of the bank."""
        return self._near[kind].limit if kind in self._near else None

    def match(self, signals: Sequence[Signal]) -> list[ImageMatch]:
        """The best match with each registered image: exact before close, close before wide; nothing beyond."""
        best: dict[str, ImageMatch] = {}
        plain = any(signal.type == "pdq" and _is_low(signal.quality) for signal in signals)
        for signal in signals:
            if plain and signal.type in UNGRADED_TYPES:
                continue  # these hashes have no quality of their own: PDQ tells that the picture is too plain for them
            for found in self._of(signal):
                known = best.get(found.bank_id)
                if known is None or _order(found) > _order(known):
                    best[found.bank_id] = found
        return sorted(best.values(), key=lambda each: (_order(each), each.bank_id), reverse=True)

    def _of(self, signal: Signal) -> list[ImageMatch]:
        if signal.type in EXACT_TYPES:
            return [_same(entry) for entry in self._exact.get((signal.type, signal.value), ())]
        table = self._near.get(signal.type)
        return table.match(signal) if table else []


class _Table:
    """The entries of one type as rows of 64-bit words."""

    def __init__(self, measure: Measure, entries: Sequence[BankEntry]) -> None:
        self._measure = measure
        self._entries = entries
        self._rows = np.stack([_row(entry.value) for entry in entries])
        self.limit = measure.limit(len({entry.bank_id for entry in entries}))

    def match(self, signal: Signal) -> list[ImageMatch]:
        distances = np.bitwise_count(self._rows ^ _row(signal.value)).sum(axis=1, dtype=np.int64)
        found = [self._found(int(at), int(distances[at]), signal, signal.variant) for at in self._within(distances)]
        if signal.type == "pdq" and signal.variant == "identity":  # a negative has the complement of the hash
            negative = self._measure.bits - distances
            found += [self._found(int(at), int(negative[at]), signal, "complement") for at in self._within(negative)]
        return found

    def _within(self, distances: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.flatnonzero(distances <= self.limit)

    def _found(self, at: int, distance: int, signal: Signal, variant: str) -> ImageMatch:
        entry, bits = self._entries[at], self._measure.bits
        reasons = [self._nearness(distance), *_doubts(entry, signal)]
        band = self._band(distance, [reason.code for reason in reasons])
        if variant != "identity":
            reasons.append(Reason("turned", {"variant": variant}))
        score = round(max(0.0, 1 - distance / (bits / 2)), 4)
        return ImageMatch(
            entry.bank_id, entry.id, "global", distance, None, variant, score, band, ALGORITHM, tuple(reasons)
        )

    def _band(self, distance: int, codes: Sequence[str]) -> Band:
        if distance <= self._measure.close:
            return "automatic" if codes == ["close_hash"] else "context"
        # A plain picture is near too many others: only its close matches are worth a look.
        return "rejected" if "low_quality_hash" in codes else "context"

    def _nearness(self, distance: int) -> Reason:
        params: dict[str, object] = {"distance": distance, "bits": self._measure.bits}
        if distance <= self._measure.close:
            return Reason("close_hash", params)
        return Reason("wide_hash", {**params, "limit": self.limit})


def _row(value: str) -> NDArray[np.uint64]:
    return np.frombuffer(bytes.fromhex(value), dtype=np.uint64)


def _doubts(entry: BankEntry, signal: Signal) -> list[Reason]:
    """What keeps a close PDQ match from being automatic: a plain picture, or a quality that nobody noted."""
    if signal.type != "pdq":
        return []
    qualities = (entry.quality, signal.quality)
    if any(map(_is_low, qualities)):
        return [Reason("low_quality_hash")]
    return [Reason("unknown_quality")] if None in qualities else []


def _is_low(quality: int | None) -> bool:
    return quality is not None and quality < QUALITY_FLOOR


def _same(entry: BankEntry) -> ImageMatch:
    return ImageMatch(
        entry.bank_id, entry.id, "exact", 0, None, "identity", 1.0, "automatic", ALGORITHM, (Reason("same_bytes"),)
    )


def _order(match: ImageMatch) -> tuple[bool, int, float, bool]:
    return match.stage == "exact", -BANDS.index(match.band), match.score, match.variant == "identity"
