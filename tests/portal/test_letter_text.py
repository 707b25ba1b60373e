"""The words of a letter changed in the portal or in Word; what changed is shown, what must be confirmed is said."""

from __future__ import annotations

import html
import io
import re
from email import message_from_bytes, policy

import docx
import pymupdf
import pytest

from storage.database import transaction
from storage.tables import LedgerEntry
from takedown import changes, notices, revision, store
from takedown.tables import DispatchRow, NoticeRow, NoticeVersion, OfficeDocument
from tests.conftest import World
from tests.portal.conftest import Browser, plain
from tests.takedown import desk as stage
from tests.takedown import word_files as files


def drafted(desk: stage.Desk) -> str:
    with transaction(desk.factory) as session:
        content = desk.content(session)
        return desk.draft(session, [stage.track_of(session, content).id])


def ready(desk: stage.Desk) -> str:
    notice = drafted(desk)
    with transaction(desk.factory) as session:
        desk.ready(session, notice)
    return notice


def status(desk: stage.Desk, notice: str) -> str:
    with transaction(desk.factory) as session:
        return notices.status_of(session, notice)


def form_of(browser: Browser, notice: str) -> dict[str, str]:
    """Every field of the form as a browser would send it back."""
    page = browser.see(f"/lettres/{notice}/modifier").text
    areas = re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    hidden = re.findall(r'<input (?:type="hidden"|id="subject") name="(state|subject)" value="([^"]*)"', page)
    return {name: html.unescape(value).replace("\n", "\r\n") for name, value in (*areas, *hidden)}


def field_with(fields: dict[str, str], words: str) -> str:
    return next(name for name, value in fields.items() if words in value)


def blocks_of(desk: stage.Desk, notice: str) -> list[str]:
    with transaction(desk.factory) as session:
        letter = store.open_letter(session, session.get_one(NoticeRow, notice))
    return [string for block in letter.blocks for string in block.strings()]


def test_a_form_that_is_sent_back_as_it_was_changes_nothing(desk: stage.Desk, lead: Browser) -> None:
    notice = ready(desk)
    before = blocks_of(desk, notice)
    said = lead.fill(f"/lettres/{notice}/modifier", **form_of(lead, notice))
    assert said.status_code == 409
    assert "exactement la même chose" in plain(said)
    assert (status(desk, notice), blocks_of(desk, notice)) == ("ready", before)


def test_a_passage_is_changed_without_a_script_and_the_change_is_shown(desk: stage.Desk, lead: Browser) -> None:
    notice = ready(desk)
    lead.see(f"/lettres/{notice}")
    assert lead.fill(f"/lettres/{notice}/accord").status_code == 303
    fields = form_of(lead, notice)
    place = field_with(fields, "bonne foi que")
    fields[place] = fields[place].replace("bonne foi", "entière bonne foi") + "\r\n\r\nUne phrase de plus !"
    gone = lead.fill(f"/lettres/{notice}/modifier", **fields)
    assert (gone.status_code, gone.headers["location"]) == (303, f"/lettres/{notice}/changements")
    assert status(desk, notice) == "draft"
    with transaction(desk.factory) as session:
        assert session.query(DispatchRow.status).scalar() == "withdrawn"
    page = lead.see(f"/lettres/{notice}/changements")
    assert "<ins>entière</ins>" in re.sub(r"\s*(</?ins>)\s*", r"\1", page.text)
    assert "Une phrase de plus !" in plain(page)
    assert "À confirmer par une personne : Déclaration de bonne foi" in plain(page)
    assert "/changements" in lead.see(f"/lettres/{notice}").text


def test_an_emptied_field_takes_the_passage_out_and_the_element_is_missing(desk: stage.Desk, lead: Browser) -> None:
    notice = drafted(desk)
    fields = form_of(lead, notice)
    fields[field_with(fields, "bonne foi que")] = ""
    assert lead.fill(f"/lettres/{notice}/modifier", **fields).status_code == 303
    assert "Manque : Déclaration de bonne foi" in plain(lead.see(f"/lettres/{notice}/changements"))
    assert lead.fill(f"/lettres/{notice}/complete").status_code == 409


def test_two_people_who_edit_at_once_lose_nothing(desk: stage.Desk, lead: Browser) -> None:
    notice = drafted(desk)
    first, second = form_of(lead, notice), form_of(lead, notice)
    first["subject"] = "Premier objet"
    second["subject"] = "Second objet, plus long"
    assert lead.fill(f"/lettres/{notice}/modifier", **first).status_code == 303
    late = lead.fill(f"/lettres/{notice}/modifier", **second)
    assert late.status_code == 409
    assert "Second objet, plus long" in late.text  # what was typed is still in the form
    with transaction(desk.factory) as session:
        assert store.open_letter(session, session.get_one(NoticeRow, notice)).subject == "Premier objet"
    empty = lead.fill(f"/lettres/{notice}/modifier", **{**form_of(lead, notice), "subject": " "})
    assert empty.status_code == 422


def test_a_word_file_is_edited_and_taken_in(desk: stage.Desk, lead: Browser) -> None:
    notice = ready(desk)
    lead.see(f"/lettres/{notice}")
    given = lead.get(f"/lettres/{notice}/word").content
    document = docx.Document(io.BytesIO(given))
    run = files.paragraph(document, "bonne foi que").runs[0]
    run.text = run.text.replace("bonne foi", "parfaite bonne foi")
    out = io.BytesIO()
    document.save(out)
    sent = lead.post(f"/lettres/{notice}/word", data={"csrf": lead.csrf}, files={"file": ("Léa.docx", out.getvalue())})
    assert sent.status_code == 200
    assert "parfaite" in sent.text
    assert "À confirmer par une personne" in plain(sent)
    assert status(desk, notice) == "draft"
    printed = lead.get(f"/lettres/{notice}/pdf").content
    with pymupdf.open(stream=printed) as paper:
        assert "parfaite bonne foi" in " ".join(" ".join(page.get_text().split()) for page in paper)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Choisissez le fichier Word"),
        (b"%PDF-1.7", "Ce n'est pas un fichier Word"),
        (files.packed({"word/vbaProject.bin": b"x", "word/document.xml": b"<a/>"}), "macros"),
    ],
    ids=["nothing", "pdf", "macros"],
)
def test_a_file_that_cannot_be_taken_in_changes_nothing_and_says_why(
    desk: stage.Desk, lead: Browser, data: bytes, words: str
) -> None:
    notice = ready(desk)
    lead.see(f"/lettres/{notice}")
    before = blocks_of(desk, notice)
    sent = lead.post(f"/lettres/{notice}/word", data={"csrf": lead.csrf}, files={"file": ("a.docx", data)})
    assert sent.status_code in (409, 422)
    assert words in plain(sent)
    assert (status(desk, notice), blocks_of(desk, notice)) == ("ready", before)


def test_a_file_without_the_token_of_the_page_or_too_large_is_not_read(desk: stage.Desk, lead: Browser) -> None:
    notice = ready(desk)
    lead.see(f"/lettres/{notice}")
    forged = lead.post(f"/lettres/{notice}/word", data={"csrf": "x"}, files={"file": ("a.docx", b"PK")})
    assert forged.status_code == 403
    large = lead.post(f"/lettres/{notice}/word", data={"csrf": lead.csrf}, files={"file": ("a.docx", b"a" * 1_100_000)})
    assert large.status_code == 413
    elsewhere = lead.post(f"/lettres/{notice}/retour", data={"csrf": lead.csrf}, files={"file": ("a", b"b")})
    assert elsewhere.status_code == 403  # no other page takes files


def test_versions_keep_the_draft_and_every_state_in_between(desk: stage.Desk, lead: Browser) -> None:
    notice = drafted(desk)
    for subject in ("Un", "Deux"):
        fields = {**form_of(lead, notice), "subject": subject}
        assert lead.fill(f"/lettres/{notice}/modifier", **fields).status_code == 303
    assert "<del>Un</del>" in lead.see(f"/lettres/{notice}/changements").text
    whole = lead.see(f"/lettres/{notice}/changements?depuis=projet").text
    assert "<del>Un</del>" not in whole
    assert "Deux" in whole
    with transaction(desk.factory) as session:
        assert [row.number for row in session.query(NoticeVersion).order_by(NoticeVersion.number)] == [1, 2]
        assert all(b"Objet" not in row.letter_sealed for row in session.query(NoticeVersion))
        seen = revision.last(session, notice, letterbook=stage.book())
        assert [change.element for change in changes.between(seen.before, seen.after)] == ["subject"]


def test_a_letter_that_left_is_not_changed_any_more_and_can_be_retracted(desk: stage.Desk, lead: Browser) -> None:
    notice, _ = desk.sent()
    assert lead.see(f"/lettres/{notice}/modifier").status_code == 409
    lead.see(f"/lettres/{notice}")
    assert lead.fill(f"/lettres/{notice}/retirer").status_code == 422
    assert status(desk, notice) == "sent"
    assert lead.fill(f"/lettres/{notice}/retirer", sure="yes").status_code == 303
    assert status(desk, notice) == "retracted"
    assert "/retirer" not in lead.see(f"/lettres/{notice}").text


def test_the_mail_to_send_oneself_is_read_by_a_mail_program(desk: stage.Desk, lead: Browser) -> None:
    notice = ready(desk)
    mail = message_from_bytes(lead.get(f"/lettres/{notice}/courriel").content, policy=policy.default)
    assert mail["X-Unsent"] == "1"
    assert (mail["Message-ID"], mail["Date"]) == (None, None)
    assert mail["To"] == "notice@images.example"
    assert mail.defects == []
    (sheet,) = mail.iter_attachments()
    assert (sheet.get_content_type(), sheet.get_content()[:5]) == ("application/pdf", b"%PDF-")
    assert "https://images.example/p/8841" in mail.get_body(("plain",)).get_content()


def test_the_copy_for_the_file_has_links_and_the_other_has_none(desk: stage.Desk, lead: Browser) -> None:
    notice = ready(desk)
    for query, expected in (("", 0), ("?copie=dossier", 1)):
        with pymupdf.open(stream=lead.get(f"/lettres/{notice}/pdf{query}").content) as paper:
            assert sum(len(page.get_links()) for page in paper) == expected


def test_an_office_gives_its_letterhead_and_takes_it_away(desk: stage.Desk, lead: Browser, world: World) -> None:
    assert "Rien pour l'instant." in plain(lead.see("/papier"))
    picture = files.picture("JPEG")
    gone = lead.post("/papier/letterhead", data={"csrf": lead.csrf}, files={"file": ("logo de Léa.jpg", picture)})
    assert gone.status_code == 303
    assert "En place depuis le mardi 24 novembre 2026" in plain(lead.see("/papier"))
    notice = ready(desk)
    with pymupdf.open(stream=lead.get(f"/lettres/{notice}/pdf").content) as paper:
        assert len(paper[0].get_images()) == 1
    with transaction(desk.factory) as session:
        (row,) = session.query(OfficeDocument)
        assert b"PNG" not in row.picture_sealed
        assert "office.letterhead_given" in {entry.act for entry in session.query(LedgerEntry)}
    assert lead.fill("/papier/letterhead/retirer").status_code == 303
    assert "Rien pour l'instant." in plain(lead.see("/papier"))
    with pymupdf.open(stream=lead.get(f"/lettres/{notice}/pdf").content) as paper:
        assert paper[0].get_images() == []


@pytest.mark.parametrize("data", [b"", b"du texte", b"<svg xmlns='http://www.w3.org/2000/svg'/>", files.picture("GIF")])
def test_what_is_no_png_or_jpeg_is_refused(desk: stage.Desk, lead: Browser, data: bytes) -> None:
    lead.see("/papier")
    said = lead.post("/papier/signature", data={"csrf": lead.csrf}, files={"file": ("a.png", data)})
    assert said.status_code in (409, 422)
    assert "PNG ou JPEG" in plain(said)
    assert lead.fill("/papier/nothing").status_code == 404


def test_a_person_has_no_office(hers: Browser) -> None:
    assert hers.get("/papier").status_code == 404
