"""The two classic 64-bit image hashes, exactly as the imagehash library writes them."""

from __future__ import annotations

import imagehash
from PIL import Image

from fingerprints.decode import Luma, Pixels
from fingerprints.signal import Signal


def phash64(pixels: Pixels | Luma) -> Signal:
    """The 64-bit DCT hash of imagehash (`imagehash.phash`)."""
    return Signal("phash64", str(imagehash.phash(Image.fromarray(pixels))))


def dhash64(pixels: Pixels | Luma) -> Signal:
    """The 64-bit horizontal difference hash of imagehash (`imagehash.dhash`)."""
    return Signal("dhash64", str(imagehash.dhash(Image.fromarray(pixels))))
