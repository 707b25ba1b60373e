"""The crop stage: compares windows of registered pictures with the boxes of a crawled one, by distance in bits (pure).

Every box of `fingerprints.crop.seen_in` is compared with every window of a registered `crop-pdq-1`, and with its plain
`pdq`, so that a picture put on a page, a telephone or a meme is found where only one hash was registered. The limits
were set on one half of the photographs of `benchmarks/images.py` and scored on the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from fingerprints.crop import DIGITS, windows
from fingerprints.pdq import QUALITY_FLOOR
from fingerprints.signal import FingerprintError, Signal
from monitor.images import BankEntry, ImageMatch
from monitor.names.term import Band, Reason

ALGORITHM = "crop-v1"
TYPE = "crop-pdq-1"
CLOSE = 31  # the exchange rule of PDQ, here for a part of the picture
WIDE = 60  # bits up to which a person is shown the pair

_BITS = 256


class CropStage:
    """The registered windows and plain hashes as rows of 64-bit words."""

    def __init__(self, entries: Iterable[BankEntry] = ()) -> None:
        self._owners: list[BankEntry] = []
        rows: list[str] = []
        for entry in entries:
            listed = _hashes(entry)
            rows += listed
            self._owners += [entry] * len(listed)
        self._rows = _words("".join(rows))

    def match(self, signals: Sequence[Signal]) -> list[ImageMatch]:
        """The nearest pair of a box and a window for each registered picture, where it is near enough."""
        best: dict[str, ImageMatch] = {}
        for signal in signals:
            if signal.type == TYPE and len(self._rows):
                for match in self._near(signal):
                    known = best.get(match.bank_id)
                    if known is None or (match.distance or 0) < (known.distance or 0):
                        best[match.bank_id] = match
        return sorted(best.values(), key=lambda match: (match.distance or 0, match.bank_id))

    def _near(self, signal: Signal) -> list[ImageMatch]:
        try:
            boxes = _words("".join(windows(signal.value)))
        except FingerprintError:  # a child process that answers nonsense has found nothing
            return []
        nearest = np.full(len(self._rows), _BITS)
        for box in boxes:
            nearest = np.minimum(nearest, np.bitwise_count(self._rows ^ box).sum(axis=1, dtype=np.int64))
        return [self._found(int(at), int(nearest[at]), signal.variant) for at in np.flatnonzero(nearest <= WIDE)]

    def _found(self, at: int, distance: int, variant: str) -> ImageMatch:
        entry = self._owners[at]
        band: Band = "automatic" if distance <= CLOSE else "context"
        reasons = [Reason("part_alike", {"distance": distance, "bits": _BITS})]
        if variant != "identity":
            reasons.append(Reason("turned", {"variant": variant}))
        score = round(1 - distance / (_BITS / 2), 4)
        return ImageMatch(
            entry.bank_id, entry.id, "global", distance, None, variant, score, band, ALGORITHM, tuple(reasons)
        )


def _hashes(entry: BankEntry) -> list[str]:
    if entry.type == TYPE:
        return windows(entry.value)
    return [entry.value] if entry.type == "pdq" and (entry.quality or 0) >= QUALITY_FLOOR else []


def _words(digits: str) -> NDArray[np.uint64]:
    return np.frombuffer(bytes.fromhex(digits), np.uint64).reshape(-1, DIGITS // 16)
