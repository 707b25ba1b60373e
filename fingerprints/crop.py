"""`crop-pdq-1`: at most 32 hashes of windows of a picture, made on the person's device, that survive a crop.

A `crop-pdq-1` value is the PDQ of each window of `WINDOWS` that is not too plain, 64 hexadecimal digits each. A crawled
picture is read the other way round: its whole, and the boxes in which an inserted picture is likely, are each compared
with the whole and the windows of the registered one (docs/decisions/0015-crop-pdq-and-local-points.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fingerprints.decode import Pixels
from fingerprints.pdq import QUALITY_FLOOR, dihedral, pdq
from fingerprints.signal import FingerprintError, Signal

Box = tuple[float, float, float, float]  # left, top, right, bottom as shares of the sides

DIGITS = 64
MOST = 32

_ENOUGH = 512  # pixels of the longer side that the hashes of boxes need
_WINDOWED = 1024  # ... and those of the windows of a registered picture
_SMALL = 256  # pixels of the longer side of the copy in which inserted pictures are looked for
_LIKE = 14  # levels from the colour of the ground within which a pixel is ground
_SMOOTH = 3  # levels between neighbours of a blurred ground
_GROUND = 0.5  # share of ground pixels from which a row holds no picture, even with a line of text on it
_BLURRED = 0.8  # the same for a smooth ground, which has no text
_TALL = 0.1  # share of the side: a lower stretch is a line of text, a button or the bar of a window


def _grid(side: float, steps: int) -> list[Box]:
    """`steps` x `steps` windows of that side, spread evenly over the free space."""
    starts = [(1 - side) * step / (steps - 1) for step in range(steps)]
    return [(x, y, x + side, y + side) for y in starts for x in starts]


def _middle(side: float) -> Box:
    return ((1 - side) / 2, (1 - side) / 2, (1 + side) / 2, (1 + side) / 2)


# The square in the middle (what a collage or a profile shows) has no fixed shares and comes first.
WINDOWS: tuple[Box, ...] = (*_grid(0.90, 3), *_grid(0.80, 4), _middle(0.95), _middle(0.70), *_grid(0.60, 2))


def crop_pdq(rgb: Pixels) -> Signal | None:
    """The `crop-pdq-1` signal of a picture as `decode.picture` gives it; None when every window is too plain.

    A picture of 2,048 pixels and more is reduced first, by a whole factor and in whole numbers, as the browser does:
    thirty windows of 48 million pixels would take half a minute, and are a few bits apart.
    """
    rgb = _lighter(rgb, _WINDOWED)
    cuts = [_square(rgb), *(_cut(rgb, box) for box in WINDOWS)]
    hashes = [pdq(cut) for cut in cuts]
    kept = [each for each in hashes if (each.quality or 0) >= QUALITY_FLOOR]
    return _together(kept) if kept else None


def _together(hashes: Sequence[Signal]) -> Signal:
    quality = min(each.quality or 0 for each in hashes)
    return Signal("crop-pdq-1", "".join(each.value for each in hashes), quality, hashes[0].variant)


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
    """The hashes of the boxes of a crawled picture in which a registered one may lie: a signal for each symmetry."""
    rgb = _lighter(rgb, _ENOUGH)
    boxes = dict.fromkeys(_boxes(rgb))
    cuts = [np.ascontiguousarray(rgb[top:bottom, left:right]) for left, top, right, bottom in boxes]
    turned = [dihedral(cut) for cut in cuts]
    kept = [each for each in turned if (each[0].quality or 0) >= QUALITY_FLOOR]
    return [_together(readings) for readings in zip(*kept, strict=True)]


def _lighter(rgb: Pixels, enough: int) -> Pixels:
    """A large picture reduced by a whole factor, no smaller than `enough`: each pixel is the rounded mean of a square.

    What is left over at the right and at the bottom, less than one square, is dropped.
    """
    factor = max(rgb.shape[:2]) // enough
    height, width = (side // factor for side in rgb.shape[:2]) if factor > 1 else (0, 0)
    if not height or not width:
        return rgb
    out = np.empty((height, width, 3), np.uint8)
    for row in range(height):
        lines = rgb[row * factor : (row + 1) * factor, : width * factor].sum(axis=0, dtype=np.uint32)
        out[row] = (2 * lines.reshape(width, factor, 3).sum(axis=1) + factor**2) // (2 * factor**2)
    return out


def framed(rgb: Pixels) -> list[Pixels]:
    """A frame, and what lies in it on a plain ground: without its bars, its border or the room around a screen."""
    boxes = dict.fromkeys(islice(_boxes(rgb), 2))
    return [np.ascontiguousarray(rgb[top:bottom, left:right]) for left, top, right, bottom in boxes]


def _boxes(rgb: Pixels) -> Iterator[tuple[int, int, int, int]]:
    """The whole, what lies on a plain ground, what lies on a blurred one, and the quarters of the second.

    A box that was not found is the whole again.
    """
    height, width = rgb.shape[:2]
    whole = (0, 0, width, height)
    image = Image.fromarray(rgb).convert("L")
    image.thumbnail((_SMALL, _SMALL), Image.Resampling.BOX)
    grey = np.asarray(image).astype(np.int16)
    on_plain = _inserted(_is_plain(grey), _GROUND)
    on_blur = _inserted(_is_smooth(grey), _BLURRED)
    scale = np.array([width / grey.shape[1], height / grey.shape[0]] * 2)
    plain, blurred = (whole if box is None else _scaled(box, scale) for box in (on_plain, on_blur))
    yield from (whole, plain, blurred)
    left, top, right, bottom = plain
    x, y = (left + right) // 2, (top + bottom) // 2
    yield from ((left, top, x, y), (x, top, right, y), (left, y, x, bottom), (x, y, right, bottom))


def _scaled(box: tuple[int, int, int, int], scale: NDArray[np.float64]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(float(edge)) for edge in np.array(box) * scale)
    return left, top, right, bottom


def _is_plain(grey: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Pixels of the colour that most of the outermost pixels have."""
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    colour = int(np.argmax(np.convolve(np.bincount(rim, minlength=256), np.ones(9), "same")))
    return np.abs(grey - colour) <= _LIKE


def _is_smooth(grey: NDArray[np.int16]) -> NDArray[np.bool_]:
    steps = np.zeros(grey.shape, np.int16)
    steps[:, 1:] = np.abs(np.diff(grey, axis=1))
    steps[1:] = np.maximum(steps[1:], np.abs(np.diff(grey, axis=0)))
    return steps <= _SMOOTH


def _inserted(ground: NDArray[np.bool_], most: float) -> tuple[int, int, int, int] | None:
    """Where a picture lies on a ground (bars, a page, the screen of a telephone): left, top, right, bottom."""
    top, bottom, left, right = 0, ground.shape[0], 0, ground.shape[1]
    for _ in range(2):
        start, stop = _band(ground[top:bottom, left:right], most)
        top, bottom = top + start, top + stop
        start, stop = _band(ground[top:bottom, left:right].T, most)
        left, right = left + start, left + stop
    whole = (bottom - top) * (right - left) > 0.97 * ground.size
    return None if whole else (left, top, right, bottom)


def _band(ground: NDArray[np.bool_], most: float) -> tuple[int, int]:
    """From the first to the last stretch of rows that holds more than a line of text; all rows when there is none."""
    busy = np.concatenate([[False], ground.mean(axis=1) < most, [False]]).astype(np.int8)
    starts, stops = np.flatnonzero(np.diff(busy) == 1), np.flatnonzero(np.diff(busy) == -1)
    tall = stops - starts >= _TALL * len(ground)
    if not tall.any():
        return 0, len(ground)
    return int(starts[tall].min()), int(stops[tall].max())
