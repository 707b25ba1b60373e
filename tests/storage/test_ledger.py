"""The ledger: whatever is done to a chain from outside is seen, and writers at once leave no fork."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from storage import ledger, vault
from storage.database import transaction
from storage.tables import LedgerEntry, LedgerHead

CASE = "case-a"
LENGTH = 6


@pytest.fixture
def chain(factory: sessionmaker[Session], now: dt.datetime) -> sessionmaker[Session]:
    with transaction(factory) as session:
        vault.create_case_key(session, CASE, now)
        for number in range(LENGTH):
            ledger.append(session, case_id=CASE, at=now, actor="system", act="thing.done", detail={"number": number})
    return factory


def report(factory: sessionmaker[Session]) -> ledger.ChainReport:
    with transaction(factory) as session:
        return ledger.verify(session, CASE)


def test_an_untouched_chain_is_intact_and_its_details_open(chain: sessionmaker[Session]) -> None:
    assert report(chain).intact
    with transaction(chain) as session:
        details = [ledger.detail(session, entry)["number"] for entry in ledger.read(session, CASE)]
    assert details == list(range(LENGTH))


@pytest.mark.parametrize("seq", range(1, LENGTH + 1))
@pytest.mark.parametrize("column", ["actor", "act", "subject_table", "subject_id", "hash", "previous_hash"])
def test_an_edit_of_any_column_is_seen_at_its_entry(chain: sessionmaker[Session], seq: int, column: str) -> None:
    with transaction(chain) as session:
        session.execute(update(LedgerEntry).where(LedgerEntry.seq == seq).values({column: "changed"}))
    assert report(chain).broken_at == seq


@pytest.mark.parametrize("seq", range(1, LENGTH + 1))
def test_an_edit_of_the_sealed_detail_or_of_the_time_is_seen(chain: sessionmaker[Session], seq: int) -> None:
    with transaction(chain) as session:
        session.execute(update(LedgerEntry).where(LedgerEntry.seq == seq).values(detail_sealed=b"changed"))
    assert report(chain).broken_at == seq


@pytest.mark.parametrize("seq", range(1, LENGTH + 1))
def test_a_deleted_entry_is_seen_the_last_one_too(chain: sessionmaker[Session], seq: int) -> None:
    with transaction(chain) as session:
        session.execute(delete(LedgerEntry).where(LedgerEntry.seq == seq))
    assert report(chain).broken_at == seq


@pytest.mark.parametrize("seq", range(1, LENGTH))
def test_two_swapped_entries_are_seen(chain: sessionmaker[Session], seq: int) -> None:
    with transaction(chain) as session:
        for old, new in ((seq, 100), (seq + 1, seq), (100, seq + 1)):
            session.execute(update(LedgerEntry).where(LedgerEntry.seq == old).values(seq=new))
    assert report(chain).broken_at == seq


@pytest.mark.parametrize("kept", range(LENGTH))
def test_a_truncated_chain_is_seen(chain: sessionmaker[Session], kept: int) -> None:
    with transaction(chain) as session:
        session.execute(delete(LedgerEntry).where(LedgerEntry.seq > kept))
    assert report(chain).broken_at == kept + 1


def test_a_chain_without_its_head_is_seen(chain: sessionmaker[Session]) -> None:
    with transaction(chain) as session:
        session.execute(delete(LedgerHead))
    assert not report(chain).intact


def test_the_chain_is_verifiable_after_the_case_was_erased(chain: sessionmaker[Session], now: dt.datetime) -> None:
    with transaction(chain) as session:
        vault.destroy_case_key(session, CASE, now)
    assert report(chain).intact
    with transaction(chain) as session, pytest.raises(vault.KeyDestroyed):
        ledger.detail(session, ledger.read(session, CASE)[0])


def test_a_verification_sees_what_changed_behind_a_session_that_had_read_it(chain: sessionmaker[Session]) -> None:
    with transaction(chain) as session:
        ledger.read(session, CASE)
        changed = update(LedgerEntry).where(LedgerEntry.seq == 2).values(actor="somebody")
        session.execute(changed, execution_options={"synchronize_session": False})
        assert ledger.verify(session, CASE).broken_at == 2


def test_writers_at_once_leave_no_fork_and_no_gap(factory: sessionmaker[Session], now: dt.datetime) -> None:
    with transaction(factory) as session:
        vault.create_case_key(session, CASE, now)
    errors: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(15):
                with transaction(factory) as session:
                    ledger.append(session, case_id=CASE, at=now, actor="system", act="thing.done")
        except Exception as error:  # noqa: BLE001 - whatever a thread meets must fail the test
            errors.append(error)

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not errors
    assert report(factory).intact
    with transaction(factory) as session:
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 8 * 15
