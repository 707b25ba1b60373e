"""A signal has one of the known shapes, and a distance in bits behaves like a distance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.signal import FingerprintError, Signal, distance

HASHES = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")


@given(HASHES, HASHES, HASHES)
def test_the_distance_is_symmetric_zero_on_itself_and_never_shortened_by_a_detour(a: str, b: str, c: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert distance(a, a) == 0
    assert distance(a, c) <= distance(a, b) + distance(b, c)


@given(HASHES, st.one_of(st.none(), st.integers(0, 100)), st.sampled_from(["identity", "mirror", "complement"]))
def test_a_signal_survives_json(value: str, quality: int | None, variant: str) -> None:
    signal = Signal("pdq", value, quality, variant)
    assert Signal.from_json(signal.to_json()) == signal


def test_the_variant_is_left_out_of_json_when_the_picture_is_as_shown() -> None:
    assert Signal("md5", "0" * 32).to_json() == {"type": "md5", "value": "0" * 32, "quality": None}


@pytest.mark.parametrize(
    "row",
    [
        {"type": "pdq"},
        {"type": "photodna", "value": "00"},
        {"type": "pdq", "value": "0" * 63},
        {"type": "pdq", "value": "G" * 64},
        {"type": "pdq", "value": "A" * 64},
        {"type": "pdq", "value": "a" * 64, "quality": 101},
        {"type": "pdq", "value": "a" * 64, "quality": True},
        {"type": "pdq", "value": "a" * 64, "quality": "90"},
        {"type": "pdq", "value": "a" * 64, "variant": "upside-down"},
    ],
)
def test_any_other_shape_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(FingerprintError):
        Signal.from_json(row)


def test_signals_of_two_lengths_have_no_distance() -> None:
    with pytest.raises(FingerprintError):
        distance("00", "0000")
