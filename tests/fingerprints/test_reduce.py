"""A picture is reduced to the signals asked for, and a bad one to a refusal."""

from __future__ import annotations

import hashlib
import io

import imagehash
import pytest
from PIL import Image, ImageDraw

from config import messages
from fingerprints.phash import dhash64, phash64
from fingerprints.reduce import reduce
from fingerprints.selftest import pattern
from fingerprints.signal import FingerprintError


def png(name: str, width: int = 200, height: int = 150) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pattern(name, width, height)).save(stream, "PNG")
    return stream.getvalue()


def test_the_signals_come_in_the_order_asked() -> None:
    data = png("blocks")
    reduction = reduce(data, ("md5", "pdq", "sha256", "phash64", "dhash64"))
    assert [signal.type for signal in reduction.signals] == ["md5", "pdq", "sha256", "phash64", "dhash64"]
    assert reduction.signals[2].value == hashlib.sha256(data).hexdigest()
    assert (reduction.width, reduction.height, reduction.mime, reduction.refused) == (200, 150, "image/png", None)


def test_a_picture_that_was_met_gives_eight_orientations() -> None:
    assert len(reduce(png("blocks"), ("pdq",), orientations=True).signals) == 8


@pytest.mark.parametrize("name", ["slope", "checks", "rings", "noise", "blocks"])
def test_the_classic_hashes_are_those_of_imagehash(name: str) -> None:
    picture = pattern(name, 333, 222)
    assert phash64(picture).value == str(imagehash.phash(Image.fromarray(picture)))
    assert dhash64(picture).value == str(imagehash.dhash(Image.fromarray(picture)))


def test_a_plain_picture_keeps_its_signals_but_is_refused() -> None:
    reduction = reduce(png("plain"), ("sha256", "pdq"))
    assert reduction.refused == "low_quality"
    assert len(reduction.signals) == 2


def test_an_unreadable_file_never_raises_and_keeps_only_the_hashes_of_its_bytes() -> None:
    reduction = reduce(b"no picture", ("sha256", "pdq"))
    assert reduction.refused == "not_a_picture"
    assert [signal.type for signal in reduction.signals] == ["sha256"]


def test_a_truncated_file_still_tells_what_it_declared() -> None:
    reduction = reduce(png("noise")[:400], ("pdq",))
    assert (reduction.refused, reduction.width, reduction.signals) == ("unreadable", 200, ())


def test_a_type_that_cannot_be_made_is_an_error() -> None:
    with pytest.raises(FingerprintError):
        reduce(png("blocks"), ("vpdq",))


@pytest.mark.parametrize(
    "code",
    [
        "empty", "too_heavy", "too_many_pixels", "too_many_frames", "not_a_picture", "heic", "unreadable",
        "low_quality", "too_slow", "too_much_memory", "worker_lost",
    ],
)  # fmt: skip
def test_every_refusal_has_a_sentence_in_both_languages(code: str) -> None:
    assert all(messages.both(f"picture.{code}", {}).values())


@pytest.mark.parametrize("orientations", [True, False])
@pytest.mark.parametrize("shape", ["black", "halves", "disc", "one pixel", "one row"])
def test_a_picture_that_says_nothing_is_refused_whatever_its_pdq_quality(shape: str, orientations: bool) -> None:
    size = {"one pixel": (1, 1), "one row": (100_000, 1)}.get(shape, (600, 400))
    image = Image.new("RGB", size)
    if shape == "halves":
        image.paste((255, 255, 255), (0, 0, 300, 400))
    if shape == "disc":
        ImageDraw.Draw(image).ellipse((100, 50, 500, 350), (255, 255, 255))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    assert reduce(stream.getvalue(), ("pdq",), orientations).refused == "low_quality"
