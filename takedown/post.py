"""Reads the mailbox of replies: each message once, in order, whatever is killed and whatever a message holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from config.catalogue import Catalogue
from storage import vault
from storage.database import changed, insert_new, transaction
from takedown import incoming, replies, sender_proof, store, unmatched
from takedown.delivery.imap import MailboxError
from takedown.sender_proof import Trusted
from takedown.tables import MailboxRow

EVERY = dt.timedelta(minutes=2)
LEASE = dt.timedelta(minutes=10)
LONGEST_WAIT = dt.timedelta(hours=1)


class Folder(Protocol):
    """A folder opened for reading (takedown.delivery.imap.OpenInbox)."""

    def validity(self) -> int: ...

    def after(self, uid: int) -> list[int]: ...

    def message(self, uid: int) -> bytes | None: ...


class Inbox(Protocol):
    """A mailbox that can be opened; raises `MailboxError` when it cannot."""

    @property
    def name(self) -> str: ...

    def opened(self) -> AbstractContextManager[Folder]: ...


@dataclass(frozen=True)
class Accepted:
    """What became of one message: the reply it is, or its place in the queue; neither when it was known already."""

    reply: str | None = None
    waiting: str | None = None


def accept(session: Session, now: dt.datetime, raw: bytes, *, catalogue: Catalogue, trusted: Trusted) -> Accepted:
    """Take one message in: as the reply to a letter, else into the queue of those that a person must look at."""
    mail = incoming.read(raw)
    if replies.known(session, mail) or unmatched.known(session, mail):
        return Accepted()
    reply = replies.take_in(session, now, raw, catalogue=catalogue, trusted=trusted)
    return Accepted(reply=reply) if reply else Accepted(waiting=unmatched.keep(session, now, mail, trusted))


def prepare(session: Session, now: dt.datetime, inbox: Inbox) -> str:
    """The row of this mailbox, made when it is read for the first time."""
    row_id = vault.blind(session, "mailbox", inbox.name)
    insert_new(session, MailboxRow, id=row_id, last_uid=0, due_at=now, failures=0)
    return row_id


def due(session: Session, now: dt.datetime) -> Sequence[str]:
    """The mailboxes to be read now."""
    free = or_(MailboxRow.lease_until.is_(None), MailboxRow.lease_until < now)
    return session.scalars(select(MailboxRow.id).where(MailboxRow.due_at <= now, free)).all()


def run(
    factory: sessionmaker[Session],
    row_id: str,
    *,
    owner: str,
    clock: Callable[[], dt.datetime],
    inbox: Inbox,
    catalogue: Catalogue,
    server: str | None,
) -> int | None:
    """Read what came since the last time; how many messages, None when somebody else reads.

    Each message and the number that says it was read are one transaction. `server` is the authserv-id that we trust.
    """
    with transaction(factory) as session:
        if not _claimed(session, clock(), row_id, owner):
            return None
    try:
        with inbox.opened() as folder:
            count = sum(1 for _ in _read(factory, row_id, clock, folder, catalogue, server))
    except MailboxError as error:
        _end(factory, row_id, clock(), error.error_class)
        raise
    _end(factory, row_id, clock(), None)
    return count


def _claimed(session: Session, now: dt.datetime, row_id: str, owner: str) -> bool:
    free = or_(MailboxRow.lease_until.is_(None), MailboxRow.lease_until < now)
    claim = update(MailboxRow).where(MailboxRow.id == row_id, MailboxRow.due_at <= now, free)
    return changed(session.execute(claim.values(lease_owner=owner, lease_until=now + LEASE))) == 1


def _read(
    factory: sessionmaker[Session],
    row_id: str,
    clock: Callable[[], dt.datetime],
    folder: Folder,
    catalogue: Catalogue,
    server: str | None,
) -> Iterator[int]:
    for uid in folder.after(_cursor(factory, row_id, folder.validity())):
        raw = folder.message(uid)
        with transaction(factory) as session:
            row = store.get(session, MailboxRow, row_id)
            row.last_uid, row.lease_until = max(row.last_uid, uid), clock() + LEASE
            if raw is not None:
                _take(session, clock(), raw, catalogue, server)
        yield uid


def _take(session: Session, now: dt.datetime, raw: bytes, catalogue: Catalogue, server: str | None) -> None:
    """A message that nothing can read is put aside by its bytes' hash: it must never stop those behind it."""
    trusted = sender_proof.of(raw, server)
    try:
        with session.begin_nested():
            accept(session, now, raw, catalogue=catalogue, trusted=trusted)
    except SQLAlchemyError:
        raise
    except Exception:  # noqa: BLE001 - whatever a hostile message provokes, a person sees that it came
        unmatched.keep(session, now, incoming.unreadable(raw), trusted)


def _cursor(factory: sessionmaker[Session], row_id: str, validity: int) -> int:
    """The last number that was read; 0 when the server began to count anew, for then known messages are skipped."""
    with transaction(factory) as session:
        row = store.get(session, MailboxRow, row_id)
        if row.uid_validity != validity:
            row.uid_validity, row.last_uid = validity, 0
        return row.last_uid


def _end(factory: sessionmaker[Session], row_id: str, now: dt.datetime, error_class: str | None) -> None:
    with transaction(factory) as session:
        row = store.get(session, MailboxRow, row_id)
        row.lease_owner, row.lease_until, row.error_class = None, None, error_class
        row.failures = row.failures + 1 if error_class else 0
        row.due_at = now + min(EVERY * 2 ** min(row.failures, 6), LONGEST_WAIT)
        row.read_at = row.read_at if error_class else now
