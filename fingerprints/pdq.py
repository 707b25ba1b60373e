"""PDQ, the 256-bit image hash that platforms exchange, equal bit for bit to the reference implementation.

The order of the float32 operations below is the order of the reference: on plain pictures a different order of
the same sums gives other bits. Nothing here may be "simplified" without running `vigie hash verify`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from fingerprints.decode import Pixels
from fingerprints.signal import Signal

QUALITY_FLOOR = 50  # below it a hash says too little (exchange rule of PDQ)
MIN_SIDE = 5  # the reference gives an empty hash and quality 0 below this side

Floats = NDArray[np.float32]

_GRID = 64
_EMPTY = "0" * 64
_HALF_TURN = np.arange(16) % 2 == 0  # odd frequencies (1, 3, ...) sit at even places: a mirror changes their sign
_SIGNS = np.where(_HALF_TURN, -1, 1).astype(np.float32)
_DCT = (
    np.float32(np.sqrt(2 / _GRID))
    * np.cos((np.pi / 2 / _GRID) * np.outer(np.arange(1, 17), 2 * np.arange(_GRID) + 1))
).astype(np.float32)  # fmt: skip

# What the DCT becomes when the picture is turned or mirrored; rot90 is a quarter turn counter-clockwise.
_SYMMETRIES: MappingProxyType[str, Callable[[Floats], Floats]] = MappingProxyType(
    {
        "identity": lambda c: c,
        "rot90": lambda c: (c * _SIGNS).T,
        "rot180": lambda c: c * _SIGNS * _SIGNS[:, None],
        "rot270": lambda c: (c * _SIGNS[:, None]).T,
        "mirror": lambda c: c * _SIGNS,
        "flip": lambda c: c * _SIGNS[:, None],
        "transpose": lambda c: c.T,
        "transverse": lambda c: (c * _SIGNS * _SIGNS[:, None]).T,
    }
)


def pdq(rgb: Pixels) -> Signal:
    """The PDQ signal of a picture as `decode.picture` gives it, at full size: a reduced copy hashes differently."""
    return _signals(rgb, ("identity",))[0]


def dihedral(rgb: Pixels) -> list[Signal]:
    """The eight signals of the picture turned and mirrored, from one transform: `variant` says what was done to it."""
    return _signals(rgb, tuple(_SYMMETRIES))


def _signals(rgb: Pixels, variants: tuple[str, ...]) -> list[Signal]:
    if min(rgb.shape[:2]) < MIN_SIDE:
        return [Signal("pdq", _EMPTY, 0, variant) for variant in variants]
    grid = _grid(_luminance(rgb))
    quality, coefficients = _quality(grid), _transform(grid)
    return [Signal("pdq", _bits(_SYMMETRIES[variant](coefficients)), quality, variant) for variant in variants]


def _luminance(rgb: Pixels) -> Floats:
    """Row by row, because the float64 products of a large picture would take eight times its pixels in memory."""
    out = np.empty(rgb.shape[:2], np.float32)
    for row, line in zip(out, rgb, strict=True):
        row[:] = line[:, 0] * 0.299 + line[:, 1] * 0.587 + line[:, 2] * 0.114
    return out


def _grid(luminance: Floats) -> Floats:
    """Two passes of a box mean in each direction, then 64 x 64 single points (not averages)."""
    height, width = luminance.shape
    if (height, width) == (_GRID, _GRID):
        return luminance
    for _ in range(2):
        luminance = _box_mean(np.ascontiguousarray(luminance.T), _window(width))
        luminance = _box_mean(np.ascontiguousarray(luminance.T), _window(height))
    return luminance[np.ix_(_points(height), _points(width))]


def _window(side: int) -> int:
    return (side + 2 * _GRID - 1) // (2 * _GRID)


def _points(side: int) -> NDArray[np.int64]:
    return ((np.arange(_GRID) + 0.5) * side / _GRID).astype(np.int64)


def _box_mean(rows: Floats, window: int) -> Floats:
    """The running mean down the rows; the float32 running sum keeps the rounding of the reference."""
    count, half = len(rows), (window + 2) // 2
    out, total = np.empty_like(rows), np.zeros(rows.shape[1], np.float32)
    for right in range(count + half - 1):
        if right < count:
            total += rows[right]
        if right >= window:
            total -= rows[right - window]
        if right >= half - 1:
            present = min(right + 1, count) - max(0, right - window + 1)
            np.divide(total, np.float32(present), out=out[right - half + 1])
    return out


def _transform(grid: Floats) -> Floats:
    """The 16 x 16 lowest frequencies of the cosine transform without the constant one, summed in order."""
    columns = np.zeros((16, _GRID), np.float32)
    for k in range(_GRID):
        columns += _DCT[:, k, None] * grid[k]
    out = np.zeros((16, 16), np.float32)
    for k in range(_GRID):
        out += columns[:, k, None] * _DCT[:, k]
    return out


def _bits(coefficients: Floats) -> str:
    """One bit per coefficient above the lower median, written last to first: other orders do not compare."""
    flat = coefficients.ravel()
    bits = flat > np.sort(flat)[127]
    return np.packbits(bits[::-1]).tobytes().hex()


def _quality(grid: Floats) -> int:
    """How much there is to see, 0 to 100: the sum of the steps between neighbours, each cut to a whole percent."""
    steps = 0
    for axis in (0, 1):
        percent = np.diff(grid, axis=axis) * np.float32(100) / np.float32(255)
        steps += int(np.abs(np.trunc(percent)).sum(dtype=np.int64))
    return min(100, steps // 90)
