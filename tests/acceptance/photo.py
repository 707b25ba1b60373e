"""A real photograph from an installed package, and the copy of it that a stranger would put on line."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

ORIGINAL = Path("/usr/share/backgrounds/mate/nature/LadyBird.jpg")  # a ladybird on a stalk: nobody is on it
QUALITY = 60
SIZE = 0.8


def write_copy(path: Path) -> None:
    """The original mirrored, resized to 80 % and compressed again as JPEG of quality 60."""
    with Image.open(ORIGINAL) as picture:
        mirrored = ImageOps.mirror(picture.convert("RGB"))
    width, height = (round(side * SIZE) for side in mirrored.size)
    mirrored.resize((width, height), Image.Resampling.LANCZOS).save(path, "JPEG", quality=QUALITY)
