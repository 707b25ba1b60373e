"""The no-fetch list, the leader's lock, and rows that are inserted once."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from sqlalchemy.orm import Session, sessionmaker

from storage import leader, nofetch
from storage.database import insert_new, new_id, transaction
from storage.tables import NoFetch

ADDRESS = "https://images.example/galerie/12"
LEASE = dt.timedelta(seconds=60)


def test_a_barred_address_is_kept_as_a_hash_that_only_the_key_makes(session: Session, now: dt.datetime) -> None:
    nofetch.add(session, now, ADDRESS)
    expected = hmac.new(bytes.fromhex(nofetch.key(session)), ADDRESS.encode(), hashlib.sha256).hexdigest()
    assert nofetch.hashes(session) == [expected]
    assert expected != hashlib.sha256(ADDRESS.encode()).hexdigest()


def test_an_address_barred_twice_is_on_the_list_once(session: Session, now: dt.datetime) -> None:
    nofetch.add(session, now, ADDRESS)
    nofetch.add(session, now + dt.timedelta(days=1), ADDRESS)
    assert len(nofetch.hashes(session)) == 1


def test_inserting_says_who_made_the_row(session: Session, now: dt.datetime) -> None:
    assert insert_new(session, NoFetch, address_hash="a", created_at=now)
    assert not insert_new(session, NoFetch, address_hash="a", created_at=now)


def test_one_leader_at_a_time_renews_and_is_followed_when_silent(
    factory: sessionmaker[Session], now: dt.datetime
) -> None:
    def take(owner: str, seconds: int) -> bool:
        with transaction(factory) as session:
            return leader.take(session, "clock", owner, now + dt.timedelta(seconds=seconds), LEASE)

    assert take("first", 0)
    assert not take("second", 10)
    assert take("first", 50)
    assert not take("second", 109)
    assert take("second", 111)
    assert not take("first", 112)


def test_roles_of_different_names_do_not_meet(session: Session, now: dt.datetime) -> None:
    assert leader.take(session, "clock", "first", now, LEASE)
    assert leader.take(session, "sweeper", "second", now, LEASE)


def test_ids_sort_by_the_time_they_were_made(now: dt.datetime) -> None:
    ids = [new_id(now + dt.timedelta(milliseconds=step)) for step in range(50)]
    assert ids == sorted(ids)
    assert {(one[14], one[19] in "89ab") for one in ids} == {("7", True)}
