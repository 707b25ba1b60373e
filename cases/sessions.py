"""Signed-in browsers: an opaque cookie, twenty idle minutes, eight hours in all, and an end on request."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from cases.tables import Account, CaseFile, WebSession

IDLE = dt.timedelta(minutes=20)  # trust.md B2
ABSOLUTE = dt.timedelta(hours=8)
_REMEMBER_EVERY = dt.timedelta(minutes=1)  # seen_at is rewritten no more often: a page view is not a write


@dataclass(frozen=True)
class Started:
    """What the browser is given: the cookie's value, kept here only as a hash, and the token its forms must carry."""

    cookie: str = field(repr=False)
    csrf: str = field(repr=False)


@dataclass(frozen=True)
class Found:
    """A session that is still running: of an account, of a case by receipt code, or (neither) of the owner."""

    id: str
    account_id: str | None
    case_id: str | None
    csrf: str = field(repr=False)
    created_at: dt.datetime
    seen_at: dt.datetime


def start(session: Session, now: dt.datetime, *, account_id: str | None = None, case_id: str | None = None) -> Started:
    """Begin a session under a fresh id: whatever cookie the browser had before says nothing (no fixation)."""
    started = Started(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    row = WebSession(
        id=_id(started.cookie), account_id=account_id, case_id=case_id, csrf=started.csrf, created_at=now, seen_at=now
    )
    session.add(row)
    session.flush()
    return started


def find(session: Session, now: dt.datetime, cookie: str) -> Found | None:
    """The running session of a cookie, or None when it is unknown, idle, too old, ended, or its account or case is."""
    row = session.get(WebSession, _id(cookie))
    if row is None or not _runs(row, now) or not _holder_may(session, row):
        return None
    if now - row.seen_at >= _REMEMBER_EVERY:
        row.seen_at = now
    return _found(row)


def end(session: Session, now: dt.datetime, cookie: str) -> None:
    """Sign out; an unknown cookie is no error."""
    _end(session, now, WebSession.id == _id(cookie))


def end_one(session: Session, now: dt.datetime, session_id: str, *, account_id: str) -> None:
    """Sign out another browser of the same account, by the id that `running` shows."""
    _end(session, now, (WebSession.id == session_id) & (WebSession.account_id == account_id))


def end_of_case(session: Session, now: dt.datetime, case_id: str) -> None:
    """Sign out every browser that came in by the case's receipt code."""
    _end(session, now, WebSession.case_id == case_id)


def running(session: Session, now: dt.datetime, account_id: str) -> list[Found]:
    """The account's running sessions, newest first, so that she sees where she is signed in."""
    rows = session.scalars(
        select(WebSession).where(WebSession.account_id == account_id).order_by(WebSession.created_at.desc())
    )
    return [_found(row) for row in rows if _runs(row, now)]


def _id(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def _runs(row: WebSession, now: dt.datetime) -> bool:
    return row.revoked_at is None and now - row.seen_at < IDLE and now - row.created_at < ABSOLUTE


def _holder_may(session: Session, row: WebSession) -> bool:
    account = session.get(Account, row.account_id) if row.account_id else None
    case = session.get(CaseFile, row.case_id) if row.case_id else None
    return not (account and account.disabled_at) and not (case and case.status == "erased")


def _end(session: Session, now: dt.datetime, which: ColumnElement[bool]) -> None:
    ended = update(WebSession).where(which, WebSession.revoked_at.is_(None)).values(revoked_at=now)
    session.execute(ended, execution_options={"synchronize_session": "fetch"})


def _found(row: WebSession) -> Found:
    return Found(row.id, row.account_id, row.case_id, row.csrf, row.created_at, row.seen_at)
