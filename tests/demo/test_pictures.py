"""The drawn pictures are the same everywhere; copies are near the watched one and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from demo import pictures
from fingerprints import decode, pdq
from fingerprints.signal import distance

WATCHED = pdq.pdq(np.asarray(pictures.watched()))


def nearest(data: bytes) -> int:
    """Bits between the watched picture and the nearest of the eight positions of another."""
    return min(distance(WATCHED.value, signal.value) for signal in pdq.dihedral(decode.picture(data)))


def test_the_same_seed_draws_the_same_picture() -> None:
    assert pictures.landscape(7).tobytes() == pictures.landscape(7).tobytes()
    assert pictures.pattern(7).tobytes() == pictures.pattern(7).tobytes()
    assert pictures.landscape(7).tobytes() != pictures.landscape(8).tobytes()
    assert pictures.landscape().size == (640, 480)


def test_there_is_enough_to_see_for_a_fingerprint_of_quality() -> None:
    qualities = [pdq.pdq(decode.picture(data)).quality or 0 for data in pictures.unrelated()]
    assert min([WATCHED.quality or 0, *qualities]) >= 80


@pytest.mark.parametrize("name", ["jpeg_q50", "resized_50", "cropped", "mirrored", "rotated_90", "brighter"])
def test_every_copy_is_recognised_without_doubt(name: str) -> None:
    assert nearest(pictures.copies()[name]) <= 31


def test_the_list_of_copies_is_the_one_that_was_tested() -> None:
    assert list(pictures.copies()) == ["jpeg_q50", "resized_50", "cropped", "mirrored", "rotated_90", "brighter"]


def test_the_mirrored_and_the_turned_copy_are_not_recognised_as_they_lie() -> None:
    for name in ("mirrored", "rotated_90"):
        assert distance(WATCHED.value, pdq.pdq(decode.picture(pictures.copies()[name])).value) > 60


def test_no_unrelated_picture_is_anywhere_near() -> None:
    assert len(pictures.unrelated()) == 12
    assert min(map(nearest, pictures.unrelated())) > 60


@pytest.mark.parametrize("reference", ["copy:unknown", "other:12", "photo:1"])
def test_a_reference_to_no_picture_is_an_error(reference: str) -> None:
    with pytest.raises(LookupError):
        pictures.file_of(reference)
