"""What an office prints on: pictures written anew, on its own letters; a signature only under what was approved."""

from __future__ import annotations

import io
from dataclasses import replace

import pymupdf
import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy.orm import Session

from storage.database import transaction
from takedown import compose, letterhead, paper
from takedown.delivery.guard import inspect
from takedown.delivery.message import Attachment
from takedown.errors import GuardError, NoticeError
from takedown.letterhead import cleaned
from takedown.tables import NoticeRow
from tests.takedown import desk as stage
from tests.takedown import word_files as files
from tests.takedown.desk import Desk, Postman


def give(session: Session, desk: Desk, kind: str, **about: bool) -> None:
    actor = desk.lawyer if about.get("own") else desk.lead
    account = session.get_one(letterhead.Account, actor)
    letterhead.give(
        session, desk.clock(), kind=kind, data=files.picture(), organisation=account.organisation_id, actor=actor,
        **about,
    )  # fmt: skip


def pictures(session: Session, desk: Desk, notice_id: str) -> list[str]:
    notice = session.get_one(NoticeRow, notice_id, populate_existing=True)
    return sorted(letterhead.paper_of(session, desk.clock(), notice).pictures())


def test_nothing_but_the_pixels_of_a_picture_is_kept() -> None:
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "Me Curieux")
    out = io.BytesIO()
    Image.new("RGBA", (40, 20), (0, 0, 0, 0)).save(out, "PNG", pnginfo=about)
    kept = cleaned("letterhead", out.getvalue() + b"hidden behind the end")
    assert b"Curieux" not in kept
    assert b"hidden" not in kept
    with Image.open(io.BytesIO(kept)) as seen:
        assert (seen.mode, seen.size, seen.getpixel((3, 3))) == ("RGB", (40, 20), (255, 255, 255))


@pytest.mark.parametrize("side", [(4000, 300), (300, 2600)])
def test_a_large_picture_is_made_as_large_as_paper_needs(side: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(cleaned("signature", files.picture(size=side)))) as seen:
        assert seen.width <= 600
        assert seen.height <= 200


@pytest.mark.parametrize(
    "data",
    [
        b"", b"x", files.picture()[:60], files.picture("GIF"), files.picture("TIFF"), b"a" * 1_000_001,
        files.picture(size=(9000, 1000), mode="L"),
    ],
    ids=["empty", "text", "cut", "gif", "tiff", "heavy", "wide"],
)  # fmt: skip
def test_what_is_no_ordinary_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NoticeError) as caught:
        cleaned("letterhead", data)
    assert caught.value.code in ("refusal.office_picture", "refusal.office_large")


def test_the_signature_of_an_office_stands_under_an_approved_letter_only(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        give(session, desk, "letterhead")
        give(session, desk, "signature")
        content = desk.content(session)
        notice = desk.draft(session, [stage.track_of(session, content).id])
        assert pictures(session, desk, notice) == ["letterhead.png"]
        desk.ready(session, notice)
        assert desk.approve(session, notice)
        assert pictures(session, desk, notice) == ["letterhead.png", "signature.png"]


def test_a_person_who_signs_in_her_own_name_has_no_letterhead(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        give(session, desk, "letterhead")
        give(session, desk, "signature")
        notice, _ = desk.approved(session, signer="subject")
        assert pictures(session, desk, notice) == []


def test_what_left_is_what_was_approved_even_when_the_letterhead_changed_meanwhile(desk: Desk) -> None:
    postman = Postman()
    with transaction(desk.factory) as session:
        give(session, desk, "letterhead")
        _, dispatch = desk.approved(session)
    desk.clock.forward(minutes=1)
    with transaction(desk.factory) as session:
        here = session.get_one(letterhead.Account, desk.lead).organisation_id
        assert letterhead.take_away(session, desk.clock(), kind="letterhead", organisation=here, actor=desk.lead)
    desk.clock.forward(minutes=20)
    assert desk.send(dispatch, postman) == "sent"
    with pymupdf.open(stream=postman.given[0].attachments[0].data) as sheet:
        assert len(sheet[0].get_images()) == 1


def test_the_guard_lets_our_pictures_through_and_no_other(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        give(session, desk, "letterhead")
        notice, _ = desk.approved(session)
        row = session.get_one(NoticeRow, notice)
        message = compose.outgoing(
            session, desk.clock(), row, key="k" * 64, message_id="<k@x.example>", paper=desk.paper
        )
        inspect(message)
        word = paper.printed(session, desk.clock(), notice, "docx", stationery=desk.paper)
    inspect(replace(message, attachments=(Attachment("a.docx", "application/zip", word),)))
    for attached in (message.attachments[0], Attachment("a.docx", "application/zip", word)):
        with pytest.raises(GuardError, match="picture"):
            inspect(replace(message, attachments=(attached,), ours=frozenset()))
    alone = files.parts(word)["word/media/letterhead.png"]
    with pytest.raises(GuardError, match="never leave"):
        inspect(replace(message, attachments=(Attachment("a.png", "application/octet-stream", alone),)))
