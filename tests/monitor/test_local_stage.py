"""A registered photograph is found inside other pictures, and what only looks like it is not taken for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fingerprints import local
from fingerprints.signal import Signal
from monitor import near
from monitor.images import BankEntry, ImageMatch
from monitor.local_stage import AUTOMATIC, LocalStage, _judged
from monitor.local_verify import Verified, verify

if not (local.available() and near.available()):
    pytest.skip("the extra `images` (OpenCV, faiss) is not installed", allow_module_level=True)

Pixels = NDArray[np.uint8]
Change = Callable[[Pixels], Pixels]
COUNT = 20


def scene(seed: int, height: int = 360, width: int = 480) -> Pixels:
    """An invented picture full of discs and bars."""
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), tuple(int(level) for level in chance.integers(60, 200, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(150):
        x, y, a, b = chance.uniform(0, width), chance.uniform(0, height), *chance.uniform(3, 40, 2)
        colour = tuple(int(level) for level in chance.integers(0, 256, 3))
        (draw.ellipse if chance.random() < 0.6 else draw.rectangle)((x, y, x + a, y + b), colour)
    return np.asarray(image)


@pytest.fixture(scope="module")
def stage() -> LocalStage:
    return LocalStage(entry(number) for number in range(COUNT))


def entry(number: int) -> BankEntry:
    signal = local.local(scene(number))
    assert signal is not None
    return BankEntry(f"e{number}", f"photo-{number}", "local-1", signal.value)


def seen(pixels: Pixels) -> list[Signal]:
    return [Signal("local-1", local.encode(local.features(np.ascontiguousarray(pixels), local.MET)))]


def only(found: list[ImageMatch]) -> ImageMatch:
    assert len(found) == 1
    return found[0]


def pasted(small: Pixels, at: tuple[int, int], scale: float, ground: Pixels) -> Pixels:
    image, part = Image.fromarray(ground), Image.fromarray(small)
    image.paste(part.resize((int(part.width * scale), int(part.height * scale))), at)
    return np.asarray(image)


CHANGES = {
    "crop": lambda p: p[60:240, 100:340],
    "collage": lambda p: pasted(p, (240, 180), 0.5, scene(901)),
    "picture in picture": lambda p: pasted(p, (30, 200), 0.4, scene(902)),
    "meme bars": lambda p: pasted(p, (0, 70), 1.0, np.full((500, 480, 3), 255, np.uint8)),
    "stretched": lambda p: np.asarray(Image.fromarray(p).resize((480, 560))),
    "turned": lambda p: np.asarray(Image.fromarray(p).rotate(12)),
    "middle replaced": lambda p: pasted(scene(903), (120, 90), 0.5, p),
    "only the upper part left": lambda p: np.vstack([p[:150], scene(904)[150:]]),
    "filtered": lambda p: (255 * (p / 255.0) ** 0.6).astype(np.uint8),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_derivative_of_a_registered_photograph_is_found_without_doubt(stage: LocalStage, name: str) -> None:
    match = only(stage.match(seen(CHANGES[name](scene(7)))))
    assert (match.bank_id, match.stage, match.band, match.variant) == ("photo-7", "local", "automatic", "identity")
    assert match.inliers is not None
    assert match.inliers >= 14


@pytest.mark.parametrize(("variant", "change"), [("mirror", lambda p: p[:, ::-1]), ("complement", lambda p: 255 - p)])
def test_a_mirrored_and_a_negative_crop_are_found_and_told_as_such(
    stage: LocalStage, variant: str, change: Change
) -> None:
    match = only(stage.match(seen(change(scene(9))[40:300, 60:400])))
    assert (match.bank_id, match.variant, match.band) == ("photo-9", variant, "automatic")


def test_two_registered_photographs_in_one_collage_are_both_found(stage: LocalStage) -> None:
    both = np.hstack([scene(3), scene(4)])
    assert {match.bank_id for match in stage.match(seen(both))} == {"photo-3", "photo-4"}


def test_unrelated_pictures_are_not_matched(stage: LocalStage) -> None:
    assert [stage.match(seen(scene(seed))) for seed in range(500, 520)] == [[]] * 20


def test_a_logo_shared_by_two_photographs_is_at_most_shown_to_a_person(stage: LocalStage) -> None:
    logo = scene(905)[:60, :90]
    registered, other = scene(31).copy(), scene(906).copy()
    registered[290:350, 380:470] = logo
    other[290:350, 380:470] = logo
    signal = local.local(registered)
    assert signal is not None
    found = LocalStage([BankEntry("e", "photo", "local-1", signal.value)]).match(seen(other))
    assert all(match.band == "context" for match in found)


def test_the_same_line_of_text_on_two_photographs_is_at_most_shown_to_a_person() -> None:
    def captioned(seed: int) -> Pixels:
        image = Image.fromarray(scene(seed))
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 300, 480, 345), "white")
        draw.text((6, 303), "QUAND ELLE CROIT QUE PERSONNE", "black", font_size=27)
        return np.asarray(image)

    signal = local.local(captioned(40))
    assert signal is not None
    found = LocalStage([BankEntry("e", "photo", "local-1", signal.value)]).match(seen(captioned(41)))
    assert all(match.band == "context" for match in found)


def test_a_pattern_that_repeats_itself_is_at_most_shown_to_a_person() -> None:
    tile = scene(77)[:60, :60]
    wall, other = np.tile(tile, (6, 8, 1)), np.tile(tile, (5, 7, 1))
    signal = local.local(wall)
    assert signal is not None
    found = LocalStage([BankEntry("e", "photo", "local-1", signal.value)]).match(seen(other))
    assert all(match.band == "context" for match in found)


def posed(seed: int, moved: float, count: int = 45, mirrored: bool = False) -> Pixels:
    """The same discs for every seed, each moved and grown at random a little: other people in the same pose."""
    places, chance = np.random.default_rng(5), np.random.default_rng(seed)
    image = Image.new("RGB", (480, 360), (150, 140, 120))
    draw = ImageDraw.Draw(image)
    for _ in range(count):
        x, y, size = places.uniform(20, 220 if mirrored else 440), places.uniform(20, 330), places.uniform(5, 13)
        colour = tuple(int(level) for level in places.integers(20, 240, 3))
        for side in (x, 480 - x) if mirrored else (x,):
            across, down = side + chance.uniform(-moved, moved), y + chance.uniform(-moved, moved)
            half = size * (1 + chance.uniform(-moved, moved) / 40)
            draw.ellipse((across - half, down - half, across + half, down + half), colour)
    return np.asarray(image)


def matched(registered: Pixels, met: Pixels) -> list[ImageMatch]:
    signal = local.local(registered)
    assert signal is not None
    return LocalStage([BankEntry("e", "photo", "local-1", signal.value)]).match(seen(met))


@pytest.mark.parametrize("seed", [2, 3, 5, 7])
def test_the_same_things_at_nearly_the_same_places_are_another_photograph(seed: int) -> None:
    found = verify(local.features(posed(1, 4)), local.features(posed(seed, 4)))
    assert found is not None
    assert found.strength > AUTOMATIC
    assert only(matched(posed(1, 4), posed(seed, 4))).band == "context"
    assert only(matched(posed(seed, 4), posed(seed, 4))).band == "automatic"


def test_few_points_that_agree_as_well_in_the_mirror_are_shown_to_a_person() -> None:
    match = only(matched(posed(1, 0, 11, mirrored=True), posed(1, 0, 11, mirrored=True)))
    assert match.band == "context"
    assert [reason.code for reason in match.reasons][-1] == "points_mirrored"


def test_a_hash_that_is_near_does_not_make_up_for_points_in_the_wrong_place() -> None:
    """What is looked at because a window was near needs few points, but those where they should be."""
    loose = Verified(11, 5.2, 0, 0.433, 0.002, 0.302, 4, 1, 15)
    entry = BankEntry("e", "photo", "local-1", "")
    assert getattr(_judged(entry, "identity", loose, alike=True), "band", None) == "context"
    assert getattr(_judged(entry, "identity", replace(loose, exact=9), alike=True), "band", None) == "automatic"


def test_what_was_added_is_found_at_once_and_what_was_removed_is_not() -> None:
    stage = LocalStage()
    assert stage.match(seen(scene(5))) == []
    stage.add(entry(5))
    stage.add(entry(6))
    assert [match.bank_id for match in stage.match(seen(scene(5)[50:, 50:]))] == ["photo-5"]
    stage.remove("e5")
    assert stage.match(seen(scene(5)[50:, 50:])) == []
    assert len(stage) == 1


def test_a_match_says_how_much_was_found_in_both_languages(stage: LocalStage) -> None:
    document = only(stage.match(seen(scene(7)[:, ::-1]))).to_json("a.jpg")
    assert {reason["code"] for reason in document["reasons"]} == {"same_points", "turned"}
    assert all(reason["text"]["fr"] and reason["text"]["en"] for reason in document["reasons"])
    assert (document["stage"], document["algorithm"], document["distance"]) == ("local", "local-v1", None)


def test_nonsense_from_a_child_process_finds_nothing(stage: LocalStage) -> None:
    assert stage.match([Signal("local-1", "nonsense"), Signal("pdq", "00" * 32, 0)]) == []
