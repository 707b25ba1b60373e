"""A letter goes out as a Word document and comes back: nothing is lost on the way, every change is seen."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown import changes, letters, word
from takedown.blocks import CONTROL, Block
from takedown.letter import Letter
from takedown.render import docx as paper
from takedown.render.paper import Paper
from takedown.typed import cleaned
from tests.size import chosen
from tests.takedown import word_files as files
from tests.takedown.letter_people import IMAGE, book, letter

LIBREOFFICE = pytest.mark.skipif(not files.SOFFICE, reason="LibreOffice is absent: install libreoffice-writer")
HARMS = ("intimate_image", "sexual_deepfake", "doxxing", "impersonation")
MM = 25.4 / 72


def taken_in(data: bytes, before: Letter) -> tuple[Letter, tuple[str, ...]]:
    """The letter after a Word file was taken in, and the notes about what was left out."""
    seen = word.read(data, before)
    header = book().get(before.id, before.lang).header
    return letters.edited(before, header, seen.blocks), seen.notes


@pytest.mark.parametrize("contents", [1, 3, 9])
@pytest.mark.parametrize("harm", HARMS)
def test_what_goes_out_unchanged_comes_back_the_same(harm: str, contents: int) -> None:
    before = letter(harm, "lawyer", items=[IMAGE] * contents)
    seen = word.read(paper.render(before), before)
    assert (seen.subject, seen.blocks, seen.notes) == (before.subject, before.blocks, ())
    assert word.read(paper.render(before, Paper(links=True)), before).blocks == before.blocks


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text and not CONTROL.search(text)
)


@given(st.lists(st.tuples(st.sampled_from(["para", "list", "signature", "urls"]), WORDS, WORDS), max_size=8))
def test_any_blocks_come_back_as_the_same_words_under_the_same_elements(made: list[tuple[Any, str, str]]) -> None:
    before = letter()
    blocks = tuple(
        Block(kind, f"dsa16.{number % 3}", text=one if kind == "para" else "",
              items=() if kind == "para" else ((one,), (other,)))
        for number, (kind, one, other) in enumerate(made)
    )  # fmt: skip
    before = replace(before, lang="en", blocks=blocks or before.blocks)
    seen = word.read(paper.render(before), before).blocks
    assert [list(block.strings()) for block in _joined(seen)] == [list(b.strings()) for b in _joined(before.blocks)]


def _joined(blocks: tuple[Block, ...]) -> list[Block]:
    """Blocks as they stand, for a comparison word by word after the cleaning that every import does."""

    def plain(block: Block) -> Block:
        items = tuple(tuple(cleaned(part, "en")[0] for part in item) for item in block.items)
        return replace(block, text=cleaned(block.text, "en")[0], items=items)

    return [one for one in map(plain, blocks) if any(one.strings())]


def test_the_document_is_in_french_with_real_headings_lists_and_a_bookmark_for_each_element() -> None:
    made = docx.Document(io.BytesIO(paper.render(letter("doxxing", "lawyer"))))
    named = {one.style.name for one in made.paragraphs}
    assert {"Heading 1", "Heading 2", "List Bullet", "Letter Address", "Signature"} <= named
    assert 'w:lang w:val="fr-FR"' in made.styles.element.xml
    marks = [mark.get(f"{{{files.W}}}name") for mark in made.element.body.iter(f"{{{files.W}}}bookmarkStart")]
    assert marks == ["element_dsa16_2_b", "element_dsa16_2_a", "element_dsa16_2_c", "element_dsa16_2_d"]


def test_two_elements_whose_names_look_alike_keep_apart() -> None:
    before = letter()
    names = ("x.a_b", "x.a.b", "x." + "long" * 12 + "1", "x." + "long" * 12 + "2")
    before = replace(before, blocks=tuple(Block("para", name, f"Passage {name}") for name in names))
    made = paper.render(before)
    assert word.read(made, before).blocks == before.blocks
    marks = docx.Document(io.BytesIO(made)).element.body.iter(f"{{{files.W}}}bookmarkStart")
    assert all(len(mark.get(f"{{{files.W}}}name")) <= 40 for mark in marks)


def test_a_table_comes_back_with_its_cells() -> None:
    before = letter()
    table = Block("table", "dsa16.2.a", items=(("Date", "Fait"), ("Hier", "Un | deux"), ("", "Trois")))
    before = replace(before, blocks=(*before.blocks, table))
    assert word.read(paper.render(before), before).blocks[-1] == table


def test_nobody_and_no_day_stands_in_the_properties_and_the_bytes_are_the_same() -> None:
    data = paper.render(letter("doxxing", "lawyer"))
    about = docx.Document(io.BytesIO(data)).core_properties
    assert (about.author, about.last_modified_by, about.created, about.modified) == ("", "", None, None)
    assert about.language == "fr-FR"
    assert data == paper.render(letter("doxxing", "lawyer"))


def test_links_are_real_in_the_copy_for_the_file_and_plain_in_the_one_that_is_sent() -> None:
    sent, kept = paper.render(letter()), paper.render(letter(), Paper(links=True))
    assert b"hyperlink" not in files.parts(sent)["word/_rels/document.xml.rels"]
    linked = docx.Document(io.BytesIO(kept))
    (found,) = [one for para in linked.paragraphs for one in para.hyperlinks]
    assert found.address == IMAGE["url"]


def test_a_changed_element_waits_for_a_person_and_the_change_is_told_in_both_languages() -> None:
    before = letter("doxxing", "lawyer", signed_off=True)

    def change(document: Any) -> None:
        found = files.paragraph(document, "sans le consentement")
        found.runs[0].text = found.runs[0].text.replace("sans le consentement", "sans l'accord écrit")

    after, notes = taken_in(files.edited(before, change), before)
    assert notes == ()
    assert (before.elements["dsa16.2.a"], after.elements["dsa16.2.a"]) == ("present", "to_confirm")
    assert after.elements["dsa16.2.b"] == "present"
    labels = {one.id: one.label.model_dump() for one in book().get(before.id, "fr").header.elements}
    for lang, words in (("fr", "Modifié (Raisons"), ("en", "Changed (Reasons")):
        said = "\n".join(changes.lines(before, after, labels, lang, approved=True))
        assert words in said
        assert "- Sont diffusées, sans le consentement" in said
        assert "+ Sont diffusées, sans l’accord écrit" in said
        assert ("est tombé" if lang == "fr" else "has fallen") in said


def test_an_element_that_was_deleted_in_word_is_missing() -> None:
    before = letter("doxxing", "lawyer")

    def change(document: Any) -> None:
        gone = files.paragraph(document, "bonne foi que")._element
        gone.getparent().remove(gone)

    after, _ = taken_in(files.edited(before, change), before)
    assert after.elements["dsa16.2.d"] == "missing"
    assert [one.element for one in after.missing] == ["dsa16.2.d"]
    assert [one.kind for one in changes.between(before, after)] == ["removed"]


def test_a_passage_added_at_the_end_of_an_element_belongs_to_it() -> None:
    before = letter("doxxing", "lawyer")

    def change(document: Any) -> None:
        found = files.paragraph(document, "Ces circonstances")
        found.insert_paragraph_before("Une phrase ajoutée ; elle compte !", style="Normal")

    after, _ = taken_in(files.edited(before, change), before)
    (added,) = [block for block in after.blocks if "ajoutée" in block.text]
    assert added == Block("para", "dsa16.2.a", "Une phrase ajoutée\u202f; elle compte\u202f!")


def test_a_mark_that_was_lost_is_said() -> None:
    before = letter("doxxing", "lawyer")

    def change(document: Any) -> None:
        for tag in ("bookmarkStart", "bookmarkEnd"):
            for mark in list(document.element.body.iter(f"{{{files.W}}}{tag}")):
                mark.getparent().remove(mark)

    after, _ = taken_in(files.edited(before, change), before)
    assert set(after.elements.values()) == {"missing"}
    assert {one.kind for one in changes.between(before, after)} == {"unmarked"}


def test_a_changed_subject_is_taken_and_a_changed_addressee_is_not() -> None:
    before = letter("doxxing", "lawyer")

    def change(document: Any) -> None:
        files.paragraph(document, "Objet").runs[0].text = "Objet : Mise en cause d'un compte"
        files.paragraph(document, "Imagerie Sociale").runs[0].text = "Un autre"

    seen = word.read(files.edited(before, change), before)
    assert seen.subject == "Mise en cause d’un compte"
    assert seen.notes == ("word.note.head",)


@LIBREOFFICE
def test_libreoffice_reads_every_element_and_gives_it_back(tmp_path: Path) -> None:
    before = letter("doxxing", "lawyer", items=[IMAGE] * 8)
    again = files.through_libreoffice(paper.render(before), "docx", tmp_path)
    after, notes = taken_in(again, before)
    assert after.blocks == before.blocks
    assert after.elements == before.elements
    assert notes == ()


@LIBREOFFICE
def test_libreoffice_prints_the_address_inside_the_window(tmp_path: Path) -> None:
    on = Paper(letterhead=files.picture(), signature=files.picture(size=(120, 40)))
    printed = files.through_libreoffice(paper.render(letter("doxxing", "lawyer"), on), "pdf", tmp_path)
    with pymupdf.open(stream=printed) as document:
        words = [(w[0] * MM, w[1] * MM, w[2] * MM, w[3] * MM, w[4]) for w in document[0].get_text("words")]
        assert len(document[0].get_images()) + len(document[1].get_images()) >= 2
    inside = [one for one in words if one[0] > 90 and 44 < one[1] < 90]
    assert {"Imagerie", "Harbour", "IRLANDE"} <= {one[4] for one in inside}
    assert all(x0 >= 105 and x1 <= 190 and y0 >= 55 and y1 <= 79 for x0, y0, x1, y1, _ in inside)
    assert next(one[1] for one in words if one[4] == "Lyon,") > 90


def test_hundreds_of_changed_addresses_are_each_told() -> None:
    count = chosen(sampled=300, deep=500)
    before = letter(items=[{"url": f"https://images.example/p/{number}"} for number in range(count)])
    other = tuple((f"autre adresse {number}",) for number in range(count))
    kept = [Block("urls", one.element, items=other) if one.kind == "urls" else one for one in before.blocks]
    after = letters.edited(before, book().get(before.id, "fr").header, kept)
    assert [one.kind for one in changes.between(before, after)] == ["removed"] * count + ["added"] * count
