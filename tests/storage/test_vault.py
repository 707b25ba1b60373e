"""The vault: what is sealed opens only where it was sealed, and not at all after erasure."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from storage import vault
from storage.database import StorageError
from storage.vault import KeyDestroyed, SealBroken, Vault

PLACES = st.tuples(
    st.sampled_from(["case-a", "case-b"]), st.sampled_from(["exhibit", "content"]),
    st.sampled_from(["address", "marker"]), st.sampled_from(["row-1", "row-2", "row-3"]),
)  # fmt: skip


@pytest.fixture
def two_cases(session: Session, now: dt.datetime) -> Session:
    for case_id in ("case-a", "case-b"):
        vault.create_case_key(session, case_id, now)
    return session


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sealed_at=PLACES, opened_at=PLACES, text=st.text(max_size=40))
def test_a_value_opens_where_it_was_sealed_and_nowhere_else(
    two_cases: Session, sealed_at: tuple[str, ...], opened_at: tuple[str, ...], text: str
) -> None:
    sealed = vault.seal(two_cases, *sealed_at, text)
    if opened_at == sealed_at:
        assert vault.open_text(two_cases, *opened_at, sealed) == text
    else:
        with pytest.raises(SealBroken):
            vault.open_text(two_cases, *opened_at, sealed)


def test_a_value_with_any_byte_changed_is_refused(two_cases: Session) -> None:
    sealed = vault.seal(two_cases, "case-a", "content", "address", "row-1", "une adresse")
    for position in range(len(sealed)):
        altered = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises(SealBroken):
            vault.open_text(two_cases, "case-a", "content", "address", "row-1", altered)


@pytest.mark.parametrize("length", range(30))
def test_a_value_cut_short_is_refused(two_cases: Session, length: int) -> None:
    sealed = vault.seal(two_cases, "case-a", "content", "address", "row-1", "une adresse")
    with pytest.raises(SealBroken):
        vault.open_text(two_cases, "case-a", "content", "address", "row-1", sealed[:length])


def test_the_same_text_is_never_sealed_twice_alike(two_cases: Session) -> None:
    place = ("case-a", "content", "address", "row-1")
    assert vault.seal(two_cases, *place, "texte") != vault.seal(two_cases, *place, "texte")


def test_after_the_key_is_destroyed_nothing_of_the_case_opens_and_others_still_do(
    two_cases: Session, now: dt.datetime
) -> None:
    hers = vault.seal(two_cases, "case-a", "content", "address", "row-1", "à elle")
    other = vault.seal(two_cases, "case-b", "content", "address", "row-1", "à une autre")
    vault.destroy_case_key(two_cases, "case-a", now)
    with pytest.raises(KeyDestroyed):
        vault.open_text(two_cases, "case-a", "content", "address", "row-1", hers)
    with pytest.raises(KeyDestroyed):
        vault.seal(two_cases, "case-a", "content", "address", "row-1", "encore")
    assert vault.open_text(two_cases, "case-b", "content", "address", "row-1", other) == "à une autre"


def test_another_master_key_opens_nothing(two_cases: Session) -> None:
    sealed = vault.seal(two_cases, "case-a", "content", "address", "row-1", "texte")
    two_cases.info["vault"] = Vault(b"another master key of 32 bytes or more")
    with pytest.raises(SealBroken):
        vault.open_text(two_cases, "case-a", "content", "address", "row-1", sealed)


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(StorageError):
        Vault(b"short")


def test_a_blind_index_depends_on_the_kind_and_on_the_key(vault: Vault) -> None:
    other = Vault(b"another master key of 32 bytes or more")
    assert vault.blind("login", "camille") == vault.blind("login", "camille")
    assert len({vault.blind("login", "camille"), vault.blind("term", "camille"), other.blind("login", "camille")}) == 3


def test_a_naive_instant_is_refused_and_an_aware_one_comes_back_in_utc(two_cases: Session, now: dt.datetime) -> None:
    from storage.tables import Leader

    paris = now.astimezone(dt.timezone(dt.timedelta(hours=1)))
    two_cases.add(Leader(name="clock", owner="a", lease_until=paris))
    two_cases.flush()
    two_cases.expire_all()
    kept = two_cases.get_one(Leader, "clock").lease_until
    assert (kept, kept.tzinfo) == (now, dt.UTC)
    two_cases.add(Leader(name="other", owner="a", lease_until=now.replace(tzinfo=None)))
    with pytest.raises(StatementError, match="time zone"):
        two_cases.flush()
    two_cases.rollback()
