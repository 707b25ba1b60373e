"""Compares the signals of a picture with a bank of registered ones: same bytes, near hashes, other stages (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from fingerprints.pdq import QUALITY_FLOOR
from fingerprints.signal import Signal
from monitor.hamming import Plain, words
from monitor.names.term import BANDS, Band, Reason

ALGORITHM = "images-v2"
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

    def expected(self, limit: int, bank_size: int) -> float:
        """How many unrelated registered pictures one crawled picture is expected to meet within `limit` bits."""
        return self.false_rate(limit) * bank_size

    def limit(self, bank_size: int) -> int:
        """The widest distance shown to a person: expected false matches per crawled picture stay within the budget."""
        for limit in range(self.widest, self.close, -1):
            if self.expected(limit, bank_size) <= FALSE_MATCHES_PER_IMAGE:
                return limit
        return self.close


# PDQ: 31 with quality is the exchange rule; 79 held out with eight orientations; each of them also as a negative.
# The 64-bit hashes are never automatic: at 11 (phash) and 3 (dhash) they were near one false pair in a million.
MEASURES = MappingProxyType(
    {
        "pdq": Measure(bits=256, close=31, widest=79, spread=9.0, readings=16),
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


class Stage(Protocol):
    """A further stage, for what the global one leaves open: the local one (`monitor.local_stage`), the video one."""

    def match(self, signals: Sequence[Signal], near: Iterable[str] = ()) -> list[ImageMatch]:
        """The registered images found in a picture with these signals; `near` were found near, but not surely."""

    def add(self, entry: BankEntry) -> None:
        """Register one more signal, if it is of this stage's type: the next search sees it."""

    def remove(self, entry_id: str) -> None:
        """Forget a signal: the next search does not see it."""


class ImageBank:
    """All registered signals, ready to be compared; an entry added or removed is seen by the next search.

    `negatives` are pictures that a person said are not the registered one of that `bank_id`: what is nearer to one of
    them than to the registered picture is rejected. Types that nobody here compares are left out.
    """

    def __init__(
        self, entries: Iterable[BankEntry], *, negatives: Iterable[BankEntry] = (), stages: Sequence[Stage] = ()
    ) -> None:
        self._exact: dict[tuple[str, str], dict[str, BankEntry]] = {}
        self._near: dict[str, _Table] = {}
        self._where: dict[str, BankEntry] = {}
        self._stages = tuple(stages)
        self._negatives = _Table(MEASURES["pdq"], [entry for entry in negatives if entry.type == "pdq"])
        near: dict[str, list[BankEntry]] = {}
        for entry in entries:
            if entry.type in MEASURES:
                near.setdefault(entry.type, []).append(entry)
                self._where[entry.id] = entry
                for stage in self._stages:
                    stage.add(entry)
            else:
                self.add(entry)
        self._near = {kind: _Table(MEASURES[kind], listed) for kind, listed in near.items()}

    def add(self, entry: BankEntry) -> None:
        """Register one more signal."""
        self._where[entry.id] = entry
        if entry.type in EXACT_TYPES:
            self._exact.setdefault((entry.type, entry.value), {})[entry.id] = entry
        elif entry.type in MEASURES:
            self._near.setdefault(entry.type, _Table(MEASURES[entry.type], [])).add([entry])
        for stage in self._stages:
            stage.add(entry)

    def remove(self, entry_id: str) -> None:
        """Forget a signal; nothing happens when it is not there."""
        entry = self._where.pop(entry_id, None)
        if entry is None:
            return
        if entry.type in EXACT_TYPES:
            self._exact.get((entry.type, entry.value), {}).pop(entry_id, None)
        elif entry.type in MEASURES:
            self._near[entry.type].remove(entry_id)
        for stage in self._stages:
            stage.remove(entry_id)

    def refute(self, bank_ids: Collection[str], negatives: Iterable[BankEntry]) -> None:
        """Replace the negatives of some registered images by these."""
        listed = {entry.id: entry for entry in negatives if entry.type == "pdq" and entry.bank_id in bank_ids}
        for entry in self._negatives.entries():
            if entry.bank_id in bank_ids and entry.id not in listed:
                self._negatives.remove(entry.id)
            listed.pop(entry.id, None)
        self._negatives.add(list(listed.values()))

    def limit(self, kind: str) -> int | None:
        """The widest distance of a type that is shown to a person at the present size of the bank."""
        return self._near[kind].limit if kind in self._near else None

    def match(self, signals: Sequence[Signal]) -> list[ImageMatch]:
        """The best match with each registered image: same bytes, then the surest; rejected ones included, the last."""
        best: dict[str, ImageMatch] = {}
        for found in (*self._same(signals), *self._hashed(signals)):
            _keep(best, found)
        refuted = {match.bank_id for match in best.values() if _is_refuted(match)}
        for stage in self._stages:  # what an earlier one left open, the later ones look at closely
            unsure = [each.bank_id for each in best.values() if each.band != "automatic"]
            for found in stage.match(signals, [bank_id for bank_id in unsure if bank_id not in refuted]):
                if found.bank_id not in refuted:
                    _keep(best, found)
        return sorted(best.values(), key=lambda each: (_order(each), each.bank_id), reverse=True)

    def _same(self, signals: Sequence[Signal]) -> list[ImageMatch]:
        return [_same(entry) for each in signals for entry in self._exact.get((each.type, each.value), {}).values()]

    def _hashed(self, signals: Sequence[Signal]) -> list[ImageMatch]:
        plain = any(signal.type == "pdq" and _is_low(signal.quality) for signal in signals)
        found: list[ImageMatch] = []
        for kind, table in self._near.items():
            if plain and kind in UNGRADED_TYPES:
                continue  # these hashes have no quality of their own: PDQ tells that the picture is too plain for them
            asked = [signal for signal in signals if signal.type == kind]
            found += table.match(asked, table.limit, self._refuted(asked) if kind == "pdq" else {})
        return found

    def _refuted(self, asked: Sequence[Signal]) -> dict[str, int]:
        """For each registered image, how near this picture is to one that a person said is not it."""
        least: dict[str, int] = {}
        for entry, distance, _, _ in self._negatives.near(asked, MEASURES["pdq"].close):
            least[entry.bank_id] = min(distance, least.get(entry.bank_id, distance))
        return least


class _Table:
    """The entries of one type, searched together."""

    def __init__(self, measure: Measure, entries: Sequence[BankEntry]) -> None:
        self._measure = measure
        self._rows = Plain(measure.bits)
        self._entries: list[BankEntry] = []
        self._numbers: dict[str, int] = {}
        self._images: dict[str, int] = {}  # how many signals each registered image has here
        self.add(entries)

    def add(self, entries: Sequence[BankEntry]) -> None:
        if not entries:
            return
        self._entries += entries  # first: another thread may be searching
        numbers = self._rows.add(np.stack([words(entry.value) for entry in entries]))
        for number, entry in zip(numbers, entries, strict=True):
            self._numbers[entry.id] = number
            self._images[entry.bank_id] = self._images.get(entry.bank_id, 0) + 1

    def remove(self, entry_id: str) -> None:
        number = self._numbers.pop(entry_id)
        self._rows.remove(number)
        bank = self._entries[number].bank_id
        self._images[bank] -= 1
        if not self._images[bank]:
            del self._images[bank]

    def entries(self) -> list[BankEntry]:
        return [self._entries[number] for number in self._numbers.values()]

    @property
    def limit(self) -> int:
        return self._measure.limit(len(self._images))

    def near(self, asked: Sequence[Signal], limit: int) -> list[tuple[BankEntry, int, Signal, bool]]:
        """(entry, distance, signal, whether as a negative) of everything within the limit."""
        if not asked or not self._entries:
            return []
        queries = np.stack([words(signal.value) for signal in asked])
        rows = self._rows.within(queries, limit, complements=asked[0].type == "pdq").tolist()
        return [
            (self._entries[number], distance, asked[at if at >= 0 else -1 - at], at < 0)
            for number, at, distance in rows
        ]

    def match(self, asked: Sequence[Signal], limit: int, refuted: Mapping[str, int]) -> list[ImageMatch]:
        return [self._found(*each, limit, refuted) for each in self.near(asked, limit)]

    def _found(
        self, entry: BankEntry, distance: int, signal: Signal, negative: bool, limit: int, refuted: Mapping[str, int]
    ) -> ImageMatch:
        reasons = [self._nearness(distance, limit), *_doubts(entry, signal)]
        if refuted.get(entry.bank_id, self._measure.bits) <= distance:
            reasons.append(Reason("known_as_another", {"distance": refuted[entry.bank_id]}))
        band = self._band(distance, [reason.code for reason in reasons])
        if signal.variant != "identity":
            reasons.append(Reason("turned", {"variant": signal.variant}))
        if negative:
            reasons.append(Reason("turned", {"variant": "complement"}))
        variant = "complement" if negative else signal.variant
        score = round(max(0.0, 1 - distance / (self._measure.bits / 2)), 4)
        return ImageMatch(
            entry.bank_id, entry.id, "global", distance, None, variant, score, band, ALGORITHM, tuple(reasons)
        )

    def _band(self, distance: int, codes: Sequence[str]) -> Band:
        if "known_as_another" in codes:
            return "rejected"
        if distance <= self._measure.close:
            return "automatic" if codes == ["close_hash"] else "context"
        # A plain picture is near too many others: only its close matches are worth a look.
        return "rejected" if "low_quality_hash" in codes else "context"

    def _nearness(self, distance: int, limit: int) -> Reason:
        params: dict[str, object] = {"distance": distance, "bits": self._measure.bits}
        if distance <= self._measure.close:
            return Reason("close_hash", {**params, "limit": self._measure.close})
        return Reason("wide_hash", {**params, "limit": limit})


def _is_refuted(match: ImageMatch) -> bool:
    """Whether a person said of a picture like this one that it is not the registered one."""
    return any(reason.code == "known_as_another" for reason in match.reasons)


def _keep(best: dict[str, ImageMatch], found: ImageMatch) -> None:
    known = best.get(found.bank_id)
    if known is None or _order(found) > _order(known):
        best[found.bank_id] = found


def _doubts(entry: BankEntry, signal: Signal) -> list[Reason]:
    """What keeps a close PDQ match from being automatic: a plain picture, or a quality that nobody noted."""
    if signal.type != "pdq":
        return []
    qualities = (entry.quality, signal.quality)
    if any(map(_is_low, qualities)):
        return [
            Reason("low_quality_hash", {"registered": entry.quality, "seen": signal.quality, "least": QUALITY_FLOOR})
        ]
    return [Reason("unknown_quality")] if None in qualities else []


def _is_low(quality: int | None) -> bool:
    return quality is not None and quality < QUALITY_FLOOR


def _same(entry: BankEntry) -> ImageMatch:
    return ImageMatch(
        entry.bank_id, entry.id, "exact", 0, None, "identity", 1.0, "automatic", ALGORITHM, (Reason("same_bytes"),)
    )


def _order(match: ImageMatch) -> tuple[bool, int, float, bool]:
    return match.stage == "exact", -BANDS.index(match.band), match.score, match.variant == "identity"
