"""PDQ equals the reference implementation bit for bit, and its eight variants are what they say."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from fingerprints.pdq import QUALITY_FLOOR, dihedral, pdq
from fingerprints.selftest import failures, pattern, vectors
from fingerprints.signal import distance

TURNS = {
    "rot90": Image.Transpose.ROTATE_90,
    "rot180": Image.Transpose.ROTATE_180,
    "rot270": Image.Transpose.ROTATE_270,
    "mirror": Image.Transpose.FLIP_LEFT_RIGHT,
    "flip": Image.Transpose.FLIP_TOP_BOTTOM,
    "transpose": Image.Transpose.TRANSPOSE,
    "transverse": Image.Transpose.TRANSVERSE,
}


@pytest.mark.parametrize(("name", "width", "height", "value", "quality"), vectors())
def test_every_reference_vector_is_reproduced_bit_for_bit(
    name: str, width: int, height: int, value: str, quality: int
) -> None:
    ours = pdq(pattern(name, width, height))
    assert (ours.value, ours.quality) == (value, quality)


def test_the_vectors_cover_plain_tiny_odd_and_large_pictures() -> None:
    sizes = [(width, height) for _, width, height, _, _ in vectors()]
    assert any(width * height > 1_000_000 for width, height in sizes)
    assert any(min(size) < 5 for size in sizes)
    assert (64, 64) in sizes
    assert {name for name, *_ in vectors()} == {"plain", "slope", "checks", "rings", "noise", "blocks"}


def test_the_self_test_finds_nothing_wrong_here_and_notices_a_wrong_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert failures() == []
    name, width, height, value, quality = next(row for row in vectors() if row[4] > 50)
    wrong = f"{int(value, 16) ^ 1:064x}"
    monkeypatch.setattr("fingerprints.selftest.vectors", lambda: [(name, width, height, wrong, quality)])
    assert len(failures()) == 1


@pytest.mark.parametrize("variant", TURNS)
@pytest.mark.parametrize("size", [(640, 512), (448, 960)])
def test_a_variant_is_the_hash_of_the_picture_really_turned(size: tuple[int, int], variant: str) -> None:
    picture = pattern("blocks", *size)
    turned = np.asarray(Image.fromarray(picture).transpose(TURNS[variant]))
    wanted = pdq(np.ascontiguousarray(turned)).value
    distances = {signal.variant: distance(signal.value, wanted) for signal in dihedral(picture)}
    assert min(distances, key=lambda name: distances[name]) == variant
    assert distances[variant] <= 31 < sorted(distances.values())[1]


def test_the_identity_variant_is_the_plain_signal() -> None:
    picture = pattern("blocks", 300, 200)
    signals = dihedral(picture)
    assert signals[0] == pdq(picture)
    assert len({signal.variant for signal in signals}) == 8


def test_the_negative_of_a_picture_has_the_complement_of_its_hash() -> None:
    picture = pattern("blocks", 300, 200)
    assert distance(pdq(picture).value, pdq(255 - picture).value) >= 250


def test_a_plain_picture_falls_below_the_quality_floor() -> None:
    assert (pdq(pattern("plain", 300, 200)).quality or 0) < QUALITY_FLOOR
