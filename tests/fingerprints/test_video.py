"""Videos and animated pictures are reduced to moments, in bounded time and memory, whatever the file is."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from demo.pictures import landscape, pattern
from fingerprints import video
from fingerprints.signal import FingerprintError, Refused

if not video.available():
    pytest.skip("the extra `video` (PyAV) is not installed", allow_module_level=True)

from benchmarks import clips


@pytest.fixture(scope="module")
def film() -> list[clips.Frame]:
    return clips.film([landscape(1), pattern(2), landscape(3)], seed=1, seconds=1.5)


def rows(value: str) -> list[tuple[str, int, float]]:
    return [(word, int(quality), float(at)) for word, quality, at in (row.split(",") for row in json.loads(value))]


def test_a_value_is_the_json_of_vpdq_in_one_word(film: list[clips.Frame]) -> None:
    signal = video.registered(io.BytesIO(clips.encoded(film)))
    seconds = [at for _, _, at in rows(signal.value)]
    assert signal.type == "vpdq"
    assert not set(signal.value) & set(" \n")
    assert all(len(word) == 64 for word, _, _ in rows(signal.value))
    assert seconds == sorted(seconds)
    assert seconds[-1] == pytest.approx(4.5, abs=0.6)


def test_a_scene_gives_a_moment_of_its_own_between_two_steps(film: list[clips.Frame]) -> None:
    at = {at for _, _, at in rows(video.registered(io.BytesIO(clips.encoded(film[: 18 + 3]))).value)}
    assert any(abs(second - 1.5) < 0.1 for second in at)  # the cut is at 1.5 s, where no half second would be due


def test_a_crawled_video_is_read_in_its_eight_symmetries(film: list[clips.Frame]) -> None:
    variants = [signal.variant for signal in video.met(io.BytesIO(clips.encoded(film)))]
    assert len(set(variants)) == len(variants) == 8


def test_of_a_long_video_fewer_moments_are_kept(monkeypatch: pytest.MonkeyPatch, film: list[clips.Frame]) -> None:
    monkeypatch.setattr(video, "MOST_MET", 4)
    signal = video.met(io.BytesIO(clips.encoded(film)))[0]
    assert 2 <= len({at for _, _, at in rows(signal.value)}) <= 4


def test_a_video_without_end_is_read_to_a_limit(monkeypatch: pytest.MonkeyPatch, film: list[clips.Frame]) -> None:
    monkeypatch.setattr(video, "MOST_FRAMES", 10)
    signal = video.registered(io.BytesIO(clips.encoded(film)))
    assert max(at for _, _, at in rows(signal.value)) < 1


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animated_picture_is_a_video_and_a_still_one_is_none(kind: str) -> None:
    frames, moving, still = [landscape(1).resize((320, 240)), pattern(2).resize((320, 240))], io.BytesIO(), io.BytesIO()
    frames[0].save(moving, kind, save_all=True, append_images=[*frames[1:], *frames], duration=600)
    frames[0].save(still, kind)
    assert video.is_animated(moving)
    assert not video.is_animated(still)
    seconds = [at for _, _, at in rows(video.registered(moving).value)]
    assert max(seconds) >= 1.2


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
def test_a_truncated_video_is_read_to_its_cut_or_refused(share: float) -> None:
    data = matroska()
    cut = data[: int(len(data) * share)]
    assert read(cut) in ("moments", "unreadable", "no_frame")
    assert share < 0.5 or read(cut) == "moments"


def read(data: bytes) -> str:
    try:
        return "moments" if rows(video.registered(io.BytesIO(data)).value) else "nothing"
    except Refused as refusal:
        return refusal.code


def matroska() -> bytes:
    out = io.BytesIO()
    with clips.av.open(out, "w", format="matroska") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for seed in range(20):
            frame = np.asarray(landscape(seed % 5).resize((320, 240)))
            container.mux(stream.encode(clips.av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


def test_damaged_packets_in_the_middle_do_not_end_the_video() -> None:
    data = bytearray(matroska())
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(200)
    assert rows(video.registered(io.BytesIO(bytes(data))).value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nothing",
        b"\0" * 5000,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
    ],
)
def test_what_is_no_video_is_refused_with_a_code(data: bytes) -> None:
    with pytest.raises(Refused):
        video.registered(io.BytesIO(data))


def test_a_playlist_inside_a_file_opens_nothing_else(tmp_path, film: list[clips.Frame]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    (tmp_path / "secret.mp4").write_bytes(clips.encoded(film))
    lists = (f"#EXTM3U\n#EXTINF:1,\n{tmp_path}/secret.mp4\n", f"ffconcat version 1.0\nfile '{tmp_path}/secret.mp4'\n")
    for text in lists:
        with pytest.raises(Refused):
            video.registered(io.BytesIO(text.encode()))


def test_a_black_video_is_refused_as_too_plain() -> None:
    with pytest.raises(Refused, match="low_quality"):
        video.registered(io.BytesIO(clips.encoded([np.zeros((90, 160, 3), np.uint8)] * 10)))


@pytest.mark.parametrize("value", ["", "{}", "[1]", '["f8,100,0"]', '["' + "f8" * 32 + ',x,0"]'])
def test_any_other_text_is_refused_with_a_sentence(value: str) -> None:
    if value == "{}":
        assert len(video.moments(value)[0]) == 0
        return
    with pytest.raises(FingerprintError, match="Make it again"):
        video.moments(value)


def test_a_sticker_of_one_frame_is_no_video() -> None:
    still = io.BytesIO()
    Image.new("RGB", (50, 50)).save(still, "GIF")
    assert not video.is_moving(still)
