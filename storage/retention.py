"""How long each table's rows are kept: one rule per table, carried out by `purge`, and by `forget` at an erasure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, text
from sqlalchemy.orm import Session

from storage.database import Base, Instant, changed

OF_CASE = "case_id IN (SELECT id FROM case_file WHERE status = 'erased')"


@dataclass(frozen=True)
class Rule:
    """Why rows stay; and, where they go, after how long and under which condition (SQL, `:cutoff` = now - `after`)."""

    why: str
    erased: str | None = None  # condition under which a row belongs to an erased case
    after: dt.timedelta | None = None
    where: str | None = None


def _with_case(why: str = "Part of the case: stays until the person has the case erased.") -> Rule:
    return Rule(why, erased=OF_CASE)


def _days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


REJECTED_AFTER = _days(7)
LOGS_AFTER = _days(366)  # CNIL, recommendation on logging (2021): six months to one year

RULES: Mapping[str, Rule] = {
    "case_key": Rule("Without its key an erased case is noise; the row says when the key was destroyed."),
    "ledger_entry": Rule("Append-only: what it says is sealed under the case key, the chain outlives erasure."),
    "ledger_head": Rule("Anchors the chain of the ledger."),
    "no_fetch": Rule("Keyed hashes of addresses that nobody may fetch again, whatever becomes of the case."),
    "passing_key": Rule(
        "A day: then what it sealed is noise, in the database and in every backup made since.",
        after=_days(1), where="created_at <= :cutoff",
    ),
    "leader": Rule("One row per role, overwritten."),
    "organisation": Rule("Stays while the instance is used."),
    "account": Rule("The ledger refers to it; a person who leaves is disabled, login and name stay sealed."),
    "case_file": Rule("After erasure a number and dates stay, to answer that the case was erased and when."),
    "member": _with_case(),
    "mandate": _with_case(),
    "web_session": Rule(
        "Eight hours at most, one day more to show where one was signed in.",
        erased=OF_CASE, after=_days(1), where="created_at < :cutoff",
    ),
    "token": Rule("Thirty days after it was revoked.", after=_days(30), where="revoked_at < :cutoff"),
    "calendar_feed": Rule("Thirty days after it was revoked.", after=_days(30), where="revoked_at < :cutoff"),
    "watch": _with_case(),
    "watch_term": _with_case(),
    "fingerprint": _with_case(),
    "negative_print": _with_case(),
    "recent_media": Rule(
        "A day: signals of pictures for prints registered later.", after=_days(1), where="seen_at <= :cutoff"
    ),
    "watch_source": _with_case(),
    "source_use": Rule("Quotas are daily; a month shows a trend.", after=_days(31), where="day < :cutoff_day"),
    "run": Rule(
        "Twelve months, as a log; a run that found something stays as long as what it found.",
        erased=OF_CASE, after=LOGS_AFTER,
        where="started_at < :cutoff AND NOT EXISTS (SELECT 1 FROM sighting WHERE sighting.run_id = run.id)",
    ),
    "sighting": Rule(
        "Stays while a match points at it; seven days when none does any more.",
        erased=OF_CASE, after=REJECTED_AFTER,
        where='fetched_at < :cutoff AND NOT EXISTS (SELECT 1 FROM "match" m WHERE m.sighting_id = sighting.id)',
    ),
    "match": Rule(
        "Rejected by the machine or by a person: seven days. Others stay with the case.",
        erased=OF_CASE, after=REJECTED_AFTER,
        where="created_at < :cutoff AND (state = 'not_me' OR (state = 'new' AND band = 'rejected'))"
        ' AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.match_id = "match".id)',
    ),
    "judgement": Rule(
        "Seven days for matches that a person rejected: the silenced address remembers what is needed.",
        erased=OF_CASE, after=REJECTED_AFTER,
        where='match_id IN (SELECT m.id FROM "match" m WHERE m.state = \'not_me\''
        " AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.match_id = m.id AND j.at >= :cutoff))",
    ),
    "silenced_address": _with_case("A blind index that keeps an address from alerting again; goes with the case."),
    "watch_change": Rule(
        "Workers poll it within minutes; the newest row stays so that numbers never start again.",
        after=_days(31), where="at < :cutoff AND seq < (SELECT max(w.seq) FROM watch_change w)",
    ),
    "exhibit": _with_case("Evidence stays as long as the person chooses: until the case is erased."),
    "content": _with_case(),
    "track": _with_case(),
    "notice": _with_case(),
    "notice_track": Rule(
        "Goes with the notice.",
        erased="notice_id IN"
        " (SELECT id FROM notice WHERE case_id IN (SELECT id FROM case_file WHERE status = 'erased'))",
    ),
    "notice_version": _with_case("What a letter said before it was changed: stays until the case is erased."),
    "office_document": Rule(
        "Letterhead and signature of an office: what left shows them; one year after they were taken away.",
        after=LOGS_AFTER, where="removed_at < :cutoff",
    ),
    "dispatch": _with_case(),
    "deadline": _with_case(),
    "reply": _with_case(),
    "unmatched_mail": Rule(
        "Mail that belongs to no case: ninety days, as long as the longest indicative deadline.",
        after=_days(90), where="received_at < :cutoff",
    ),
    "mailbox": Rule("How far the mailbox was read; one row per mailbox, overwritten."),
    "contact": Rule("Where a network takes reports: public facts of its registry, of no case."),
    "check_made": _with_case(),
    "sign_off": Rule("A lawyer's signature under a template: belongs to the instance, holds no case data."),
    "takedown_event": _with_case(),
}  # fmt: skip


def purge(session: Session, now: dt.datetime) -> dict[str, int]:
    """Delete what the rules say is due, children before parents; gives back how many rows went, by table."""
    gone = {table.name: _purge_table(session, table, now) for table in reversed(Base.metadata.sorted_tables)}
    return {name: count for name, count in gone.items() if count}


def forget(session: Session) -> int:
    """Delete the rows of cases whose status is `erased`, in every table that knows them; the caller erases first."""
    tables = reversed(Base.metadata.sorted_tables)
    return sum(_delete(session, table, RULES[table.name].erased) for table in tables)


def _purge_table(session: Session, table: Table, now: dt.datetime) -> int:
    rule = RULES[table.name]
    cutoff = now - rule.after if rule.after else now
    return _delete(session, table, rule.erased) + _delete(session, table, rule.where, cutoff)


def _delete(session: Session, table: Table, where: str | None, cutoff: dt.datetime | None = None) -> int:
    if where is None:
        return 0
    condition = text(where)
    if ":cutoff_day" in where and cutoff is not None:
        condition = condition.bindparams(bindparam("cutoff_day", cutoff.date()))
    elif ":cutoff" in where:
        condition = condition.bindparams(bindparam("cutoff", cutoff, type_=Instant()))
    return changed(session.execute(table.delete().where(condition)))
