"""Checks this installation against PDQ hashes that the reference implementation made of generated patterns."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from fingerprints.decode import Pixels
from fingerprints.pdq import pdq
from fingerprints.signal import FingerprintError, distance

Grid = NDArray[np.int64]


def pattern(name: str, width: int, height: int) -> Pixels:
    """A picture made of whole-number arithmetic only, so that every machine draws the same pixels."""
    y, x = np.mgrid[0:height, 0:width]
    draw = {"plain": _plain, "slope": _slope, "checks": _checks, "rings": _rings, "noise": _noise, "blocks": _blocks}
    return np.stack([draw[name](x, y, channel) % 256 for channel in range(3)], axis=-1).astype(np.uint8)


def failures() -> list[str]:
    """One line per stored vector that this machine does not reproduce bit for bit; empty when all is well.

    Raises FingerprintError when the vectors are missing from the installation.
    """
    return [line for vector in vectors() if (line := _compare(*vector))]


def vectors() -> list[tuple[str, int, int, str, int]]:
    """Pattern, width, height, then the hash and the quality given by the reference binding `pdqhash` 0.2.8."""
    try:
        rows = json.loads((files("fingerprints") / "vectors.json").read_text(encoding="utf-8"))
    except OSError:
        raise FingerprintError("The reference vectors are missing: install Vigie again.") from None
    return [(r["pattern"], r["width"], r["height"], r["pdq"], r["quality"]) for r in rows]


def _compare(name: str, width: int, height: int, value: str, quality: int) -> str | None:
    ours = pdq(pattern(name, width, height))
    if (ours.value, ours.quality) == (value, quality):
        return None
    return f"{name} {width}x{height}: {distance(ours.value, value)} bits away, quality {ours.quality} for {quality}"


def _plain(x: Grid, y: Grid, channel: int) -> Grid:
    return x * 0 + y * 0 + 90 + 40 * channel


def _slope(x: Grid, y: Grid, channel: int) -> Grid:
    return (x * (3 + channel) + y * 2) * 255 // (5 * int(x.max() + y.max() + 1))


def _checks(x: Grid, y: Grid, channel: int) -> Grid:
    return ((x * 8 // (int(x.max()) + 1) + y * 5 // (int(y.max()) + 1)) % 2) * (200 - 30 * channel) + 20


def _rings(x: Grid, y: Grid, channel: int) -> Grid:
    square = (x - int(x.max()) // 3) ** 2 + (y - int(y.max()) // 2) ** 2
    return square * (7 + channel) // (int(square.max()) // 97 + 1)


def _noise(x: Grid, y: Grid, channel: int) -> Grid:
    mixed = (x * 374761393 + y * 668265263 + channel * 2147483647) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 13)) * 1274126177 & 0xFFFFFFFF) >> 16


def _blocks(x: Grid, y: Grid, channel: int) -> Grid:
    return _noise(x * 9 // (int(x.max()) + 1), y * 9 // (int(y.max()) + 1), channel)
