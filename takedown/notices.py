"""Notices from draft to sent: shown, edited, made ready, taken back, retracted, sent by hand where no machine may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import messages
from config.catalogue import Catalogue
from takedown import clocks, events, letters, outbox, proposal, signoff, store, track, versions
from takedown.addressee import Addressee
from takedown.approval import approve
from takedown.blocks import Block
from takedown.delivery.message import Receipt
from takedown.drafting import PARIS, Office, draft
from takedown.errors import NoticeError
from takedown.letter import Letter
from takedown.letterbook import Letterbook, LetterHeader
from takedown.tables import ContentRow, DispatchRow, NoticeRow, NoticeTrack, TrackRow

__all__ = [
    "Line",
    "Office",
    "Preview",
    "approve",
    "case_of",
    "case_of_notice",
    "dispatch_of",
    "draft",
    "edit",
    "list_notices",
    "made_by",
    "mark_ready",
    "mark_sent",
    "preview",
    "retract",
    "return_",
    "status_of",
    "together",
    "undo",
    "withdraw",
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A notice in a list."""

    id: str
    status: str
    letter: str
    lang: str
    channel: str
    reference: str
    platform: str | None
    signer: str
    created_at: dt.datetime
    sent_at: dt.datetime | None


@dataclass(frozen=True)
class Preview:
    """A notice as a person reads it before deciding: the letter, its check-list, to whom and by which way."""

    id: str
    reference: str
    status: str
    channel: str
    letter: Letter
    labels: Mapping[str, Mapping[str, str]]
    addressee: Addressee

    @property
    def checklist(self) -> Mapping[str, str]:
        """Element id -> present, missing or to_confirm."""
        return self.letter.elements

    @property
    def warnings(self) -> Sequence[Any]:
        return self.letter.warnings

    def remarks(self, lang: str) -> Iterator[str]:
        """Sentences: the addressee, what is missing, what a person must confirm, what to look at."""
        goes_to = {"entity": self.addressee.entity, "value": self.addressee.value.replace("\n", ", ")}
        yield messages.render(f"notice.goes_by.{self.addressee.channel}", goes_to, lang)
        yield messages.render(f"notice.discloses.{self.addressee.discloses_to}", {}, lang)
        if not self.addressee.verified:
            yield messages.render("refusal.unverified_addressee", {}, lang)
        for remark in (*self.letter.missing, *self.letter.warnings):
            yield messages.render(remark.code, remark.params, lang)
        for element, status in self.letter.elements.items():
            if status == "to_confirm":
                yield messages.render("notice.to_confirm", {"label": self.labels[element], "element": element}, lang)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "reference": self.reference, "status": self.status, "channel": self.channel,
            "letter": self.letter.to_json(), "checklist": dict(self.letter.elements),
            "missing": [remark.to_json() for remark in self.letter.missing],
            "warnings": [remark.to_json() for remark in self.letter.warnings],
            "addressee": self.addressee.to_json(),
            "remarks": {lang: list(self.remarks(lang)) for lang in ("fr", "en")},
        }  # fmt: skip


def preview(session: Session, notice_id: str, *, letterbook: Letterbook, catalogue: Catalogue) -> Preview:  # noqa: ARG001
    """The notice with its check-list as it stands now."""
    notice = store.get(session, NoticeRow, notice_id)
    header = letterbook.get(notice.letter, notice.lang).header
    labels = {element.id: element.label.model_dump() for element in header.elements}
    return Preview(
        notice.id, notice.reference, notice.status, notice.channel, store.open_letter(session, notice), labels,
        store.open_addressee(session, notice),
    )  # fmt: skip


def edit(
    session: Session,
    now: dt.datetime,
    notice_id: str,
    blocks: Sequence[Block],
    *,
    actor: str,
    letterbook: Letterbook,
    subject: str | None = None,
) -> Letter:
    """Keep blocks that a person changed: the check-list runs again, every approval and confirmation is dropped.

    What the letter said before stays as a version; `subject` is a new subject line, None leaves it.
    """
    notice = store.get(session, NoticeRow, notice_id)
    if notice.status not in track.EDITABLE:
        raise NoticeError.coded("refusal.left_edit")
    header = letterbook.get(notice.letter, notice.lang).header
    before = store.open_letter(session, notice)
    letter = letters.edited(replace(before, subject=before.subject if subject is None else subject), header, blocks)
    versions.keep(session, now, notice, before, actor=actor)
    _stop_dispatch(session, now, notice)
    _back_to(notice, "draft")
    _keep(session, notice, letter)
    events.of_notice(session, now, notice, "notice.edited", actor)
    return letter


def mark_ready(
    session: Session,
    now: dt.datetime,
    notice_id: str,
    *,
    actor: str,
    letterbook: Letterbook,
    catalogue: Catalogue,
    confirmed: frozenset[str] = frozenset(),
) -> None:
    """Declare the letter complete; `confirmed` are the elements that the person vouches for herself (good faith).

    Raises `NoticeError` with what keeps it from being ready: an element or a field that is missing or waits to be
    confirmed, something that may not be written, a signer who may not sign it, a sign-off, a ground in force.
    """
    notice = store.get(session, NoticeRow, notice_id)
    notice.status = track.notice_after(notice.status, "ready")
    header = letterbook.get(notice.letter, notice.lang).header
    if notice.signer not in header.signers:
        raise NoticeError.coded("refusal.signer", signer=notice.signer, letter=notice.letter)
    signoff.must_hold(session, notice, catalogue, now.astimezone(PARIS).date())
    kept = store.open_letter(session, notice)
    letter = letters.edited(kept, header, kept.blocks, kept.confirmed | confirmed)
    required = {element.id for element in header.elements if element.required}
    lacking = {name: status for name, status in letter.elements.items() if _lacks(status, name in required)}
    if lacking:
        raise NoticeError.coded("refusal.incomplete", elements=list(_named(header, lacking)))
    if letter.missing:
        raise NoticeError.coded("refusal.unready", reasons=[remark.to_json()["text"] for remark in letter.missing])
    _keep(session, notice, letter)
    events.of_notice(session, now, notice, "notice.ready", actor)


def undo(session: Session, now: dt.datetime, notice_id: str, *, actor: str) -> None:
    """Take an approval back before the letter leaves; raises `NoticeError` when it is too late."""
    notice = store.get(session, NoticeRow, notice_id)
    if notice.status not in ("approved", "queued"):
        raise NoticeError.coded("refusal.no_approval")
    _stop_dispatch(session, now, notice)
    _back_to(notice, "ready")
    events.of_notice(session, now, notice, "notice.undone", actor)


def return_(session: Session, now: dt.datetime, notice_id: str, *, comment: str, actor: str) -> None:
    """Send a letter back to its drafter with a comment, which only the ledger keeps (sealed)."""
    notice = store.get(session, NoticeRow, notice_id)
    if notice.status not in ("ready", "approved", "queued"):
        raise NoticeError.coded("refusal.not_waiting")
    _stop_dispatch(session, now, notice)
    _back_to(notice, "draft")
    events.record(
        session, now, case_id=notice.case_id, code="notice.returned", actor=actor, notice_id=notice.id,
        params={"reference": notice.reference, "letter": notice.letter}, sealed={"comment": comment},
    )  # fmt: skip


def withdraw(session: Session, now: dt.datetime, notice_id: str, *, actor: str) -> None:
    """Give a letter up before it leaves; it can be drafted again."""
    notice = store.get(session, NoticeRow, notice_id)
    if notice.status not in track.EDITABLE:
        raise NoticeError.coded("refusal.left_withdraw")
    _stop_dispatch(session, now, notice)
    notice.status = track.notice_after(notice.status, "retracted")
    events.of_notice(session, now, notice, "notice.retracted", actor)


def retract(session: Session, now: dt.datetime, notice_id: str, *, actor: str) -> None:
    """Take back a notice that was sent by mistake: its clocks stop; the letter that says so to its addressee is L31."""
    notice = store.get(session, NoticeRow, notice_id)
    if notice.sent_at is None:
        raise NoticeError.coded("refusal.not_left")
    notice.status = track.notice_after(notice.status, "retracted")
    events.of_notice(session, now, notice, "notice.retracted", actor)
    clocks.meet(session, now, notice, actor=actor)
    for row in store.tracks_of(session, notice.id):
        if not _other_notice_out(session, row.id, notice.id):
            store.move(row, track.TrackEvent("retracted", now))
            row.due_at = None if row.status == "to_act" else row.due_at


def mark_sent(
    session: Session,
    now: dt.datetime,
    notice_id: str,
    *,
    actor: str,
    catalogue: Catalogue,
    number: str = "",
    on: dt.date | None = None,
) -> None:
    """Record that a person sent an approved form or letter herself: its number, and the day from which clocks run."""
    notice = store.get(session, NoticeRow, notice_id)
    dispatch = _queued(session, notice)
    if notice.status != "approved" or dispatch is None:
        raise NoticeError.coded("refusal.not_by_hand")
    if on is not None and on > now.astimezone(PARIS).date():
        raise NoticeError.coded("refusal.day_to_come")
    if on is not None and on < notice.created_at.astimezone(PARIS).date():
        raise NoticeError.coded("refusal.before_written")
    receipt = Receipt(dispatch.channel, now, {"number": number, "on": (on or now.astimezone(PARIS).date()).isoformat()})
    outbox.mark_delivered(
        session, now, dispatch, receipt.to_json(), actor=actor, catalogue=catalogue, at=_end_of(on, now)
    )


def together(session: Session, track_id: str) -> list[str]:
    """The tracks that one letter can cover with this one: same place, addressee and harm, still to be asked for."""
    row = store.get(session, TrackRow, track_id)
    harm = proposal.harm_of(session, session.get_one(ContentRow, row.content_id))
    query = select(TrackRow, ContentRow).join(ContentRow, ContentRow.id == TrackRow.content_id)
    query = query.where(TrackRow.case_id == row.case_id, TrackRow.place == row.place, TrackRow.target == row.target,
                        TrackRow.status.in_(("open", "to_act")))  # fmt: skip
    found = session.execute(query.order_by(TrackRow.created_at, TrackRow.id))
    return [one.id for one, content in found if proposal.harm_of(session, content) == harm]


def list_notices(session: Session, case_id: str) -> list[Line]:
    """The notices of a case, newest first."""
    query = select(NoticeRow).where(NoticeRow.case_id == case_id).order_by(NoticeRow.created_at.desc(), NoticeRow.id)
    return [
        Line(row.id, row.status, row.letter, row.lang, row.channel, row.reference, row.platform, row.signer,
             row.created_at, row.sent_at)
        for row in session.scalars(query)
    ]  # fmt: skip


def case_of(session: Session, track_ids: Sequence[str]) -> str:
    """The one case these tracks belong to; raises `NoticeError` when they are of several, or unknown."""
    found = set(session.scalars(select(TrackRow.case_id).where(TrackRow.id.in_(track_ids))))
    if len(found) != 1:
        raise NoticeError.coded("refusal.unknown_tracks")
    return found.pop()


def case_of_notice(session: Session, notice_id: str) -> str:
    return store.get(session, NoticeRow, notice_id).case_id


def made_by(session: Session, notice_id: str) -> tuple[str, ...]:
    """Who drafted it, and who approved it first: they may not be the ones who approve it now."""
    notice = store.get(session, NoticeRow, notice_id)
    return tuple(who for who in (notice.drafted_by, notice.approved_by) if who)


def dispatch_of(session: Session, notice_id: str) -> str | None:
    """The newest sending of a notice that was not taken back; None before any approval."""
    query = select(DispatchRow.id).where(DispatchRow.notice_id == notice_id, DispatchRow.status != "withdrawn")
    return session.scalar(query.order_by(DispatchRow.created_at.desc(), DispatchRow.id.desc()).limit(1))


def status_of(session: Session, notice_id: str) -> str:
    return store.get(session, NoticeRow, notice_id).status


def _lacks(status: str, required: bool) -> bool:
    """An optional element may be absent, never half there; a required one must be present."""
    return status == "to_confirm" or (required and status != "present")


def _named(header: LetterHeader, lacking: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """What lacks, by its name; English adds the id and the status, which the command line asks back."""
    labels = {element.id: element.label for element in header.elements}
    for name, status in lacking.items():
        yield {"fr": labels[name].fr, "en": f"{labels[name].en}, {name} ({status})"}


def _keep(session: Session, notice: NoticeRow, letter: Letter) -> None:
    notice.blocks_sealed = store.seal_letter(session, notice.case_id, notice.id, letter)
    notice.content_sha256 = store.content_hash(session, letter, store.open_addressee(session, notice))
    session.flush()


def _back_to(notice: NoticeRow, status: str) -> None:
    notice.status = track.notice_after(notice.status, status)
    notice.approved_by, notice.approved_at, notice.second_approved_by = None, None, None


def _queued(session: Session, notice: NoticeRow) -> DispatchRow | None:
    query = select(DispatchRow).where(DispatchRow.notice_id == notice.id, DispatchRow.status == "queued")
    return session.scalar(query.with_for_update())


def _stop_dispatch(session: Session, now: dt.datetime, notice: NoticeRow) -> None:
    """Take the sending back, unless a worker has it in hand already."""
    queued = _queued(session, notice)
    if queued is None:
        return
    if queued.lease_until is not None and queued.lease_until >= now:
        raise NoticeError.coded("refusal.leaving_now")
    queued.status = "withdrawn"
    session.flush()


def _other_notice_out(session: Session, track_id: str, notice_id: str) -> bool:
    query = select(NoticeRow.id).join(NoticeTrack, NoticeTrack.notice_id == NoticeRow.id)
    query = query.where(NoticeTrack.track_id == track_id, NoticeRow.id != notice_id, NoticeRow.sent_at.is_not(None))
    return session.scalar(query.where(NoticeRow.status != "retracted").limit(1)) is not None


def _end_of(on: dt.date | None, now: dt.datetime) -> dt.datetime:
    """The last moment of the day, never the future: an unknown hour counts for the other side (law.md 24.8)."""
    if on is None:
        return now
    return min(now, dt.datetime.combine(on, dt.time(23, 59, 59), PARIS).astimezone(dt.UTC))
