"""Read models of the pages: small answers put together from what the rooms keep."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import case, mandate, people, view
from cases.case import Case
from cases.claims import PARIS
from cases.entitlement import Actor, may
from cases.tables import Mandate, Member
from monitor import flood, watch
from monitor.tables import Run, StoredMatch, Watch, WatchedFingerprint, WatchSource, WatchTerm
from storage import ledger
from storage.tables import Leader, LedgerEntry
from takedown import checks, listing, outbox, replies, statistics, store
from takedown.listing import TrackView
from takedown.tables import DispatchRow, EventRow, NoticeRow, ReplyRow, TrackRow

SOON = dt.timedelta(days=3)
AT_ONCE = 6  # contents on a telephone's page before the rest is folded away
WAITING_FIRST = ("to_act", "open", "waiting", "resolved", "closed")
LATELY = dt.timedelta(days=7)


@dataclass(frozen=True)
class WatchView:
    """A watch as its page shows it: words, number of prints, sources with their last visit."""

    row: Watch
    terms: tuple[tuple[WatchTerm, Mapping[str, Any]], ...]
    prints: tuple[WatchedFingerprint, ...]
    sources: tuple[tuple[WatchSource, Run | None], ...]


@dataclass(frozen=True)
class Today:
    """What waits for somebody at work today, each with its case."""

    late: list[dict[str, Any]]
    soon: list[dict[str, Any]]
    to_approve: list[NoticeRow]
    to_review: dict[str, int]
    in_doubt: list[DispatchRow]
    to_look: list[TrackRow]
    to_read: list[ReplyRow]
    back: list[EventRow]
    failing: dict[str, int]
    stopped: list[WatchedFingerprint]


@dataclass(frozen=True)
class HeldMandate:
    """A mandate, who holds it, and whether it holds today."""

    row: Mandate
    name: str
    holds: bool


@dataclass(frozen=True)
class SourceHealth:
    """How one source of the catalogue is doing."""

    id: str
    enabled: bool
    last: Run | None
    failures: int
    next_due: dt.datetime | None


def now_code(session: Session, file: Case) -> str:
    """The one sentence of the box "Now": what matters most at this moment, as a code."""
    if file.frozen or file.status != "open":
        return f"portal.now.{'frozen' if file.frozen else file.status}"
    if new_hits(session, [file.id]).get(file.id):
        return "portal.now.review"
    if _ready(session, {file.id}):
        return "portal.now.approve"
    figures = statistics.counts(session, file.id)
    if figures["to_act"]:
        return "portal.now.preparing"
    return "portal.now.waiting" if figures["waiting"] else "portal.now.quiet"


def new_hits(session: Session, case_ids: Collection[str]) -> dict[str, int]:
    """How many hits nobody judged yet, by case; a rejected one is not counted."""
    query = select(StoredMatch.case_id, func.count()).where(
        StoredMatch.case_id.in_(case_ids), StoredMatch.state == "new", StoredMatch.band != "rejected"
    )
    return dict(session.execute(query.group_by(StoredMatch.case_id)).all())


def watches(session: Session, case_id: str) -> list[WatchView]:
    """The watches of a case with everything their page shows."""
    return [_watch_view(session, row) for row in watch.of_case(session, case_id)]


def my_cases(session: Session, now: dt.datetime, actor: Actor) -> list[Case]:
    """The cases whose content the actor may read today: membership alone is not enough where a mandate is needed."""
    listed = case.list_cases(session, None if actor.role == "owner" else actor.id, now=now)
    return [one for one in listed if may(actor, "case.read", view.of(session, now, actor, one.id))]


def today(session: Session, now: dt.datetime, cases: list[Case]) -> Today:
    """Everything that waits in these cases."""
    mine = {one.id for one in cases}
    coming = [line for line in statistics.coming(session, now) if line["case"] in mine and line["due_at"]]
    visible = {one.id for one in cases if not one.frozen}
    return Today(
        late=[line for line in statistics.late(session, now) if line["case"] in mine],
        soon=[line for line in coming if line["due_at"] <= now + SOON],
        to_approve=_ready(session, mine),
        to_review=new_hits(session, visible),
        in_doubt=[row for row in outbox.doubtful(session) if row.case_id in mine],
        to_look=[row for row in checks.wanted(session) if row.case_id in mine],
        to_read=[row for row in replies.unread(session) if row.case_id in mine],
        back=_back(session, now, mine),
        failing=_failing(session, mine),
        stopped=flood.stopped(session, visible),
    )


def folded(lines: Sequence[Any], *names: str) -> list[tuple[Any, int]]:
    """Lines that a person would read as one, the first of each with their number: 40 pages of one site are one line."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    for line in lines:
        key = tuple(line[name] if isinstance(line, Mapping) else getattr(line, name) for name in names)
        found.setdefault(key, []).append(line)
    return [(same[0], len(same)) for same in found.values()]


def shown_first(tracks: list[TrackView]) -> tuple[list[TrackView], list[TrackView]]:
    """The tracks that a page shows at once, what waits for somebody before what is over, and those it folds away."""
    ranked = sorted(tracks, key=lambda one: WAITING_FIRST.index(one.status))
    return (ranked, []) if len(ranked) <= AT_ONCE + 2 else (ranked[:AT_ONCE], ranked[AT_ONCE:])


def to_do(session: Session, now: dt.datetime, case_id: str) -> tuple[str, ...]:
    """What a case opened on the telephone still lacks, as codes: the mandate, her code, the attested watch."""
    lacking = {
        "mandate": not mandate.any_on(session, case_id, now.astimezone(PARIS).date()),
        "code": not case.has_code(session, case_id),
        "watch": any(row.status == "draft" for row in watch.of_case(session, case_id)),
    }
    return tuple(name for name, lacks in lacking.items() if lacks)


def per_addressee(session: Session, cases: list[Case]) -> list[tuple[str, Counter[str]]]:
    """Tracks by addressee and status, the busiest addressee first."""
    found: dict[str, Counter[str]] = {}
    for target, status in session.execute(
        select(TrackRow.target, TrackRow.status).where(TrackRow.case_id.in_([one.id for one in cases]))
    ):
        found.setdefault(target, Counter())[status] += 1
    return sorted(found.items(), key=lambda item: (-item[1].total(), item[0]))


def tracks_of(session: Session, notice: NoticeRow) -> list[TrackView]:
    """The tracks that a letter covers, opened."""
    covered = {row.id for row in store.tracks_of(session, notice.id)}
    return [one for one in listing.tracks(session, notice.case_id) if one.id in covered]


def comment(session: Session, notice: NoticeRow) -> str:
    """What was last asked to be changed in a letter that is a draft again; empty when nobody returned it."""
    if notice.status != "draft":
        return ""
    query = select(LedgerEntry).where(
        LedgerEntry.case_id == notice.case_id, LedgerEntry.subject_id == notice.id, LedgerEntry.act == "notice.returned"
    )
    entry = session.scalar(query.order_by(LedgerEntry.seq.desc()).limit(1))
    return str(ledger.detail(session, entry).get("comment", "")) if entry else ""


def members(session: Session, case_id: str) -> list[Member]:
    """Who takes part in a case or did, oldest first."""
    return list(session.scalars(select(Member).where(Member.case_id == case_id).order_by(Member.since, Member.id)))


def mandates(session: Session, case_id: str, day: dt.date) -> list[HeldMandate]:
    """Every mandate of a case with its holder's name and whether it holds on this day, the newest first."""
    holding = {one.id for one in mandate.of_case(session, case_id, day)}
    return [
        HeldMandate(one, people.load_account(session, one.account_id).name, one.id in holding)
        for one in reversed(mandate.history(session, case_id))
    ]


def sources_health(session: Session, source_ids: Mapping[str, bool]) -> list[SourceHealth]:
    """The state of each source (id -> enabled)."""
    return [_source_health(session, source, enabled) for source, enabled in source_ids.items()]


def queue(session: Session) -> dict[str, Any]:
    """Ages and numbers of what waits to leave; no content."""
    waiting = select(func.count(), func.min(DispatchRow.not_before)).where(DispatchRow.status == "queued")
    number, oldest = session.execute(waiting).one()
    doubted = select(func.count()).where(DispatchRow.status.in_(("in_doubt", "failed")))
    put_off = select(func.count()).where(DispatchRow.status == "queued", DispatchRow.error_class.is_not(None))
    clock = session.get(Leader, "clock")
    return {"put_off": session.scalar(put_off) or 0, "waiting": number,
            "oldest": oldest, "doubted": session.scalar(doubted) or 0,
            "clock_until": clock.lease_until if clock else None}  # fmt: skip


def _watch_view(session: Session, row: Watch) -> WatchView:
    prints = select(WatchedFingerprint).where(
        WatchedFingerprint.watch_id == row.id, WatchedFingerprint.removed_at.is_(None)
    )
    sources = session.scalars(select(WatchSource).where(WatchSource.watch_id == row.id).order_by(WatchSource.source))
    return WatchView(
        row=row,
        terms=tuple((term, watch.words(session, term)) for term in watch.terms_of(session, [row.id])),
        prints=tuple(session.scalars(prints.order_by(WatchedFingerprint.created_at))),
        sources=tuple((source, _last_run(session, Run.watch_source_id == source.id)) for source in sources),
    )


def _last_run(session: Session, which: Any) -> Run | None:
    return session.scalar(select(Run).where(which).order_by(Run.started_at.desc()).limit(1))


def _ready(session: Session, mine: set[str]) -> list[NoticeRow]:
    ready = select(NoticeRow).where(NoticeRow.status == "ready", NoticeRow.case_id.in_(mine))
    return list(session.scalars(ready.order_by(NoticeRow.created_at)))


def _back(session: Session, now: dt.datetime, mine: set[str]) -> list[EventRow]:
    seen = select(EventRow).where(
        EventRow.code == "track.reappeared", EventRow.at > now - LATELY, EventRow.case_id.in_(mine)
    )
    return list(session.scalars(seen.order_by(EventRow.at.desc())))


def _failing(session: Session, mine: set[str]) -> dict[str, int]:
    failing = select(WatchSource.source, func.max(WatchSource.failures)).where(
        WatchSource.failures > 0, WatchSource.case_id.in_(mine)
    )
    return dict(session.execute(failing.group_by(WatchSource.source)).all())


def _source_health(session: Session, source: str, enabled: bool) -> SourceHealth:
    asked = select(func.max(WatchSource.failures), func.min(WatchSource.due_at)).where(WatchSource.source == source)
    failures, due = session.execute(asked).one()
    return SourceHealth(source, enabled, _last_run(session, Run.source == source), failures or 0, due)
