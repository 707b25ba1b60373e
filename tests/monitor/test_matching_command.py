"""`vigie match` compares files of pages and pictures as streams, and does nothing at all on a wrong line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps
from typer.testing import CliRunner

from fingerprints.selftest import pattern
from vigie.cli.hash import app as hash_app
from vigie.cli.match import app

RUN = CliRunner()
TERM = {"id": "lea", "kind": "name", "value": "Léa Martin"}
PAGES: list[dict[str, Any]] = [
    {"id": "p1", "url": "https://x.example/l%C3%A9a-martin-nue", "title": "T", "text": "Rien"},
    {"id": "p2", "url": "https://x.example/", "html": "<p>L<b>é</b>a&nbsp;Martin</p><p>L. Martin</p>"},
    {"id": "p3", "text": "une ligne\u2028de texte, L. Martin \ud800"},
]


def written(path: Path, rows: list[Any]) -> str:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return str(path)


def rows(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_pages_of_text_and_of_html_are_searched_in_all_their_fields(tmp_path: Path) -> None:
    terms, pages = written(tmp_path / "t", [TERM]), written(tmp_path / "p", PAGES)
    result = RUN.invoke(app, ["text", "--terms", terms, "--pages", pages, "--jsonl"])
    assert result.exit_code == 0
    assert [(row["page"], row["field"], row["matched"].replace("\xa0", " ")) for row in rows(result.stdout)] == [
        ("p1", "url", "léa-martin"),
        ("p2", "text", "Léa Martin"),
    ]


def test_rejected_matches_are_printed_only_when_asked(tmp_path: Path) -> None:
    terms, pages = written(tmp_path / "t", [TERM]), written(tmp_path / "p", PAGES)
    result = RUN.invoke(app, ["text", "--terms", terms, "--pages", pages, "--jsonl", "--all"])
    assert [row["page"] for row in rows(result.stdout) if row["band"] == "rejected"] == ["p2", "p3"]


def test_pages_may_come_from_standard_input(tmp_path: Path) -> None:
    text = "\n".join(json.dumps(page) for page in PAGES)
    arguments = ["text", "--terms", written(tmp_path / "t", [TERM]), "--pages", "-", "--jsonl"]
    assert len(rows(RUN.invoke(app, arguments, input=text).stdout)) == 2


def test_pages_on_standard_input_are_answered_one_by_one(tmp_path: Path) -> None:
    arguments = ["match", "text", "--terms", written(tmp_path / "t", [TERM]), "--pages", "-", "--jsonl"]
    with subprocess.Popen(
        [sys.executable, "-m", "vigie", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(json.dumps({"id": str(number), "text": "Léa Martin"}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["page"] == str(number)
        process.stdin.close()
    assert process.returncode == 0


def test_a_term_of_everyday_words_is_warned_of_on_the_side(tmp_path: Path) -> None:
    terms = written(tmp_path / "terms.jsonl", [{"id": "x", "kind": "alias", "value": "Lune Noire"}])
    result = RUN.invoke(app, ["text", "--terms", terms, "--pages", written(tmp_path / "p", PAGES), "--jsonl"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert "terms.jsonl, line 1: This term is made of everyday words only" in result.stderr


@pytest.mark.parametrize(
    "wrong",
    ["{", "[]", {"id": "x"}, {"id": 1, "text": ""}, {"id": "x", "text": "", "html": ""}, {"id": "x", "text": 3}],
)
def test_a_wrong_page_stops_everything_and_is_named_by_file_and_line(tmp_path: Path, wrong: Any) -> None:
    pages = written(tmp_path / "pages.jsonl", [PAGES[1], "", wrong])
    result = RUN.invoke(app, ["text", "--terms", written(tmp_path / "t", [TERM]), "--pages", pages, "--jsonl"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "pages.jsonl, line 3" in result.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense",
        {"id": "x", "kind": "name"},
        TERM,
        {**TERM, "id": "y", "kind": "nom"},
        {**TERM, "id": "y", "kind": "phone"},
        {"id": "y", "kind": "name", "value": "de la"},
    ],
)
def test_a_wrong_term_stops_everything_and_its_words_are_not_repeated(tmp_path: Path, wrong: Any) -> None:
    terms = written(tmp_path / "terms.jsonl", [TERM, wrong])
    result = RUN.invoke(app, ["text", "--terms", terms, "--pages", written(tmp_path / "p", PAGES), "--jsonl"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "terms.jsonl, line 2" in result.stderr
    assert "Martin" not in result.stderr


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """A folder with a mirrored copy of a registered picture, another picture and a broken file."""
    folder = tmp_path / "album"
    (folder / "inner").mkdir(parents=True)
    original = Image.fromarray(pattern("blocks", 320, 256))
    original.save(tmp_path / "original.png")
    ImageOps.mirror(original).save(folder / "inner" / "copy.png")
    Image.fromarray(pattern("checks", 320, 256)).save(folder / "other.png")
    (folder / "broken.gif").write_bytes(b"GIF89a")
    return tmp_path


def bank_of(album: Path) -> str:
    result = RUN.invoke(hash_app, ["image", str(album / "original.png"), "--id", "photo", "--jsonl"])
    (album / "bank.jsonl").write_text(result.stdout, encoding="utf-8")
    return str(album / "bank.jsonl")


def test_a_folder_is_searched_for_registered_pictures(album: Path) -> None:
    result = RUN.invoke(app, ["image", "--bank", bank_of(album), "--images", str(album / "album"), "--jsonl"])
    refused, match = rows(result.stdout)
    assert result.exit_code == 3
    assert (refused["image"], refused["refused"]["code"]) == ("broken.gif", "not_a_picture")
    assert (match["image"], match["bank_id"], match["variant"]) == ("inner/copy.png", "photo", "mirror")


def test_a_list_of_paths_is_searched_and_the_original_found_exactly(album: Path) -> None:
    listed = written(album / "list.txt", [str(album / "original.png")])
    result = RUN.invoke(app, ["image", "--bank", bank_of(album), "--images", listed, "--jsonl"])
    (match,) = rows(result.stdout)
    assert (result.exit_code, match["stage"], match["distance"]) == (0, "exact", 0)


@pytest.mark.parametrize("wrong", ["{", {"id": "x", "type": "pdq", "value": "00"}, {"type": "pdq", "value": "0" * 64}])
def test_a_wrong_bank_line_stops_everything(album: Path, wrong: Any) -> None:
    bank = written(album / "wrong.jsonl", [wrong])
    result = RUN.invoke(app, ["image", "--bank", bank, "--images", str(album / "album"), "--jsonl"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "wrong.jsonl, line 1" in result.stderr


def test_a_bank_of_refused_pictures_only_is_said_to_be_empty(album: Path) -> None:
    bank = written(album / "empty.jsonl", [{"id": "x", "type": None, "value": None, "quality": None, "refused": {}}])
    result = RUN.invoke(app, ["image", "--bank", bank, "--images", str(album / "album"), "--jsonl"])
    assert result.exit_code == 2


def test_a_page_too_long_for_the_memory_ends_the_stream_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vigie.cli.match.LONGEST_LINE", 1 << 20)
    terms, pages = written(tmp_path / "t", [TERM]), written(tmp_path / "p", [PAGES[1], '"' + "x" * (1 << 20) + '"'])
    result = RUN.invoke(app, ["text", "--terms", terms, "--pages", pages])
    assert result.exit_code == 2
    assert "line 2: it is longer than 1 MB: give a page in several parts." in result.stderr
