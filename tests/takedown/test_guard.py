"""The last look before a message leaves: whatever shape a picture takes, it is found and stays here."""

from __future__ import annotations

import base64
import datetime as dt
import io
import zipfile
import zlib
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from takedown.delivery.guard import LARGEST, inspect, inspect_file
from takedown.delivery.message import Attachment, OutgoingMessage
from takedown.errors import GuardError
from takedown.render import pdf
from tests.takedown.letter_people import letter


def picture(form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((64, 64)).save(out, form)
    return out.getvalue()


def outgoing(text: str = "Madame, Monsieur,\n\nhttps://images.example/p/8841\n", *files: Attachment) -> OutgoingMessage:
    return OutgoingMessage(
        key="k" * 64, reference="N-2345-6789-ABCD", message_id="<kkkk@rive.example>", sender="notices@rive.example",
        reply_to="notice+n-2345-6789-abcd@rive.example", to="abuse@images.example", subject="Notification",
        text=text, date=dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC), lang="fr", attachments=files,
    )  # fmt: skip


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def mailed(data: bytes) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Transfert"
    mail["From"] = "a@rive.example"
    mail.set_content("ci-joint")
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename="fichier.bin")
    return mail.as_bytes()


def pdf_with(stream: bytes, heading: bytes) -> bytes:
    body = b"%PDF-1.7\n1 0 obj\n<< " + heading + b" /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream
    return body + b"\nendstream\nendobj\ntrailer << >>\n%%EOF\n"


def refused(data: bytes, mime: str = "application/octet-stream", name: str = "piece") -> bool:
    try:
        inspect_file(Attachment(name, mime, data))
    except GuardError:
        return True
    return False


def test_our_own_letter_with_its_pdf_may_leave() -> None:
    sheet = Attachment("lettre.pdf", "application/pdf", pdf.render(letter(), pdf.Layout.load()))
    inspect(outgoing("Un texte ordinaire.\n", sheet))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "ICO"])
def test_a_picture_of_any_form_stays_whatever_it_calls_itself(form: str) -> None:
    assert refused(picture(form), "application/pdf", "innocent.pdf")


@pytest.mark.parametrize("mime", ["image/png", "video/mp4", "audio/mpeg"])
def test_what_says_that_it_is_a_medium_stays(mime: str) -> None:
    assert refused(b"du texte", mime)


@pytest.mark.parametrize(
    "film",
    [b"\x00\x00\x00\x20ftypisom" + b"\x00" * 40, b"\x1aE\xdf\xa3" + b"\x00" * 40, b"OggS" + b"\x00" * 40],
    ids=["mp4", "webm", "ogg"],
)
def test_a_film_stays(film: bytes) -> None:
    assert refused(film)


def test_a_picture_in_a_zip_in_a_zip_in_a_mail_stays() -> None:
    assert refused(zipped(a_txt=b"bonjour", b_png=picture()))
    assert refused(zipped(inner_zip=zipped(b_bin=picture())))
    assert refused(mailed(zipped(b_bin=picture())))
    assert refused(mailed(picture()))


@pytest.mark.parametrize(
    "member", ["word__media__image1_png", "word__comments_xml", "word__embeddings__o_bin", "docProps__thumbnail_jpeg"]
)
def test_a_document_with_a_picture_a_comment_or_an_object_stays(member: str) -> None:
    assert refused(zipped(**{"word__document_xml": b"<w:document/>", member: b"x"}))


def test_tracked_changes_stay_and_a_plain_document_leaves() -> None:
    assert refused(zipped(word__document_xml=b'<w:document><w:ins w:author="C"></w:ins></w:document>'))
    assert not refused(zipped(word__document_xml=b"<w:document><w:p/></w:document>"))


@pytest.mark.parametrize(
    "text",
    [
        "voir data:image/png;base64,iVBORw0KGgo=",
        "<svg xmlns='http://www.w3.org/2000/svg'></svg>",
        base64.encodebytes(picture() * 4).decode(),
    ],
    ids=["data", "svg", "base64"],
)
def test_a_picture_written_in_letters_stays(text: str) -> None:
    with pytest.raises(GuardError):
        inspect(outgoing(text))


def test_a_picture_inside_a_pdf_stays_plain_packed_or_with_its_name_hidden() -> None:
    assert refused(pdf_with(b"x", b"/Subtype /Image"))
    assert refused(pdf_with(b"x", b"/Subtype /Im#61ge"))
    assert refused(pdf_with(zlib.compress(b"<< /Subtype /Image >>"), b"/Type /ObjStm /Filter /FlateDecode"))
    assert refused(pdf_with(zlib.compress(picture("JPEG")), b"/Filter /FlateDecode"))
    assert refused(pdf_with(b"q BI /W 8 /H 8 ID 0123456789 EI Q", b""))


def test_nothing_hides_behind_the_end_of_a_pdf() -> None:
    assert refused(pdf.render(letter(), pdf.Layout.load()) + picture())


def test_what_cannot_be_opened_stays() -> None:
    assert refused(b"PK\x03\x04 broken")
    assert refused(b"\xff\xfe\x00\x01 binaire \x80")
    assert refused(pdf_with(b"pas du zlib", b"/Filter /FlateDecode"))
    assert refused(b"a" * (LARGEST + 1))


def test_a_bomb_stays() -> None:
    assert refused(zipped(a_txt=b"\x20" * (LARGEST + 1)))


@pytest.mark.parametrize("field", ["subject", "to", "sender", "reply_to"])
def test_a_line_break_in_the_envelope_is_refused(field: str) -> None:
    with pytest.raises(GuardError):
        inspect(replace(outgoing(), **{field: "a@b.example\r\nBcc: c@d.example"}))  # type: ignore[arg-type]


@given(st.binary(max_size=400))
def test_any_bytes_are_either_readable_text_or_refused(data: bytes) -> None:
    if not refused(data) and not data.startswith((b"%PDF-", b"PK")):
        assert "\x00" not in data.decode("utf-8")
