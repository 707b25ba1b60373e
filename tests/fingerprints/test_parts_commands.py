"""`vigie hash` makes signals of parts and videos, and lets a person verify doubtful pictures on her own machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from demo.pictures import landscape, pattern
from fingerprints import local, video
from fingerprints.selftest import pattern as plain_pattern
from monitor import near
from vigie.cli import hash as hashing
from vigie.cli import match as matching

RUN = CliRunner()
IMAGES = local.available() and near.available()
NEEDS_IMAGES = pytest.mark.skipif(not IMAGES, reason="the extra `images` (OpenCV, faiss) is not installed")
NEEDS_VIDEO = pytest.mark.skipif(not video.available(), reason="the extra `video` (PyAV) is not installed")


def rows(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def hers(tmp_path: Path) -> Path:
    landscape(3).save(tmp_path / "hers.jpg", quality=92)
    return tmp_path / "hers.jpg"


def inside(folder: Path) -> Path:
    """Her picture in a corner of another one."""
    canvas = pattern(5).resize((900, 700))
    canvas.paste(landscape(3).resize((420, 315)), (460, 360))
    (folder / "met").mkdir()
    canvas.save(folder / "met" / "page.jpg", quality=80)
    pattern(9).save(folder / "met" / "other.jpg", quality=80)
    return folder / "met"


@NEEDS_IMAGES
def test_a_picture_inside_another_is_found_from_the_command_line(hers: Path, tmp_path: Path) -> None:
    made = RUN.invoke(hashing.app, ["image", str(hers), "--with", "local-1,crop-pdq-1", "--id", "hers", "--jsonl"])
    assert made.exit_code == 0, made.output
    assert [row["type"] for row in rows(made.stdout)] == ["sha256", "md5", "pdq", "local-1", "crop-pdq-1"]
    (tmp_path / "bank.jsonl").write_text(made.stdout)
    found = RUN.invoke(
        matching.app, ["image", "--bank", str(tmp_path / "bank.jsonl"), "--images", str(inside(tmp_path)), "--jsonl"]
    )
    (match,) = rows(found.stdout)
    assert (match["image"], match["bank_id"], match["stage"], match["band"]) == (
        "page.jpg",
        "hers",
        "local",
        "automatic",
    )


@NEEDS_IMAGES
def test_a_doubtful_picture_is_decided_on_her_machine_and_the_answer_says_nothing_of_hers(
    hers: Path, tmp_path: Path
) -> None:
    folder, lines = inside(tmp_path), []
    for name in ("page.jpg", "other.jpg"):
        made = RUN.invoke(hashing.app, ["image", str(folder / name), "--with", "local-1", "--id", name, "--jsonl"])
        lines += [line for line in made.stdout.splitlines() if '"local-1"' in line]
    (tmp_path / "candidates.jsonl").write_text("\n".join(lines))
    asked = ["verify", "--candidates", str(tmp_path / "candidates.jsonl"), "--picture", str(hers), "--jsonl"]
    answer = RUN.invoke(hashing.app, asked)
    assert [(row["id"], row["band"]) for row in rows(answer.stdout)] == [
        ("page.jpg", "automatic"),
        ("other.jpg", "rejected"),
    ]
    assert set(rows(answer.stdout)[0]) == {"id", "band", "inliers", "reasons"}
    assert "hers" not in answer.stdout


@NEEDS_IMAGES
@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', '{"id": "a", "type": "local-9", "value": "x"}'])
def test_a_wrong_candidate_is_told_by_its_line(hers: Path, tmp_path: Path, line: str) -> None:
    (tmp_path / "candidates.jsonl").write_text(line)
    answer = RUN.invoke(
        hashing.app, ["verify", "--candidates", str(tmp_path / "candidates.jsonl"), "--picture", str(hers)]
    )
    assert answer.exit_code == 2
    assert "line 1" in answer.stderr


@NEEDS_VIDEO
def test_a_video_is_printed_as_lines_of_a_bank_and_found_again(tmp_path: Path) -> None:
    from benchmarks import clips

    film = clips.film([landscape(1), pattern(2), landscape(3)], 1, 1.5)
    (tmp_path / "film.mp4").write_bytes(clips.encoded(film))
    made = RUN.invoke(hashing.app, ["video", str(tmp_path / "film.mp4"), "--id", "film", "--jsonl"])
    assert made.exit_code == 0, made.output
    assert [row["type"] for row in rows(made.stdout)] == ["sha256", "md5", "vpdq"]
    (tmp_path / "bank.jsonl").write_text(made.stdout)
    (tmp_path / "met").mkdir()
    (tmp_path / "met" / "posted.gif").write_bytes(clips.EDITS["animated GIF"](film))
    (tmp_path / "met" / "mirrored.mp4").write_bytes(clips.EDITS["mirrored"](film))
    found = RUN.invoke(
        matching.app, ["image", "--bank", str(tmp_path / "bank.jsonl"), "--images", str(tmp_path / "met"), "--jsonl"]
    )
    assert {(row["image"], row["stage"], row["band"], row["variant"]) for row in rows(found.stdout)} == {
        ("posted.gif", "video", "automatic", "identity"),
        ("mirrored.mp4", "video", "automatic", "mirror"),
    }


@NEEDS_VIDEO
def test_a_file_that_is_no_video_is_refused_with_a_sentence_and_exit_code_3(tmp_path: Path) -> None:
    Image.fromarray(plain_pattern("plain", 64, 64)).save(tmp_path / "still.png")
    (tmp_path / "broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42 nothing")
    result = RUN.invoke(hashing.app, ["video", str(tmp_path / "broken.mp4"), "--jsonl"])
    (row,) = rows(result.stdout)
    assert (result.exit_code, row["value"]) == (3, None)
    assert row["refused"]["text"]["fr"]
    assert RUN.invoke(hashing.app, ["video", str(tmp_path / "missing.mp4"), "--jsonl"]).exit_code == 2
