"""Draws the pictures of the invented web: landscapes and patterns, the same on every machine, never a person."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

WIDTH: Final = 640
HEIGHT: Final = 480
WATCHED_SEED: Final = 1
UNRELATED: Final = 12

Plane = NDArray[np.float64]

_PNG: Final = ("rotated_90",)  # the other copies are JPEG


def landscape(seed: int = 1) -> Image.Image:
    """Layered hills under a sun, 640 x 480 in RGB; the same seed always draws the same picture."""
    rng = np.random.default_rng(seed)
    height, width = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    plane = _sky(rng, height, width)
    for layer in range(5):
        hill = _ridge(rng, HEIGHT * (0.3 + 0.14 * layer), width[0])
        inside = height > hill
        plane[inside] = (_tone(rng, layer) + _texture(rng, height - hill, width))[inside]
    return _coloured(rng, plane)


def pattern(seed: int) -> Image.Image:
    """Crossing waves and discs, 640 x 480 in RGB: a picture with nothing of a landscape."""
    rng = np.random.default_rng(1000 + seed)
    height, width = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    plane = np.full((HEIGHT, WIDTH), 128.0)
    for _ in range(6):
        angle, length = rng.uniform(0, np.pi), rng.uniform(60, 200)
        along = width * np.cos(angle) + height * np.sin(angle)
        plane += rng.uniform(20, 45) * np.sin(2 * np.pi * along / length + rng.uniform(0, 6))
    for _ in range(9):
        x, y, radius = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(25, 90)
        plane[np.hypot(width - x, height - y) < radius] += rng.choice([-90.0, 90.0])
    return _coloured(rng, plane)


def watched() -> Image.Image:
    """The picture that the demonstration's person registers: it stands for one of her private photographs."""
    return landscape(WATCHED_SEED)


def copies() -> dict[str, bytes]:
    """Name -> file of each copy of the watched picture, as people who pass it on make them."""
    return {name: _copy(name) for name in _COPIES}


def unrelated() -> tuple[bytes, ...]:
    """The files of twelve pictures that have nothing to do with the watched one."""
    return tuple(map(_other, range(UNRELATED)))


def file_of(reference: str) -> tuple[bytes, str]:
    """The file and MIME type behind "copy:<name>" or "other:<number>". Raises LookupError for another."""
    kind, _, name = reference.partition(":")
    if kind == "copy":
        return _copy(name), "image/png" if name in _PNG else "image/jpeg"
    if kind == "other":
        return _other(int(name)), "image/jpeg"
    raise KeyError(f'A picture is "copy:<name>" or "other:<number>", not "{reference}": correct the page.')


def ending_of(reference: str) -> str:
    """The file name's ending for such a reference, without its dot."""
    return "png" if reference.partition(":")[2] in _PNG else "jpg"


def encoded(picture: Image.Image, form: str = "JPEG", quality: int = 85) -> bytes:
    """The picture as a file without metadata."""
    out = io.BytesIO()
    if form == "PNG":
        picture.save(out, "PNG", compress_level=1)
    else:
        picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


@functools.cache
def _copy(name: str) -> bytes:
    """One copy, drawn when it is first asked for."""
    return encoded(_COPIES[name](watched()), *_packing(name))


@functools.cache
def _other(number: int) -> bytes:
    """One picture that has nothing to do with the watched one, drawn when it is first asked for."""
    if number not in range(UNRELATED):
        raise LookupError(f"There are {UNRELATED} unrelated pictures, none of number {number}: correct the page.")
    return encoded(landscape(20 + number) if number % 2 == 0 else pattern(number))


def _cropped(picture: Image.Image) -> Image.Image:
    edge_x, edge_y = round(WIDTH * 0.015), round(HEIGHT * 0.015)
    return picture.crop((edge_x, edge_y, WIDTH - edge_x, HEIGHT - edge_y))


_COPIES: Final[Mapping[str, Callable[[Image.Image], Image.Image]]] = {
    "jpeg_q50": lambda picture: picture,
    "resized_50": lambda picture: picture.resize((WIDTH // 2, HEIGHT // 2), Image.Resampling.LANCZOS),
    "cropped": _cropped,
    "mirrored": lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "rotated_90": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.25),
}


def _packing(name: str) -> tuple[str, int]:
    return ("PNG" if name in _PNG else "JPEG", 50 if name == "jpeg_q50" else 85)


def _sky(rng: np.random.Generator, height: Plane, width: Plane) -> Plane:
    sun_x, sun_y = rng.uniform(0.15, 0.85) * WIDTH, rng.uniform(0.08, 0.25) * HEIGHT
    far = np.hypot(width - sun_x, height - sun_y)
    clouds = _waves(rng, width, rng.uniform(350, 600)) * _waves(rng, height, rng.uniform(140, 220))
    plane: Plane = 150 + 70 * height / HEIGHT + 45 * clouds + 120 * np.exp(-((far / 60) ** 2))
    return plane


def _ridge(rng: np.random.Generator, base: float, width: Plane) -> Plane:
    """The skyline of one hill: a few waves, the longer the higher."""
    lengths = (WIDTH / 0.9, WIDTH / 1.7, WIDTH / 3.1, WIDTH / 23)
    line: Plane = np.full_like(width, base)
    for rank, length in enumerate(lengths):
        line += _waves(rng, width, length) * HEIGHT * 0.1 / (rank + 1) ** 1.3
    return line


def _tone(rng: np.random.Generator, layer: int) -> float:
    """Light and dark hills alternate, so that every skyline is a strong edge."""
    return float((60 if layer % 2 == 0 else 185) + rng.uniform(-25, 25))


def _texture(rng: np.random.Generator, depth: Plane, width: Plane) -> Plane:
    """Furrows that follow the hill, and patches across them."""
    furrows = _waves(rng, depth + 0.2 * width, rng.uniform(30, 50))
    patches = _waves(rng, width - 0.4 * depth, rng.uniform(50, 110))
    return 14 * furrows + 18 * patches


def _waves(rng: np.random.Generator, along: Plane, length: float) -> Plane:
    waves: Plane = np.sin(2 * np.pi * along / length + rng.uniform(0, 2 * np.pi))
    return waves


def _coloured(rng: np.random.Generator, plane: Plane) -> Image.Image:
    tint = rng.uniform(0.8, 1.1, size=3)
    pixels = np.clip(plane[:, :, None] * tint, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels, "RGB")
