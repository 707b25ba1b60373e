"""Hostile or unsuitable Word files: refused with a sentence that says what to do, or read without what is dangerous."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import messages
from takedown import word
from takedown.render import docx as paper
from takedown.word_file import WordError
from tests.takedown import word_files as files
from tests.takedown.letter_people import letter

LETTER = letter("doxxing", "lawyer")
SAID = "Sont diffusées"
RUN = f'<w:r><w:t xml:space="preserve">{SAID}'


def refusal(data: bytes) -> str:
    with pytest.raises(WordError) as caught:
        word.read(data, LETTER)
    assert messages.messages()[caught.value.code].fr.endswith("Rien n'a été changé.")
    return caught.value.code


def notes(data: bytes) -> tuple[str, ...]:
    return word.read(data, LETTER).notes


@pytest.mark.parametrize(
    "data",
    [b"", b"du texte", b"%PDF-1.7", b"\xd0\xcf\x11\xe0 old word", b"{\\rtf1}", files.packed({"mimetype": b"odt"})],
    ids=["empty", "text", "pdf", "doc", "rtf", "odt"],
)
def test_what_is_no_word_document_is_told_how_to_become_one(data: bytes) -> None:
    assert refusal(data) == "refusal.word_kind"


def test_a_bomb_is_not_unpacked() -> None:
    assert refusal(files.with_part(LETTER, "word/styles.xml", b"<a>" + b" " * 20_000_000 + b"</a>")) == (
        "refusal.word_large"
    )
    assert refusal(files.with_part(LETTER, "word/media/x.png", b"\0" * 31_000_000)) == "refusal.word_large"
    assert refusal(files.packed({f"a{number}": b"" for number in range(500)})) == "refusal.word_large"
    assert refusal(b"PK" + b"\0" * 5_000_000) == "refusal.word_large"


def test_a_size_that_lies_is_found_out() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("word/document.xml", b"<w/>" + b"a" * 9_000_000)
    lying = out.getvalue().replace((9_000_004).to_bytes(4, "little"), (90_000).to_bytes(4, "little"))
    assert refusal(lying) in ("refusal.word_broken", "refusal.word_large")


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>'


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/numbering.xml"])
@pytest.mark.parametrize("tree", [ENTITY, LAUGHS, OUTSIDE, b"<a", b""], ids=["file", "laughs", "dtd", "cut", "empty"])
def test_a_tree_with_entities_or_none_is_not_read(part: str, tree: bytes) -> None:
    assert refusal(files.with_part(LETTER, part, tree)) == "refusal.word_broken"


def test_a_tree_a_hundred_thousand_deep_is_refused() -> None:
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    whole = files.parts(paper.render(LETTER))["word/document.xml"].replace(
        b"<w:body>", b"<w:body><w:p>" + deep + b"</w:p>"
    )
    assert refusal(files.with_part(LETTER, "word/document.xml", whole)) == "refusal.word_broken"


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/vbaData.xml", "word/activeX/activeX1.bin"])
def test_macros_are_refused(name: str) -> None:
    assert refusal(files.with_part(LETTER, name)) == "refusal.word_macros"


def test_a_document_that_calls_itself_macro_enabled_is_refused() -> None:
    kinds = files.parts(paper.render(LETTER))["[Content_Types].xml"].replace(b"document.main", b"macroEnabled.main")
    assert refusal(files.with_part(LETTER, "[Content_Types].xml", kinds)) == "refusal.word_macros"


@pytest.mark.parametrize("name", ["word/embeddings/sheet.xlsx", "word/afchunk1.html", "word/activeX/a.xml"])
def test_embedded_objects_are_refused(name: str) -> None:
    assert refusal(files.with_part(LETTER, name)) == "refusal.word_objects"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil", "word/../../evil"])
def test_a_path_that_leads_elsewhere_is_refused(name: str) -> None:
    assert refusal(files.with_part(LETTER, name)) == "refusal.word_broken"


def test_two_parts_of_one_name_are_refused() -> None:
    data = io.BytesIO(paper.render(LETTER))
    with zipfile.ZipFile(data, "a") as box, pytest.warns(UserWarning, match="Duplicate"):
        box.writestr("word/document.xml", b"<other/>")
    assert refusal(data.getvalue()) == "refusal.word_broken"


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<w:r><w:footnoteReference w:id="2"/></w:r>', "refusal.word_notes"),
        ("<w:r><w:pict><w:txbxContent><w:p/></w:txbxContent></w:pict></w:r>", "refusal.word_boxes"),
        ('<w:altChunk r:id="x"/>', "refusal.word_objects"),
        ("<w:r><w:object><w:OLEObject/></w:object></w:r>", "refusal.word_objects"),
    ],
    ids=["footnote", "text box", "chunk", "ole"],
)
def test_what_a_letter_cannot_carry_is_refused_rather_than_lost(inside: str, code: str) -> None:
    assert refusal(files.with_text(LETTER, RUN, inside + RUN)) == code


def test_tracked_changes_are_taken_as_made_and_their_authors_forgotten() -> None:
    tracked = (
        '<w:del w:id="90" w:author="Me Curieux"><w:r><w:delText>Ancien mot. </w:delText></w:r></w:del>'
        '<w:ins w:id="91" w:author="Me Curieux"><w:r><w:t xml:space="preserve">Mot nouveau. </w:t></w:r></w:ins>'
    )
    data = files.with_text(LETTER, RUN, tracked + RUN)
    seen = word.read(data, LETTER)
    assert seen.notes == ("word.note.tracked",)
    said = " ".join(string for block in seen.blocks for string in block.strings())
    assert "Mot nouveau. Sont diffusées" in said
    assert "Ancien mot" not in said
    assert "Curieux" not in said


def test_comments_pictures_and_hidden_words_are_left_out_and_told() -> None:
    assert notes(files.with_part(LETTER, "word/comments.xml", b"<w:comments/>")) == ("word.note.comments",)
    drawn = "<w:r><w:drawing><w:t>dans l'image</w:t></w:drawing></w:r>"
    with_picture = files.parts(files.with_text(LETTER, RUN, drawn + RUN)) | {"word/media/a.png": files.picture()}
    seen = word.read(files.packed(with_picture), LETTER)
    assert (seen.notes, seen.blocks) == (("word.note.pictures",), LETTER.blocks)
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>en cachette</w:t></w:r>"
    seen = word.read(files.with_text(LETTER, RUN, hidden + RUN), LETTER)
    assert (seen.notes, seen.blocks) == (("word.note.hidden",), LETTER.blocks)


def test_the_code_of_a_field_is_not_read_and_its_words_are() -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DDEAUTO c:\\\\x "y" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t xml:space="preserve">Bonjour. </w:t></w:r>'
    )
    said = " ".join(s for b in word.read(files.with_text(LETTER, RUN, field + RUN), LETTER).blocks for s in b.strings())
    assert "Bonjour. Sont" in said
    assert "DDEAUTO" not in said


def test_invisible_and_private_characters_are_taken_out_and_told() -> None:
    seen = word.read(files.with_text(LETTER, SAID, "Sont\u202e\u200b\ue000 diffusées"), LETTER)
    assert (seen.notes, seen.blocks) == (("word.note.invisible",), LETTER.blocks)


def test_markup_of_templates_and_of_typst_is_only_words() -> None:
    evil = '{{ 7 * 7 }} #read("/etc/passwd") $x$ @dsa16.2.d'
    seen = word.read(files.with_text(LETTER, SAID, evil.replace('"', "&quot;")), LETTER)
    (found,) = [block for block in seen.blocks if "read(" in block.text]
    assert found.text.startswith(evil)
    assert found.element == "dsa16.2.a"


def test_a_strict_open_xml_document_is_read_too() -> None:
    strict = files.parts(paper.render(LETTER))
    for name in ("word/document.xml", "word/styles.xml"):
        strict[name] = strict[name].replace(files.W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert word.read(files.packed(strict), LETTER).blocks == LETTER.blocks


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_sentence(data: bytes) -> None:
    refusal(data)


@given(st.integers(0, 40_000), st.integers(1, 255))
def test_a_damaged_file_is_read_or_refused_and_never_breaks(place: int, change: int) -> None:
    data = bytearray(paper.render(LETTER))
    data[place % len(data)] ^= change
    try:
        read = word.read(bytes(data), LETTER).blocks
    except WordError:
        return
    assert read
