"""Watches: made from a document, attested, reviewed, active, paused; their terms and fingerprints, sealed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cases.age import counts_as
from cases.tables import CaseFile
from crawler.address import canonical
from fingerprints.pdq import QUALITY_FLOOR
from fingerprints.signal import HEX_DIGITS
from monitor.document import FingerprintPart, TermPart, WatchDocument
from monitor.errors import WatchRefused
from monitor.tables import SilencedAddress, Watch, WatchChange, WatchedFingerprint, WatchSource, WatchTerm
from storage import ledger, vault
from storage.database import new_id

# From each state, the acts that are possible and the state they lead to (trust.md B1, design.md section 8).
TRANSITIONS: dict[str, dict[str, str]] = {
    "draft": {"attest": "attested"},
    "attested": {"review": "reviewed"},
    "reviewed": {"activate": "active"},
    "active": {"pause": "paused"},
    "paused": {"activate": "active"},
}


@dataclass(frozen=True)
class Added:
    """What became of a document: `refused` names each fingerprint that was not taken, and why, as a code."""

    watch_id: str
    terms: int
    fingerprints: int
    refused: tuple[dict[str, str], ...]


def add(session: Session, now: dt.datetime, *, case_id: str, document: WatchDocument, actor: str) -> Added:
    """Register a watch in state draft, with its terms, fingerprints, sources and own accounts."""
    watch = Watch(id=new_id(now), case_id=case_id, status="draft", created_at=now)
    session.add(watch)
    session.flush()
    terms = sum(_add_term(session, now, watch, part) for part in document.terms)
    taken, refused = _add_fingerprints(session, now, watch, document)
    for source in dict.fromkeys(document.sources):
        session.add(
            WatchSource(id=new_id(now), case_id=case_id, watch_id=watch.id, source=source, due_at=now, failures=0)
        )
    for address in document.own_accounts:
        silence(session, now, case_id=case_id, address=address, reason="own_account")
    changed(session, now, watch.id)
    detail = {"terms": terms, "fingerprints": taken, "sources": list(document.sources)}
    ledger.append(
        session, case_id=case_id, at=now, actor=actor, act="watch.add", subject=("watch", watch.id), detail=detail
    )
    return Added(watch.id, terms, taken, tuple(refused))


def _add_term(session: Session, now: dt.datetime, watch: Watch, part: TermPart) -> int:
    blind = vault.blind(session, "term", f"{watch.id}:{part.kind}:{part.value.casefold()}")
    if session.scalar(select(WatchTerm.id).where(WatchTerm.watch_id == watch.id, WatchTerm.value_blind == blind)):
        return 0
    row_id = new_id(now)
    words = part.model_dump(include={"value", "aliases", "context", "exclude"})
    sealed = vault.seal(session, watch.case_id, "watch_term", "term", row_id, json.dumps(words, ensure_ascii=False))
    session.add(
        WatchTerm(
            id=row_id,
            case_id=watch.case_id,
            watch_id=watch.id,
            kind=part.kind,
            value_blind=blind,
            term_sealed=sealed,
            created_at=now,
        )
    )
    session.flush()
    return 1


def _add_fingerprints(
    session: Session, now: dt.datetime, watch: Watch, document: WatchDocument
) -> tuple[int, list[dict[str, str]]]:
    taken, refused, banks = 0, [], dict[str, str]()
    under_18_today = session.get_one(CaseFile, watch.case_id).under_18_today
    for number, part in enumerate(document.fingerprints):
        reason = _refusal(part, document.age_on_image, under_18_today)
        if reason:
            refused.append({"id": part.id or str(number), "type": part.type, "code": reason})
            continue
        bank = banks.setdefault(part.id or str(number), new_id(now))
        taken += _add_fingerprint(session, now, watch, part, bank)
    return taken, refused


def _refusal(part: FingerprintPart, document_age: str | None, under_18_today: str) -> str | None:
    """Why a fingerprint is not taken: the age on the image comes first (design.md section 7)."""
    answered = part.age_on_image if part.age_on_image != "unknown" else document_age or "unknown"
    age = counts_as(None, answered, under_18_today)
    if age != "adult":
        return "fingerprint.minor" if age == "minor" else "fingerprint.age_unknown"
    if part.refused or (part.type == "pdq" and (part.quality or 0) < QUALITY_FLOOR):
        return "fingerprint.low_quality"
    if part.type == "local-1" and part.image_is != "ordinary" and not part.points_chosen:
        return "fingerprint.points_not_chosen"
    return None


def _add_fingerprint(session: Session, now: dt.datetime, watch: Watch, part: FingerprintPart, bank: str) -> int:
    value = part.value.lower() if part.type in HEX_DIGITS else part.value
    blind = vault.blind(session, "fingerprint", f"{watch.id}:{part.type}:{value}")
    known = select(WatchedFingerprint.id).where(
        WatchedFingerprint.watch_id == watch.id, WatchedFingerprint.value_blind == blind
    )
    if session.scalar(known):
        return 0
    row_id = new_id(now)
    session.add(
        WatchedFingerprint(
            id=row_id,
            case_id=watch.case_id,
            watch_id=watch.id,
            bank_id=bank,
            type=part.type,
            value_blind=blind,
            value_sealed=vault.seal(session, watch.case_id, "fingerprint", "value", row_id, value),
            quality=part.quality,
            created_at=now,
        )
    )
    session.flush()
    return 1


def move(session: Session, now: dt.datetime, watch_id: str, act: str, *, actor: str, waived: bool = False) -> str:
    """Attest, review, activate or pause a watch; gives the new state, raises `WatchRefused` when it cannot be.

    `waived` records that no second person looked, which only personal mode allows (design.md section 5).
    """
    watch = session.get_one(Watch, watch_id)
    target = TRANSITIONS[watch.status].get(act)
    if target is None:
        possible = ", ".join(TRANSITIONS[watch.status]) or "nothing"
        raise WatchRefused(f"A watch that is {watch.status} cannot do that now; possible: {possible}.")
    if act == "review" and watch.attested_by == actor and not waived:
        raise WatchRefused("The person who attested a watch cannot review it: ask somebody else to look at it.")
    moved = session.execute(
        update(Watch)
        .where(Watch.id == watch_id, Watch.status == watch.status)
        .values(status=target, **_marks(act, actor, now))
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise WatchRefused("Somebody else changed this watch just now: look at it again.")
    session.refresh(watch)
    if target == "active":
        watch.look_back_at = now
    changed(session, now, watch_id)
    ledger.append(
        session,
        case_id=watch.case_id,
        at=now,
        actor=actor,
        act=f"watch.{act}",
        subject=("watch", watch_id),
        detail={"waived": waived},
    )
    return target


def _marks(act: str, actor: str, now: dt.datetime) -> Mapping[str, Any]:
    return {
        "attest": {"attested_by": actor, "attested_at": now},
        "review": {"reviewed_by": actor, "reviewed_at": now},
    }.get(act, {})


def silence(session: Session, now: dt.datetime, *, case_id: str, address: str, reason: str) -> None:
    """Make an address silent in a case: her own account, or a hit that a person rejected."""
    blind = vault.blind(session, "address", canonical(address))
    if session.get(SilencedAddress, (case_id, blind)) is None:
        session.add(SilencedAddress(case_id=case_id, address_blind=blind, reason=reason, created_at=now))
        session.flush()


def remove_term(session: Session, now: dt.datetime, term_id: str, *, actor: str) -> None:
    """Stop looking for one term; its row stays, marked, for the history."""
    term = session.get_one(WatchTerm, term_id)
    term.removed_at = now
    changed(session, now, term.watch_id)
    ledger.append(
        session, case_id=term.case_id, at=now, actor=actor, act="watch.remove_term", subject=("watch_term", term_id)
    )


def words(session: Session, term: WatchTerm) -> dict[str, Any]:
    """The opened words of a term: value, aliases, context, exclude."""
    opened: dict[str, Any] = json.loads(
        vault.open_text(session, term.case_id, "watch_term", "term", term.id, term.term_sealed)
    )
    return opened


def terms_of(session: Session, watch_ids: Iterable[str]) -> list[WatchTerm]:
    """The standing terms of some watches."""
    query = select(WatchTerm).where(WatchTerm.watch_id.in_(list(watch_ids)), WatchTerm.removed_at.is_(None))
    return list(session.scalars(query.order_by(WatchTerm.created_at, WatchTerm.id)))


def last_change(session: Session) -> int:
    """The number of the newest change to any watch; workers compare it with the one their index was built at."""
    return session.scalar(select(func.max(WatchChange.seq))) or 0


def changed_since(session: Session, seq: int) -> list[str]:
    """The watches that changed after a change number, each once."""
    return list(session.scalars(select(WatchChange.watch_id).where(WatchChange.seq > seq).distinct()))


def changed(session: Session, now: dt.datetime, watch_id: str) -> None:
    """Tell every worker to look at a watch again before its next page."""
    session.add(WatchChange(watch_id=watch_id, at=now))


def of_case(session: Session, case_id: str) -> list[Watch]:
    """The watches of a case, oldest first."""
    return list(session.scalars(select(Watch).where(Watch.case_id == case_id).order_by(Watch.created_at, Watch.id)))


def summary(session: Session, row: Watch) -> dict[str, Any]:
    """What a list shows of a watch: counts and sources, no words."""
    prints = select(func.count()).where(WatchedFingerprint.watch_id == row.id, WatchedFingerprint.removed_at.is_(None))
    quarantined = select(WatchedFingerprint.id).where(
        WatchedFingerprint.watch_id == row.id,
        WatchedFingerprint.quarantined_at.is_not(None),
        WatchedFingerprint.released_at.is_(None),
    )
    sources = select(WatchSource.source).where(WatchSource.watch_id == row.id).order_by(WatchSource.source)
    return {
        "id": row.id,
        "status": row.status,
        "terms": len(terms_of(session, [row.id])),
        "fingerprints": session.scalar(prints) or 0,
        "quarantined": list(session.scalars(quarantined)),
        "sources": list(session.scalars(sources)),
        "created_at": row.created_at.isoformat(),
    }
