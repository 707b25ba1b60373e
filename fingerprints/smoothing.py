"""PDQ's smoothing: two box means in each direction, then 64 x 64 points, equal to the reference to the last bit.

The picture passes once, column by column, so that nothing of its size is held beside it: each column is averaged with
those around it, then along itself, then with those around it again, and only the 64 columns that are looked at are
kept. Every sum is a running one in float32, in the order of the reference: another order gives other bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

GRID = 64

_COLUMNS, _ROWS = 32, 256  # of a strip that is worked on at once


def width_of_mean(side: int) -> int:
    """Pixels of one box mean along a side."""
    return (side + 2 * GRID - 1) // (2 * GRID)


def places(side: int) -> Ints:
    """The 64 places along a side that are looked at."""
    return ((np.arange(GRID) + 0.5) * side / GRID).astype(np.int64)


def smoothed(rgb: NDArray[np.uint8]) -> Floats:
    """The 64 x 64 smoothed luminances of a picture (height, width, 3) of at least five pixels a side."""
    height, width = rgb.shape[:2]
    if (height, width) == (GRID, GRID):
        return luminance(rgb)
    across = _across(_columns(rgb), width, height)
    again = _across(_along(across, height), width, height)
    wanted = places(width).tolist()
    looked_at = frozenset(wanted)
    kept = {place: column.copy() for place, column in enumerate(again) if place in looked_at}
    few = np.stack([kept[place] for place in wanted])
    return np.ascontiguousarray(_mean(few, height)[:, places(height)].T)


def luminance(rgb: NDArray[np.uint8]) -> Floats:
    """0.299 R + 0.587 G + 0.114 B, in double precision, then rounded once."""
    summed: NDArray[np.float64] = rgb[..., 0] * 0.299 + rgb[..., 1] * 0.587 + rgb[..., 2] * 0.114
    return summed.astype(np.float32)


def _columns(rgb: NDArray[np.uint8]) -> Iterator[Floats]:
    height, width = rgb.shape[:2]
    for left in range(0, width, _COLUMNS):
        strip = rgb[:, left : left + _COLUMNS]
        turned = np.empty((strip.shape[1], height), np.float32)
        for top in range(0, height, _ROWS):
            turned[:, top : top + _ROWS] = luminance(strip[top : top + _ROWS]).T
        yield from turned


def _across(columns: Iterable[Floats], width: int, height: int) -> Iterator[Floats]:
    """Each column as the mean of those in the window around it; the array is used again for the next one."""
    size = width_of_mean(width)
    half = (size + 2) // 2
    inside, total, mean = (
        np.empty((size, height), np.float32),
        np.zeros(height, np.float32),
        np.empty(height, np.float32),
    )
    source = iter(columns)
    for right in range(width + half - 1):
        oldest = inside[right % size]
        entering = next(source) if right < width else None
        if entering is not None:
            total += entering
        if right >= size:
            total -= oldest
        if entering is not None:
            oldest[:] = entering
        if right >= half - 1:
            yield np.divide(total, np.float32(_present(right, width, size)), out=mean)


def _present(right: int, count: int, size: int) -> int:
    return min(right + 1, count) - max(0, right - size + 1)


def _along(columns: Iterable[Floats], height: int) -> Iterator[Floats]:
    """Each column with the box mean along itself."""
    batch, filled = np.empty((_COLUMNS, height), np.float32), 0
    for column in columns:
        batch[filled] = column
        filled += 1
        if filled == _COLUMNS:
            yield from _mean(batch, height)
            filled = 0
    yield from _mean(batch[:filled], height)


def _mean(lines: Floats, count: int) -> Floats:
    """The box mean along each line of `count` values.

    A running sum is one accumulation over what enters and what leaves, in turns: first the values that fill the
    window, then one in and one out, then those that leave at the end.
    """
    size = width_of_mean(count)
    half = (size + 2) // 2
    turns = 2 * count - size
    steps = np.empty((len(lines), turns + half - 1), np.float32)
    steps[:, :size] = lines[:, :size]
    steps[:, size:turns:2] = lines[:, size:]
    np.negative(lines[:, : count - size], out=steps[:, size + 1 : turns : 2])
    np.negative(lines[:, count - size : count - size + half - 1], out=steps[:, turns:])
    np.add.accumulate(steps, axis=1, out=steps)
    right = np.arange(half - 1, count + half - 1)
    after = np.where(right < size, right, np.where(right < count, 2 * right - size + 1, right + count - size))
    present = np.minimum(right + 1, count) - np.maximum(0, right - size + 1)
    means: Floats = np.take(steps, after, axis=1)
    means /= present.astype(np.float32)
    return means
