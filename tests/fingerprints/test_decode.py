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
from fingerprints.decode import LEAST_LONGER, LEAST_SIDE, MAX_BYTES, MAX_FRAMES, declare, luma, picture, smaller
from fingerprints.pdq import pdq, seen, signals
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


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF", *(["HEIF"] if decode.HEIC else [])])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_the_orientation_is_applied_in_every_format_that_has_one(orientation: int, kind: str) -> None:
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
    seen_upright = picture(saved(stored, kind, exif=exif.tobytes()))
    assert seen_upright.shape == SCENE.shape
    assert distance(pdq(seen_upright).value, pdq(SCENE).value) <= (0 if kind in ("PNG", "TIFF") else 16)


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


@pytest.mark.parametrize("size", [(10_001, 5000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_what_it_declares_before_any_pixel(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*args: object) -> None:
        raise AssertionError("a pixel was decoded")

    monkeypatch.setattr(decode, "_srgb", decoded)
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


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_grey_pixels_of_a_picture_that_was_met_stand_upright_too(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(Image.fromarray(SCENE), kind, exif=exif)
    grey = np.asarray(Image.fromarray(picture(data)).convert("L")).astype(int)
    assert luma(data).shape == grey.shape
    assert np.abs(luma(data).astype(int) - grey).mean() <= 3  # out-of-gamut colours are cut in RGB, not in grey


@pytest.mark.parametrize("size", [(2400, 1800), (4000, 1100), (1030, 3000), (900, 700)])
def test_a_large_jpeg_that_was_met_is_decoded_smaller_and_hashes_within_twelve_bits(size: tuple[int, int]) -> None:
    drawn = Image.fromarray(pattern("blocks", 90, 60)).resize(size, Image.Resampling.BICUBIC)
    data = saved(drawn, "JPEG", quality=90)
    grey = luma(data)
    assert min(grey.shape) >= min(LEAST_SIDE, *size)
    assert grey.size < drawn.width * drawn.height or min(size) < 2 * LEAST_SIDE
    assert distance(signals(seen(grey))[0].value, pdq(picture(data)).value) <= 12


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("size", [(5200, 3900), (2600, 1200), (1200, 2700), (1000, 800)])
def test_a_large_jpeg_that_was_met_comes_smaller_in_colour_and_upright(size: tuple[int, int], orientation: int) -> None:
    drawn = Image.fromarray(pattern("blocks", 90, 60)).resize(size, Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(drawn, "JPEG", quality=90, exif=exif)
    whole, small = picture(data), smaller(data)
    height, width = small.shape[:2]
    assert max(height, width) >= min(LEAST_LONGER, max(size))
    assert small.size < whole.size or max(size) < 2 * LEAST_LONGER
    shrunk = np.asarray(Image.fromarray(whole).resize((width, height), Image.Resampling.BOX)).astype(int)
    assert np.abs(small.astype(int) - shrunk).mean() <= 3


def test_only_a_jpeg_comes_smaller_in_colour() -> None:
    drawn = Image.fromarray(pattern("blocks", 90, 60)).resize((3000, 2000), Image.Resampling.BICUBIC)
    assert smaller(saved(drawn, "PNG")).shape == (2000, 3000, 3)


def test_a_wide_gamut_profile_is_applied_on_both_sides() -> None:
    """The same red means another colour when a profile says so: here blue and red change places."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    at_red, at_blue = (srgb.index(tag, 128) + 4 for tag in (b"rXYZ", b"bXYZ"))
    swapped = bytearray(srgb.replace(b"s\0R\0G\0B", b"x\0R\0G\0B").replace(b"sRGB", b"xRGB"))
    swapped[at_red : at_red + 4], swapped[at_blue : at_blue + 4] = (
        srgb[at_blue : at_blue + 4],
        srgb[at_red : at_red + 4],
    )
    data = saved(Image.new("RGB", (20, 20), (250, 10, 10)), "PNG", icc_profile=bytes(swapped))
    red, _, blue = picture(data)[5, 5]
    assert blue > 200 > red
    assert luma(data)[5, 5] < 60


def test_a_telephone_file_of_several_jpegs_is_read_as_its_first() -> None:
    first, second = Image.fromarray(SCENE), Image.new("RGB", (64, 64))
    data = saved(first, "MPO", save_all=True, append_images=[second])
    assert declare(data).mime == "image/jpeg"
    assert picture(data).shape == SCENE.shape
    assert luma(data).shape == SCENE.shape[:2]


def test_an_animation_of_thousands_of_frames_is_refused_and_one_of_a_hundred_is_not() -> None:
    frames = [Image.new("L", (4, 4), shade) for shade in (0, 255)] * ((MAX_FRAMES + 2) // 2)
    assert refusal(saved(frames[0], "GIF", save_all=True, append_images=frames[1:])) == "too_many_frames"
    assert picture(saved(frames[0], "GIF", save_all=True, append_images=frames[1:100])).shape == (4, 4, 3)


@pytest.mark.skipif(decode.HEIC, reason="the extra named heic is installed: HEIC pictures are read")
def test_a_heic_picture_is_named_when_it_cannot_be_read() -> None:
    assert refusal(b"\0\0\0\x18ftypheic" + b"\0" * 40) == "heic"
