"""Keeps what matched, sealed and once: sightings and matches; and gives hits back to be shown."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.address import canonical
from crawler.sighting import Sighting
from monitor.errors import MonitorError
from monitor.matching import Hit
from monitor.tables import SilencedAddress, StoredJudgement, StoredMatch, StoredSighting, WatchTerm
from storage import vault
from storage.database import new_id

PICTURES = 12  # of a page that names her, of which the signal is kept until she judged it
AROUND = 160  # characters kept on each side of what matched: enough to judge, not a copy of the page


@dataclass(frozen=True)
class HitView:
    """A hit as a person sees it: where, what matched, why, and what was said of it; never a picture."""

    id: str
    case_id: str
    watch_id: str
    kind: str
    term_kind: str
    band: str
    score: float
    state: str
    source: str
    address: str
    title: str
    before: str
    matched: str
    after: str
    field: str
    reasons: tuple[dict[str, Any], ...]
    algorithm: str
    distance: int | None
    found_at: dt.datetime


def store_sighting(
    session: Session, now: dt.datetime, *, case_id: str, run_id: str, sighting: Sighting
) -> StoredSighting | None:
    """Keep a page that matched, once per case and address; None when that address is silent in this case."""
    blind = vault.blind(session, "address", canonical(sighting.final_url or sighting.url))
    if session.get(SilencedAddress, (case_id, blind)):
        return None
    same = select(StoredSighting).where(
        StoredSighting.case_id == case_id,
        StoredSighting.source == sighting.source,
        StoredSighting.address_blind == blind,
    )
    row = session.scalar(same)
    if row is not None:
        row.fetched_at = now
        return row
    row_id = new_id(now)
    sealed = vault.seal(session, case_id, "sighting", "sighting", row_id, json.dumps(_kept(sighting), default=str))
    row = StoredSighting(
        id=row_id,
        case_id=case_id,
        run_id=run_id,
        source=sighting.source,
        address_blind=blind,
        sighting_sealed=sealed,
        fetched_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _kept(sighting: Sighting) -> dict[str, Any]:
    """What stays of a sighting: where, when, by whom; its text stays only around a match (data minimisation)."""
    whole = sighting.to_json()
    title = next((part.text for part in sighting.fields if part.name == "title"), "")
    kept = ("source", "native_id", "url", "final_url", "author", "published_at", "fetched_at", "lang", "via")
    return {**{key: whole.get(key) for key in kept}, "title": title[:300]}


def store_match(
    session: Session,
    now: dt.datetime,
    *,
    case_id: str,
    watch_id: str,
    stored: StoredSighting,
    hit: Hit,
    sighting: Sighting,
) -> int:
    """Keep a match once per term (or registered image) and address; 1 when it is new, 0 when it was known."""
    dedupe = vault.blind(session, "match", f"{hit.dedupe_key}\0{stored.address_blind}")
    if session.scalar(select(StoredMatch.id).where(StoredMatch.case_id == case_id, StoredMatch.dedupe_blind == dedupe)):
        return 0
    row_id = new_id(now)
    words = json.dumps(_explained(hit, sighting), ensure_ascii=False)
    session.add(
        StoredMatch(
            id=row_id,
            case_id=case_id,
            watch_id=watch_id,
            sighting_id=stored.id,
            term_id=hit.watched_id if hit.kind == "text" else None,
            fingerprint_id=hit.watched_id if hit.kind == "image" else None,
            dedupe_blind=dedupe,
            kind=hit.kind,
            band=hit.band,
            score=hit.score,
            algorithm=hit.algorithm,
            match_sealed=vault.seal(session, case_id, "match", "match", row_id, words),
            state="new",
            created_at=now,
        )
    )
    session.flush()
    return 1


def _explained(hit: Hit, sighting: Sighting) -> dict[str, Any]:
    """The match with a little text on each side, so that a person can judge without opening the page."""
    explained = dict(hit.detail)
    if hit.kind == "text":
        text = sighting.fields[hit.field_index].text
        start, end = int(explained["start"]), int(explained["end"])
        explained["before"], explained["after"] = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
        explained["pictures"] = [
            {"url": media.url, "signal": signal.to_json()}
            for media in sighting.media[:PICTURES]
            for signal in media.signals
            if signal.type == "pdq" and signal.variant == "identity"
        ]
    return explained


def hits(session: Session, case_id: str, *, states: tuple[str, ...] = ()) -> list[HitView]:
    """The hits of a case, newest first; all of them, or those in the given states."""
    query = select(StoredMatch, StoredSighting).join(StoredSighting, StoredSighting.id == StoredMatch.sighting_id)
    query = query.where(StoredMatch.case_id == case_id).order_by(StoredMatch.created_at.desc(), StoredMatch.id.desc())
    if states:
        query = query.where(StoredMatch.state.in_(states))
    return [_view(session, match, sighting) for match, sighting in session.execute(query)]


def hit(session: Session, match_id: str) -> HitView:
    """One hit; raises `MonitorError` when there is none with that id."""
    match = session.get(StoredMatch, match_id)
    if match is None:
        raise MonitorError("There is no such hit: list them with `vigie hit list`.")
    return _view(session, match, session.get_one(StoredSighting, match.sighting_id))


def judgements(session: Session, match_id: str) -> list[StoredJudgement]:
    """Everything that was said of a hit, oldest first."""
    query = select(StoredJudgement).where(StoredJudgement.match_id == match_id)
    return list(session.scalars(query.order_by(StoredJudgement.at, StoredJudgement.id)))


def _view(session: Session, match: StoredMatch, sighting: StoredSighting) -> HitView:
    place = json.loads(
        vault.open_text(session, match.case_id, "sighting", "sighting", sighting.id, sighting.sighting_sealed)
    )
    words = json.loads(vault.open_text(session, match.case_id, "match", "match", match.id, match.match_sealed))
    return HitView(
        id=match.id,
        case_id=match.case_id,
        watch_id=match.watch_id,
        kind=match.kind,
        term_kind=_term_kind(session, match),
        band=match.band,
        score=match.score,
        state=match.state,
        source=sighting.source,
        address=place["final_url"] or place["url"],
        title=place["title"],
        before=words.get("before", ""),
        matched=words.get("matched", ""),
        after=words.get("after", ""),
        field=words.get("field", ""),
        reasons=tuple(_reason(reason) for reason in words.get("reasons", ())),
        algorithm=match.algorithm,
        distance=words.get("distance"),
        found_at=match.created_at,
    )


def _term_kind(session: Session, match: StoredMatch) -> str:
    """The kind of the watched term that matched (name, handle...); empty for an image."""
    return session.get_one(WatchTerm, match.term_id).kind if match.term_id else ""


def _reason(reason: dict[str, Any]) -> dict[str, Any]:
    """A reason under the code of its text: matchers give bare codes."""
    return {"code": f"match.{reason['code']}", "params": reason.get("params", {})}
