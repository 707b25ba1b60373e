"""The local stage: finds a registered picture inside another one, when the hashes of the whole leave it open (pure).

Candidates come from the voting index, and from the global stage where it was not sure; each is verified point by
point, and what was counted decides the band. The limits below were set on one half of the photographs of
`benchmarks/images.py` and scored on the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from fingerprints.local import VARIANTS, Features, decode
from fingerprints.signal import FingerprintError, Signal
from monitor.images import BankEntry, ImageMatch
from monitor.local_index import LocalIndex
from monitor.local_verify import Verified, verify
from monitor.names.term import BANDS, Band, Reason

ALGORITHM = "local-v1"
TYPE = "local-1"

AUTOMATIC = 12.5  # strength that needs no doubt, where the points are at their places:
STEADY, STRONG = 0.4, 20.0
"""... this share of the inliers exactly, or so much strength; two portraits reached 16.9, with a share of 0.37."""
EXACT, MOSTLY = 12, 0.5
"""Exact inliers, and their share, that need no doubt either, however blurred the descriptors are."""
MIRRORED = 0.6  # of the inliers of a weak match, in the mirror: two frontal portraits of two people agree there as well
ALIKE = 4.0  # strength that is enough when the hash of the whole is near, too
REVIEW = 7.0  # ... that a person is shown
FEWEST = 8  # distinct inliers in any case
LEAST_AREA = 0.02  # of one of the two pictures: a logo, a stamp or a line of text is smaller
LEAST_WIDTH = 0.12  # of the band of inliers, against its length: a line of text is thinner
LEAST_ROWS = 5  # of 16 that hold inliers: two lines of text hold four at most
LARGEST_GAP = 8  # of 16 rows, empty between inliers: the frame of a screenshot has its picture there,
FRAME_ROWS = 5  # ... and holds no more rows than these; round a person who was replaced there are more
LEAST_SHOWN = 0.06  # with such a doubt: a watermark that every picture of a site carries is shown to nobody
FULL = 60  # inliers from which the area is not asked
LARGEST_RIVAL = 0.45  # of the inliers: a fence, a tiled wall or a tiled watermark fits at many places


class LocalStage:
    """The registered `local-1` signals, ready to be looked for; raises FingerprintError for one that is no such."""

    def __init__(self, entries: Iterable[BankEntry] = ()) -> None:
        self._index = LocalIndex()
        self._entries: dict[int, BankEntry] = {}
        self._numbers: dict[str, int] = {}
        for entry in entries:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: BankEntry) -> None:
        """Register one more signal, if it is a `local-1`: the next search sees it."""
        if entry.type == TYPE:
            number = self._index.add(decode(entry.value))
            self._entries[number], self._numbers[entry.id] = entry, number

    def remove(self, entry_id: str) -> None:
        """Forget a signal: the next search does not see it."""
        number = self._numbers.pop(entry_id, None)
        if number is not None:
            del self._entries[number]
            self._index.remove(number)

    def match(self, signals: Sequence[Signal], near: Iterable[str] = ()) -> list[ImageMatch]:
        """The best match with each registered image found inside the picture that has these signals, the surest first.

        `near` are the `bank_id`s that the global stage found near but not surely: they are verified in any case.
        """
        met = _met(signals)
        if met is None or not self._entries:
            return []
        alike = frozenset(near)
        best: dict[str, ImageMatch] = {}
        for number, variant in self._looked_at(met, alike):
            entry, registered = self._entries[number], self._index.picture(number)
            found = verify(registered, met.seen_as(variant))
            if found and (match := _judged(entry, variant, found, entry.bank_id in alike)):
                if match.band == "automatic" and found.strength < STRONG:
                    match = _unless_mirrored(match, verify(registered, met.seen_as(_MIRRORS[variant])))
                known = best.get(entry.bank_id)
                if known is None or _order(match) > _order(known):
                    best[entry.bank_id] = match
        return sorted(best.values(), key=lambda match: (_order(match), match.bank_id), reverse=True)

    def _looked_at(self, met: Features, alike: frozenset[str]) -> list[tuple[int, str]]:
        voted = [(candidate.number, candidate.variant) for candidate in self._index.candidates(met)]
        asked = [number for number, entry in self._entries.items() if entry.bank_id in alike]
        return list(dict.fromkeys(voted + [(number, variant) for number in asked for variant in VARIANTS]))


def _met(signals: Sequence[Signal]) -> Features | None:
    for signal in signals:
        if signal.type == TYPE:
            try:
                return decode(signal.value)
            except FingerprintError:  # a child process that answers nonsense has found nothing
                return None
    return None


def _judged(entry: BankEntry, variant: str, found: Verified, alike: bool) -> ImageMatch | None:
    doubts = [] if alike else _doubts(found)  # a hash of the whole that is near speaks against all of them
    band = _band(found, doubts, alike)
    if band is None:
        return None
    area = round(100 * max(found.area_registered, found.area_met))
    reasons = [Reason("same_points", {"inliers": found.inliers, "area": area}), *doubts]
    if variant != "identity":
        reasons.append(Reason("turned", {"variant": _SHOWN[variant]}))
    score = round(found.strength / (found.strength + AUTOMATIC / 4), 4)
    return ImageMatch(
        entry.bank_id, entry.id, "local", None, found.inliers, _SHOWN[variant], score, band, ALGORITHM, tuple(reasons)
    )


def _unless_mirrored(match: ImageMatch, back: Verified | None) -> ImageMatch:
    """The match, for a person to see when the mirror of the picture agrees nearly as well."""
    if back is None or back.inliers < MIRRORED * (match.inliers or 0):
        return match
    return replace(match, band="context", reasons=(*match.reasons, Reason("points_mirrored")))


_MIRRORS = {"identity": "mirror", "mirror": "identity", "complement": "both", "both": "complement"}
_SHOWN = {"identity": "identity", "mirror": "mirror", "complement": "complement", "both": "complement"}


def _doubts(found: Verified) -> list[Reason]:
    """What keeps even many inliers from being sure."""
    doubts = []
    if found.rival > LARGEST_RIVAL * found.inliers:
        doubts.append(Reason("points_repeat"))
    if found.inliers < FULL and max(found.area_registered, found.area_met) < LEAST_AREA:
        doubts.append(Reason("points_in_a_spot"))
    framed = found.gap >= LARGEST_GAP and found.rows <= FRAME_ROWS
    if found.thin < LEAST_WIDTH or found.rows < LEAST_ROWS or framed:
        doubts.append(Reason("points_in_lines"))
    return doubts


def _band(found: Verified, doubts: Sequence[Reason], alike: bool) -> Band | None:
    if found.inliers < FEWEST:
        return None
    if not doubts and _is_sure(found, alike):
        return "automatic"
    if doubts and max(found.area_registered, found.area_met) < LEAST_SHOWN:
        return None
    return "context" if found.strength >= (ALIKE if alike else REVIEW) else None


def _is_sure(found: Verified, alike: bool) -> bool:
    """Whether it is one photograph: the points look alike and lie where they should, or lie there to the pixel."""
    steady = found.exact >= STEADY * found.inliers or found.strength >= STRONG
    if steady and found.strength >= (ALIKE if alike else AUTOMATIC):
        return True
    return found.strength >= REVIEW and found.exact >= max(EXACT, MOSTLY * found.inliers)


def _order(match: ImageMatch) -> tuple[int, int]:
    return -BANDS.index(match.band), match.inliers or 0
