"""Renderings: the same words in text, HTML and PDF, a window with nothing but the address, and nothing that runs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from takedown.blocks import Block, LetterError
from takedown.letter import Letter
from takedown.render import html, pdf, text
from tests.takedown.letter_people import IMAGE, letter

POPPLER = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="pdftoppm is absent: install poppler-utils to look at the pages"
)
DPI = 150
LONG = "https://images.example/" + "un-chemin-interminable/" * 12 + "x" * 240 + ".html"
HARMS = ("intimate_image", "sexual_deepfake", "doxxing", "impersonation")


def rendered(drafted: Letter) -> bytes:
    return pdf.render(drafted, pdf.Layout.load())


def pages(data: bytes, folder: Path) -> list[np.ndarray[Any, Any]]:
    """The pages as grey pixels, 0 black."""
    file = folder / "letter.pdf"
    file.write_bytes(data)
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", str(file), str(folder / "page")], check=True)
    return [np.asarray(Image.open(page)) for page in sorted(folder.glob("page*.pgm"))]


def ink(page: np.ndarray[Any, Any], x: tuple[float, float], y: tuple[float, float]) -> int:
    """How many pixels are not white in a rectangle given in millimetres."""
    scale = DPI / 25.4
    area = page[round(y[0] * scale) : round(y[1] * scale), round(x[0] * scale) : round(x[1] * scale)]
    return int((area < 250).sum())


def extracted(data: bytes, folder: Path) -> str:
    """The words of a PDF on one line, with ordinary spaces and apostrophes."""
    file = folder / "letter.pdf"
    file.write_bytes(data)
    said = subprocess.run(["pdftotext", str(file), "-"], check=True, capture_output=True, text=True).stdout
    return re.sub(r"\s+", " ", said).replace("’", "'")


@pytest.mark.parametrize("harm", HARMS)
def test_a_pdf_is_tagged_in_french_and_says_it_is_accessible(harm: str) -> None:
    data = rendered(letter(harm))
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid:part"):
        assert mark in data
    assert b"/Subtype/Image" not in data
    assert b"/URI" not in data


def test_the_same_letter_gives_the_same_bytes_without_a_date() -> None:
    first = rendered(letter())
    assert first == rendered(letter())
    assert b"CreationDate" not in first


@POPPLER
@pytest.mark.parametrize("stamped", [{}, {"specimen": True}, {"signed_off": True}], ids=["draft", "specimen", "signed"])
def test_nothing_but_the_address_is_printed_in_the_window(tmp_path: Path, stamped: dict[str, Any]) -> None:
    six = {
        "entity": "Imagerie Sociale Ltd",
        "lines": ["Bureau 4", "12 Harbour Street", "PO Box 9", "D04 X2K5 Dublin 4", "Irlande"],
    }
    page = pages(rendered(letter(addressee=six, **stamped)), tmp_path)[0]
    assert ink(page, (105, 190), (55, 79)) > 500
    around = ink(page, (90, 200), (44, 90)) - ink(page, (104.5, 190), (54.5, 79.5))
    assert around == 0


@POPPLER
def test_nothing_runs_over_the_margins_with_a_very_long_address(tmp_path: Path) -> None:
    items = [{"url": LONG}, {"url": "https://images.example/?q=" + "%C3%A9" * 80}, IMAGE]
    for page in pages(rendered(letter(items=items, signed_off=True)), tmp_path):
        assert ink(page, (186.5, 210), (0, 297)) == 0
        assert ink(page, (0, 23), (0, 297)) == 0


@POPPLER
@pytest.mark.parametrize("role", ["subject", "lawyer", "association"])
@pytest.mark.parametrize("harm", HARMS)
def test_the_words_of_every_element_can_be_read_out_of_the_pdf(tmp_path: Path, harm: str, role: str) -> None:
    drafted = letter(harm, role, signed_off=True)
    said = extracted(rendered(drafted), tmp_path).replace(" ", "")
    said = re.sub(r"RéférenceVG-7K3F-Q2XMpage\d/\d", "", said)
    for block in drafted.blocks:
        for string in block.strings():
            wanted = re.sub(r"\s+", "", string).replace("’", "'")
            assert _soft(wanted) in _soft(said)


def _soft(said: str) -> str:
    """Without hyphens: those of hyphenation cannot be told from others."""
    return said.replace("-", "").replace("\u00ad", "").replace("\u2010", "")


@POPPLER
def test_an_annex_starts_a_new_page_and_pages_are_counted(tmp_path: Path) -> None:
    said = extracted(rendered(letter(items=[IMAGE] * 40)), tmp_path)
    assert "(40)" in said
    count = int(re.findall(r"page 1/(\d+)", said)[0])
    assert count >= 4
    assert f"page {count}/{count}" in said


@POPPLER
def test_typst_source_in_a_value_is_printed_and_never_run(tmp_path: Path) -> None:
    risk = 'Voir #read("/etc/passwd") $x$ *gras* \\ @ref <label> et [crochets].'
    facts = {"data": "un nom", "risk": risk}
    said = extracted(rendered(letter("doxxing", facts=facts)), tmp_path)
    assert '#read("/etc/passwd") $x$ *gras* \\ @ref <label> et [crochets]' in said
    assert "root:" not in said


@POPPLER
def test_a_revealing_reference_is_not_in_the_footer(tmp_path: Path) -> None:
    assert "Référence VG-7K3F-Q2XM" in extracted(rendered(letter()), tmp_path)
    assert "CAMILLE-1" not in extracted(rendered(letter(reference="CAMILLE-1")), tmp_path)


def test_postal_lines_are_written_as_post_offices_read_them() -> None:
    lines = ["Imagerie Sociale, Ltd", "12 Harbour Street", "D04 X2K5, Dublin 4", "Irlande"]
    assert pdf.window_lines(lines) == ["Imagerie Sociale Ltd", "12 Harbour Street", "D04 X2K5 DUBLIN 4", "IRLANDE"]
    assert pdf.window_lines(["Imagerie Sociale Ltd"]) == ["Imagerie Sociale Ltd"]


@pytest.mark.parametrize("lines", [["x"] * 7, ["x" * 39]], ids=["seven lines", "a line too long"])
def test_an_address_that_does_not_fit_the_window_is_refused(lines: list[str]) -> None:
    drafted = letter()
    with pytest.raises(LetterError, match="window"):
        rendered(replace(drafted, head=replace(drafted.head, addressee=tuple(lines))))


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\u0085", "\n", "\ufeff"])
def test_a_control_character_is_refused_by_every_renderer(character: str) -> None:
    drafted = letter()
    hostile = replace(drafted, blocks=(*drafted.blocks, Block("para", None, f"a{character}b")))
    for render in (text.render, html.render, rendered):
        with pytest.raises(LetterError, match="control character"):
            render(hostile)


class Tags(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]


def test_html_runs_nothing_loads_nothing_and_links_nowhere() -> None:
    hostile = '<script>alert(1)</script><img src="https://x.example/p.png" onerror=a> "\' &'
    drafted = letter("doxxing", facts={"data": hostile, "risk": hostile}, items=[{"url": "https://x.example/<b>'\""}])
    seen = Tags()
    seen.feed(html.render(drafted))
    assert set(seen.tags) <= {
        "article",
        "p",
        "address",
        "br",
        "h1",
        "h2",
        "ul",
        "ol",
        "li",
        "span",
        "table",
        "tr",
        "td",
        "th",
    }
    assert set(seen.attributes) <= {"class", "lang", "data-element"}


def test_html_marks_each_element_of_the_law() -> None:
    page = html.render(letter())
    for element in ("dsa16.2.a", "dsa16.2.b", "dsa16.2.c", "dsa16.2.d"):
        assert f'data-element="{element}"' in page


def test_text_keeps_to_72_columns_and_never_cuts_an_address() -> None:
    lines = text.render(letter(items=[{"url": LONG}, IMAGE])).splitlines()
    assert any(LONG in line for line in lines)
    assert all(len(line) <= 72 or "https://" in line or re.fullmatch(r"\s*[0-9a-f]{64}", line) for line in lines)


def test_text_keeps_the_french_spaces() -> None:
    said = text.render(letter())
    assert "Je vous demande\u00a0:" in said
    assert "60\u00a0000\u00a0euros" in said
    assert "sans mon\nconsentement\u202f;" in said or "consentement\u202f;" in said


def test_a_stamp_heads_the_text_of_a_draft_and_of_a_specimen() -> None:
    assert text.render(letter()).startswith("*** PROJET ***")
    assert text.render(letter(specimen=True)).startswith("*** SPÉCIMEN ***")
    assert "***" not in text.render(letter(signed_off=True))


def test_tables_lists_and_signatures_are_printed_by_every_renderer() -> None:
    blocks = (
        Block("heading", None, "Tableau"),
        Block("table", None, items=(("Date", "Fait"), ("1", "Deux"))),
        Block("list", None, items=(("Trois",),)),
        Block("signature", None, items=(("Camille Exemple",), ("Quatre",))),
    )
    drafted = replace(letter(signed_off=True), blocks=blocks)
    for render in (text.render, html.render):
        assert all(word in render(drafted) for word in ("Tableau", "Date", "Deux", "Trois", "Quatre"))
    assert rendered(drafted).startswith(b"%PDF")


def test_the_layout_reads_the_letter_as_data_only() -> None:
    source = pdf.SHIPPED.read_text(encoding="utf-8")
    assert source.count("sys.inputs") - source.count("`sys.inputs") == 1
    for word in ("eval(", "read(", "plugin(", "#import"):
        assert word not in source
    assert source.count("image(") == source.count("image(\n  bytes(") == 1  # a picture comes as data, never as a path
    assert source.count("link(") == source.count("if letter.links and") == 1


def test_a_layout_that_fails_says_what_to_do() -> None:
    with pytest.raises(LetterError, match="layout"):
        pdf.render(letter(), pdf.Layout(b"#panic()"))


def test_a_rendering_kept_as_json_prints_the_same_pages() -> None:
    drafted = letter("doxxing")
    assert rendered(Letter.from_json(json.loads(json.dumps(drafted.to_json())))) == rendered(drafted)
