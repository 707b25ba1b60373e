"""What two cases of one person look for twice is looked for once: a page is found, judged and written to once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor import watch
from monitor.tables import Watch, WatchedFingerprint, WatchSource, WatchTerm
from storage import ledger, vault


@dataclass(frozen=True)
class Sought:
    """What one watch looks for, opened: where, its terms by kind and folded value, its prints by type and value."""

    places: frozenset[str]
    terms: dict[tuple[str, str], dict[str, set[str]]]
    prints: frozenset[tuple[str, str]]


def drop(session: Session, now: dt.datetime, keep_case: str, other_case: str, *, actor: str) -> int:
    """Stop looking in `other_case` for what an active watch of `keep_case` looks for in the same places or more.

    The rows stay, marked, for the history; a watch with nothing left is paused. Gives how many terms and prints went.
    """
    kept = [_sought(session, row) for row in watch.of_case(session, keep_case) if row.status == "active"]
    return sum(_thin(session, now, row, kept, actor) for row in watch.of_case(session, other_case))


def _thin(session: Session, now: dt.datetime, row: Watch, kept: list[Sought], actor: str) -> int:
    places = _places(session, row)
    wider = [one for one in kept if places <= one.places]
    terms = [term for term in watch.terms_of(session, [row.id]) if any(_covers(session, one, term) for one in wider)]
    prints = [one for one in _prints(session, row) if any(_value(session, one) in other.prints for other in wider)]
    for term in terms:
        watch.remove_term(session, now, term.id, actor=actor)
    for found in prints:
        found.removed_at = now
        ledger.append(session, case_id=row.case_id, at=now, actor=actor, act="watch.remove_print",
                      subject=("fingerprint", found.id))  # fmt: skip
    session.flush()
    if terms or prints:
        watch.changed(session, now, row.id)
        if row.status == "active" and not watch.terms_of(session, [row.id]) and not _prints(session, row):
            watch.move(session, now, row.id, "pause", actor=actor)
    return len(terms) + len(prints)


def _sought(session: Session, row: Watch) -> Sought:
    terms: dict[tuple[str, str], dict[str, set[str]]] = {}
    for term in watch.terms_of(session, [row.id]):
        words = _words(session, term)
        terms[term.kind, words.pop("value").pop()] = words
    return Sought(_places(session, row), terms, frozenset(_value(session, one) for one in _prints(session, row)))


def _covers(session: Session, sought: Sought, term: WatchTerm) -> bool:
    """Whether all that the term would find is found already: as many spellings and contexts, no further exclusion."""
    words = _words(session, term)
    wider = sought.terms.get((term.kind, words["value"].pop()))
    return wider is not None and (
        words["aliases"] <= wider["aliases"]
        and words["context"] <= wider["context"]
        and wider["exclude"] <= words["exclude"]
    )


def _words(session: Session, term: WatchTerm) -> dict[str, set[str]]:
    opened = watch.words(session, term)
    folded = {name: {str(word).casefold() for word in opened[name]} for name in ("aliases", "context", "exclude")}
    return {"value": {str(opened["value"]).casefold()}, **folded}


def _places(session: Session, row: Watch) -> frozenset[str]:
    return frozenset(session.scalars(select(WatchSource.source).where(WatchSource.watch_id == row.id)))


def _prints(session: Session, row: Watch) -> list[WatchedFingerprint]:
    query = select(WatchedFingerprint).where(
        WatchedFingerprint.watch_id == row.id, WatchedFingerprint.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(WatchedFingerprint.id)))


def _value(session: Session, row: WatchedFingerprint) -> tuple[str, str]:
    return row.type, vault.open_text(session, row.case_id, "fingerprint", "value", row.id, row.value_sealed)
