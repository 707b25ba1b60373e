"""A clock that was set back is seen and holds nobody up."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from storage import leader, ledger, standing
from storage.vault import INSTANCE, prepare_instance

LEASE = dt.timedelta(seconds=60)
DAY = dt.timedelta(days=1)


def test_a_clock_behind_what_is_recorded_was_set_back_and_one_that_runs_was_not(
    session: Session, now: dt.datetime
) -> None:
    prepare_instance(session, now)
    assert standing.set_back(session, now - DAY) is None  # nothing is recorded yet
    ledger.append(session, case_id=INSTANCE, at=now, actor="system", act="source.read")
    assert standing.set_back(session, now + DAY) is None
    assert standing.set_back(session, now - standing.SLACK) is None  # another machine's clock may differ a little
    assert standing.set_back(session, now - DAY) == DAY


def test_a_lease_taken_by_a_clock_that_ran_ahead_stops_no_other_worker(session: Session, now: dt.datetime) -> None:
    assert leader.take(session, "clock", "first", now + DAY, LEASE)
    assert leader.take(session, "clock", "second", now, LEASE)
    assert not leader.take(session, "clock", "first", now, LEASE)
    assert not leader.take(session, "clock", "third", now - standing.SLACK, LEASE)
