"""Approval: one human decision per sending, after every check; the dispatch row is born in the same transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import mandate
from cases.tables import CaseFile, Organisation
from config.catalogue import Catalogue
from config.settings import Settings
from storage.database import new_id
from takedown import compose, events, proposal, reference, signoff, store, track
from takedown.addressee import GIVEN, Addressee
from takedown.drafting import PARIS
from takedown.errors import NoticeError
from takedown.letterbook import Letterbook
from takedown.protection import DIRECT_LETTERS
from takedown.tables import DispatchRow, NoticeRow

MACHINE = ("email", "file")
OFFICIAL = frozenset({"regulator", "prosecutor", "counsel", "court", "officer", "dispute_body"})
"""Whom a person in danger may write to at an address that was typed: nobody else's may be told from the abuser's."""


def approve(
    session: Session,
    now: dt.datetime,
    notice_id: str,
    *,
    actor: str,
    settings: Settings,
    catalogue: Catalogue,
    letterbook: Letterbook,
    safe_to_notify: bool | None = None,
    two_people: bool | None = None,
) -> str | None:
    """Approve one notice for one sending; gives the dispatch's id, None while a second person's approval is awaited.

    Raises `NoticeError` with what is lacking: readiness, sign-off, another person, a mandate, a ground in force, the
    answer about safety. What was shown is what leaves: the keyed hash of the content is computed again.
    """
    notice = store.get(session, NoticeRow, notice_id)
    case = session.get_one(CaseFile, notice.case_id, populate_existing=True)
    _is_of_this_instance(notice, settings)
    _may_leave(session, now, notice, case, catalogue)
    _may_approve(session, now, notice, actor, settings)
    header = letterbook.get(notice.letter, notice.lang).header
    typed = store.open_addressee(session, notice).kind == GIVEN
    _is_safe(notice, case, safe_to_notify, elsewhere=typed and not OFFICIAL & set(header.addressees))
    if _first_of_two(session, notice, case, settings, True if header.two_people else two_people):
        notice.status = track.notice_after(notice.status, "approved")
        notice.approved_by, notice.approved_at = actor, now
        events.of_notice(session, now, notice, "notice.first_approval", actor)
        return None
    _unstamp(session, notice, letterbook)
    return _queue(session, now, notice, actor, settings)


def _is_of_this_instance(notice: NoticeRow, settings: Settings) -> None:
    """A specimen leaves a demo only, and a demo sends nothing else (design.md section 7, Sign-off)."""
    if notice.specimen != settings.demo:
        raise NoticeError.coded("refusal.specimen")


def _may_leave(session: Session, now: dt.datetime, notice: NoticeRow, case: CaseFile, catalogue: Catalogue) -> None:
    if notice.status not in ("ready", "approved") or (
        notice.status == "approved" and _waits_to_be_sent(session, notice)
    ):
        raise NoticeError.coded("refusal.not_ready")
    if case.status != "open" or case.frozen:
        raise NoticeError.coded("refusal.case_stopped")
    signoff.must_hold(session, notice, catalogue, now.astimezone(PARIS).date())
    if not store.open_addressee(session, notice).verified:
        raise NoticeError.coded("refusal.unverified_addressee")
    if not compose.unchanged(session, notice):
        raise NoticeError.coded("refusal.changed")


def _may_approve(session: Session, now: dt.datetime, notice: NoticeRow, actor: str, settings: Settings) -> None:
    """In organisation mode nobody approves twice, and a mandate is valid today where the signer needs one."""
    if settings.mode == "personal":
        return
    if actor == notice.approved_by:
        raise NoticeError.coded("refusal.second_person")
    own_name = notice.signer == "association" and store.open_letter(session, notice).own_name
    day = now.astimezone(PARIS).date()
    if notice.signer == "subject" or own_name or mandate.valid_on(session, notice.case_id, actor, day, "notify"):
        return
    raise NoticeError.coded("refusal.no_mandate")


def _is_safe(notice: NoticeRow, case: CaseFile, safe_to_notify: bool | None, *, elsewhere: bool) -> None:
    """With an ex-partner or danger, some letters never leave and every other one is asked about (law.md 2.5, 22.2).

    `elsewhere`: to an address that was typed, and that may be the abuser's.
    """
    if not (case.ex_partner or case.danger):
        return
    if elsewhere or proposal.letter_number(notice.letter) in DIRECT_LETTERS:
        raise NoticeError.coded("refusal.may_reach")
    if safe_to_notify is None:
        raise NoticeError.coded("refusal.ask_safety")
    if not safe_to_notify:
        raise NoticeError.coded("refusal.not_safe")


def _first_of_two(
    session: Session, notice: NoticeRow, case: CaseFile, settings: Settings, two_people: bool | None
) -> bool:
    """Whether this is the first of two approvals; a personal instance has one person, which the event says.

    Two where the organisation asks, and always for letters whose header says so (design.md section 7, Approval).
    """
    if settings.mode == "personal" or notice.approved_by is not None:
        return False
    return session.get_one(Organisation, case.organisation_id).two_people if two_people is None else two_people


def _unstamp(session: Session, notice: NoticeRow, letterbook: Letterbook) -> None:
    """Take the draft stamp off, now that a lawyer's signature is there; a specimen keeps its own."""
    letter = store.open_letter(session, notice)
    label = letterbook.get(notice.letter, notice.lang).words.label
    stamp = label["specimen"] if notice.specimen else None
    letter = replace(letter, draft=False, head=replace(letter.head, stamp=stamp))
    notice.blocks_sealed = store.seal_letter(session, notice.case_id, notice.id, letter)


def _queue(session: Session, now: dt.datetime, notice: NoticeRow, actor: str, settings: Settings) -> str:
    channel = _channel(store.open_addressee(session, notice), settings)
    row = _dispatch(session, now, notice, compose.dispatch_key(session, notice), compose.mailbox_of(settings))
    row.channel, row.status, row.approved_by, row.attempts = channel, "queued", actor, 0
    row.not_before = now + dt.timedelta(minutes=settings.undo_minutes)
    row.error_class, row.lease_owner, row.lease_until = None, None, None
    session.add(row)
    session.flush()
    _approved(session, now, notice, channel, actor, personal=settings.mode == "personal")
    return row.id


def _dispatch(session: Session, now: dt.datetime, notice: NoticeRow, key: str, mailbox: str) -> DispatchRow:
    """The row with this key: a new one, or this notice's own that failed or was taken back."""
    row = session.scalar(select(DispatchRow).where(DispatchRow.key == key).with_for_update())
    if row is None:
        return DispatchRow(id=new_id(now), case_id=notice.case_id, notice_id=notice.id, key=key, created_at=now,
                           message_id=reference.message_id(mailbox, key))  # fmt: skip
    if row.notice_id != notice.id or row.status not in ("failed", "withdrawn"):
        raise NoticeError.coded("refusal.same_letter")
    return row


def _approved(
    session: Session, now: dt.datetime, notice: NoticeRow, channel: str, actor: str, *, personal: bool
) -> None:
    """Forms and post are approved and wait for a person to send them; mail and files are queued."""
    if notice.approved_by is None:
        notice.approved_by, notice.approved_at = actor, now
    else:
        notice.second_approved_by = actor
    notice.channel = channel
    if channel in MACHINE or notice.status != "approved":
        notice.status = track.notice_after(notice.status, "queued" if channel in MACHINE else "approved")
    review = "waived" if personal else "done"
    events.of_notice(session, now, notice, "notice.approved", actor, channel=channel, review=review)


def _channel(addressee: Addressee, settings: Settings) -> str:
    """Mail goes into files until a mail server is set (design.md section 5)."""
    if addressee.channel != "email":
        return addressee.channel
    return "email" if settings.smtp_host else "file"


def _waits_to_be_sent(session: Session, notice: NoticeRow) -> bool:
    """Whether an approved form or post is waiting to be sent by hand."""
    query = select(DispatchRow.id).where(DispatchRow.notice_id == notice.id, DispatchRow.status == "queued")
    return session.scalar(query.limit(1)) is not None
