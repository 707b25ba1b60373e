"""What comes back for a notice: matched, read once, classified, and acted on only when the sender is proved."""

from __future__ import annotations

import datetime as dt
import email
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.catalogue import Catalogue
from storage import vault
from storage.database import new_id
from takedown import classify, clocks, events, offer, reference, store, track
from takedown.errors import NoticeError
from takedown.tables import DispatchRow, NoticeRow, ReplyRow

KINDS = ("acknowledgement", "bounce", "refusal", "removed", "identity", "other")
LONGEST = 100_000  # characters of a reply that are kept
ANSWERABLE = ("sent", "acknowledged", "answered")


@dataclass(frozen=True)
class Trusted:
    """What our own mail server proved of the sender (RFC 8601): DMARC passed, and for which domain."""

    dmarc: bool = False
    domain: str = ""


UNPROVED = Trusted()


def take_in(
    session: Session, now: dt.datetime, raw: bytes, *, catalogue: Catalogue, trusted: Trusted = UNPROVED
) -> str | None:
    """Keep a message that answers a notice, once, and draw its consequences; None when it answers none of ours.

    A sender whose domain is not proved, or not the addressee's, is marked and never acted on (law.md 22.2, 5).
    Links and attachments are neither opened nor kept.
    """
    mail = email.message_from_bytes(raw, policy=policy.default)
    blind = vault.blind(session, "message", _identity(mail, raw))
    if session.scalar(select(ReplyRow.id).where(ReplyRow.message_blind == blind)) is not None:
        return None
    notice = _notice_of(session, mail)
    if notice is None:
        return None
    proved = _proved(session, notice, mail, trusted)
    found = classify.classify(_facts(mail))
    reply = _keep(session, now, notice, kind=found.kind, authenticated=proved, text=_text(mail), blind=blind,
                  sender=_header(mail, "from"), subject=_header(mail, "subject"), reasons=found.reasons)  # fmt: skip
    if not proved and found.kind != "bounce":
        events.of_notice(session, now, notice, "reply.unverified", "system", kind=found.kind)
        return reply.id
    events.of_notice(session, now, notice, "reply.taken_in", "system", kind=found.kind)
    _act_on(session, now, notice, found.kind, actor="system", catalogue=catalogue)
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
    reply = _keep(session, received_at or now, notice, kind=kind, sender="", authenticated=True, subject="", text=text)
    events.of_notice(session, now, notice, "reply.added", actor, kind=kind)
    _act_on(session, now, notice, kind, actor=actor, catalogue=catalogue)
    return reply.id


def confirm(session: Session, now: dt.datetime, reply_id: str, *, kind: str, actor: str, catalogue: Catalogue) -> None:
    """A person vouches for a reply of unverified origin, or corrects its kind; only then is it acted on."""
    if kind not in KINDS:
        raise NoticeError(f"A reply is one of {', '.join(KINDS)}: choose one.")
    reply = store.get(session, ReplyRow, reply_id)
    notice = store.get(session, NoticeRow, reply.notice_id)
    reply.authenticated, reply.kind = True, kind
    events.of_notice(session, now, notice, "reply.added", actor, kind=kind)
    _act_on(session, now, notice, kind, actor=actor, catalogue=catalogue)


def opened(session: Session, notice_id: str) -> list[dict[str, Any]]:
    """The replies to a notice, oldest first, opened."""
    query = select(ReplyRow).where(ReplyRow.notice_id == notice_id).order_by(ReplyRow.received_at, ReplyRow.id)
    return [
        {
            "id": row.id, "kind": row.kind, "authenticated": row.authenticated, "received_at": row.received_at,
            **store.open_json(session, row.case_id, "reply", "reply", row.id, row.reply_sealed),
        }
        for row in session.scalars(query)
    ]  # fmt: skip


def _act_on(
    session: Session, now: dt.datetime, notice: NoticeRow, kind: str, *, actor: str, catalogue: Catalogue
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


def _notice_of(session: Session, mail: EmailMessage) -> NoticeRow | None:
    """By the token in the address, then by the thread, then by the reference in the words."""
    for token in (*_tokens(mail), *reference.in_text(f"{mail.get('subject', '')}\n{_text(mail)}")):
        found = session.scalar(select(NoticeRow).where(NoticeRow.reference == token).with_for_update())
        if found is not None:
            return found
    thread = re.findall(r"<[^<>\s]+>", f"{mail.get('in-reply-to', '')} {mail.get('references', '')}")
    query = select(NoticeRow).join(DispatchRow, DispatchRow.notice_id == NoticeRow.id)
    return session.scalar(query.where(DispatchRow.message_id.in_(thread)).with_for_update()) if thread else None


def _header(mail: EmailMessage, name: str) -> str:
    return str(mail.get(name, ""))


def _tokens(mail: EmailMessage) -> list[str]:
    headers = [str(value) for name in ("to", "cc", "delivered-to", "x-original-to") for value in mail.get_all(name, [])]
    tokens = (reference.in_address(address) for _, address in getaddresses(headers))
    return [token for token in tokens if token]


def _identity(mail: EmailMessage, raw: bytes) -> str:
    return str(mail.get("message-id", "")).strip() or hashlib.sha256(raw).hexdigest()


def _proved(session: Session, notice: NoticeRow, mail: EmailMessage, trusted: Trusted) -> bool:
    """DMARC passed, for the domain of the visible sender, and that domain is one of the addressee's record."""
    sender = parseaddr(str(mail.get("from", "")))[1].rpartition("@")[2].lower()
    addressee = store.open_addressee(session, notice)
    known = {*addressee.domains, addressee.value.rpartition("@")[2].lower()} - {""}
    aligned = sender == trusted.domain.lower() or sender.endswith(f".{trusted.domain.lower()}")
    return trusted.dmarc and bool(trusted.domain) and aligned and any(_under(sender, domain) for domain in known)


def _under(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _facts(mail: EmailMessage) -> classify.ReplyFacts:
    headers = {name.lower(): str(value) for name, value in mail.items()}
    kind = f"{mail.get_content_type()}; {mail.get_param('report-type', '')}"
    return classify.ReplyFacts(headers, kind, str(mail.get("subject", "")), _text(mail))


def _text(mail: EmailMessage) -> str:
    """The words of a message: its plain text, else its HTML without tags; and the delivery report, if any."""
    parts = [part for part in mail.walk() if not part.is_multipart() and not part.is_attachment()]
    plain = [_read(part) for part in parts if part.get_content_type() in ("text/plain", "message/delivery-status")]
    words = plain or [_without_tags(_read(part)) for part in parts if part.get_content_type() == "text/html"]
    reports = [str(part) for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    return "\n".join([*words, *reports])[:LONGEST]


def _read(part: EmailMessage) -> str:
    body = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    try:
        return body.decode(charset, "replace") if isinstance(body, bytes) else ""
    except LookupError:
        return body.decode("utf-8", "replace") if isinstance(body, bytes) else ""


class _Words(HTMLParser):
    """Collects the text of an HTML message; scripts and styles are not words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._mute += tag in ("script", "style")
        if tag in ("p", "br", "div", "tr", "li", "blockquote"):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._mute -= tag in ("script", "style") and self._mute > 0

    def handle_data(self, data: str) -> None:
        if not self._mute:
            self.found.append(data)


def _without_tags(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    return "".join(reader.found)


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
