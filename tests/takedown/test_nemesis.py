"""Clocks that jump, databases that restart or are full, mail servers that balk: nothing lost, nothing sent blindly."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from demo.mailbox import Mailbox
from storage import ledger
from storage.database import session_factory, transaction
from takedown import outbox
from takedown.delivery.mail import MailChannel
from takedown.tables import DeadlineRow, DispatchRow, NoticeRow, TrackRow
from tests.conftest import SERVER
from tests.takedown.desk import Desk, Postman, codes

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def queued(desk: Desk) -> tuple[Desk, str]:
    """A letter whose undo window is over."""
    with transaction(desk.factory) as session:
        _, dispatch = desk.approved(session)
    desk.clock.forward(minutes=11)
    return desk, dispatch


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


def way(mailbox: Mailbox) -> MailChannel:
    return MailChannel(mailbox.host, mailbox.port, "none")


def state(desk: Desk) -> tuple[str, str]:
    with transaction(desk.factory) as session:
        return session.query(DispatchRow).one().status, session.query(NoticeRow).one().status


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
def test_a_server_that_asks_to_wait_gets_the_letter_once_when_it_can(
    queued: tuple[Desk, str], mailbox: Mailbox, at: str
) -> None:
    desk, dispatch = queued
    mailbox.mode, mailbox.at = "later", at  # type: ignore[assignment]
    assert [desk.send(dispatch, way(mailbox)), desk.send(dispatch, way(mailbox))] == ["queued", None]
    with transaction(desk.factory) as session:
        assert session.query(DispatchRow).one().error_class == "smtp_451"
        assert codes(session, desk.case_id)[-1] == "dispatch.delayed"
    mailbox.mode = "accept"
    desk.clock.forward(minutes=6)
    assert desk.send(dispatch, way(mailbox)) == "sent"
    assert len(mailbox.messages) == 1


def test_a_server_that_asks_to_wait_for_ever_sets_the_letter_aside_for_a_person(
    queued: tuple[Desk, str], mailbox: Mailbox
) -> None:
    desk, dispatch = queued
    mailbox.mode = "later"
    for _ in range(8):
        desk.send(dispatch, way(mailbox))
        desk.clock.forward(hours=3)
    assert state(desk) == ("failed", "ready")
    with transaction(desk.factory) as session:
        assert [row.id for row in outbox.doubtful(session, desk.case_id)] == [dispatch]
        assert "dispatch.set_aside" in codes(session, desk.case_id)
    assert mailbox.messages == []


def test_a_server_that_refuses_for_good_is_not_asked_again(queued: tuple[Desk, str], mailbox: Mailbox) -> None:
    desk, dispatch = queued
    mailbox.mode = "refuse"
    assert desk.send(dispatch, way(mailbox)) == "failed"
    mailbox.mode = "accept"
    desk.clock.forward(hours=9)
    assert desk.send(dispatch, way(mailbox)) is None
    assert mailbox.messages == []
    assert state(desk) == ("failed", "ready")


def test_a_line_cut_after_the_letter_is_in_doubt_until_a_person_looked(
    queued: tuple[Desk, str], mailbox: Mailbox
) -> None:
    desk, dispatch = queued
    mailbox.mode = "cut"
    assert desk.send(dispatch, way(mailbox)) == "in_doubt"
    mailbox.mode = "accept"
    for _ in range(3):
        desk.clock.forward(days=1)
        assert desk.send(dispatch, way(mailbox)) is None
    assert len(mailbox.messages) == 1
    with transaction(desk.factory) as session:
        outbox.resolve_doubt(session, desk.clock(), dispatch, sent=True, actor=desk.lead, catalogue=desk.catalogue)
    assert state(desk) == ("sent", "sent")
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize("jumps", list(itertools.product((-DAY, -HOUR, HOUR, DAY), repeat=2)), ids=str)
def test_a_clock_that_jumps_while_a_letter_leaves_sends_it_once(
    queued: tuple[Desk, str], jumps: tuple[dt.timedelta, dt.timedelta]
) -> None:
    desk, dispatch = queued
    postman, steps = Postman(), itertools.chain(jumps, itertools.repeat(dt.timedelta(0)))
    real = desk.clock

    def jumping() -> dt.datetime:
        now = real()
        real.now += next(steps)
        return now

    desk.clock = jumping  # type: ignore[assignment]
    for _ in range(40):
        desk.send(dispatch, postman)
        real.now += dt.timedelta(hours=2)
    assert len(postman.given) <= 1
    status = state(desk)[0]
    assert status == ("sent" if postman.given else "in_doubt")
    desk.clock = real
    with transaction(desk.factory) as session:
        assert ledger.verify(session, desk.case_id).intact
        assert session.query(DeadlineRow).count() in (0, 2)


def test_a_clock_set_back_for_a_day_loses_nothing_that_was_due(queued: tuple[Desk, str]) -> None:
    desk, dispatch = queued
    postman = Postman()
    desk.clock.now -= DAY
    assert desk.send(dispatch, postman) is None
    desk.clock.now += DAY
    assert desk.send(dispatch, postman) == "sent"
    with transaction(desk.factory) as session:
        assert session.query(TrackRow).one().status == "waiting"


def engine_of(desk: Desk) -> Engine:
    with desk.factory() as session:
        bound = session.get_bind()
    assert isinstance(bound, Engine)
    return bound


@pytest.mark.parametrize("stage", [1, 2, 3])
def test_a_database_that_restarts_at_any_step_loses_and_doubles_nothing(queued: tuple[Desk, str], stage: int) -> None:
    desk, dispatch = queued
    engine, postman, passed = engine_of(desk), Postman(), itertools.count(1)
    vault = desk.factory.kw["info"]["vault"]
    doomed = session_factory(engine, vault)

    def restart(session: object) -> None:
        if next(passed) == stage:
            cut_connections(engine, session)

    event.listen(doomed, "before_commit", restart)
    there = replace(desk, factory=doomed)
    with pytest.raises((DBAPIError, RuntimeError)):
        there.send(dispatch, postman)
    for _ in range(3):
        desk.clock.forward(minutes=11)
        desk.send(dispatch, postman)
    assert len(postman.given) <= 1
    assert state(desk)[0] == {1: "sent", 2: "sent", 3: "in_doubt"}[stage]


def cut_connections(engine: Engine, session: object) -> None:
    """What a restarted PostgreSQL does to every connection; on SQLite the process loses its file handle."""
    if engine.dialect.name == "sqlite":
        raise RuntimeError("the database went away")
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": engine.url.database},
        )
    server.dispose()


def fill(desk: Desk) -> None:
    """Write until there is no more room."""
    for number in range(30):
        with transaction(desk.factory) as session:
            desk.content(session, f"https://images.example/fill/{number}")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_full_disk_stops_the_work_and_what_was_due_goes_on_afterwards(queued: tuple[Desk, str]) -> None:
    desk, dispatch = queued
    engine, postman = engine_of(desk), Postman()

    def limit(pages: int) -> None:
        """SQLite's own way to say that there is no more room: every connection from now on has this many pages."""
        engine.dispose()
        event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count={pages}"))

    with engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit(used)
    with pytest.raises(DBAPIError, match="full"):
        fill(desk)
    limit(1_000_000)
    desk.clock.forward(hours=1)
    assert desk.send(dispatch, postman) == "sent"
    assert len(postman.given) == 1
    with transaction(desk.factory) as session:
        assert ledger.verify(session, desk.case_id).intact
