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
    """The registered windows and plain hashes; laid out as rows of 64-bit words at the first search after a change."""

    def __init__(self, entries: Iterable[BankEntry] = ()) -> None:
        self._entries: dict[str, BankEntry] = {}
        self._owners: list[BankEntry] = []
        self._rows: NDArray[np.uint64] | None = None
        for entry in entries:
            self.add(entry)

    def add(self, entry: BankEntry) -> None:
        """Register one more signal, if it is of a type compared here: the next search sees it."""
        if _hashes(entry):
            self._entries[entry.id], self._rows = entry, None

    def remove(self, entry_id: str) -> None:
        """Forget a signal: the next search does not see it."""
        if self._entries.pop(entry_id, None):
            self._rows = None

    def _lay_out(self) -> NDArray[np.uint64]:
        listed = {entry_id: _hashes(entry) for entry_id, entry in self._entries.items()}
        self._owners = [self._entries[entry_id] for entry_id, hashes in listed.items() for _ in hashes]
        return _words("".join(value for hashes in listed.values() for value in hashes))

    def match(self, signals: Sequence[Signal], near: Iterable[str] = ()) -> list[ImageMatch]:  # noqa: ARG002 - of Stage
        """The nearest pair of a box and a window for each registered picture, where it is near enough."""
        asked = [signal for signal in signals if signal.type == TYPE]
        if not asked or not self._entries:
            return []
        self._rows = self._lay_out() if self._rows is None else self._rows
        best: dict[str, ImageMatch] = {}
        for signal in asked:
            for match in self._near(signal, self._rows):
                known = best.get(match.bank_id)
                if known is None or (match.distance or 0) < (known.distance or 0):
                    best[match.bank_id] = match
        return sorted(best.values(), key=lambda match: (match.distance or 0, match.bank_id))

    def _near(self, signal: Signal, rows: NDArray[np.uint64]) -> list[ImageMatch]:
        try:
            boxes = _words("".join(windows(signal.value)))
        except FingerprintError:  # a child process that answers nonsense has found nothing
            return []
        nearest = np.full(len(rows), _BITS)
        for box in boxes:
            nearest = np.minimum(nearest, np.bitwise_count(rows ^ box).sum(axis=1, dtype=np.int64))
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
