"""PDQ, the 256-bit image hash that platforms exchange, equal bit for bit to the reference implementation.

The order of the float32 operations below is the order of the reference: on plain pictures a different order of
the same sums gives other bits. Nothing here may be "simplified" without running `vigie hash verify`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from fingerprints.decode import Luma, Pixels
from fingerprints.signal import Signal
from fingerprints.smoothing import GRID, Floats, luminance, places, smoothed, width_of_mean

QUALITY_FLOOR = 50  # below it a hash says too little (exchange rule of PDQ)
MIN_SIDE = 5  # the reference gives an empty hash and quality 0 below this side

_LOOKED_AT = 256  # rows and columns, at least, that the shades are counted on
_HALF_TURN = np.arange(16) % 2 == 0  # odd frequencies (1, 3, ...) sit at even places: a mirror changes their sign
_SIGNS = np.where(_HALF_TURN, -1, 1).astype(np.float32)
_DCT = (
    np.float32(np.sqrt(2 / GRID))
    * np.cos((np.pi / 2 / GRID) * np.outer(np.arange(1, 17), 2 * np.arange(GRID) + 1))
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
    return signals(exact(rgb), ("identity",))[0]


def dihedral(rgb: Pixels) -> list[Signal]:
    """The eight signals of the picture turned and mirrored, from one transform: `variant` says what was done to it.

    The negative of a picture needs no signal of its own: its hash is the complement, bit for bit.
    """
    return signals(exact(rgb))


def exact(rgb: Pixels) -> Floats:
    """The 64 x 64 grid that the hash is made of, to the last bit that of the reference; black for a tiny picture."""
    return smoothed(rgb) if min(rgb.shape[:2]) >= MIN_SIDE else np.zeros((GRID, GRID), np.float32)


def seen(luma: Luma) -> Floats:
    """The grid of a picture that was met, from the grey pixels of `decode.luma`: fast, the hash at most 12 bits off.

    The same filter in another order of sums, and only at the 64 x 64 points that are looked at. For comparing with
    registered pictures, never for registering or exporting one.
    """
    return _sampled(luma) if min(luma.shape) >= MIN_SIDE else np.zeros((GRID, GRID), np.float32)


def signals(grid: Floats, variants: tuple[str, ...] = tuple(_SYMMETRIES)) -> list[Signal]:
    """The signals of a grid, one for each way of turning and mirroring the picture."""
    quality, coefficients = _quality(grid), _transform(grid)
    return [Signal("pdq", _bits(_SYMMETRIES[variant](coefficients)), quality, variant) for variant in variants]


def two_shades(pixels: Pixels | Luma) -> bool:
    """Whether two bands of five grey levels hold 96 % of the picture, whatever the quality of its PDQ.

    A black half beside a white one has quality 71 and a hash made of rounding errors; a drawn disc has quality 100.
    Of 1,114 pictures with quality 50 or more, drawings and tables alone were found so, no photograph.
    """
    few = pixels[:: max(1, len(pixels) // _LOOKED_AT), :: max(1, pixels.shape[1] // _LOOKED_AT)]
    grey = few if few.ndim == 2 else luminance(few)
    levels = np.bincount(grey.astype(np.int64).ravel(), minlength=256)
    bands = np.convolve(levels, np.ones(5, np.int64), "same")
    top = int(bands.argmax())
    levels[max(0, top - 2) : top + 3] = 0
    second = np.convolve(levels, np.ones(5, np.int64), "same").max()
    return bool(bands[top] + second >= 0.96 * grey.size)


def _sampled(luma: Luma) -> Floats:
    """The 64 x 64 points of `smoothed`, each as one weighted mean of the pixels around it."""
    height, width = luma.shape
    near_rows, row_weights = _weights(height)
    near_columns, column_weights = _weights(width)
    rows = luma[near_rows.ravel()].astype(np.float32).reshape(GRID, -1, width)
    across = np.matmul(row_weights[:, None, :], rows)[:, 0]
    grid: Floats = np.einsum("rck,ck->rc", across[:, near_columns], column_weights)
    return grid


@lru_cache(maxsize=256)
def _weights(side: int) -> tuple[NDArray[np.int64], Floats]:
    """For each of the 64 points of a side: the pixels that two box means reach from it, and the weight of each."""
    window, points = width_of_mean(side), places(side)
    half = (window + 2) // 2

    def box(at: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return np.maximum(at - (window - half), 0), np.minimum(at + half, side)

    low, high = box(points)
    inner = low[:, None] + np.arange(window)
    first, last = box(np.minimum(inner, side - 1))
    share = np.where(inner < high[:, None], 1 / ((high - low)[:, None] * (last - first)), 0)
    edges = np.zeros((GRID, side + 1))
    line = np.arange(GRID)[:, None]
    np.add.at(edges, (line, first), share)
    np.add.at(edges, (line, last), -share)
    spread = np.cumsum(edges, axis=1)
    reach = np.minimum(box(low)[0][:, None] + np.arange(2 * window), side - 1)
    weights = np.where(np.diff(reach, axis=1, prepend=-1) > 0, spread[line, reach], 0)
    return reach, weights.astype(np.float32)


def _transform(grid: Floats) -> Floats:
    """The 16 x 16 lowest frequencies of the cosine transform without the constant one, summed in order."""
    columns = np.zeros((16, GRID), np.float32)
    for k in range(GRID):
        columns += _DCT[:, k, None] * grid[k]
    out = np.zeros((16, 16), np.float32)
    for k in range(GRID):
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
