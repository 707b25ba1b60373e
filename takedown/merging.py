"""Duplicates: contents of a case that are one page under two spellings, and the merge that a person decides."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.address import canonical
from takedown import clocks, events, store, track
from takedown.errors import TakedownError
from takedown.tables import ContentRow, EventRow, TrackRow

SAME_HOST = re.compile(r"^(www\d?|m|mobile|amp|old|touch)\.")
SAME_PAGE = re.compile(r"/(index\.(html?|php)|amp)?$")
LIVE = ("open", "waiting", "to_act")


@dataclass(frozen=True)
class Pair:
    """Two contents that may be one: the older one is proposed to be kept."""

    keep: str
    keep_address: str
    other: str
    other_address: str


def likely(session: Session, case_id: str) -> list[Pair]:
    """Pairs whose addresses differ only in scheme, www or mobile host, final slash or index page; none merged yet."""
    known = [(row.id, str(store.open_content(session, row).url), loose) for row, loose in _addresses(session, case_id)]
    return list(_pairs(known))


def merge(session: Session, now: dt.datetime, keep_id: str, other_id: str, *, actor: str) -> None:
    """What is known of `other` stays readable; its tracks are closed as withdrawn, and only `keep` goes on.

    Raises `TakedownError` for contents of two cases, one content, or one that was merged before.
    """
    keep, other = store.get(session, ContentRow, keep_id), store.get(session, ContentRow, other_id)
    if keep.case_id != other.case_id or keep.id == other.id:
        raise TakedownError("Two different contents of one case can be merged: choose them again.")
    if {keep.id, other.id} & _merged(session, keep.case_id):
        raise TakedownError("One of these was merged before: reload the list.")
    end(session, now, other, into=keep, actor=actor)


def end(session: Session, now: dt.datetime, content: ContentRow, *, into: ContentRow, actor: str) -> None:
    """Close the live tracks of a content that goes on as another one; what is known of it stays readable."""
    for row in session.scalars(select(TrackRow).where(TrackRow.content_id == content.id).with_for_update()):
        if row.status in LIVE:
            clocks.meet_track(session, now, row, actor=actor)
            store.move(row, track.TrackEvent("closed", now, outcome="withdrawn"))
            row.due_at = None
            events.of_track(session, now, row, "track.closed", actor, outcome="withdrawn")
    events.record(session, now, case_id=content.case_id, code="content.merged", actor=actor, content_id=content.id,
                  sealed={"into": into.id})  # fmt: skip


def across(session: Session, keep_case: str, other_case: str) -> list[tuple[ContentRow, ContentRow]]:
    """Contents of two cases that are one page, those of the first case first; none merged before."""
    kept = {loose: row for row, loose in _addresses(session, keep_case)}
    return [(kept[loose], row) for row, loose in _addresses(session, other_case) if loose in kept]


def _merged(session: Session, case_id: str) -> set[str]:
    query = select(EventRow.content_id).where(EventRow.case_id == case_id, EventRow.code == "content.merged")
    return {content for content in session.scalars(query) if content}


def _addresses(session: Session, case_id: str) -> Iterator[tuple[ContentRow, str]]:
    """The contents of a case that have an address and were not merged, oldest first, each with its loose form."""
    merged = _merged(session, case_id)
    query = select(ContentRow).where(ContentRow.case_id == case_id).order_by(ContentRow.created_at, ContentRow.id)
    for row in session.scalars(query).all():
        url = store.open_content(session, row).url
        if url is not None and row.id not in merged:
            yield row, _loose(url)


def _pairs(known: list[tuple[str, str, str]]) -> Iterator[Pair]:
    for (one, first, same), (two, second, other) in combinations(known, 2):
        if same == other:
            yield Pair(one, first, two, second)


def _loose(url: str) -> str:
    """An address without what rarely tells two pages apart."""
    parts = urlsplit(canonical(url))
    host = SAME_HOST.sub("", parts.hostname or "")
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    return f"{host}{port}{SAME_PAGE.sub('', parts.path)}?{parts.query}"
