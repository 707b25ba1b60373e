"""The crop stage: compares windows of registered pictures with the boxes of a crawled one, by distance in bits (pure).

Every box of `fingerprints.crop.seen_in` is compared with every window of a registered `crop-pdq-1`, and with its plain
`pdq`, so that a picture put on a page, a telephone or a meme is found where only one hash was registered. The limits
were set on one half of the photographs of `benchmarks/images.py` and scored on the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from fingerprints.crop import DIGITS, windows
from fingerprints.pdq import QUALITY_FLOOR
from fingerprints.signal import FingerprintError, Signal
from monitor.hamming import Plain
from monitor.images import MEASURES, BankEntry, ImageMatch
from monitor.names.term import Band, Reason

ALGORITHM = "crop-v1"
TYPE = "crop-pdq-1"
CLOSE = 31  # the exchange rule of PDQ, here for a part of the picture
BOXES = 7  # of a crawled picture: each is one more chance of being near by accident
WIDE = 60  # bits up to which a person is shown the pair

_BITS = 256


class CropStage:
    """The registered windows and plain hashes, searched together; an addition is seen by the next search."""

    def __init__(self, entries: Iterable[BankEntry] = ()) -> None:
        self._rows = Plain(_BITS)
        self._owners: list[BankEntry] = []
        self._numbers: dict[str, range] = {}
        self._images: Counter[str] = Counter()
        for entry in entries:
            self.add(entry)

    def add(self, entry: BankEntry) -> None:
        """Register one more signal, if it is of a type compared here."""
        hashes = _hashes(entry)
        if hashes:
            self._owners += [entry] * len(hashes)  # first: another thread may be searching
            self._numbers[entry.id] = self._rows.add(_words("".join(hashes)))
            self._images[entry.bank_id] += 1

    def remove(self, entry_id: str) -> None:
        """Forget a signal: the next search does not see it."""
        numbers = self._numbers.pop(entry_id, range(0))
        for number in numbers:
            self._rows.remove(number)
        if numbers:
            bank = self._owners[numbers[0]].bank_id
            self._images[bank] -= 1
            if not self._images[bank]:
                del self._images[bank]

    @property
    def limit(self) -> int:
        """The widest distance that is shown to a person: with many registered images, fewer bits."""
        return min(WIDE, MEASURES["pdq"].limit(len(self._images) * BOXES))

    def match(self, signals: Sequence[Signal], near: Iterable[str] = ()) -> list[ImageMatch]:  # noqa: ARG002 - of Stage
        """The nearest pair of a box and a window for each registered picture, where it is near enough."""
        boxes = [(signal, box) for signal in signals if signal.type == TYPE for box in _boxes(signal)]
        if not boxes or not self._numbers:
            return []
        queries = np.stack([box for _, box in boxes])
        best: dict[str, ImageMatch] = {}
        for number, query, distance in self._rows.within(queries, self.limit).tolist():
            match = self._found(number, distance, boxes[query][0].variant)
            known = best.get(match.bank_id)
            if known is None or (match.distance or 0) < (known.distance or 0):
                best[match.bank_id] = match
        return sorted(best.values(), key=lambda match: (match.distance or 0, match.bank_id))

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


def _boxes(signal: Signal) -> NDArray[np.uint64]:
    try:
        return _words("".join(windows(signal.value)))
    except FingerprintError:  # a child process that answers nonsense has found nothing
        return np.empty((0, DIGITS // 16), np.uint64)


def _words(digits: str) -> NDArray[np.uint64]:
    return np.frombuffer(bytes.fromhex(digits), np.uint64).reshape(-1, DIGITS // 16)
