"""`crop-pdq-1` survives a crop, and the boxes of a crawled picture find what was put on a page, a phone or a meme."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from demo.pictures import landscape, pattern
from fingerprints import crop
from fingerprints.pdq import pdq
from fingerprints.signal import FingerprintError, distance

Pixels = NDArray[np.uint8]


def registered() -> Pixels:
    return np.asarray(landscape(3))


def nearest(met: Pixels, hashes: list[str], variant: str = "identity") -> int:
    (signal,) = [signal for signal in crop.seen_in(met) if signal.variant == variant]
    return min(distance(box, known) for box in crop.windows(signal.value) for known in hashes)


def on_the_device() -> list[str]:
    signal = crop.crop_pdq(registered())
    assert signal is not None
    return crop.windows(signal.value)


def whole() -> list[str]:
    return [pdq(registered()).value]


def test_the_device_gives_at_most_32_hashes() -> None:
    signal = crop.crop_pdq(np.asarray(pattern(4)))
    assert signal is not None
    assert len(crop.windows(signal.value)) == 1 + len(crop.WINDOWS) == crop.MOST
    assert signal.type == "crop-pdq-1"


def test_the_windows_of_a_very_large_picture_are_those_of_its_reduced_copy_and_a_few_bits_from_exact() -> None:
    rgb = np.asarray(landscape(3).resize((4200, 2800)))
    signal = crop.crop_pdq(rgb)
    small = crop.crop_pdq(np.asarray(landscape(3).resize((1050, 700))))
    assert signal is not None
    assert small is not None
    exact = [pdq(crop._square(rgb)).value, *(pdq(crop._cut(rgb, box)).value for box in crop.WINDOWS[:6])]
    for others in (exact, crop.windows(small.value)):
        assert max(map(distance, crop.windows(signal.value), others)) <= 16


def test_a_fifth_cut_off_the_side_is_found_by_the_windows_and_not_by_the_whole() -> None:
    height, width = registered().shape[:2]
    cut = registered()[: int(0.9 * height), int(0.1 * width) :]
    assert nearest(cut, on_the_device()) <= 31
    assert nearest(cut, whole()) > 60


def on_ground(name: str) -> Pixels:
    picture = landscape(3)
    if name == "a telephone":
        canvas = Image.new("RGB", (640, 760), (18, 18, 18))
        canvas.paste(picture, (0, 110))
        ImageDraw.Draw(canvas).text((20, 40), "compte_anonyme", "white", font_size=30)
        ImageDraw.Draw(canvas).text((20, 640), "le lien est dans la bio", "white", font_size=30)
    elif name == "a page":
        canvas = Image.new("RGB", (900, 700), (32, 33, 36))
        canvas.paste(picture, (130, 120))
        ImageDraw.Draw(canvas).rectangle((30, 20, 870, 60), (60, 64, 67))
    elif name == "a meme":
        canvas = Image.new("RGB", (640, 640), "white")
        canvas.paste(picture, (0, 80))
        ImageDraw.Draw(canvas).text((40, 15), "QUAND ELLE CROIT QUE", "black", font_size=45)
        ImageDraw.Draw(canvas).text((40, 575), "PERSONNE NE LE SAIT", "black", font_size=45)
    else:
        canvas = Image.new("RGB", (640, 1100))
        canvas.paste(picture, (0, 310))
    return np.asarray(canvas)


@pytest.mark.parametrize("name", ["a telephone", "a page", "a meme", "black bars"])
def test_a_picture_on_a_plain_ground_is_found_by_one_plain_hash(name: str) -> None:
    assert nearest(on_ground(name), whole()) <= 31


def test_a_picture_on_a_mirrored_page_is_found_in_the_mirrored_reading() -> None:
    assert nearest(np.ascontiguousarray(on_ground("a page")[:, ::-1]), whole(), "mirror") <= 31


def test_a_square_in_a_collage_is_found_by_the_square_of_the_device() -> None:
    side = 240
    square = landscape(3).crop((80, 0, 560, 480)).resize((side, side))
    canvas = Image.new("RGB", (2 * side, 2 * side))
    for place, part in enumerate((pattern(1), square, pattern(2), pattern(3))):
        canvas.paste(part.resize((side, side)), ((place % 2) * side, (place // 2) * side))
    assert nearest(np.asarray(canvas), on_the_device()) <= 31


def test_a_plain_picture_has_no_windows() -> None:
    assert crop.crop_pdq(np.full((300, 300, 3), 90, np.uint8)) is None


@pytest.mark.parametrize("pixels", [np.zeros((1, 1, 3), np.uint8), np.full((40, 3, 3), 9, np.uint8)])
def test_a_picture_too_small_to_hold_another_has_no_boxes_and_raises_nothing(pixels: Pixels) -> None:
    assert crop.seen_in(pixels) == []


@pytest.mark.parametrize("value", ["", "f8", "g" * 64, "0" * 64 * 33])
def test_any_other_text_is_refused_with_a_sentence(value: str) -> None:
    with pytest.raises(FingerprintError, match="Make it again"):
        crop.windows(value)


def test_a_large_crawled_picture_gives_nearly_the_same_boxes_as_a_small_one() -> None:
    page = Image.fromarray(on_ground("a page"))
    large = np.asarray(page.resize((page.width * 4, page.height * 4), Image.Resampling.BICUBIC))
    assert nearest(large, whole()) <= 31
