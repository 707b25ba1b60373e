"""The guard on files that real programs wrote: Word files of python-docx and LibreOffice, PDFs of others, mails."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import pymupdf
import pytest

from takedown.delivery.guard import inspect_file
from takedown.delivery.message import Attachment
from takedown.errors import GuardError
from takedown.render import docx as paper
from tests.takedown import word_files as files
from tests.takedown.letter_people import letter

LIBREOFFICE = pytest.mark.skipif(not files.SOFFICE, reason="LibreOffice is absent: install libreoffice-writer")


def refusal(data: bytes, name: str = "piece.bin", ours: frozenset[str] = frozenset()) -> str:
    """The sentence with which the guard refuses; empty when the file may leave."""
    try:
        inspect_file(Attachment(name, "application/octet-stream", data), ours)
    except GuardError as error:
        return str(error)
    return ""


def written(change: Callable[[Any], None], author: str = "") -> bytes:
    """A document of python-docx's own template, without its thumbnail."""
    document = docx.Document()
    document.add_paragraph("Une phrase.")
    change(document)
    document.core_properties.author = author
    out = io.BytesIO()
    document.save(out)
    kept = {name: data for name, data in files.parts(out.getvalue()).items() if "thumbnail" not in name}
    return files.packed(kept)


def nothing(document: Any) -> None:
    """Leave the document as it is."""


def with_picture(document: Any) -> None:
    document.add_picture(io.BytesIO(files.picture()))


def with_comment(document: Any) -> None:
    document.add_comment(document.paragraphs[0].runs, text="À revoir", author="Me Curieux")


def test_our_word_letter_and_a_plain_document_may_leave() -> None:
    assert refusal(paper.render(letter()), "N-1.docx") == ""
    assert refusal(written(nothing)) == ""


@pytest.mark.parametrize(
    ("change", "words"), [(with_picture, "picture"), (with_comment, "comment")], ids=["picture", "comment"]
)
def test_a_document_with_a_picture_or_a_comment_stays(change: Callable[[Any], None], words: str) -> None:
    assert words in refusal(written(change))


def test_a_document_with_the_name_of_its_author_stays() -> None:
    assert "author" in refusal(written(nothing, author="Me Curieux"))


def test_a_thumbnail_of_the_first_page_stays() -> None:
    document = docx.Document()
    document.core_properties.author = ""
    out = io.BytesIO()
    document.save(out)
    assert "picture" in refusal(out.getvalue())


@pytest.mark.parametrize("tag", ["ins", "del", "moveFrom", "rPrChange", "pPrChange"])
@pytest.mark.parametrize("prefix", ["w:", "x:", ""])
def test_a_tracked_change_stays_whatever_its_prefix(prefix: str, tag: str) -> None:
    text = f'<{prefix}document><{prefix}{tag} id="1" author="C"></{prefix}{tag}></{prefix}document>'
    assert "tracked" in refusal(files.packed({"word/document.xml": text.encode()}))


def test_a_picture_that_is_only_linked_stays() -> None:
    linked = (
        b'<Relationships><Relationship Id="a" Type="http://x/relationships/image" Target="http://x/a.png"'
        b" TargetMode='External'/></Relationships>"
    )
    assert "linked" in refusal(files.packed({"word/_rels/document.xml.rels": linked}))


@LIBREOFFICE
def test_what_libreoffice_saves_with_an_author_or_a_picture_stays(tmp_path: Path) -> None:
    plain = files.through_libreoffice(written(nothing), "docx", tmp_path)
    assert refusal(plain) == ""
    pictured = files.through_libreoffice(written(with_picture), "docx", tmp_path)
    assert "picture" in refusal(pictured)
    assert "comment" in refusal(files.through_libreoffice(written(with_comment), "docx", tmp_path))


@LIBREOFFICE
def test_a_pdf_of_libreoffice_leaves_without_a_picture_and_stays_with_one(tmp_path: Path) -> None:
    assert refusal(files.through_libreoffice(written(nothing), "pdf", tmp_path)) == ""
    assert "picture" in refusal(files.through_libreoffice(written(with_picture), "pdf", tmp_path))


def drawn(change: Callable[[Any], None]) -> bytes:
    """A PDF of another library."""
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 72), "Une phrase.")
        change(document)
        return bytes(document.tobytes())


def pdf_picture(document: Any) -> None:
    document[0].insert_image(pymupdf.Rect(0, 0, 90, 90), stream=files.picture())


def pdf_comment(document: Any) -> None:
    document[0].add_text_annot((90, 90), "À revoir")


def pdf_author(document: Any) -> None:
    document.set_metadata({"author": "Me Curieux"})


def pdf_file(document: Any) -> None:
    document.embfile_add("a.png", files.picture())


def test_a_plain_pdf_of_another_library_may_leave() -> None:
    assert refusal(drawn(nothing)) == ""


@pytest.mark.parametrize("change", [pdf_picture, pdf_comment, pdf_author, pdf_file])
def test_a_pdf_with_a_picture_a_comment_an_author_or_a_file_stays(change: Callable[[Any], None]) -> None:
    assert refusal(drawn(change)) != ""


def test_bytes_hidden_between_the_files_of_a_box_are_found() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("a.txt", b"bonjour")
        box.fp.write(files.picture(size=(400, 400)))  # bytes that no entry accounts for
        box.start_dir = box.fp.tell()
        box.writestr("b.txt", b"bonsoir")
    assert zipfile.ZipFile(io.BytesIO(out.getvalue())).testzip() is None
    assert "hidden" in refusal(out.getvalue())
    with_tail = files.packed({"a.txt": b"bonjour"}) + files.picture(size=(400, 400))
    assert refusal(with_tail) != ""


@pytest.mark.parametrize("name", ["Léa Martin.pdf", "../a.pdf", "lettre de Camille.docx", "a/b.txt", "", "a\r\nb"])
def test_a_name_that_may_tell_something_stays(name: str) -> None:
    assert "name" in refusal(b"du texte", name)


def test_a_mail_inside_a_mail_is_opened_to_its_pictures() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner["Subject"] = "Dedans"
    inner.set_content("bonjour")
    inner.add_attachment(files.picture(), maintype="application", subtype="octet-stream", filename="a.bin")
    outer["Subject"] = "Dehors"
    outer.set_content("bonjour")
    outer.add_attachment(inner)
    assert "never leave" in refusal(outer.as_bytes())
