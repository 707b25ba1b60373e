"""`local-1`: the distinctive points of a picture, so that a part of it is recognised inside another picture.

Points are SIFT keypoints (Lowe 2004) of the grey picture reduced to 640 pixels; each descriptor is square-rooted
("RootSIFT", Arandjelović and Zisserman 2012) and kept on four bits a number. Mirrors and negatives need no second
extraction: both only permute the numbers of a descriptor (`Features.seen_as`).

A `local-1` value is `1.` and the base64 of: width, height and count (16 bits each, little-endian), then for each point
x, y in eighths of a pixel (16 bits), size and angle (8 bits) and 128 numbers of four bits, the strongest point first.

It says much more of a picture than a hash does: shapes can be redrawn from it. It is for ordinary photographs, or for
a person's own choice (design.md section 7). Needs the extra `images`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerprints.decode import Pixels
from fingerprints.signal import FingerprintError, Signal

LONGEST = 640  # pixels of the longer side; a smaller picture is never enlarged
REGISTERED = 600  # points kept of a registered picture
MET = 1200  # points kept of a crawled one: a small inset must still have its share
WEAKEST = 8  # fewer points say nothing
STEP = 32  # what a square-rooted share of 1 becomes on the scale of four bits

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]

_CONTRAST = 0.02  # of SIFT; its usual 0.04 leaves too little of faces and skies
_FAINT = (
    0.003  # ... for a small, blurred or pale picture, and for what was met: a plain part of it must have its points
)
_CELLS = 8  # the strongest points are taken in turn from 8 x 8 fields, so that no corner is left without,
_COARSE = (4.0, 8.0)  # and from three sizes (pixels), because the fine ones are gone in a small inset
_HEAD = np.dtype([("width", "<u2"), ("height", "<u2"), ("count", "<u2")])
_POINT = np.dtype([("x", "<u2"), ("y", "<u2"), ("size", "u1"), ("angle", "u1"), ("codes", "u1", 64)])
_MAGIC = "1."
_BACKWARDS = (-np.arange(8)) % 8


@dataclass(frozen=True, slots=True)
class Features:
    """The points of one picture: (n, 2) places in pixels, sizes, angles in degrees and (n, 128) codes from 0 to 15."""

    width: int
    height: int
    places: Floats
    sizes: Floats
    angles: Floats
    codes: Codes

    def __len__(self) -> int:
        return len(self.sizes)

    def seen_as(self, variant: str) -> Features:
        """The features of the picture mirrored, negative or both: `identity`, `mirror`, `complement`, `both`."""
        return _VARIANTS[variant](self)

    def strongest(self, count: int) -> Features:
        """The first `count` points."""
        cut = slice(count)
        return Features(self.width, self.height, self.places[cut], self.sizes[cut], self.angles[cut], self.codes[cut])


@cache
def opencv() -> Any:
    """The library of the extra `images`, or None; it is loaded when first asked for: most workers never need it."""
    try:
        return import_module("cv2")
    except ImportError:
        return None


def available() -> bool:
    """Whether the extra `images` is installed."""
    return opencv() is not None


def local(rgb: Pixels, most: int = REGISTERED) -> Signal | None:
    """The `local-1` signal of a picture, or None when it has too few points; raises FingerprintError without OpenCV."""
    found = features(rgb, most)
    return None if len(found) < WEAKEST else Signal("local-1", encode(found))


def features(rgb: Pixels, most: int = MET) -> Features:
    """The strongest points of a picture, spread over it, at most `most`.

    Of a picture that was met faint ones are looked for, too: where the middle was replaced by something rich in points,
    what is left of the registered picture around it may be plain.
    """
    if not available():
        raise FingerprintError("local-1 needs OpenCV: install Vigie with the extra `images`.")
    grey = _reduced(rgb)
    height, width = grey.shape
    sift = _sift(_FAINT if most >= MET else _CONTRAST)
    found = sift.detect(grey, None)
    if len(found) < most // 2:
        found = _sift(_FAINT).detect(grey, None)
    points = _spread(found, width, height, most)
    if not points:
        return Features(width, height, *_nothing())
    points, raw = sift.compute(grey, points)
    table = np.array([(p.pt[0], p.pt[1], p.size, p.angle) for p in points], np.float32)
    return Features(width, height, table[:, :2].copy(), table[:, 2], table[:, 3], _coded(raw))


@cache
def _sift(contrast: float) -> Any:
    return opencv().SIFT_create(nfeatures=0, nOctaveLayers=3, contrastThreshold=contrast)


def _nothing() -> tuple[Floats, Floats, Floats, Codes]:
    none = np.empty(0, np.float32)
    return np.empty((0, 2), np.float32), none, none, np.empty((0, 128), np.uint8)


def _reduced(rgb: Pixels) -> Codes:
    cv2 = opencv()
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    share = LONGEST / max(grey.shape)
    if share >= 1:
        return np.asarray(grey)
    size = (max(1, round(grey.shape[1] * share)), max(1, round(grey.shape[0] * share)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA))


def _spread(points: Any, width: int, height: int, most: int) -> list[Any]:
    """The points in turns over the fields of a grid and the sizes, the strongest of each first."""
    if not points:
        return []
    strength = np.array([point.response for point in points])
    column = np.array([int(point.pt[0] * _CELLS / width) for point in points])
    row = np.array([int(point.pt[1] * _CELLS / height) for point in points])
    field = column + _CELLS * (row + _CELLS * np.searchsorted(_COARSE, [point.size for point in points]))
    order = np.lexsort((-strength, field))
    starts = np.searchsorted(field[order], field[order])
    turn = np.empty(len(points), np.int64)
    turn[order] = np.arange(len(points)) - starts
    return [points[at] for at in np.lexsort((-strength, turn))[:most]]


def _coded(raw: NDArray[np.float32]) -> Codes:
    shares = np.sqrt(raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-6))
    codes: Codes = np.minimum(np.rint(shares * STEP), 15).astype(np.uint8)
    return codes


def encode(found: Features) -> str:
    """The text of a `local-1` value."""
    head = np.array([(found.width, found.height, len(found))], _HEAD)
    rows = np.zeros(len(found), _POINT)
    rows["x"], rows["y"] = np.rint(found.places.T * 8)
    rows["size"] = np.clip(np.rint(np.log2(np.maximum(found.sizes, 1)) * 24), 0, 255)
    rows["angle"] = np.rint(found.angles * 256 / 360).astype(np.int64) % 256
    rows["codes"] = found.codes[:, ::2] << 4 | found.codes[:, 1::2]
    return _MAGIC + base64.b64encode(head.tobytes() + rows.tobytes()).decode()


def decode(value: str) -> Features:
    """The features of a `local-1` value; raises FingerprintError on any other text."""
    try:
        if not value.startswith(_MAGIC):
            raise ValueError
        data = base64.b64decode(value[len(_MAGIC) :], validate=True)
        head = np.frombuffer(data, _HEAD, count=1)[0]
        rows = np.frombuffer(data, _POINT, offset=_HEAD.itemsize)
    except (ValueError, binascii.Error):
        raise FingerprintError("This is no local-1 signal. Make it again with `vigie hash image`.") from None
    if len(rows) != int(head["count"]):
        raise FingerprintError("This local-1 signal is incomplete. Make it again with `vigie hash image`.")
    codes = np.empty((len(rows), 128), np.uint8)
    codes[:, ::2], codes[:, 1::2] = rows["codes"] >> 4, rows["codes"] & 15
    places: Floats = np.stack([rows["x"], rows["y"]], axis=1).astype(np.float32) / np.float32(8)
    sizes: Floats = np.exp2(rows["size"].astype(np.float32) / np.float32(24))
    angles: Floats = rows["angle"].astype(np.float32) * np.float32(360 / 256)
    return Features(int(head["width"]), int(head["height"]), places, sizes, angles, codes)


def _mirrored(found: Features) -> Features:
    """A mirror turns the rows of a descriptor round and its directions backwards."""
    codes = found.codes.reshape(-1, 4, 4, 8)[:, ::-1][..., _BACKWARDS].reshape(-1, 128)
    places = np.stack([found.width - 1 - found.places[:, 0], found.places[:, 1]], axis=1)
    return Features(found.width, found.height, places, found.sizes, (180 - found.angles) % 360, codes)


def _negative(found: Features) -> Features:
    """In a negative every direction is the opposite one: the frame of a descriptor is turned by half a turn."""
    codes = found.codes.reshape(-1, 4, 4, 8)[:, ::-1, ::-1].reshape(-1, 128)
    return Features(found.width, found.height, found.places, found.sizes, (found.angles + 180) % 360, codes)


_VARIANTS: MappingProxyType[str, Callable[[Features], Features]] = MappingProxyType(
    {
        "identity": lambda found: found,
        "mirror": _mirrored,
        "complement": _negative,
        "both": lambda found: _negative(_mirrored(found)),
    }
)
VARIANTS = tuple(_VARIANTS)
