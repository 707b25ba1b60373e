"""What comes back for a notice: matched, read once, classified, and acted on only when the sender is proved."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.tables import CaseFile
from config.catalogue import Catalogue
from storage import vault
from storage.database import new_id
from takedown import classify, clocks, events, incoming, offer, store, track
from takedown.errors import NoticeError
from takedown.incoming import LONGEST, Incoming
from takedown.matter import PARIS
from takedown.proposal import letter_number
from takedown.sender_proof import UNPROVED, Trusted
from takedown.tables import DispatchRow, NoticeRow, ReplyRow

KINDS = ("acknowledgement", "bounce", "refusal", "removed", "identity", "counter_notice", "other")
CONTESTED = "L20"
"""The only notice that the other side answers with a counter-notice, which the provider passes on (law.md 14.2)."""
COUNTER_RULE = "dmca.counter"
CASE_NUMBER = re.compile(r"\bV-[0-9A-Z]{4}-[0-9A-Z]{4}\b", re.IGNORECASE)
SETTLED = frozenset({"acknowledgement", "bounce", "removed"})
"""From a proved sender these need nobody: the clock runs on, the address is set right, the page is looked at."""
ANSWERABLE = ("sent", "acknowledged", "answered")


def take_in(
    session: Session, now: dt.datetime, raw: bytes, *, catalogue: Catalogue, trusted: Trusted = UNPROVED
) -> str | None:
    """Keep a message that answers a notice, once, and draw its consequences; None when it answers none of ours.

    A sender whose domain is not proved, or not the addressee's, is marked and never acted on (law.md 22.2, 5).
    Links and attachments are neither opened nor kept.
    """
    mail = incoming.read(raw)
    notice = None if known(session, mail) else _notice_of(session, mail)
    return None if notice is None else file(session, now, notice, mail, catalogue=catalogue, trusted=trusted)


def known(session: Session, mail: Incoming) -> bool:
    """Whether this very message was taken in before."""
    return session.scalar(select(ReplyRow.id).where(ReplyRow.message_blind == blind_of(session, mail))) is not None


def blind_of(session: Session, mail: Incoming) -> str:
    """The blind index by which a message is known again."""
    return vault.blind(session, "message", mail.identity)


def file(
    session: Session,
    now: dt.datetime,
    notice: NoticeRow,
    mail: Incoming,
    *,
    catalogue: Catalogue,
    trusted: Trusted = UNPROVED,
    actor: str = "system",
) -> str:
    """Keep a message as the answer to this notice, and act on it where its sender is proved; gives the reply's id."""
    found = mail.classified()
    proved = _proved(session, notice, mail, trusted)
    if found.kind == "bounce" and not proved:
        proved = _came_back(session, notice, mail, trusted)
    reply = _keep(session, now, notice, kind=found.kind, authenticated=proved, text=mail.text, sender=mail.sender,
                  blind=blind_of(session, mail), subject=mail.subject, reasons=found.reasons)  # fmt: skip
    if not proved:
        events.of_notice(session, now, notice, "reply.unverified", actor, kind=found.kind)
        return reply.id
    reply.read_at = now if found.kind in SETTLED else None
    events.of_notice(session, now, notice, "reply.taken_in", actor, kind=found.kind)
    _act_on(session, now, notice, found.kind, at=now, actor=actor, catalogue=catalogue)
    return reply.id


def add(
    session: Session,
    now: dt.datetime,
    notice_id: str,
    *,
    kind: str,
    text: str,
    actor: str,
    catalogue: Catalogue,
    received_at: dt.datetime | None = None,
) -> str:
    """A reply that a person read elsewhere (a form, a letter): she says what it is, and vouches for it."""
    if kind not in KINDS:
        raise NoticeError(f"A reply is one of {', '.join(KINDS)}: choose one.")
    notice = store.get(session, NoticeRow, notice_id)
    if notice.status not in ANSWERABLE:
        raise NoticeError("Only a notice that was sent can be answered: mark it as sent first.")
    _fits(notice, kind)
    at = received_at or now
    if notice.sent_at is not None and at.astimezone(PARIS).date() < notice.sent_at.astimezone(PARIS).date():
        raise NoticeError.coded("refusal.before_sent")
    reply = _keep(session, at, notice, kind=kind, sender="", authenticated=True, subject="", text=text)
    reply.read_at = now
    events.of_notice(session, now, notice, "reply.added", actor, kind=kind)
    _act_on(session, now, notice, kind, at=at, actor=actor, catalogue=catalogue)
    return reply.id


def kinds_for(letter: str) -> tuple[str, ...]:
    """What an answer to this letter can be: a counter-notice answers a copyright notice alone."""
    return tuple(kind for kind in KINDS if kind != "counter_notice" or letter_number(letter) == CONTESTED)


def confirm(session: Session, now: dt.datetime, reply_id: str, *, kind: str, actor: str, catalogue: Catalogue) -> None:
    """A person has read a reply: she vouches for its origin, or corrects its kind, and only then is it acted on."""
    if kind not in KINDS:
        raise NoticeError(f"A reply is one of {', '.join(KINDS)}: choose one.")
    reply = store.get(session, ReplyRow, reply_id)
    notice = store.get(session, NoticeRow, reply.notice_id)
    _fits(notice, kind)
    acted_on = reply.authenticated and reply.kind == kind
    reply.authenticated, reply.kind, reply.read_at = True, kind, now
    events.of_notice(session, now, notice, "reply.read" if acted_on else "reply.added", actor, kind=kind)
    if not acted_on:
        _act_on(session, now, notice, kind, at=reply.received_at, actor=actor, catalogue=catalogue)


def unread(session: Session) -> list[ReplyRow]:
    """The replies that wait for a person, oldest first: unproved, refused, asking for something, or not understood."""
    query = select(ReplyRow).where(ReplyRow.read_at.is_(None)).order_by(ReplyRow.received_at, ReplyRow.id)
    return list(session.scalars(query))


def opened(session: Session, notice_id: str) -> list[dict[str, Any]]:
    """The replies to a notice, oldest first, opened."""
    query = select(ReplyRow).where(ReplyRow.notice_id == notice_id).order_by(ReplyRow.received_at, ReplyRow.id)
    return [
        {
            "id": row.id, "kind": row.kind, "authenticated": row.authenticated, "received_at": row.received_at,
            "read": row.read_at is not None,
            **store.open_json(session, row.case_id, "reply", "reply", row.id, row.reply_sealed),
        }
        for row in session.scalars(query)
    ]  # fmt: skip


def _fits(notice: NoticeRow, kind: str) -> None:
    if kind not in kinds_for(notice.letter):
        raise NoticeError.coded("refusal.counter_notice")


def _act_on(
    session: Session,
    now: dt.datetime,
    notice: NoticeRow,
    kind: str,
    *,
    at: dt.datetime,
    actor: str,
    catalogue: Catalogue,
) -> None:
    """An acknowledgement is noted, a refusal asks for the next step, "removed" is looked at and never believed."""
    if notice.status not in ANSWERABLE:
        return
    if kind == "acknowledgement" and notice.status == "sent":
        notice.status = track.notice_after(notice.status, "acknowledged")
        events.of_notice(session, now, notice, "notice.acknowledged", actor)
        clocks.meet(session, now, notice, actor=actor, acknowledged_only=True)
    elif kind == "refusal":
        _answered(session, now, notice, actor, kind)
        clocks.meet(session, now, notice, actor=actor)
        _refused(session, now, notice, actor, catalogue)
    elif kind == "removed":
        _answered(session, now, notice, actor, kind)
        _look_now(session, now, notice)
    elif kind == "counter_notice":
        _answered(session, now, notice, actor, kind)
        _contested(session, now, notice, at, actor, catalogue)
    elif kind == "bounce":
        _returned(session, now, notice, actor)


def _answered(session: Session, now: dt.datetime, notice: NoticeRow, actor: str, kind: str) -> None:
    notice.status = track.notice_after(notice.status, "answered")
    events.of_notice(session, now, notice, "notice.answered", actor, kind=kind)


def _refused(session: Session, now: dt.datetime, notice: NoticeRow, actor: str, catalogue: Catalogue) -> None:
    for row in store.tracks_of(session, notice.id):
        store.move(row, track.TrackEvent("refused", now))
        if row.status == "to_act":
            row.due_at = None
        step = offer.following(session, now, row, catalogue, upon="refusal")
        events.of_track(session, now, row, "track.refused", actor, next=step.do if step else None)


def _contested(
    session: Session, now: dt.datetime, notice: NoticeRow, at: dt.datetime, actor: str, catalogue: Catalogue
) -> None:
    """The content comes back unless a suit is filed: the days run from the counter-notice, and a person must act."""
    clocks.meet(session, now, notice, actor=actor)
    for row in store.tracks_of(session, notice.id):
        store.move(row, track.TrackEvent("retracted", now))
        row.due_at = None if row.status == "to_act" else row.due_at
        events.of_track(session, now, row, "track.contested", actor)
        clocks.begin(session, now, row, notice, COUNTER_RULE, at, catalogue=catalogue, actor=actor)


def _look_now(session: Session, now: dt.datetime, notice: NoticeRow) -> None:
    for row in store.tracks_of(session, notice.id):
        if row.status in ("open", "waiting", "to_act"):
            row.due_at = now


def _returned(session: Session, now: dt.datetime, notice: NoticeRow, actor: str) -> None:
    """The letter never arrived: its clocks stop, and a person chooses another channel."""
    clocks.meet(session, now, notice, actor=actor)
    for row in store.tracks_of(session, notice.id):
        store.move(row, track.TrackEvent("retracted", now))
        if row.status == "to_act":
            row.due_at = None
            events.of_track(session, now, row, "track.returned", actor)


def _notice_of(session: Session, mail: Incoming) -> NoticeRow | None:
    """By the reference in an address or in the words, then by the thread, then by the number of the case."""
    for token in mail.references:
        found = session.scalar(select(NoticeRow).where(NoticeRow.reference == token).with_for_update())
        if found is not None:
            return found
    thread = (*mail.thread, *mail.returned)
    query = select(NoticeRow).join(DispatchRow, DispatchRow.notice_id == NoticeRow.id)
    known = session.scalar(query.where(DispatchRow.message_id.in_(thread)).with_for_update()) if thread else None
    return known or _by_case_number(session, mail)


def _by_case_number(session: Session, mail: Incoming) -> NoticeRow | None:
    """The only letter of the case that this sender can answer; None when there are several, or none."""
    numbers = {found.upper() for found in CASE_NUMBER.findall(f"{mail.subject}\n{mail.text}")}
    query = select(NoticeRow).join(CaseFile, CaseFile.id == NoticeRow.case_id)
    query = query.where(CaseFile.number.in_(numbers), NoticeRow.status.in_(ANSWERABLE)).with_for_update()
    found = [notice for notice in session.scalars(query) if _knows(session, notice, mail.domain)] if numbers else []
    return found[0] if len(found) == 1 else None


def _knows(session: Session, notice: NoticeRow, domain: str) -> bool:
    """Whether the domain is one of the addressee's: those of its record, and the one of its mailbox."""
    addressee = store.open_addressee(session, notice)
    known = {*addressee.domains, addressee.value.rpartition("@")[2].lower()} - {""}
    return bool(domain) and any(_under(domain, one) for one in known)


def _proved(session: Session, notice: NoticeRow, mail: Incoming, trusted: Trusted) -> bool:
    """DMARC passed, for the domain of the only visible sender, and that domain is one of the addressee's record."""
    aligned = bool(trusted.domain) and _under(mail.domain, trusted.domain.lower())
    return trusted.dmarc and aligned and _knows(session, notice, mail.domain)


def _came_back(session: Session, notice: NoticeRow, mail: Incoming, trusted: Trusted) -> bool:
    """Whether a report of failed delivery is one: written by our own mail system, or returning our very letter.

    Anybody can write "undelivered" (law.md 22.2, 5). Our own system's report was never examined as coming from
    outside; another one's names our recipient and gives our Message-ID back.
    """
    sent = set(session.scalars(select(DispatchRow.message_id).where(DispatchRow.notice_id == notice.id)))
    ours = {message_id.rpartition("@")[2].rstrip(">").lower() for message_id in sent}
    if mail.domain in ours and (not trusted.examined or trusted.domain == mail.domain):
        return True
    addressee = store.open_addressee(session, notice).value.lower()
    return addressee in mail.failed and bool(sent & {*mail.returned, *mail.thread})


def _under(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _keep(
    session: Session,
    now: dt.datetime,
    notice: NoticeRow,
    *,
    kind: str,
    sender: str,
    authenticated: bool,
    subject: str,
    text: str,
    reasons: Sequence[classify.Reason] = (),
    blind: str | None = None,
) -> ReplyRow:
    row_id = new_id(now)
    words = {"sender": sender, "subject": subject, "text": text[:LONGEST],
             "reasons": [{"code": one.code, "params": dict(one.params)} for one in reasons]}  # fmt: skip
    row = ReplyRow(
        id=row_id, case_id=notice.case_id, notice_id=notice.id, message_blind=blind, kind=kind,
        authenticated=authenticated, received_at=now,
        reply_sealed=store.seal_json(session, notice.case_id, "reply", "reply", row_id, words),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
