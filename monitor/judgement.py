"""Judgements: what a person says of a hit, and what follows from it inside this room."""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cases.age import NEVER_FETCHED, OF_IMAGES, OF_MINORS, counts_as
from cases.tables import CaseFile
from monitor import negatives, watch
from monitor.errors import MonitorError
from monitor.tables import SilencedAddress, StoredJudgement, StoredMatch, StoredSighting
from storage import ledger, vault
from storage.database import new_id

VERDICTS = ("me", "not_me", "unsure")
AGES = ("adult", "minor", "unknown", "none")


def judge(
    session: Session,
    now: dt.datetime,
    match_id: str,
    *,
    verdict: str,
    actor: str,
    harm: str | None = None,
    age_on_image: str = "none",
) -> str:
    """Record a verdict on a hit and give the judgement's id; "me" with a harm is what takedown claims.

    `age_on_image` is asked whenever an image is concerned: "minor" and "unknown" lead to the address-only path.
    """
    match = session.get(StoredMatch, match_id)
    if match is None:
        raise MonitorError("There is no such hit: list them with `vigie hit list`.")
    if verdict not in VERDICTS or age_on_image not in AGES:
        raise MonitorError(f"A judgement is one of {', '.join(VERDICTS)}; an age is one of {', '.join(AGES)}.")
    if verdict == "me" and age_on_image == "none" and (match.kind == "image" or harm in OF_IMAGES - OF_MINORS):
        raise MonitorError("An image is concerned: say how old the person was on it (adult, minor or unknown).")
    row = StoredJudgement(
        id=new_id(now),
        case_id=match.case_id,
        match_id=match_id,
        verdict=verdict,
        actor=actor,
        at=now,
        harm=harm if verdict == "me" else None,
        age_on_image=age_on_image,
    )
    session.add(row)
    match.state = verdict
    _silence_or_not(session, now, match)
    _keep_signals_or_not(session, now, match, harm, age_on_image)
    ledger.append(
        session,
        case_id=match.case_id,
        at=now,
        actor=actor,
        act="hit.judge",
        subject=("match", match_id),
        detail={"verdict": verdict, "harm": harm, "age_on_image": age_on_image},
    )
    return row.id


def _silence_or_not(session: Session, now: dt.datetime, match: StoredMatch) -> None:
    """A rejected address stays silent; taking the rejection back lets it speak again."""
    sighting = session.get_one(StoredSighting, match.sighting_id)
    if match.state == "not_me":
        watch.silence(session, now, case_id=match.case_id, address=address_of(session, sighting), reason="not_me")
    else:
        session.execute(
            delete(SilencedAddress).where(
                SilencedAddress.case_id == match.case_id,
                SilencedAddress.address_blind == sighting.address_blind,
                SilencedAddress.reason == "not_me",
            )
        )


def _keep_signals_or_not(
    session: Session, now: dt.datetime, match: StoredMatch, harm: str | None, age_on_image: str
) -> None:
    """A rejected picture is remembered as such; one of a minor, or of unknown age, leaves no signal behind."""
    if match.state == "not_me":
        negatives.reject(session, now, match)
        negatives.forget_pictures(session, match)
        return
    negatives.take_back(session, now, match)
    under_18_today = session.get_one(CaseFile, match.case_id).under_18_today
    if counts_as(harm, age_on_image, under_18_today) in NEVER_FETCHED:
        negatives.forget_signals(session, match.sighting_id)
    elif match.state == "me":
        negatives.forget_points(session, match)


def address_of(session: Session, sighting: StoredSighting) -> str:
    """The address of a stored sighting, opened."""
    opened = json.loads(
        vault.open_text(session, sighting.case_id, "sighting", "sighting", sighting.id, sighting.sighting_sealed)
    )
    return str(opened["final_url"] or opened["url"])
