"""Doubtful pictures: their points are fetched once, and go to the person who can compare them with her own picture.

Where only a hash is registered nobody here can look closer, and nobody shall: the points of the picture that was met
travel to her, her picture stays with her (`vigie hash verify --candidates`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.sighting import Sighting
from fingerprints.signal import Signal
from monitor.tables import StoredMatch
from storage import vault

TYPE = "local-1"
MOST = 12  # pictures of one run that are looked at again
OPEN = ("new", "unsure")  # what nobody decided yet


def since(session: Session, began: dt.datetime, watch_ids: Collection[str]) -> dict[str, str]:
    """The addresses of doubtful pictures found since a moment, by the id of their hit; at most `MOST`."""
    query = _doubtful().where(StoredMatch.watch_id.in_(watch_ids), StoredMatch.created_at >= began)
    rows = session.scalars(query.limit(MOST))
    return {row.id: str(words["image"]) for row in rows if (words := _words(session, row)).get("image")}


def keep(session: Session, wanted: Mapping[str, str], sighting: Sighting) -> int:
    """Seal the points of a picture with each doubtful hit found on it; gives with how many."""
    points = _points(sighting)
    found = [hit_id for hit_id, url in wanted.items() if url == sighting.url] if points else []
    for row in session.scalars(select(StoredMatch).where(StoredMatch.id.in_(found), StoredMatch.state.in_(OPEN))):
        words = json.dumps({**_words(session, row), "points": points}, ensure_ascii=False)
        row.match_sealed = vault.seal(session, row.case_id, "match", "match", row.id, words)
    return len(found)


def candidates(session: Session, case_id: str) -> list[dict[str, Any]]:
    """The lines of `vigie hash verify --candidates`: the points of each doubtful hit of a case, and the hit's id."""
    rows = session.scalars(_doubtful().where(StoredMatch.case_id == case_id))
    told = ((row.id, _words(session, row).get("points")) for row in rows)
    return [{"id": hit_id, **Signal(TYPE, points).to_json()} for hit_id, points in told if points]


def _doubtful() -> Any:
    wanted = select(StoredMatch).where(StoredMatch.kind == "image", StoredMatch.band == "context")
    return wanted.where(StoredMatch.state.in_(OPEN)).order_by(StoredMatch.created_at, StoredMatch.id)


def _points(sighting: Sighting) -> str | None:
    signals: Iterable[Signal] = (signal for media in sighting.media for signal in media.signals)
    return next((signal.value for signal in signals if signal.type == TYPE), None)


def _words(session: Session, row: StoredMatch) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(
        vault.open_text(session, row.case_id, "match", "match", row.id, row.match_sealed)
    )
    return words
