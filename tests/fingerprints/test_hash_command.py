"""`vigie hash` prints signals that make a bank, tells what it refuses, and checks itself."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from fingerprints.selftest import pattern
from vigie.cli.hash import app

RUN = CliRunner()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name in ("blocks", "plain"):
        Image.fromarray(pattern(name, 300, 200)).save(tmp_path / f"{name}.png")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff broken")
    return tmp_path


def rows(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_one_line_is_printed_per_signal(pictures: Path) -> None:
    result = RUN.invoke(app, ["image", str(pictures / "blocks.png"), "--with", "phash64", "--jsonl"])
    lines = rows(result.stdout)
    assert result.exit_code == 0
    assert [line["type"] for line in lines] == ["sha256", "md5", "pdq", "phash64"]
    assert {line["id"] for line in lines} == {hashlib.sha256((pictures / "blocks.png").read_bytes()).hexdigest()}
    assert all(list(line) == ["id", "type", "value", "quality", "refused"] for line in lines)


def test_a_plain_and_a_broken_picture_are_refused_with_a_sentence_and_exit_code_3(pictures: Path) -> None:
    files = [str(pictures / name) for name in ("plain.png", "broken.jpg", "blocks.png")]
    result = RUN.invoke(app, ["image", *files, "--jsonl"])
    refused = [line for line in rows(result.stdout) if line["refused"]]
    assert result.exit_code == 3
    assert [line["refused"]["code"] for line in refused] == ["low_quality", "not_a_picture"]
    assert all(line["refused"]["text"]["fr"] for line in refused)
    assert refused[1]["value"] is None


def test_a_given_id_replaces_the_hash_of_the_file(pictures: Path) -> None:
    result = RUN.invoke(app, ["image", str(pictures / "blocks.png"), "--id", "photo-1", "--jsonl"])
    assert {line["id"] for line in rows(result.stdout)} == {"photo-1"}


@pytest.mark.parametrize(
    "arguments",
    [["missing.png"], ["blocks.png", "missing.png"], ["blocks.png", "--with", "vpdq"], ["a", "b", "--id", "x"]],
)
def test_a_wrong_command_prints_nothing_and_says_what_to_do(
    pictures: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pictures)
    result = RUN.invoke(app, ["image", *arguments, "--jsonl"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


def test_two_pictures_are_compared_also_turned(pictures: Path) -> None:
    turned = pictures / "turned.png"
    Image.open(pictures / "blocks.png").transpose(Image.Transpose.ROTATE_180).save(turned)
    result = RUN.invoke(app, ["compare", str(pictures / "blocks.png"), str(turned), "--json"])
    match = json.loads(result.stdout)["match"]
    assert (match["band"], match["variant"]) == ("automatic", "rot180")


def test_the_installation_reproduces_the_reference(pictures: Path) -> None:
    result = RUN.invoke(app, ["verify", "--json"])
    assert json.loads(result.stdout) == {"vectors": 63, "failures": []}
