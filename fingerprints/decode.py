"""Turns the bytes of a picture into pixels by the one rule of docs/pixel-rule.md, or refuses them at little cost."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms, UnidentifiedImageError

from fingerprints.signal import Refused

try:  # the one guarded import of the `heic` extra
    from pillow_heif import register_heif_opener  # type: ignore[import-not-found,import-untyped,unused-ignore]
except ImportError:
    HEIC = False
else:
    register_heif_opener(thumbnails=False)
    HEIC = True

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", *(("HEIF",) if HEIC else ()))
MAX_BYTES = 64_000_000
MAX_PIXELS = 50_000_000  # the largest photographs of telephones
MAX_FRAMES = 1_000
LEAST_SIDE = 512  # a picture that was met may be decoded smaller, but no side below this
LEAST_LONGER = 1280  # ... and in colour, for its parts, not the longer side below this

Pixels = NDArray[np.uint8]  # (height, width, 3)
Luma = NDArray[np.uint8]  # (height, width)

_STRIP = 256
_ORIENTATION = 0x0112
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_JPEG = ("JPEG", "MPO")  # MPO: a JPEG followed by others, as many telephones write it
_UPRIGHT: MappingProxyType[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = MappingProxyType(
    {
        2: lambda stored: stored[:, ::-1],
        3: lambda stored: stored[::-1, ::-1],
        4: lambda stored: stored[::-1],
        5: lambda stored: stored.swapaxes(0, 1),
        6: lambda stored: stored.swapaxes(0, 1)[:, ::-1],
        7: lambda stored: stored[::-1, ::-1].swapaxes(0, 1),
        8: lambda stored: stored.swapaxes(0, 1)[::-1],
    }
)
_LYING = (5, 6, 7, 8)  # stored with its sides exchanged
_BACK = MappingProxyType({6: 8, 8: 6})  # what undoes a turn; every other one undoes itself


@dataclass(frozen=True, slots=True)
class Declared:
    """What the header of a picture claims, before any pixel is decoded."""

    mime: str
    width: int
    height: int


def declare(data: bytes) -> Declared:
    """Read the header only. Raises Refused: empty, too_heavy, not_a_picture, heic, too_many_pixels, unreadable."""
    with _opened(data) as image:
        mime = "image/jpeg" if image.format in _JPEG else Image.MIME[image.format or ""]
        return Declared(mime, image.width, image.height)


def picture(data: bytes) -> Pixels:
    """The first frame as (height, width, 3) sRGB, full size: upright, transparency laid on black. Raises Refused.

    These steps are what a browser does before it hands out pixels: without them the same file hashes differently here.
    """
    return _colours(data, smaller=False)


def smaller(data: bytes) -> Pixels:
    """As `picture`, but a JPEG may come smaller, its longer side not under 1280: for the parts of what was met."""
    return _colours(data, smaller=True)


def _colours(data: bytes, *, smaller: bool) -> Pixels:
    """The upright pixels; each strip is written where it belongs, so that no second copy of a large picture is made."""
    with _loaded(data, _in_colour if smaller else None) as image:
        turn, (width, height) = _turn(image), image.size
        whole = np.empty((width, height, 3) if turn in _LYING else (height, width, 3), np.uint8)
        stored = _upright(whole, _BACK.get(turn, turn))
        for top in range(0, height, _STRIP):
            stored[top : top + _STRIP] = np.asarray(_srgb(_strip(image, top)))
        return whole


def luma(data: bytes) -> Luma:
    """The first frame as grey (height, width), upright; a JPEG may come smaller, no side under 512. Raises Refused.

    For pictures that were met: what is registered or exported is made from `picture`.
    """
    with _loaded(data, _in_grey) as image:
        turn = _turn(image)
        if image.mode == "L" and not image.has_transparency_data:
            whole = np.asarray(image)
        else:
            whole = np.empty((image.height, image.width), np.uint8)
            for top in range(0, image.height, _STRIP):
                whole[top : top + _STRIP] = np.asarray(_srgb(_strip(image, top)).convert("L"))
        return _upright(whole, turn)


@contextmanager
def _loaded(data: bytes, draft: Callable[[Image.Image], None] | None = None) -> Iterator[Image.Image]:
    """The decoded first frame; whatever a hostile file makes a decoder raise becomes a refusal.

    `draft` asks the decoder of a JPEG for a smaller picture.
    """
    try:
        with warnings.catch_warnings(), _opened(data) as image:
            warnings.simplefilter("ignore")  # a hostile file must not write into the logs
            if getattr(image, "n_frames", 1) > MAX_FRAMES:
                raise Refused("too_many_frames", limit=MAX_FRAMES)
            if draft and image.format in _JPEG:
                draft(image)
            image.load()
            yield image
    except (Refused, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - a hostile file can make a decoder raise anything; all of it means "unreadable"
        raise Refused("unreadable") from None


def _in_grey(image: Image.Image) -> None:
    """Grey at once, unless the colours need a profile first; the decoder leaves CMYK as it is."""
    mode = "L" if image.mode in ("L", "RGB") and _profile(image) is None else image.mode
    image.draft(mode, (LEAST_SIDE, LEAST_SIDE))


def _in_colour(image: Image.Image) -> None:
    longer = max(image.size)
    image.draft(image.mode, (image.width * LEAST_LONGER // longer, image.height * LEAST_LONGER // longer))


def _opened(data: bytes) -> Image.Image:
    if not data:
        raise Refused("empty")
    if len(data) > MAX_BYTES:
        raise Refused("too_heavy", limit=MAX_BYTES)
    image = _identified(data)
    if image.width * image.height > MAX_PIXELS:
        raise Refused("too_many_pixels", limit=MAX_PIXELS)
    return image


def _identified(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise Refused("too_many_pixels", limit=MAX_PIXELS) from None
    except UnidentifiedImageError:
        is_heic = data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS
        raise Refused("heic" if is_heic and not HEIC else "not_a_picture") from None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the header of a hostile file can make a plug-in raise anything
        raise Refused("unreadable") from None


def _turn(image: Image.Image) -> int:
    """The orientation, 1 to 8, from EXIF or from AVIF's own boxes; the HEIF decoder turns the picture itself."""
    if image.format == "HEIF":
        return 1
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - a broken EXIF block says nothing; the picture may still be whole
        return 1
    return found if isinstance(found, int) and found in _UPRIGHT else 1


def _upright(stored: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    return _UPRIGHT[turn](stored) if turn in _UPRIGHT else stored


def _strip(image: Image.Image, top: int) -> Image.Image:
    return image.crop((0, top, image.width, min(top + _STRIP, image.height)))


def _srgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        return _from_16_bits(image)
    profile = _profile(image)
    if image.has_transparency_data or image.mode == "P":
        image = image.convert("RGBA")
    alpha = image.getchannel("A") if "A" in image.getbands() else None
    colours = image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")
    colours = _to_srgb(colours, profile)
    if alpha is None:
        return colours
    return ImageChops.multiply(colours, Image.merge("RGB", (alpha, alpha, alpha)))  # a black matte is a product


def _from_16_bits(image: Image.Image) -> Image.Image:
    """Keep the high byte: Pillow's own conversion clips every value above 255 to white."""
    levels = np.asarray(image).astype(np.int64)
    return Image.fromarray((np.clip(levels, 0, 65535) >> 8).astype(np.uint8)).convert("RGB")


def _profile(image: Image.Image) -> bytes | None:
    """The embedded colour profile, when it is another than sRGB and can be read; browsers ignore a broken one too."""
    profile = image.info.get("icc_profile")
    return profile if profile and _is_another(profile) else None


@lru_cache(maxsize=32)
def _is_another(profile: bytes) -> bool:
    try:
        return "srgb" not in ImageCms.getProfileDescription(_read(profile)).lower()
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False


def _read(profile: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


@lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    try:
        return ImageCms.buildTransform(_read(profile), ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None  # a profile of other channels than the picture has


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    transform = _transform(profile, image.mode) if profile else None
    if transform is None:
        return image.convert("RGB")
    return ImageCms.applyTransform(image, transform) or image.convert("RGB")
