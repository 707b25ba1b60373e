"""Checks: a look at whether a content is gone, by the machine where it may look, else by a person."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, sessionmaker

from cases.age import NEVER_FETCHED
from cases.tables import CaseFile
from config.catalogue import Catalogue
from crawler import page
from crawler.exchange import Exchange
from storage import nofetch
from storage.database import new_id, transaction
from takedown import clocks, content, events, store, track, verdict
from takedown.errors import TakedownError
from takedown.tables import CheckRow, ContentRow, EventRow, TrackRow

Fetch = Callable[..., Exchange]
"""`crawler.child.fetch`, or a fake of it."""

WEEK = dt.timedelta(days=7)
JITTER = dt.timedelta(hours=6)
LOOKED_AT_HERE = frozenset({"source", "archive", "cache"})
"""Places where the content's own address is what must be gone; a search engine's results need a person."""
SYSTEM = "system"


@dataclass(frozen=True)
class Plan:
    """How one track is to be looked at: by the machine at `url`, or, when `by_person`, by somebody who is asked to."""

    track_id: str
    url: str | None
    marker: Mapping[str, Any]
    by_machine: bool
    by_person: bool
    deny: tuple[str, ...] = ()
    deny_key: str = ""


def plan(session: Session, row: TrackRow, catalogue: Catalogue) -> Plan:
    """The machine looks only where the record allows it; nobody is asked to look at an image of a minor again."""
    kept = store.open_content(session, session.get_one(ContentRow, row.content_id))
    barred = kept.age_on_image in NEVER_FETCHED
    by_machine = not barred and kept.url is not None and _machine_may(session, row, kept, catalogue)
    return Plan(
        track_id=row.id, url=kept.url, marker=kept.marker, by_machine=by_machine,
        by_person=not barred and not by_machine, deny=tuple(nofetch.hashes(session)), deny_key=nofetch.key(session),
    )  # fmt: skip


def look(planned: Plan, *, fetch: Fetch, allow: Sequence[str] = ()) -> tuple[verdict.Verdict, dict[str, Any]]:
    """Fetch once, read, decide; gives the verdict and its facts (codes and numbers only)."""
    if planned.url is None or not planned.by_machine:
        raise TakedownError("A machine may not look here: ask a person to look and record what she saw.")
    exchange = fetch(planned.url, allow=tuple(allow), deny=planned.deny, deny_key=planned.deny_key, purpose="check")
    read = None
    if exchange.body is not None:
        read = page.read(exchange.body, exchange.final_url, exchange.mime or "", exchange.charset)
    facts = verdict.facts_from(exchange, read, planned.marker)
    return verdict.decide(facts), asdict(facts)


def run(
    factory: sessionmaker[Session],
    track_id: str,
    *,
    clock: Callable[[], dt.datetime],
    catalogue: Catalogue,
    fetch: Fetch,
    allow: Sequence[str] = (),
    confirm_after: dt.timedelta = track.CONFIRM_AFTER,
    by: str = SYSTEM,
) -> str:
    """Look at one track now, on demand; gives the verdict's code. Raises `TakedownError` where only a person may."""
    with transaction(factory) as session:
        planned = plan(session, store.get(session, TrackRow, track_id), catalogue)
    found, facts = look(planned, fetch=fetch, allow=allow)
    with transaction(factory) as session:
        made(session, clock(), track_id=track_id, code=found.code, facts=facts, by=by, confirm_after=confirm_after)
    return found.code


def made(
    session: Session,
    now: dt.datetime,
    *,
    track_id: str,
    code: str,
    by: str,
    facts: Mapping[str, Any] | None = None,
    confirm_after: dt.timedelta = track.CONFIRM_AFTER,
) -> str:
    """Record a check, a machine's or a person's, and move the track; gives the track's status.

    Two looks that found it gone, `confirm_after` apart, resolve it; from then on it is looked at weekly.
    """
    row = store.get(session, TrackRow, track_id)
    session.add(CheckRow(id=new_id(now), case_id=row.case_id, track_id=row.id, by=by, verdict=code,
                         facts=json.dumps(dict(facts or {}), sort_keys=True, default=str), at=now))  # fmt: skip
    events.of_track(session, now, row, "check.made", by, verdict=code)
    before, after = store.move(row, track.TrackEvent("checked", now, verdict=code), confirm_after=confirm_after)
    _tell(session, now, row, before, code, by)
    _wake(now, row, code, before, confirm_after)
    return after


def ask(session: Session, now: dt.datetime, row: TrackRow, *, actor: str = SYSTEM) -> None:
    """Ask a person to look; shown until a check is made."""
    if row.id not in {wanted.id for wanted in wanted(session, row.case_id)}:
        events.of_track(session, now, row, "track.to_check", actor)


def wanted(session: Session, case_id: str | None = None) -> Sequence[TrackRow]:
    """Tracks that wait for a person's look: asked, and not looked at since."""
    looks = select(EventRow.track_id, func.max(EventRow.at).label("at"))
    looks = looks.where(EventRow.code.in_(("track.to_check", "check.made"))).group_by(EventRow.track_id)
    last = looks.subquery()
    asked = select(EventRow.track_id).join(
        last, and_(last.c.track_id == EventRow.track_id, last.c.at == EventRow.at, EventRow.code == "track.to_check")
    )
    query = select(TrackRow).where(TrackRow.id.in_(asked), TrackRow.status != "closed").order_by(TrackRow.id)
    return session.scalars(query.where(TrackRow.case_id == case_id) if case_id else query).all()


def jittered(moment: dt.datetime) -> dt.datetime:
    """A little later, by chance: looks must not follow a pattern that somebody who watches a site could read."""
    return moment + dt.timedelta(seconds=secrets.randbelow(int(JITTER.total_seconds())))


def _machine_may(session: Session, row: TrackRow, kept: store.Content, catalogue: Catalogue) -> bool:
    """A site without a record may be the abuser's own: with an ex-partner or danger no machine goes there by itself."""
    if row.place not in LOOKED_AT_HERE:
        return False
    platform = catalogue.platforms.get(kept.platform or "")
    case = session.get_one(CaseFile, row.case_id)
    return platform.machine_may_look if platform else not (case.ex_partner or case.danger)


def _tell(session: Session, now: dt.datetime, row: TrackRow, before: str, code: str, by: str) -> None:
    if before == row.status:
        return
    if row.status == "resolved":
        clocks.meet_track(session, now, row, actor=by)
        events.of_track(session, now, row, "track.resolved", by, outcome=row.outcome)
    elif code == "moved":
        events.of_track(session, now, row, "track.moved", by)
    elif before == "resolved":
        events.of_track(session, now, row, "track.reappeared", by)
        content.ask_exhibit(session, now, session.get_one(ContentRow, row.content_id), actor=by)


def _wake(now: dt.datetime, row: TrackRow, code: str, before: str, confirm_after: dt.timedelta) -> None:
    """When to look next: weekly once resolved, after `confirm_after` for a first "gone"; a deadline stays as it was."""
    if row.status == "resolved":
        row.due_at = jittered(now + WEEK)
    elif row.status == "closed":
        row.due_at = None
    elif row.first_down_at is not None and code == "down":
        row.due_at = jittered(max(now, row.first_down_at + confirm_after))
    elif before == "resolved" or row.status in ("open", "to_act"):
        row.due_at = None
