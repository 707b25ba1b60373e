"""Guides a person through an act made elsewhere: the sheet of an act for one track, from what the case knows."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import case
from cases.tables import CaseFile
from config.catalogue import Catalogue
from evidence.tables import Exhibit
from takedown import act_sheet, proposal, store
from takedown.act_sheet import GENERAL, ActSheet, Line
from takedown.errors import TakedownError
from takedown.render import text
from takedown.tables import ContentRow, NoticeRow, NoticeTrack, TrackRow


def sheet(session: Session, row: TrackRow, act: str, catalogue: Catalogue, *, lang: str) -> ActSheet:
    """The sheet of an act for one track; raises `TakedownError` for an act of which there is no record."""
    if act not in catalogue.guided_acts:
        raise TakedownError(f"No guided act is named {act}: see `vigie act list`.")
    platform = catalogue.platforms.get(row.target)
    return act_sheet.sheet_of(catalogue.guided_acts[act], _facts(session, row), lang, platform)


def letter_form(session: Session, notice: NoticeRow, catalogue: Catalogue, *, lang: str) -> tuple[Line, ...]:
    """The fields of the form that a letter goes through, in the form's order: its addresses, and its own words."""
    addressee, platform = store.open_addressee(session, notice), catalogue.platforms.get(notice.platform or "")
    known = [one for one in (platform.channels if platform else ()) if one.kind == "form"]
    asks = next((one.asks for one in known if one.value == addressee.value and one.asks), GENERAL)
    told = [_facts(session, row) for row in store.tracks_of(session, notice.id)]
    addresses = "\n".join(sorted({one.address for one in told}))
    facts = replace(told[0], address=addresses, statement=text.render(store.open_letter(session, notice)))
    return tuple(act_sheet.asked_lines(asks, facts, lang))


def _facts(session: Session, row: TrackRow) -> act_sheet.Facts:
    """What a form may be told. Her name is left out where somebody may learn of it who must not."""
    content, file = session.get_one(ContentRow, row.content_id), case.load(session, row.case_id)
    kept = store.open_content(session, content)
    exhibit = session.get(Exhibit, content.exhibit_id) if content.exhibit_id else None
    guarded = session.get_one(CaseFile, row.case_id).danger or file.ex_partner
    return act_sheet.Facts(
        address=kept.url or ", ".join(kept.locator.values()), harm=content.harm, first_seen=content.created_at,
        name="" if guarded else file.name, email=file.contact.get("letters", ""),
        reference=str(exhibit.number or "") if exhibit else "", earlier=_sent(session, row.id),
    )  # fmt: skip


def _sent(session: Session, track_id: str) -> tuple[str, ...]:
    """The letters that left for a track: number, reference and day, as a complaint lists them."""
    query = select(NoticeRow).join(NoticeTrack, NoticeTrack.notice_id == NoticeRow.id)
    query = query.where(NoticeTrack.track_id == track_id, NoticeRow.sent_at.is_not(None)).order_by(NoticeRow.sent_at)
    return tuple(
        f"{proposal.letter_number(one.letter)} {one.reference}, {one.sent_at.date().isoformat()}"
        for one in session.scalars(query)
        if one.sent_at is not None
    )
