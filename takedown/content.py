"""Contents and their tracks: opened once per address in a case, found again when seen again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.age import NEVER_FETCHED, counts_as
from cases.tables import CaseFile
from config.catalogue import Catalogue
from config.records import Platform
from crawler.address import canonical, host
from evidence import capture
from storage import nofetch, vault
from storage.database import new_id
from takedown import events, store, track
from takedown.errors import TakedownError
from takedown.tables import ContentRow, TrackRow

PLACES: Mapping[str, str] = {"search": "engine", "archive": "archive"}
UNLISTED = "unlisted:"
TARGET_LENGTH = 64
FIRST_RUNG = "start"


def platform_of(catalogue: Catalogue, url: str) -> Platform | None:
    """The platform whose domain the address is under; the longest domain wins."""
    name = host(url)
    fitting = [
        (len(domain), platform)
        for platform in catalogue.platforms.values()
        for domain in platform.domains
        if name == domain or name.endswith(f".{domain}")
    ]
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


def find(session: Session, case_id: str, address: Mapping[str, Any]) -> ContentRow | None:
    """The content of a case at this address or locator, if it is known."""
    fits = (ContentRow.case_id == case_id, ContentRow.address_blind == blind_of(session, address))
    return session.scalar(select(ContentRow).where(*fits).with_for_update())


def blind_of(session: Session, address: Mapping[str, Any]) -> str:
    """The blind index of {"url": ...} or {"locator": {...}}; the same one as the monitor's for an address."""
    if "url" in address:
        return vault.blind(session, "address", canonical(address["url"]))
    return vault.blind(session, "locator", json.dumps(address["locator"], sort_keys=True))


def open_one(
    session: Session,
    now: dt.datetime,
    *,
    case_id: str,
    address: Mapping[str, Any],
    marker: Mapping[str, Any],
    harm: str,
    age_on_image: str,
    actor: str,
    catalogue: Catalogue,
    judgement_id: str | None = None,
    platform_id: str | None = None,
    published_on: dt.date | None = None,
) -> ContentRow:
    """Open a content with its first track, ask for its exhibit, and bar the address when nobody may fetch it."""
    platform = _platform(catalogue, address, platform_id)
    age = counts_as(harm, age_on_image, session.get_one(CaseFile, case_id).under_18_today)
    row_id = new_id(now)
    row = ContentRow(
        id=row_id, case_id=case_id, judgement_id=judgement_id, address_blind=blind_of(session, address),
        address_sealed=store.seal_json(session, case_id, "content", "address", row_id, dict(address)),
        marker_sealed=store.seal_json(session, case_id, "content", "marker", row_id, dict(marker)),
        platform=platform.id if platform else unlisted(address), harm=harm, age_on_image=age,
        published_on=published_on, published_source="declared" if published_on else None, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    events.record(session, now, case_id=case_id, code="content.opened", actor=actor, content_id=row_id,
                  params={"harm": harm, "platform": row.platform})  # fmt: skip
    bar(session, now, row, actor=actor)
    _first_exhibit(session, now, row, platform, actor)
    place = PLACES.get(platform.kind, "source") if platform else "source"
    open_track(session, now, row, place=place, target=row.platform or unlisted(address), actor=actor)
    return row


def open_track(
    session: Session,
    now: dt.datetime,
    content: ContentRow,
    *,
    place: str,
    target: str,
    actor: str,
    rung: str = FIRST_RUNG,
) -> TrackRow:
    """One more way to make a content disappear; asking again for the same place and target gives the same track."""
    same = (TrackRow.content_id == content.id, TrackRow.place == place, TrackRow.target == target)
    known = session.scalar(select(TrackRow).where(*same))
    if known is not None:
        return known
    row = TrackRow(id=new_id(now), case_id=content.case_id, content_id=content.id, place=place, target=target,
                   status="open", rung=rung, confirmations=0, created_at=now)  # fmt: skip
    session.add(row)
    session.flush()
    events.of_track(session, now, row, "track.opened", actor, place=place, target=target)
    return row


def bar(session: Session, now: dt.datetime, row: ContentRow, *, actor: str) -> None:
    """Put the address on the instance-wide no-fetch list when the person was a minor on the image, or may have been."""
    url = store.open_content(session, row).url
    if row.age_on_image not in NEVER_FETCHED or url is None:
        return
    nofetch.add(session, now, canonical(url))
    events.record(session, now, case_id=row.case_id, code="content.never_fetched", actor=actor, content_id=row.id)


def capture_anyway(session: Session, now: dt.datetime, content_id: str, *, safe: bool, actor: str) -> str | None:
    """The exhibit that was held back, once a person answered that its site may see us come (or asks for a new one)."""
    if not safe:
        raise TakedownError("Nothing was fetched: ask a court officer for a record (constat) of this page instead.")
    return ask_exhibit(session, now, store.get(session, ContentRow, content_id), actor=actor)


def ask_exhibit(session: Session, now: dt.datetime, row: ContentRow, *, actor: str) -> str | None:
    """Ask for a sealed exhibit before any notice; a content without an address has nothing to capture."""
    url = store.open_content(session, row).url
    if url is None:
        return None
    row.exhibit_id = capture.request(session, now, case_id=row.case_id, about=row.id, address=url,
                                     reason="before_notice", age_on_image=row.age_on_image, actor=actor)  # fmt: skip
    session.flush()
    return row.exhibit_id


def seen_again(
    session: Session, now: dt.datetime, row: ContentRow, *, actor: str, judgement_id: str | None = None
) -> Sequence[TrackRow]:
    """The content was seen at its address: what was resolved there comes back to be acted on, with a new exhibit."""
    events.record(session, now, case_id=row.case_id, code="content.seen_again", actor=actor, content_id=row.id,
                  sealed={"judgement": judgement_id})  # fmt: skip
    back = [
        one for one in tracks(session, row.id) if one.target == row.platform and _came_back(session, now, one, actor)
    ]
    if back:
        ask_exhibit(session, now, row, actor=actor)
    return back


def tracks(session: Session, content_id: str) -> Sequence[TrackRow]:
    """The tracks of a content, locked."""
    query = select(TrackRow).where(TrackRow.content_id == content_id).order_by(TrackRow.id)
    return session.scalars(query.with_for_update()).all()


def close_track(
    session: Session, now: dt.datetime, track_id: str, *, actor: str, outcome: track.Outcome = "withdrawn"
) -> None:
    """A person stops a track; nothing more is asked, checked or proposed for it."""
    row = store.get(session, TrackRow, track_id)
    store.move(row, track.TrackEvent("closed", now, outcome=outcome))
    row.due_at = None
    events.of_track(session, now, row, "track.closed", actor, outcome=outcome)


def reopen_track(session: Session, now: dt.datetime, track_id: str, *, actor: str) -> None:
    """A person takes a closed track up again."""
    row = store.get(session, TrackRow, track_id)
    store.move(row, track.TrackEvent("reopened", now))
    events.of_track(session, now, row, "track.reopened", actor)


def _first_exhibit(session: Session, now: dt.datetime, row: ContentRow, platform: Platform | None, actor: str) -> None:
    """A site without a record may be the abuser's own: with an ex-partner or danger a person is asked first."""
    case = session.get_one(CaseFile, row.case_id)
    if platform is None and (case.ex_partner or case.danger):
        events.record(session, now, case_id=row.case_id, code="content.capture_held", actor=actor, content_id=row.id)
        return
    ask_exhibit(session, now, row, actor=actor)


def _came_back(session: Session, now: dt.datetime, row: TrackRow, actor: str) -> bool:
    before, after = store.move(row, track.TrackEvent("seen_again", now))
    if (before, after) != ("resolved", "to_act"):
        return False
    row.due_at = None
    events.of_track(session, now, row, "track.reappeared", actor)
    return True


def _platform(catalogue: Catalogue, address: Mapping[str, Any], platform_id: str | None) -> Platform | None:
    if platform_id is not None and platform_id not in catalogue.platforms:
        raise TakedownError("This platform has no record: choose one of the list, or leave it empty.")
    if platform_id is not None:
        return catalogue.platforms[platform_id]
    return platform_of(catalogue, address["url"]) if "url" in address else None


def unlisted(address: Mapping[str, Any]) -> str:
    """The target of a site without a record; the end of a long host is what tells sites apart."""
    name = host(address["url"]) if "url" in address else "nowhere"
    return UNLISTED + name[-(TARGET_LENGTH - len(UNLISTED)) :]


def checked_address(text: str) -> str:
    """A typed address in canonical form; raises `TakedownError` when it is not an http(s) address."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TakedownError("This is not a web address: give one that starts with https://, or describe the place.")
    return canonical(text.strip())
