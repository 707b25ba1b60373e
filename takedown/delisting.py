"""Delisting beside removal: one more track per search engine for a content, with its own form, clock and outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.catalogue import Catalogue
from config.records import Platform
from takedown import clocks, content, guided, store
from takedown.errors import TakedownError
from takedown.letterbook import Letterbook
from takedown.tables import ContentRow, TrackRow

ENGINE = "engine"


def engines(catalogue: Catalogue) -> Sequence[Platform]:
    """The search engines there are records of."""
    return [one for one in catalogue.platforms.values() if one.kind == "search"]


def begin(
    session: Session, now: dt.datetime, content_id: str, engine: str, *, actor: str, catalogue: Catalogue
) -> TrackRow:
    """Ask for a content to be delisted by an engine too; the page's own track goes on (law.md 12.4).

    Raises `TakedownError` when the engine has no record. Asking twice gives the same track; a closed one is reopened.
    """
    if engine not in {one.id for one in engines(catalogue)}:
        raise TakedownError("This search engine has no record: choose one of `vigie platform list --kind search`.")
    row = content.open_track(
        session, now, store.get(session, ContentRow, content_id), place=ENGINE, target=engine, actor=actor
    )
    if row.status == "closed":
        content.reopen_track(session, now, row.id, actor=actor)
    return row


def form_sent(
    session: Session,
    now: dt.datetime,
    track_id: str,
    *,
    act: str,
    number: str,
    done_on: dt.date,
    actor: str,
    catalogue: Catalogue,
    letterbook: Letterbook,
) -> str:
    """A person filled the engine's form in: kept with number and day; a person is asked to look when it is time.

    A form that is a letter of ours (L09) starts that letter's clocks, any other a week. The engine shows its answer to
    a person only: no machine asks its results (design.md section 7).
    """
    row = store.get(session, TrackRow, track_id)
    if row.place != ENGINE:
        raise TakedownError("This track is not one of a search engine: record the act on the engine's track.")
    entry = guided.record(session, now, track_id=track_id, act=act, number=number, done_on=done_on, actor=actor)
    if row.status in ("open", "to_act"):
        sent = dt.datetime.combine(done_on, dt.time(12), dt.UTC)
        clocks.start_alone(
            session, now, row, _rules(letterbook, act), begun=min(sent, now), catalogue=catalogue, actor=actor
        )
    return entry


def _rules(letterbook: Letterbook, act: str) -> Sequence[str]:
    """The clocks that a request of this kind starts; none for a form that no letter of ours stands for."""
    found = (one.header.clocks for (letter, _), one in letterbook.letters.items() if letter.partition(".")[0] == act)
    return next(found, ())


def of_content(session: Session, content_id: str) -> Sequence[TrackRow]:
    """The engines' tracks of a content."""
    query = select(TrackRow).where(TrackRow.content_id == content_id, TrackRow.place == ENGINE)
    return session.scalars(query.order_by(TrackRow.created_at, TrackRow.id)).all()
