"""Turns the bytes of a picture into normalised sRGB pixels, or refuses them; a hostile file must cost little."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms, ImageOps, UnidentifiedImageError

from fingerprints.signal import Refused

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
MAX_BYTES = 64_000_000
MAX_PIXELS = 25_000_000

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Declared:
    """What the header of a picture claims, before any pixel is decoded."""

    mime: str
    width: int
    height: int


def declare(data: bytes) -> Declared:
    """Read the header only. Raises Refused: empty, too_heavy, not_a_picture, too_many_pixels, unreadable."""
    with _opened(data) as image:
        return Declared(Image.MIME[image.format or ""], image.width, image.height)


def picture(data: bytes) -> Pixels:
    """The first frame as (height, width, 3) sRGB: upright, transparency laid on black. Raises Refused.

    These steps are what a browser does before it hands out pixels: without them the same file hashes differently here.
    """
    try:
        with warnings.catch_warnings(), _opened(data) as image:
            warnings.simplefilter("ignore")  # a hostile file must not write into the logs
            image.load()
            return np.ascontiguousarray(_normalised(ImageOps.exif_transpose(image)))
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - a hostile file can make a decoder raise anything; all of it means "unreadable"
        raise Refused("unreadable") from None


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
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused("too_many_pixels", limit=MAX_PIXELS) from None
    except UnidentifiedImageError:
        raise Refused("not_a_picture") from None
    except Exception:  # noqa: BLE001 - the header of a hostile file can make a plug-in raise anything
        raise Refused("unreadable") from None


def _normalised(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return _from_16_bits(image)
    profile = image.info.get("icc_profile")
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


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Apply an embedded colour profile; a broken one is ignored, as browsers do."""
    if not profile:
        return image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image.convert("RGB")  # already sRGB: a second conversion would only add rounding
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image.convert("RGB")
    return converted or image.convert("RGB")
