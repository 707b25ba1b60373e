"""What `make screenshots` leaves of the letters: every output, and every page as PNG where it can be drawn."""

from __future__ import annotations

import shutil
from pathlib import Path

import pymupdf
import pytest

from takedown.letterbook import Letterbook
from tests import letter_sheets

OUTPUTS = {".txt", ".html", ".pdf", ".docx", ".eml"}


def test_every_letter_is_left_under_every_ground_it_goes_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_sheets, "_turns", lambda template, ground, samples: [template.header.id])
    names = {name.rsplit(".", 2)[0] for name, _ in letter_sheets.letters(Letterbook.load())}
    assert names == {f"{letter_id}.{lang}" for letter_id, lang in Letterbook.load().letters}


def test_a_letter_is_left_in_every_output_and_each_page_as_png(tmp_path: Path) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is missing: apt-get install poppler-utils")
    said: list[str] = []
    assert letter_sheets.leave(tmp_path / "letters", said.append, ("L27",)) == 3
    files = sorted((tmp_path / "letters").iterdir())
    assert {file.suffix for file in files} == OUTPUTS | {".png"}
    for printed in [file for file in files if file.suffix == ".pdf"]:
        with pymupdf.open(str(printed)) as document:
            assert len(list(printed.parent.glob(f"{printed.stem}-*.png"))) == document.page_count


def test_where_pages_cannot_be_drawn_the_reason_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    said: list[str] = []
    letter_sheets.leave(tmp_path / "letters", said.append, ("L27",))
    assert "pdftoppm is missing" in said[0]
    assert {file.suffix for file in (tmp_path / "letters").iterdir()} == OUTPUTS
