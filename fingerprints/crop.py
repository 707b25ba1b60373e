"""`crop-pdq-1`: at most 32 hashes of windows of a picture, made on the person's device, that survive a crop.

A `crop-pdq-1` value is the PDQ of each window of `WINDOWS`, in that order, 64 hexadecimal digits each. A crawled
picture is read the other way round: its whole, and the boxes in which an inserted picture is likely, are each compared
with the whole and the windows of the registered one (docs/decisions/0015-crop-pdq-and-local-points.md).
"""

from __future__ import annotations

import numpy as np

from fingerprints.decode import Pixels
from fingerprints.pdq import pdq
from fingerprints.signal import FingerprintError, Signal

Box = tuple[float, float, float, float]  # left, top, right, bottom as shares of the sides

DIGITS = 64
MOST = 32


def _grid(side: float, steps: int) -> list[Box]:
    """`steps` x `steps` windows of that side, spread evenly over the free space."""
    starts = [(1 - side) * step / (steps - 1) for step in range(steps)]
    return [(x, y, x + side, y + side) for y in starts for x in starts]


def _middle(side: float) -> Box:
    return ((1 - side) / 2, (1 - side) / 2, (1 + side) / 2, (1 + side) / 2)


# The square in the middle (what a collage or a profile shows) has no fixed shares and comes first.
WINDOWS: tuple[Box, ...] = (*_grid(0.90, 3), *_grid(0.80, 4), _middle(0.95), _middle(0.70), *_grid(0.60, 2))


def crop_pdq(rgb: Pixels) -> Signal:
    """The `crop-pdq-1` signal of a picture as `decode.picture` gives it."""
    hashes = [pdq(_square(rgb)), *(pdq(_cut(rgb, box)) for box in WINDOWS)]
    return Signal("crop-pdq-1", "".join(each.value for each in hashes), min(each.quality or 0 for each in hashes))


def windows(value: str) -> list[str]:
    """The hashes of a `crop-pdq-1` value; raises FingerprintError on any other text."""
    if not value or len(value) % DIGITS or len(value) > MOST * DIGITS or not set(value) <= set("0123456789abcdef"):
        raise FingerprintError("This is no crop-pdq-1 signal. Make it again with `vigie hash image`.")
    return [value[at : at + DIGITS] for at in range(0, len(value), DIGITS)]


def _square(rgb: Pixels) -> Pixels:
    height, width = rgb.shape[:2]
    side = min(height, width)
    left, top = (width - side) // 2, (height - side) // 2
    return np.ascontiguousarray(rgb[top : top + side, left : left + side])


def _cut(rgb: Pixels, box: Box) -> Pixels:
    height, width = rgb.shape[:2]
    left, top, right, bottom = (round(share * side) for share, side in zip(box, (width, height) * 2, strict=True))
    return np.ascontiguousarray(rgb[top:bottom, left:right])


def seen_in(rgb: Pixels) -> list[Signal]:
    """The PDQ of each box of a crawled picture in which a registered one may have been put."""
    return []
