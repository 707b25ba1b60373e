"""A run: one source asked for one watch (or read once for all watches), its pages matched as they come, hits stored."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from cases.tables import CaseFile
from config.catalogue import Catalogue
from config.records import Source
from crawler.child import Job, Query
from crawler.sighting import Sighting
from monitor import doubtful, flood, planner, recent, watch
from monitor.index import Loaded, WatchIndex
from monitor.matching import Hit, match_sighting
from monitor.stages import asked
from monitor.store import store_match, store_sighting
from monitor.tables import Run, SourceUse, Watch, WatchSource
from storage import nofetch, vault
from storage.database import new_id, transaction

ANSWERS = frozenset({"auth", "gone", "robots"})
"""What a place says of one page: the place works, and is visited again at its usual pace."""
LEASE = dt.timedelta(minutes=10)
AT_ONCE = 5000  # rows named in one question: SQLite takes 32,766 parameters
IMAGE_SIGNALS = ("sha256", "md5", "pdq")

Crawl = Callable[[Job, Sequence[Query]], Iterator[dict[str, Any]]]


@dataclass(frozen=True)
class Scanner:
    """What a run needs: where rows are, what time it is, what is known, and how to look (crawler.child.run)."""

    factory: sessionmaker[Session]
    clock: Callable[[], dt.datetime]
    catalogue: Catalogue
    crawl: Crawl
    allow: tuple[str, ...] = ()
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    index: WatchIndex = field(default_factory=WatchIndex)
    report: Callable[[str, dict[str, Any]], None] = lambda source, message: None


@dataclass
class Tally:
    """What a run has seen so far."""

    pages: int = 0
    bytes: int = 0
    sightings: int = 0
    matches: int = 0
    searched: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    reads_pages: bool = False  # no question is asked there: a refusal is that of a page, not of a key

    @property
    def status(self) -> str:
        if not self.errors:
            return "done"
        answered = self.reads_pages and self.errors.keys() <= ANSWERS
        return "partial" if self.sightings or self.searched or answered else "failed"


@dataclass
class Passage:
    """One run under way: what was claimed, for whom, and what it has seen; `cases` is case id by watch id."""

    run_id: str
    pair_id: str
    owner: str
    source: Source
    cases: Mapping[str, str]
    pairs: tuple[str, ...]
    loaded: Loaded
    job: Job
    queries: list[Query]
    began: dt.datetime
    change: int = 0
    tally: Tally = field(default_factory=Tally)


def due(session: Session, now: dt.datetime) -> list[str]:
    """Ids of the (watch, source) pairs whose time has come, of active watches in open cases, oldest first."""
    free = or_(WatchSource.lease_until.is_(None), WatchSource.lease_until < now)
    query = (
        select(WatchSource.id)
        .join(Watch, Watch.id == WatchSource.watch_id)
        .join(CaseFile, CaseFile.id == WatchSource.case_id)
        .where(Watch.status == "active", WatchSource.due_at <= now, free)
        .where(CaseFile.status == "open", CaseFile.frozen.is_(False))
        .order_by(WatchSource.due_at, WatchSource.id)
    )
    return list(session.scalars(query))


def places(session: Session, pair_ids: Sequence[str], catalogue: Catalogue) -> dict[str, str]:
    """Where each pair's run looks: two runs at one place wait for each other, on whatever machine they are.

    A pair that is gone meanwhile, with its erased case, has no place.
    """
    named: dict[str, str] = {}
    for start in range(0, len(pair_ids), AT_ONCE):
        some = WatchSource.id.in_(pair_ids[start : start + AT_ONCE])
        named |= {row.id: row.source for row in session.execute(select(WatchSource.id, WatchSource.source).where(some))}
    settings = {name: catalogue.sources[name].settings for name in set(named.values()) & catalogue.sources.keys()}
    return {pair: planner.place(name, settings.get(name, {})) for pair, name in named.items()}


def run(scanner: Scanner, pair_id: str, owner: str) -> Tally | None:
    """Claim a pair and run it to its end; None when somebody else has it, or its source has no allowance left today."""
    passage = _claim(scanner, pair_id, owner)
    if passage is None:
        return None
    for message in scanner.crawl(passage.job, passage.queries):
        _take(scanner, passage, message)
        scanner.report(passage.source.id, message)
    if passage.job.signals and passage.tally.matches:
        _look_closer(scanner, passage)
    _finish(scanner, passage)
    return passage.tally


def _claim(scanner: Scanner, pair_id: str, owner: str) -> Passage | None:
    now = scanner.clock()
    with transaction(scanner.factory) as session:
        pair = session.get_one(WatchSource, pair_id)
        source = scanner.catalogue.sources.get(pair.source)
        if source is None or not source.enabled:
            pair.due_at = planner.tomorrow(now)
            return None
        left = planner.allowance(source.requests_per_day, _used(session, source.id, now))
        if left == 0:
            pair.due_at = planner.tomorrow(now)
            return None
        if not _lease(session, pair_id, owner, now):
            return None
        group = _group(session, pair, source)
        loaded = scanner.index.current(session)
        return Passage(
            run_id=_open_run(session, now, pair).id,
            pair_id=pair_id,
            owner=owner,
            source=source,
            cases={each.watch_id: each.case_id for each in group},
            pairs=tuple(each.id for each in group),
            loaded=loaded,
            job=_job(scanner, session, pair, source, loaded, left),
            queries=_queries(session, group) if source.queries else [],
            began=now,
            change=loaded.change,
            tally=Tally(reads_pages=not source.queries),
        )


def _lease(session: Session, pair_id: str, owner: str, now: dt.datetime) -> bool:
    """Take the pair by conditional update: of two workers one gets it."""
    free = or_(WatchSource.lease_until.is_(None), WatchSource.lease_until < now)
    taken = session.execute(
        update(WatchSource)
        .where(WatchSource.id == pair_id, free)
        .values(lease_owner=owner, lease_until=now + LEASE)
        .execution_options(synchronize_session="fetch")
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _group(session: Session, pair: WatchSource, source: Source) -> list[WatchSource]:
    """The pairs that one run serves: a searched source serves one watch, a read one serves all that list it."""
    if source.queries:
        return [pair]
    query = (
        select(WatchSource)
        .join(Watch, Watch.id == WatchSource.watch_id)
        .join(CaseFile, CaseFile.id == WatchSource.case_id)
        .where(WatchSource.source == source.id, Watch.status == "active")
        .where(CaseFile.status == "open", CaseFile.frozen.is_(False))
    )
    return list(session.scalars(query))


def _open_run(session: Session, now: dt.datetime, pair: WatchSource) -> Run:
    """Open a run; one left running by a killed worker is closed as failed, so that nothing looks alive that is not."""
    session.execute(
        update(Run)
        .where(Run.watch_source_id == pair.id, Run.status == "running")
        .values(status="failed", ended_at=now, error_classes="killed:1")
    )
    row = Run(
        id=new_id(now),
        case_id=pair.case_id,
        watch_source_id=pair.id,
        source=pair.source,
        status="running",
        started_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _job(scanner: Scanner, session: Session, pair: WatchSource, source: Source, loaded: Loaded, left: int) -> Job:
    wants_images = bool(loaded.signal_types) and source.risk == "none"
    return Job(
        source=source.id,
        kind=source.kind,
        settings={**source.settings, "delay_seconds": source.delay_seconds},
        secrets={**scanner.secrets.get(source.id, {}), "deny_key": nofetch.key(session)},
        pages=min(left, int(source.settings.get("pages", 200))),
        signals=asked(IMAGE_SIGNALS, loaded.signal_types) if wants_images else (),
        allow=scanner.allow,
        deny=tuple(nofetch.hashes(session)),
        cursor=_cursor(session, pair),
        now=scanner.clock(),
    )


def _cursor(session: Session, pair: WatchSource) -> str | None:
    if pair.cursor_sealed is None:
        return None
    return vault.open_text(session, pair.case_id, "watch_source", "cursor", pair.id, pair.cursor_sealed)


def _queries(session: Session, group: Sequence[WatchSource]) -> list[Query]:
    """One question for each distinct value and alias; the query id is the term's id, never its words."""
    texts: dict[str, str] = {}
    for row in watch.terms_of(session, [pair.watch_id for pair in group]):
        words = watch.words(session, row)
        for text in (words["value"], *words["aliases"]):
            texts.setdefault(str(text), row.id)
    return [Query(term_id, text) for text, term_id in texts.items()]


def _take(scanner: Scanner, passage: Passage, message: dict[str, Any]) -> None:
    """One message of the child: counted, matched and stored before the next one is read."""
    kind, tally = message.get("type"), passage.tally
    if kind == "sighting":
        tally.sightings += 1
        sighting = Sighting.from_json(message)
        if new := _match(scanner, passage, sighting):
            tally.matches += new
            scanner.report(passage.source.id, {"type": "hits", "new": new})
        if passage.job.signals:
            with transaction(scanner.factory) as session:
                recent.remember(session, scanner.clock(), sighting)
    elif kind == "searched":
        tally.searched += 1
    elif kind == "error":
        tally.errors[str(message["class"])] += 1
    elif kind == "cursor":
        _save_cursor(scanner, passage.pair_id, str(message["value"]))
    elif kind in ("progress", "done"):
        tally.pages, tally.bytes = int(message["pages"]), int(message["bytes"])
        _heartbeat(scanner, passage)


def _match(scanner: Scanner, passage: Passage, sighting: Sighting) -> int:
    """Compare a page with all watches at once, as they stand now; keep what concerns the watches this run serves."""
    loaded = _newest(scanner, passage)
    found = [
        (watch_id, replace(hit, dedupe_key=_kept_as(loaded, hit)))
        for hit in match_sighting(sighting, loaded.names, loaded.images)
        if hit.band != "rejected" and (watch_id := loaded.watch_of(hit.watched_id)) and watch_id in passage.cases
    ]
    cases = dict.fromkeys(passage.cases[watch_id] for watch_id, _ in found)
    return sum(_keep(scanner, passage, case_id, sighting, found) for case_id in cases)


def _newest(scanner: Scanner, passage: Passage) -> Loaded:
    """The index with what changed since the last page; a read source then serves whoever lists it now."""
    with transaction(scanner.factory) as session:
        passage.loaded = scanner.index.current(session)
        if passage.loaded.change != passage.change and not passage.source.queries:
            group = _group(session, session.get_one(WatchSource, passage.pair_id), passage.source)
            passage.cases = {each.watch_id: each.case_id for each in group}
        passage.change = passage.loaded.change
    return passage.loaded


def _kept_as(loaded: Loaded, hit: Hit) -> str:
    """Several watches of one case that look for the same words give one hit."""
    same = loaded.same_as(hit.watched_id)
    return hit.dedupe_key if same is None else f"text {same}"


def _keep(
    scanner: Scanner, passage: Passage, case_id: str, sighting: Sighting, found: Sequence[tuple[str, Hit]]
) -> int:
    """Store what a page gave for one case, in one transaction; gives how many hits are new."""
    now = scanner.clock()
    with transaction(scanner.factory) as session:
        stored = store_sighting(session, now, case_id=case_id, run_id=passage.run_id, sighting=sighting)
        if stored is None:
            return 0
        new = 0
        for watch_id, hit in found:
            if passage.cases[watch_id] == case_id and store_match(
                session, now, case_id=case_id, watch_id=watch_id, stored=stored, hit=hit, sighting=sighting
            ):
                new += 1
                if hit.kind == "image" and flood.guard(session, now, hit.watched_id):
                    scanner.report(passage.source.id, {"type": "quarantine", "fingerprint": hit.watched_id})
        return new


def _look_closer(scanner: Scanner, passage: Passage) -> None:
    """Fetch the doubtful pictures once more, alone, for the points that let their person decide on her own machine."""
    with transaction(scanner.factory) as session:
        wanted = doubtful.since(session, passage.began, passage.cases)
        deny = tuple(nofetch.hashes(session))
    if not wanted:
        return
    delay = passage.source.delay_seconds
    addresses = list(dict.fromkeys(wanted.values()))
    job = replace(
        passage.job, kind="site", settings={"start_urls": addresses, "delay_seconds": delay}, pages=len(addresses),
        signals=(doubtful.TYPE,), follow=False, deny=deny, cursor=None, now=scanner.clock(),
    )  # fmt: skip
    for message in scanner.crawl(job, ()):
        if message.get("type") == "sighting":
            with transaction(scanner.factory) as session:
                doubtful.keep(session, wanted, Sighting.from_json(message))


def _save_cursor(scanner: Scanner, pair_id: str, value: str) -> None:
    with transaction(scanner.factory) as session:
        pair = session.get_one(WatchSource, pair_id)
        pair.cursor_sealed = vault.seal(session, pair.case_id, "watch_source", "cursor", pair.id, value)


def _heartbeat(scanner: Scanner, passage: Passage) -> None:
    with transaction(scanner.factory) as session:
        session.execute(
            update(WatchSource)
            .where(WatchSource.id == passage.pair_id, WatchSource.lease_owner == passage.owner)
            .values(lease_until=scanner.clock() + LEASE)
        )


def _finish(scanner: Scanner, passage: Passage) -> None:
    now, tally, source = scanner.clock(), passage.tally, passage.source
    with transaction(scanner.factory) as session:
        row = session.get_one(Run, passage.run_id)
        row.status, row.ended_at = tally.status, now
        row.pages, row.bytes, row.searched = tally.pages, tally.bytes, tally.searched
        row.sightings, row.matches = tally.sightings, tally.matches
        row.error_classes = " ".join(f"{name}:{count}" for name, count in sorted(tally.errors.items()))
        _count_use(session, source.id, now, tally.pages + tally.searched)
        for pair_id in passage.pairs:
            pair = session.get_one(WatchSource, pair_id)
            pair.failures = pair.failures + 1 if tally.status == "failed" else 0
            pair.due_at = planner.next_due(
                now, source.interval_hours, failures=pair.failures, errors=list(tally.errors)
            )
            if pair.lease_owner in (None, passage.owner):
                pair.lease_owner = pair.lease_until = None


def _used(session: Session, source: str, now: dt.datetime) -> int:
    row = session.get(SourceUse, (source, now.date()))
    return row.requests if row else 0


def _count_use(session: Session, source: str, now: dt.datetime, requests: int) -> None:
    row = session.get(SourceUse, (source, now.date()), with_for_update=True)
    if row is None:
        session.add(SourceUse(source=source, day=now.date(), requests=requests))
    else:
        row.requests += requests
