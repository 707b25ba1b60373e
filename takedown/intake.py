"""Takes a judgement over from the monitor, exactly once: a content, its track, its exhibit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

import monitor.store
from cases.age import NEVER_FETCHED, counts_as
from cases.tables import CaseFile
from config.catalogue import Catalogue
from evidence import capture
from monitor.tables import StoredJudgement, StoredMatch, StoredSighting
from storage.database import changed
from takedown import content
from takedown.errors import TakedownError
from takedown.tables import ContentRow

AGES = ("adult", "minor", "unknown", "none")


def due(session: Session, limit: int = 100) -> Sequence[str]:
    """Judgements nobody claimed yet, oldest first, in open cases: "me" with a harm, or a "me" that was taken back."""
    query = select(StoredJudgement.id).join(CaseFile, CaseFile.id == StoredJudgement.case_id)
    query = query.where(*_claimable(), CaseFile.status == "open", CaseFile.frozen.is_(False))
    return session.scalars(query.order_by(StoredJudgement.at, StoredJudgement.id).limit(limit)).all()


def run(session: Session, now: dt.datetime, judgement_id: str, *, catalogue: Catalogue) -> str | None:
    """Claim one judgement and open its content; None when it was already claimed or is not to be acted on.

    An address the case knows already is linked: what was resolved there comes back.
    """
    claim = update(StoredJudgement).where(StoredJudgement.id == judgement_id, *_claimable()).values(claimed_at=now)
    if changed(session.execute(claim, execution_options={"synchronize_session": False})) != 1:
        return None
    judged = session.get_one(StoredJudgement, judgement_id, populate_existing=True)
    hit = monitor.store.hit(session, judged.match_id)
    address = {"url": hit.address}
    known = content.find(session, judged.case_id, address)
    if judged.verdict == "not_me":
        return _taken_back(session, now, known, judged.actor) if known else None
    if known is not None:
        _link(session, now, known, judged)
        return known.id
    row = content.open_one(
        session, now, case_id=judged.case_id, address=address, marker=_marker(hit.title, hit.matched),
        harm=str(judged.harm), age_on_image=judged.age_on_image, actor=judged.actor, catalogue=catalogue,
        judgement_id=judged.id,
    )  # fmt: skip
    return row.id


def by_address(
    session: Session,
    now: dt.datetime,
    *,
    case_id: str,
    harm: str,
    age_on_image: str,
    actor: str,
    catalogue: Catalogue,
    url: str | None = None,
    locator: Mapping[str, str] | None = None,
    quote: str = "",
    title: str = "",
    platform_id: str | None = None,
    published_on: dt.date | None = None,
) -> str:
    """Open a content typed by hand: an address, or a locator (account, message id, group, date) with its platform.

    Raises `TakedownError` when neither or both are given, or when the age on the image was not answered.
    """
    if (url is None) == (not locator):
        raise TakedownError("Give either the address of the content or where it is (account, message, group, date).")
    if age_on_image not in AGES:
        raise TakedownError("Say how old the person was on the image: adult, minor, unknown, or none without an image.")
    address: dict[str, Any] = {"url": content.checked_address(url)} if url else {"locator": dict(locator or {})}
    known = content.find(session, case_id, address)
    if known is not None:
        _stricter_age(session, now, known, harm, age_on_image, actor)
        content.seen_again(session, now, known, actor=actor)
        return known.id
    row = content.open_one(
        session, now, case_id=case_id, address=address, marker=_marker(title, quote), harm=harm,
        age_on_image=age_on_image, actor=actor, catalogue=catalogue, platform_id=platform_id, published_on=published_on,
    )  # fmt: skip
    return row.id


def _claimable() -> tuple[Any, ...]:
    new = and_(StoredJudgement.verdict == "me", StoredJudgement.harm.is_not(None))
    back = and_(StoredJudgement.verdict == "not_me", _opened_and_no_longer_hers())
    return or_(new, back), StoredJudgement.claimed_at.is_(None)


def _opened_and_no_longer_hers() -> ColumnElement[bool]:
    """A content was opened at the judged address, and no hit there is hers any more."""
    here, there, other = aliased(StoredMatch), aliased(StoredSighting), aliased(StoredMatch)
    place = select(there.address_blind).join(here, here.sighting_id == there.id)
    place = place.where(here.id == StoredJudgement.match_id).correlate(StoredJudgement)
    hers = select(other.id).join(StoredSighting, StoredSighting.id == other.sighting_id)
    hers = hers.where(
        other.case_id == StoredJudgement.case_id,
        other.state == "me",
        StoredSighting.address_blind == place.scalar_subquery(),
    ).correlate(StoredJudgement)
    opened = (
        select(ContentRow.id)
        .where(ContentRow.case_id == StoredJudgement.case_id, ContentRow.address_blind == place.scalar_subquery())
        .correlate(StoredJudgement)
    )
    return and_(opened.exists(), not_(hers.exists()))


def _taken_back(session: Session, now: dt.datetime, known: ContentRow, actor: str) -> str:
    """It was not her after all: nothing more is fetched, asked or checked for this content."""
    if known.exhibit_id is not None:
        capture.cancel(session, now, known.exhibit_id, actor=actor)
    for track in content.tracks(session, known.id):
        if track.status != "closed":
            content.close_track(session, now, track.id, actor=actor)
    return known.id


def _link(session: Session, now: dt.datetime, known: ContentRow, judged: StoredJudgement) -> None:
    _stricter_age(session, now, known, judged.harm, judged.age_on_image, judged.actor)
    content.seen_again(session, now, known, actor=judged.actor, judgement_id=judged.id)


def _stricter_age(
    session: Session, now: dt.datetime, known: ContentRow, harm: str | None, answered: str, actor: str
) -> None:
    """A later doubt about the age is stronger than an earlier answer: the address is barred from then on."""
    age = counts_as(harm, answered, session.get_one(CaseFile, known.case_id).under_18_today)
    if age in NEVER_FETCHED and known.age_on_image not in NEVER_FETCHED:
        known.age_on_image = age
        session.flush()
        content.bar(session, now, known, actor=actor)


def _marker(title: str, quote: str) -> dict[str, str]:
    """What shows that the content is still there: its title, and the words that matched."""
    return {name: text for name, text in (("title", title.strip()), ("quote", quote.strip())) if text}
