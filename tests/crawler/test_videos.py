"""Videos that pages show: fetched in part and only where a video is watched, known by moments, kept nowhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler import guard, videos
from crawler.child import Job, run
from crawler.sighting import Media, Sighting
from demo.pictures import landscape, pattern
from fingerprints import video
from monitor.images import BankEntry
from monitor.video_stage import VideoStage

if not video.available():
    pytest.skip("the extra `video` (PyAV) is not installed", allow_module_level=True)

from benchmarks import clips

WATCHED = ("sha256", "pdq", "vpdq")


@pytest.fixture(scope="module")
def film() -> bytes:
    return clips.encoded(clips.film([landscape(1), pattern(2), landscape(3)], seed=1, seconds=1.5))


def seen(web: Any, html: str, signals: tuple[str, ...] = WATCHED, **job: Any) -> dict[str, Media]:
    """What a run says of the media of one page, by the last part of their addresses."""
    settings = {"start_urls": [web.page("/", f"<p>Une page</p>{html}")], "delay_seconds": 0}
    said = run(Job("essai", "site", settings, allow=web.allow, signals=signals, **{"seconds": 30, **job}))
    [sighting] = [Sighting.from_json(message) for message in said if message["type"] == "sighting"]
    return {media.url.rpartition("/")[2]: media for media in sighting.media}


def test_a_video_posted_again_cropped_is_recognised_and_no_byte_of_it_is_written(
    web: Any, serve: Any, film: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = clips.film([landscape(1), pattern(2), landscape(3)], seed=1, seconds=1.5)
    web.routes["/film.mp4"] = serve(200, clips.EDITS["cropped"](frames), "video/mp4")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    media = seen(web, "<video src=/film.mp4></video>")["film.mp4"]
    registered = video.registered(io.BytesIO(film))
    stage = VideoStage([BankEntry("1", "her film", "vpdq", registered.value, registered.quality)])
    [match] = stage.match(media.signals)
    assert (match.bank_id, match.stage, match.band) == ("her film", "video", "automatic")
    assert (media.refused, media.mime) == (None, "video/mp4")
    assert media.sha256
    assert list(tmp_path.iterdir()) == []


def test_of_a_large_video_the_beginning_is_asked_for_and_its_bytes_get_no_hash(
    web: Any, film: bytes, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def part(handler: Any) -> None:
        asked.append(handler.headers["Range"])
        serve(206, film, "video/mp4", Content_Range=f"bytes 0-{len(film) - 1}/99999999")(handler)

    web.routes["/long.mp4"] = part
    media = seen(web, "<video src=/long.mp4></video>")["long.mp4"]
    assert asked == [f"bytes=0-{videos.LONGEST - 1}"]
    assert {signal.type for signal in media.signals} == {"vpdq"}
    assert (media.sha256, media.md5) == (None, None)


def test_a_video_without_end_is_left_and_the_page_is_still_seen(web: Any) -> None:
    def endless(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "video/mp4")
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(1_000_000))

    web.routes["/sans-fin.mp4"] = endless
    assert seen(web, "<video src=/sans-fin.mp4></video>")["sans-fin.mp4"].refused == "too_large"


def test_sound_lists_of_pieces_and_videos_that_nobody_watches_are_not_asked_for(web: Any) -> None:
    html = "<video src=/a.mp4></video><audio src=/b.mp3></audio><video src=/c.m3u8></video>"
    assert {media.refused for media in seen(web, html, ("pdq",)).values()} == {"video"}
    assert {name: media.refused for name, media in seen(web, html).items()} == {
        "a.mp4": "gone", "b.mp3": "video", "c.m3u8": "video",
    }  # fmt: skip
    assert [path for path in web.asked if path in ("/a.mp4", "/b.mp3", "/c.m3u8")] == ["/a.mp4"]


def test_a_file_that_only_calls_itself_a_video_is_refused_with_a_code(web: Any, serve: Any) -> None:
    web.routes["/faux.mp4"] = serve(200, b"<html>rien</html>" * 100, "video/mp4")
    media = seen(web, "<video src=/faux.mp4></video>")["faux.mp4"]
    assert (media.refused, [signal.type for signal in media.signals]) == ("not_a_picture", ["sha256"])


def test_a_video_on_the_no_fetch_list_is_never_asked_for(web: Any, serve: Any, film: bytes) -> None:
    web.routes["/mineure.mp4"] = serve(200, film, "video/mp4")
    key = "ab" * 32
    denied = (guard.keyed(key, web.url("/mineure.mp4")),)
    media = seen(web, "<video src=/mineure.mp4></video>", deny=denied, secrets={"deny_key": key})["mineure.mp4"]
    assert (media.refused, media.signals) == ("no_fetch_list", ())
    assert "/mineure.mp4" not in web.asked


def test_videos_take_no_more_than_their_share_of_a_run(web: Any, serve: Callable[..., Any], film: bytes) -> None:
    names = [f"{number}.mp4" for number in range(3)]
    for name in names:
        web.routes[f"/{name}"] = serve(200, film, "video/mp4")
    html = "".join(f"<video src=/{name}></video>" for name in names)
    refused = [media.refused for media in seen(web, html, bytes=3 * len(film)).values()]
    assert sorted(map(str, refused)) == ["None", "None", "too_many_videos"]
