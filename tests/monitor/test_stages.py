"""The bank with every stage gives the surest match of each image, and a run asks only for what is needed."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from demo.pictures import landscape, pattern
from fingerprints import local
from fingerprints.crop import seen_in
from fingerprints.pdq import dihedral, pdq
from fingerprints.signal import Signal
from monitor import near, stages
from monitor.images import BankEntry
from monitor.stages import assembled


def entries() -> list[BankEntry]:
    made = []
    for seed in range(6):
        rgb = np.asarray(landscape(seed))
        for signal in (pdq(rgb), local.local(rgb) if local.available() else None):
            if signal:
                bank = f"photo-{seed}"
                made.append(BankEntry(f"{bank}-{signal.type}", bank, signal.type, signal.value, signal.quality))
    return made


def met(image: Image.Image) -> list[Signal]:
    rgb = np.asarray(image)
    points = local.local(rgb, local.MET) if local.available() else None
    return [*dihedral(rgb), *seen_in(rgb), *([points] if points else [])]


def test_a_whole_copy_is_one_match_of_the_global_stage() -> None:
    match, *others = assembled(entries()).match(met(landscape(4)))
    assert (match.bank_id, match.stage, match.distance, match.band) == ("photo-4", "global", 0, "automatic")
    assert not [other for other in others if other.band == "automatic"]


def test_a_copy_on_a_page_is_found_without_any_extra() -> None:
    page = Image.new("RGB", (900, 760), (250, 250, 250))
    page.paste(landscape(4), (130, 140))
    plain = [entry for entry in entries() if entry.type == "pdq"]
    (match,) = assembled(plain).match(met(page))
    assert (match.bank_id, match.band) == ("photo-4", "automatic")


@pytest.mark.skipif(not (local.available() and near.available()), reason="the extra `images` is not installed")
def test_a_small_picture_in_a_corner_is_left_to_the_points() -> None:
    ground = pattern(3).resize((900, 700))
    ground.paste(landscape(4).resize((400, 300)), (470, 380))
    (match,) = [match for match in assembled(entries()).match(met(ground)) if match.band == "automatic"]
    assert (match.bank_id, match.stage) == ("photo-4", "local")


@pytest.mark.parametrize(
    ("registered", "more"),
    [
        ([], ()),
        (["sha256"], ()),
        (["pdq"], ("crop-pdq-1",)),
        (["pdq", "local-1"], ("crop-pdq-1", "local-1")),
        (["vpdq"], ("vpdq",)),
    ],
)
def test_a_run_asks_for_points_and_moments_only_where_somebody_registered_them(
    registered: list[str], more: tuple[str, ...]
) -> None:
    assert stages.asked(("sha256", "pdq"), registered) == ("sha256", "pdq", *more)
