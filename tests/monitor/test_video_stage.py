"""A registered video is found again after what people do to a video, and other videos are not taken for it."""

from __future__ import annotations

import io

import pytest

from demo.pictures import landscape, pattern
from fingerprints import video
from fingerprints.signal import Signal
from monitor.images import BankEntry, ImageMatch
from monitor.video_stage import VideoStage
from tests.size import chosen

if not video.available():
    pytest.skip("the extra `video` (PyAV) is not installed", allow_module_level=True)

from benchmarks import clips

COUNT = 4


def film(number: int) -> list[clips.Frame]:
    return clips.film([(landscape, pattern)[(number + part) % 2](10 * number + part) for part in range(3)], number, 1.5)


@pytest.fixture(scope="module")
def stage() -> VideoStage:
    stage = VideoStage()
    for number in range(COUNT):
        signal = video.registered(io.BytesIO(clips.encoded(film(number))))
        stage.add(BankEntry(f"e{number}", f"video-{number}", "vpdq", signal.value, signal.quality))
    return stage


def found(stage: VideoStage, data: bytes) -> list[ImageMatch]:
    return stage.match(video.met(io.BytesIO(data)))


EDITS = {**clips.EDITS, **clips.MORE}
SAMPLED = ["mirrored", "in a page", "1.5 times as fast", "animated WebP"]


@pytest.mark.parametrize("name", chosen(sampled=SAMPLED, deep=list(EDITS)))
def test_an_edited_video_is_found_without_doubt(stage: VideoStage, name: str) -> None:
    (match,) = [match for match in found(stage, EDITS[name](film(2))) if match.band == "automatic"]
    assert (match.bank_id, match.stage) == ("video-2", "video")
    assert match.variant == ("mirror" if name == "mirrored" else "identity")


def test_other_videos_are_not_taken_for_a_registered_one(stage: VideoStage) -> None:
    for number in range(100, chosen(sampled=103, deep=112)):
        assert found(stage, clips.encoded(film(number))) == []


def test_one_picture_in_common_is_at_most_shown_to_a_person(stage: VideoStage) -> None:
    other = film(200)
    shared = clips.encoded(other[:18] + film(1)[:6] + other[18:])
    assert all(match.band == "context" for match in found(stage, shared))


def test_what_was_removed_is_not_found_and_nonsense_finds_nothing(stage: VideoStage) -> None:
    signal = video.registered(io.BytesIO(clips.encoded(film(0))))
    own = VideoStage([BankEntry("e", "video", "vpdq", signal.value)])
    assert [match.bank_id for match in own.match([signal])] == ["video"]
    own.remove("e")
    assert own.match([signal]) == []
    assert stage.match([Signal("vpdq", "nonsense")]) == []


def test_a_match_explains_itself_in_both_languages(stage: VideoStage) -> None:
    document = found(stage, clips.EDITS["mirrored"](film(3)))[0].to_json("v.mp4")
    assert [reason["code"] for reason in document["reasons"]] == ["same_moments", "turned"]
    assert all(reason["text"]["fr"] and reason["text"]["en"] for reason in document["reasons"])
