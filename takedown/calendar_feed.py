"""The deadlines as a calendar at a secret address: case numbers and rule names, never a word about anybody."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from icalendar import Calendar, Event
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.database import new_id
from takedown.press import PressLimit
from takedown.tables import CalendarFeed


def create(session: Session, now: dt.datetime, actor: str) -> str:
    """A new secret for this actor's feed, told this once; an earlier one stops working."""
    revoke(session, now, actor)
    secret = secrets.token_urlsafe(32)
    session.add(CalendarFeed(id=new_id(now), actor=actor, hash=_hash(secret), created_at=now))
    session.flush()
    return secret


def revoke(session: Session, now: dt.datetime, actor: str) -> None:
    """End this actor's feeds; ending none is no error."""
    live = update(CalendarFeed).where(CalendarFeed.actor == actor, CalendarFeed.revoked_at.is_(None))
    session.execute(live.values(revoked_at=now))


def actor_of(session: Session, secret: str) -> str | None:
    """Whose feed a secret opens; None for an unknown or ended one."""
    live = (CalendarFeed.hash == _hash(secret), CalendarFeed.revoked_at.is_(None))
    return session.scalar(select(CalendarFeed.actor).where(*live))


def since(session: Session, actor: str) -> dt.datetime | None:
    """When this actor's live feed was made; None when there is none."""
    live = (CalendarFeed.actor == actor, CalendarFeed.revoked_at.is_(None))
    return session.scalar(select(CalendarFeed.created_at).where(*live).limit(1))


def ics(
    now: dt.datetime, numbers: Mapping[str, str], lines: Iterable[Mapping[str, Any]], limits: Iterable[PressLimit] = ()
) -> bytes:
    """A calendar (RFC 5545) of the deadlines of `takedown.statistics` and of press limits that have a date.

    `numbers` gives the number of each case that may be shown; a line of another case is left out.
    """
    made = Calendar()
    made.add("prodid", "-//Vigie//Deadlines//FR")
    made.add("version", "2.0")
    for uid, case_id, rule, when in sorted((*_of_lines(lines), *_of_limits(limits))):
        if case_id in numbers:
            made.add_component(_event(now, uid, f"{numbers[case_id]} {rule}", when))
    return bytes(made.to_ical())


def _of_lines(lines: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    for line in lines:
        if line["answer"]["due"]:
            yield line["deadline"], line["case"], line["rule"], line["answer"]["due"]


def _of_limits(limits: Iterable[PressLimit]) -> Iterator[tuple[str, str, str, str]]:
    for one in limits:
        if one.answer.due is not None:
            yield f"{one.content_id}.{one.answer.rule}", one.case_id, one.answer.rule, one.answer.due.isoformat()


def _event(now: dt.datetime, uid: str, summary: str, when: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@vigie.invalid")
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("summary", summary)
    if "T" in when:
        event.add("dtstart", dt.datetime.fromisoformat(when).astimezone(dt.UTC))
        return event
    day = dt.date.fromisoformat(when)
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))  # the day after, not included (RFC 5545, 3.6.1)
    event.add("transp", "TRANSPARENT")
    return event


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
