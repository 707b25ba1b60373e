"""`local-1` keeps what makes a part of a picture recognisable, and its mirror and negative follow from it."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from numpy.typing import NDArray

from demo.pictures import landscape
from fingerprints import local
from fingerprints.signal import FingerprintError, Signal

if not local.available():
    pytest.skip("the extra `images` (OpenCV) is not installed", allow_module_level=True)

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def picture() -> Pixels:
    return textured(1)


def textured(seed: int, height: int = 360, width: int = 480) -> Pixels:
    """Discs and bars of chance on a slope: something to recognise everywhere."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    grey = 90 + 60 * x / width
    for _ in range(160):
        cx, cy, r = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(4, 30)
        grey = np.where((x - cx) ** 2 + chance.uniform(0.4, 2.5) * (y - cy) ** 2 < r * r, chance.uniform(0, 255), grey)
    return np.repeat(grey[..., None], 3, axis=-1).astype(np.uint8)


def test_a_value_read_back_has_the_same_points(picture: Pixels) -> None:
    found = local.features(picture, 300)
    again = local.decode(local.encode(found))
    assert len(again) == len(found) > 100
    assert (again.width, again.height) == (found.width, found.height)
    assert np.array_equal(again.codes, found.codes)
    assert np.abs(again.places - found.places).max() <= 1 / 16
    assert np.abs(np.log2(again.sizes / found.sizes)).max() < 0.05


def test_a_value_is_one_word_that_a_watch_document_takes(picture: Pixels) -> None:
    signal = local.local(picture)
    assert signal is not None
    assert signal.value.startswith("1.")
    assert len(signal.value) < 70_000
    assert not set(signal.value) & set(" \n\t")


def shared(a: local.Features, b: local.Features) -> float:
    """The share of the points of `a` that `b` has at the same place with nearly the same codes."""
    distances = np.hypot(*(a.places[:, None] - b.places[None]).T).T
    nearest = distances.argmin(axis=1)
    apart = ((a.codes.astype(int) - b.codes[nearest].astype(int)) ** 2).sum(axis=1)
    return float(((distances.min(axis=1) < 1.5) & (apart < 100)).mean())


@pytest.mark.parametrize("variant", ["mirror", "complement", "both"])
def test_the_features_of_a_mirror_and_of_a_negative_need_no_second_extraction(picture: Pixels, variant: str) -> None:
    changed = picture[:, ::-1] if variant in ("mirror", "both") else picture
    changed = 255 - changed if variant in ("complement", "both") else changed
    expected = local.features(np.ascontiguousarray(changed), 5000)
    permuted = local.features(picture, 5000).seen_as(variant)
    assert shared(permuted, expected) > 0.6
    assert shared(local.features(picture, 5000), expected) < 0.1


def test_points_are_spread_over_the_picture_not_heaped_on_its_busiest_corner() -> None:
    busy = textured(2)
    busy[:, 240:] = (busy[:, 240:].astype(int) // 6 + 100).astype(np.uint8)  # the right half is faint
    places = local.features(busy, 200).places
    points = local.opencv().SIFT_create(contrastThreshold=0.02).detect(busy[..., 0], None)
    strongest = sorted(points, key=lambda point: -point.response)[:200]
    assert (places[:, 0] > 240).mean() > 1.4 * np.mean([point.pt[0] > 240 for point in strongest])
    assert (places[:, 0] > 240).mean() > 0.2


def test_a_flat_picture_has_no_signal() -> None:
    assert local.local(np.full((200, 300, 3), 90, np.uint8)) is None
    assert local.local(np.full((1, 1, 3), 90, np.uint8)) is None


def test_a_landscape_of_the_demo_has_a_signal() -> None:
    assert isinstance(local.local(np.asarray(landscape(), dtype=np.uint8)), Signal)


@pytest.mark.parametrize(
    "value", ["", "1.", "2.AAAA", "1.é", "1." + base64.b64encode(b"\1\0\1\0\2\0").decode(), "f8" * 32]
)
def test_any_other_text_is_refused_with_a_sentence(value: str) -> None:
    with pytest.raises(FingerprintError, match="Make it again"):
        local.decode(value)


def test_a_cut_value_is_refused(picture: Pixels) -> None:
    with pytest.raises(FingerprintError):
        local.decode(local.encode(local.features(picture, 50))[:-100])


def test_a_plain_part_of_what_was_met_has_its_points_beside_something_rich_in_them() -> None:
    """Around a middle that was replaced, what is left of the registered picture may be plain."""
    plain = (128 + (textured(5).astype(np.float32) - 128) * 0.06).astype(np.uint8)
    noise = np.random.default_rng(6).integers(0, 256, (180, 240, 1), dtype=np.uint8).repeat(2, 0).repeat(2, 1)
    met = np.concatenate([plain, noise.repeat(3, 2)], axis=1)
    found = local.features(met, local.MET)
    assert (found.places[:, 0] < 0.48 * found.width).sum() >= 100
