"""Pictures seen in the last day, as signals under a key that passes: a print made today finds yesterday's copy."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.sighting import Media, Sighting
from monitor.matching import Hit, match_sighting
from monitor.names import NameIndex
from monitor.store import store_match, store_sighting
from monitor.tables import RecentMedia, Run, Watch, WatchedFingerprint, WatchSource
from monitor.watched_prints import WatchedPrints
from storage import passing
from storage.database import new_id

MOST = 20  # pictures of one page
TOO_TELLING = frozenset({"local-1", "vpdq"})  # they say much of a picture, and weigh a hundred times a hash


def remember(session: Session, now: dt.datetime, sighting: Sighting) -> None:
    """Keep address, time and signals of the pictures of a page; nothing for a page without."""
    media = [
        {"url": each.url, "signals": [signal.to_json() for signal in each.signals if signal.type not in TOO_TELLING]}
        for each in sighting.media
        if each.signals and each.refused is None
    ]
    if not media:
        return
    address = sighting.final_url or sighting.url
    text = json.dumps({"address": address, "media": media[:MOST]}, ensure_ascii=False)
    slot, sealed = passing.seal(session, now, text)
    session.add(RecentMedia(id=new_id(now), slot=slot, source=sighting.source, seen_at=now, media_sealed=sealed))


def due(session: Session, now: dt.datetime) -> list[str]:
    """Active watches whose new prints have not been compared with recent media yet."""
    query = select(Watch.id).where(Watch.status == "active", Watch.look_back_at <= now)
    return list(session.scalars(query.order_by(Watch.look_back_at, Watch.id)))


def look_back(session: Session, now: dt.datetime, watch_id: str) -> int:
    """Compare a watch's prints with what was seen in the last day; gives how many hits are new."""
    row = session.get_one(Watch, watch_id)
    row.look_back_at = None
    pair = session.scalar(select(WatchSource).where(WatchSource.watch_id == watch_id).limit(1))
    active = list(session.scalars(select(Watch.id).where(Watch.status == "active")))
    bank = WatchedPrints.opened(session, active).bank
    prints = select(WatchedFingerprint.id).where(WatchedFingerprint.watch_id == watch_id)
    mine = frozenset(session.scalars(prints))
    if pair is None or not mine:
        return 0
    run_id, nobody, new = "", NameIndex([]), 0
    for sighting in _recent(session, now):
        found = [hit for hit in match_sighting(sighting, nobody, bank) if _is_for(hit, mine)]
        if not found:
            continue
        run_id = run_id or _run(session, now, pair, sighting.source)
        stored = store_sighting(session, now, case_id=row.case_id, run_id=run_id, sighting=sighting)
        for hit in found if stored else ():
            assert stored is not None
            new += store_match(
                session, now, case_id=row.case_id, watch_id=watch_id, stored=stored, hit=hit, sighting=sighting
            )
    return new


def _is_for(hit: Hit, prints: frozenset[str]) -> bool:
    return hit.band != "rejected" and hit.watched_id in prints


def _recent(session: Session, now: dt.datetime) -> Iterator[Sighting]:
    for slot, cipher in passing.open_all(session, now):
        rows = session.scalars(
            select(RecentMedia).where(RecentMedia.slot == slot, RecentMedia.seen_at > now - passing.LIFE)
        )
        for row in rows:
            kept = json.loads(passing.open_text(cipher, slot, row.media_sealed))
            media = tuple(Media.from_json(each) for each in kept["media"])
            yield Sighting(
                row.source, kept["address"], kept["address"], 200, (), row.seen_at, via="recent", media=media
            )


def _run(session: Session, now: dt.datetime, pair: WatchSource, source: str) -> str:
    """What is found needs a run that it was found in: this one asked nobody."""
    run = Run(
        id=new_id(now), case_id=pair.case_id, watch_source_id=pair.id, source=source, status="done", started_at=now,
        ended_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run.id
