"""Reducing a picture to our exported signal, against imagehash's pHash of the same pixels."""

from __future__ import annotations

from collections.abc import Iterator

import imagehash
import numpy as np
from PIL import Image

from benchmarks.timing import Ratio, versus
from demo.pictures import landscape
from fingerprints.pdq import dihedral


def ratios() -> Iterator[Ratio]:
    """One row: PDQ in all eight orientations of a 640 x 480 picture."""
    pixels = np.asarray(landscape(), dtype=np.uint8)
    picture = Image.fromarray(pixels)
    yield versus(
        "PDQ, eight orientations, 640 x 480",
        lambda: dihedral(pixels),
        "imagehash.phash, eight orientations",
        lambda: [imagehash.phash(turned) for turned in _turned(picture)],
    )


def _turned(picture: Image.Image) -> list[Image.Image]:
    mirrored = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return [one.rotate(angle, expand=True) for one in (picture, mirrored) for angle in (0, 90, 180, 270)]
