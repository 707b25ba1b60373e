"""The clock and the threads of one machine: one leads, and no two threads ask the same place."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy.orm import Session, sessionmaker

from monitor import planner
from tests.conftest import NOW
from vigie.rings import LEADERSHIP, Clockwork, Ring
from vigie.threads import Threads

FORUM = [Ring("scan", row, "host:forum.example") for row in ("a", "b")]
ELSEWHERE = Ring("scan", "c", "host:gallery.example")


class Duty:
    """Rows that are answered when the test lets them be."""

    def __init__(self, owner: str, due: Sequence[Ring] = ()) -> None:
        self.owner, self.rings = owner, {ring.row: ring for ring in due}
        self.kinds = {"scan": None}
        self.begun: list[str] = []
        self.seen = threading.Condition()
        self.leave = threading.Semaphore(0)
        self.swept = 0
        self.erased = ""

    def due(self, _kind: str) -> Sequence[str]:
        return list(self.rings)

    def locks(self, _kind: str, rows: Sequence[str]) -> Mapping[str, str]:
        return {row: self.rings[row].lock for row in rows if row != self.erased}

    def do(self, _kind: str, row: str) -> bool:
        with self.seen:
            self.begun.append(row)
            self.seen.notify_all()
        return self.leave.acquire()

    def sweep(self) -> None:
        self.swept += 1

    def has_begun(self, *rows: str) -> bool:
        with self.seen:
            return self.seen.wait_for(lambda: self.begun == list(rows), timeout=10)


class Listening:
    """Bells that note what was rung."""

    def __init__(self) -> None:
        self.heard: list[Ring] = []

    def ring(self, due: Sequence[Ring]) -> None:
        self.heard += due

    def serve(self) -> None:
        raise AssertionError("nobody serves here")


def test_a_thread_passes_over_a_place_that_another_is_asking() -> None:
    duty = Duty("here", [*FORUM, ELSEWHERE])
    bells = Threads(duty)
    threading.Thread(target=bells.serve, daemon=True).start()
    bells.ring([*FORUM, ELSEWHERE])
    assert duty.has_begun("a", "c")
    duty.leave.release(2)
    assert duty.has_begun("a", "c", "b")
    duty.leave.release()


def test_a_row_that_is_being_done_is_not_rung_again() -> None:
    duty = Duty("here", [ELSEWHERE])
    bells = Threads(duty)
    threading.Thread(target=bells.serve, daemon=True).start()
    bells.ring([ELSEWHERE])
    assert duty.has_begun("c")
    bells.ring([ELSEWHERE])
    bells.ring([*FORUM[:1]])
    assert duty.has_begun("c", "a")
    duty.leave.release(2)


def test_one_clock_rings_and_the_others_stand_by_until_it_falls_silent(factory: sessionmaker[Session]) -> None:
    now, bells = [NOW], Listening()
    north, south = Duty("north", [ELSEWHERE]), Duty("south", FORUM)
    first, second = (Clockwork(duty, bells, factory, lambda: now[0]) for duty in (north, south))
    first.tick(), second.tick(), second.sweep()
    assert bells.heard == [ELSEWHERE]
    now[0] += LEADERSHIP + dt.timedelta(seconds=1)
    second.tick(), second.sweep(), first.sweep()
    assert bells.heard == [ELSEWHERE, *FORUM]
    assert (north.swept, south.swept) == (0, 1)


def test_a_case_erased_while_the_clock_asks_costs_no_other_row_its_ring(factory: sessionmaker[Session]) -> None:
    duty, bells = Duty("north", [*FORUM, ELSEWHERE]), Listening()
    duty.erased = FORUM[0].row
    Clockwork(duty, bells, factory, lambda: NOW).tick()
    assert bells.heard == [FORUM[1], ELSEWHERE]


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"endpoint": "https://User:pw@Search.example:8888/x", "language": "fr"}, "host:search.example:8888"),
        ({"start_urls": ["https://forum.example/a", "https://forum.example/b"]}, "host:forum.example"),
        ({"feeds": ["https://one.example/f", "https://two.example/f"]}, "source:mine"),
        ({}, "source:mine"),
    ],
)
def test_a_sources_place_is_its_one_host_or_itself(settings: dict[str, object], place: str) -> None:
    assert planner.place("mine", settings) == place
