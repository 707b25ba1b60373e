"""Windows that a device made, and plain hashes, are found in the boxes of other pictures."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from demo.pictures import landscape, pattern
from fingerprints import crop
from fingerprints.pdq import pdq
from fingerprints.signal import Signal
from monitor.crop_stage import CropStage
from monitor.images import BankEntry, ImageMatch


def entries(count: int = 12) -> list[BankEntry]:
    made = []
    for seed in range(count):
        rgb = np.asarray(landscape(seed))
        windows, whole = crop.crop_pdq(rgb), pdq(rgb)
        assert windows is not None
        made.append(BankEntry(f"w{seed}", f"photo-{seed}", "crop-pdq-1", windows.value, windows.quality))
        made.append(BankEntry(f"p{seed}", f"photo-{seed}", "pdq", whole.value, whole.quality))
    return made


def only(found: list[ImageMatch]) -> ImageMatch:
    assert len(found) == 1
    return found[0]


def test_a_mirrored_crop_is_found_and_told_as_mirrored() -> None:
    cut = np.ascontiguousarray(np.asarray(landscape(3))[:432, 64:][:, ::-1])
    match = only(CropStage(entries()).match(crop.seen_in(cut)))
    assert (match.bank_id, match.variant, match.band) == ("photo-3", "mirror", "automatic")


def test_a_letterboxed_copy_of_a_picture_with_one_plain_hash_is_found() -> None:
    canvas = Image.new("RGB", (640, 1000))
    canvas.paste(landscape(5), (0, 260))
    plain = [entry for entry in entries() if entry.type == "pdq"]
    assert only(CropStage(plain).match(crop.seen_in(np.asarray(canvas)))).bank_id == "photo-5"


def test_unrelated_pictures_and_nonsense_find_nothing() -> None:
    stage = CropStage(entries())
    assert [stage.match(crop.seen_in(np.asarray(pattern(seed)))) for seed in range(10)] == [[]] * 10
    assert stage.match([Signal("crop-pdq-1", "f8")]) == []
    assert CropStage().match(crop.seen_in(np.asarray(pattern(1)))) == []


@pytest.mark.parametrize("quality", [None, 10])
def test_a_plain_hash_without_quality_is_not_looked_for_in_parts(quality: int | None) -> None:
    rgb = np.asarray(landscape(3))
    stage = CropStage([BankEntry("p", "photo", "pdq", pdq(rgb).value, quality)])
    assert stage.match(crop.seen_in(rgb)) == []


def test_what_was_added_is_found_at_once_and_what_was_removed_is_not() -> None:
    stage, boxes = CropStage(), crop.seen_in(np.asarray(landscape(2)))
    for entry in entries(3):
        stage.add(entry)
    assert only(stage.match(boxes)).bank_id == "photo-2"
    stage.remove("w2")
    assert only(stage.match(boxes)).entry_id == "p2"
    stage.remove("p2")
    assert stage.match(boxes) == []
