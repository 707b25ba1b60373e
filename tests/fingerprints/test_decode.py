"""Pictures come out as a browser shows them, and hostile bytes come out as a refusal."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from fingerprints import decode
from fingerprints.decode import MAX_BYTES, declare, picture
from fingerprints.pdq import pdq
from fingerprints.selftest import pattern
from fingerprints.signal import Refused, distance

SCENE = pattern("blocks", 320, 200)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        picture(data)
    return caught.value.code


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "JPEG", "WEBP", "AVIF"])
def test_every_allowed_format_gives_nearly_the_same_hash(kind: str) -> None:
    seen = picture(saved(Image.fromarray(SCENE), kind))
    assert seen.shape == SCENE.shape
    assert distance(pdq(seen).value, pdq(SCENE).value) <= 16


def test_a_lossless_file_gives_exactly_its_pixels() -> None:
    assert np.array_equal(picture(saved(Image.fromarray(SCENE), "PNG")), SCENE)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_the_exif_orientation_is_applied(orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(SCENE).transpose(undo[orientation])
    assert np.array_equal(picture(saved(stored, "PNG", exif=exif)), SCENE)


def test_transparency_is_laid_on_black() -> None:
    image = Image.fromarray(np.full((20, 20, 3), 200, np.uint8)).convert("RGBA")
    image.putalpha(0)
    assert picture(saved(image, "PNG")).max() == 0
    image.putalpha(128)
    assert abs(int(picture(saved(image, "PNG"))[0, 0, 0]) - 100) <= 1


def test_a_palette_is_turned_into_colours() -> None:
    palette = Image.fromarray(SCENE).quantize(256)
    seen = picture(saved(palette, "GIF"))
    assert np.array_equal(seen, np.asarray(palette.convert("RGB")))


def test_the_first_frame_of_an_animation_is_taken() -> None:
    first, second = Image.new("RGB", (30, 30), (250, 0, 0)), Image.new("RGB", (30, 30), (0, 0, 250))
    seen = picture(saved(first, "GIF", save_all=True, append_images=[second]))
    assert seen[0, 0, 0] > 200
    assert seen[0, 0, 2] < 50


def test_a_sixteen_bit_picture_is_not_burnt_to_white() -> None:
    levels = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    seen = picture(saved(Image.fromarray(levels), "PNG"))
    assert seen[0, 0, 0] == 0
    assert 120 <= int(seen[32, 0, 0]) <= 135


def test_an_srgb_profile_changes_nothing_and_a_broken_one_is_ignored() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (profile, b"not a profile"):
        assert np.array_equal(picture(saved(Image.fromarray(SCENE), "PNG", icc_profile=icc)), SCENE)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "RGBA"])
def test_every_usual_mode_becomes_three_channels(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    assert picture(saved(Image.fromarray(SCENE).convert(mode), kind)).shape == SCENE.shape


def test_what_is_no_allowed_picture_is_refused_with_its_code() -> None:
    assert refusal(b"") == "empty"
    assert refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == "not_a_picture"
    assert refusal(saved(Image.new("RGB", (9, 9)), "PPM")) == "not_a_picture"
    assert refusal(saved(Image.fromarray(SCENE), "JPEG")[:900]) == "unreadable"
    assert refusal(b"\0" * (MAX_BYTES + 1)) == "too_heavy"


def _png_that_declares(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


@pytest.mark.parametrize("size", [(5001, 5000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_what_it_declares_before_any_pixel(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*args: object) -> None:
        raise AssertionError("a pixel was decoded")

    monkeypatch.setattr(decode, "_normalised", decoded)
    monkeypatch.setattr(Image.Image, "load", decoded)
    assert refusal(_png_that_declares(*size)) == "too_many_pixels"


def test_the_header_alone_tells_the_declared_size() -> None:
    seen = declare(saved(Image.fromarray(SCENE), "WEBP"))
    assert (seen.mime, seen.width, seen.height) == ("image/webp", 320, 200)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["PNG", "GIF", "JPEG", "WEBP", "BMP", "TIFF"]), st.data())
def test_a_damaged_file_is_a_picture_or_a_refusal_and_nothing_else(kind: str, data: st.DataObject) -> None:
    whole = bytearray(saved(Image.fromarray(SCENE[:24, :24]), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    outcome = "read"
    try:
        picture(bytes(whole))
    except Refused as refused:
        outcome = refused.code
    assert outcome in ("read", "unreadable", "not_a_picture", "too_many_pixels")
