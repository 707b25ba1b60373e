"""From a confirmed hit to a watched picture: one consented click, for a person who does not have the picture."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.age import OF_IMAGES, counts_as
from cases.tables import CaseFile
from config.messages import render
from fingerprints.pdq import QUALITY_FLOOR
from fingerprints.signal import Signal
from monitor import watch
from monitor.errors import MonitorError, WatchRefused
from monitor.tables import StoredJudgement, StoredMatch, Watch, WatchedFingerprint
from storage import ledger, vault
from storage.database import new_id


def pictures(session: Session, match_id: str) -> list[dict[str, Any]]:
    """The pictures of a hit's page whose signal was kept: {url, quality}; empty for a page read without pictures."""
    return [{"url": url, "quality": signal.quality} for url, signal in _kept(session, _match(session, match_id))]


def why_not(session: Session, match_id: str) -> str | None:
    """None when the picture of a hit may be watched, else a code of config/texts/monitor.toml.

    Only what is confirmed as hers, an image, and of age on it by the strictest of all that was ever said of it.
    """
    match = _match(session, match_id)
    if match.state != "me":
        return "follow.not_confirmed"
    query = select(StoredJudgement).where(StoredJudgement.match_id == match_id, StoredJudgement.verdict == "me")
    said = session.scalars(query).all()
    if match.kind != "image" and not any(each.harm in OF_IMAGES for each in said):
        return "follow.no_image"
    under_18_today = session.get_one(CaseFile, match.case_id).under_18_today
    if any(counts_as(each.harm, each.age_on_image, under_18_today) != "adult" for each in said):
        return "follow.not_adult"
    return None if _kept(session, match) else "follow.no_signal"


def follow(session: Session, now: dt.datetime, match_id: str, *, consent: bool, actor: str, url: str = "") -> str:
    """Watch the picture of a confirmed hit and give the fingerprint's id; the picture itself is not fetched again.

    `url` names one picture of a page that shows several. Raises WatchRefused without consent, or for a reason of
    `why_not`; the same picture is watched once.
    """
    match = _match(session, match_id)
    if not consent:
        raise WatchRefused("The person has to agree that her picture is watched. Nothing was changed.")
    if reason := why_not(session, match_id):
        raise WatchRefused(render(reason, {}, "en") + " Nothing was changed.")
    kept = _kept(session, match)
    chosen = [signal for address, signal in kept if address == url or (not url and len(kept) == 1)]
    if not chosen:
        raise WatchRefused("The page shows several pictures: say which one by its address. Nothing was changed.")
    row = session.get_one(Watch, match.watch_id)
    print_id = _add(session, now, row, chosen[0])
    row.look_back_at = now
    watch.changed(session, now, row.id)
    ledger.append(
        session, case_id=row.case_id, at=now, actor=actor, act="fingerprint.follow", subject=("fingerprint", print_id),
        detail={"match": match_id, "consent": True},
    )  # fmt: skip
    return print_id


def _match(session: Session, match_id: str) -> StoredMatch:
    row = session.get(StoredMatch, match_id)
    if row is None:
        raise MonitorError("There is no such hit: list them with `vigie hit list`.")
    return row


def _kept(session: Session, match: StoredMatch) -> list[tuple[str, Signal]]:
    words = json.loads(vault.open_text(session, match.case_id, "match", "match", match.id, match.match_sealed))
    own = [{"url": words.get("image", ""), "signal": words["seen"]}] if words.get("seen") else []
    found = [(str(each["url"]), Signal.from_json(each["signal"])) for each in own or words.get("pictures", ())]
    return [(url, signal) for url, signal in found if (signal.quality or 0) >= QUALITY_FLOOR]


def _add(session: Session, now: dt.datetime, row: Watch, signal: Signal) -> str:
    blind = vault.blind(session, "fingerprint", f"{row.id}:{signal.type}:{signal.value}")
    known = select(WatchedFingerprint).where(
        WatchedFingerprint.watch_id == row.id, WatchedFingerprint.value_blind == blind
    )
    found = session.scalar(known)
    if found is not None:
        found.removed_at = None
        return found.id
    print_id = new_id(now)
    session.add(
        WatchedFingerprint(
            id=print_id, case_id=row.case_id, watch_id=row.id, bank_id=new_id(now), type=signal.type,
            value_blind=blind, quality=signal.quality, created_at=now,
            value_sealed=vault.seal(session, row.case_id, "fingerprint", "value", print_id, signal.value),
        )
    )  # fmt: skip
    session.flush()
    return print_id
