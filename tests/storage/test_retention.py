"""Retention: every table has a rule, and ten years later only what the rules allow is left."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from cases import case, sessions
from storage import retention
from storage.database import Base, transaction

TABLES = Base.metadata.tables
DAY = dt.timedelta(days=1)


@pytest.fixture
def session(world: Any) -> Any:
    with transaction(world.factory) as opened:
        yield opened


def add(session: Session, table: str, **values: Any) -> None:
    session.execute(insert(TABLES[table]).values(**values))


def count(session: Session, table: str) -> int:
    return session.scalar(select(func.count()).select_from(TABLES[table])) or 0


@pytest.fixture
def found(session: Session, world: Any) -> Session:
    """A watch with one run, and a sighting and a match of each kind: kept ones, and rejected ones."""
    at = {"case_id": world.case.id, "created_at": world.now}
    add(session, "watch", id="w", status="active", **at)
    add(session, "watch_source", id="ws", case_id=world.case.id, watch_id="w", source="s", due_at=world.now, failures=0)
    for run in ("with", "without"):
        add(session, "run", id=run, case_id=world.case.id, watch_source_id="ws", source="s", status="done",
            started_at=world.now, pages=0, bytes=0, sightings=0, matches=0, searched=0, error_classes="")  # fmt: skip
    for name, state, band in (("me", "me", "automatic"), ("not_me", "not_me", "automatic"), ("low", "new", "rejected"),
                              ("new", "new", "context")):  # fmt: skip
        add(session, "sighting", id=name, case_id=world.case.id, run_id="with", source="s", address_blind=name,
            sighting_sealed=b"", fetched_at=world.now)  # fmt: skip
        add(session, "match", id=name, watch_id="w", sighting_id=name, dedupe_blind=name, kind="text", band=band,
            score=0.5, algorithm="a", match_sealed=b"", state=state, **at)  # fmt: skip
    for name in ("me", "not_me"):
        add(session, "judgement", id=name, case_id=world.case.id, match_id=name, verdict=name, age_on_image="none",
            actor=world.agent, at=world.now)  # fmt: skip
    for seq in (1, 2):
        add(session, "watch_change", seq=seq, watch_id="w", at=world.now)
    add(session, "source_use", source="s", day=world.now.date(), requests=3)
    add(session, "token", id="t", account_id=world.agent, hash="h", created_at=world.now, revoked_at=world.now)
    sessions.start(session, world.now, account_id=world.agent)
    return session


def ids(session: Session, table: str) -> set[str]:
    return set(session.scalars(select(TABLES[table].c.id)))


def test_every_table_has_a_rule_and_every_rule_a_table_and_a_reason() -> None:
    assert retention.RULES.keys() == TABLES.keys()
    assert all(rule.why.endswith(".") for rule in retention.RULES.values())
    assert all((rule.after is None) == (rule.where is None) for rule in retention.RULES.values())


def test_every_table_of_a_case_forgets_an_erased_one() -> None:
    of_a_case = {name for name, table in TABLES.items() if "case_id" in table.columns}
    kept = {"case_key", "ledger_entry", "ledger_head"}  # what makes the erasure verifiable
    assert {name for name in of_a_case if retention.RULES[name].erased is None} == kept


def test_nothing_goes_before_its_time(found: Session, world: Any) -> None:
    assert retention.purge(found, world.now + DAY) == {}


def test_rejected_matches_go_after_seven_days_and_the_others_stay(found: Session, world: Any) -> None:
    assert "match" not in retention.purge(found, world.now + 7 * DAY)
    retention.purge(found, world.now + 7 * DAY + dt.timedelta(seconds=1))
    assert ids(found, "match") == {"me", "new"}
    assert ids(found, "sighting") == {"me", "new"}
    assert ids(found, "judgement") == {"me"}


def test_ten_years_later_only_what_the_rules_allow_is_left(found: Session, world: Any) -> None:
    members = count(found, "member")
    retention.purge(found, world.now + 3653 * DAY)
    assert ids(found, "run") == {"with"}
    assert ids(found, "match") == {"me", "new"}
    for table, left in (("web_session", 0), ("token", 0), ("source_use", 0), ("watch_change", 1), ("watch", 1)):
        assert count(found, table) == left, table
    assert count(found, "member") == members
    assert found.scalar(select(func.max(TABLES["watch_change"].c.seq))) == 2


def test_an_erased_case_leaves_no_row_in_any_table_but_the_three_that_prove_it(found: Session, world: Any) -> None:
    case.erase(found, world.now, world.case.id, actor="subject")
    for name, table in TABLES.items():
        if "case_id" in table.columns and retention.RULES[name].erased:
            assert count(found, name) == 0 or name == "web_session", name
    assert count(found, "judgement") == 0


def test_rows_that_a_worker_added_after_the_erasure_go_with_the_next_purge(found: Session, world: Any) -> None:
    case.erase(found, world.now, world.case.id, actor="subject")
    add(found, "watch", id="late", case_id=world.case.id, status="draft", created_at=world.now)
    assert retention.purge(found, world.now) == {"watch": 1}
