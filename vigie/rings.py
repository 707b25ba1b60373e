"""Rings: while this process leads, its clock rings for every due row; whoever hears a ring claims the row itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.orm import Session, sessionmaker

from storage import leader
from storage.database import transaction

TICK = dt.timedelta(seconds=15)
SWEEP = dt.timedelta(hours=6)
LEADERSHIP = dt.timedelta(seconds=60)


@dataclass(frozen=True)
class Ring:
    """One due row of one kind; no two rings of one lock are answered at the same time."""

    kind: str
    row: str
    lock: str


class Bells(Protocol):
    """Carries rings to workers, here or on other machines. A lost ring is harmless: the row is still due, the next
    tick rings again; so is one that rings twice: the row is claimed once."""

    def ring(self, due: Sequence[Ring]) -> None:
        """Ring for these rows; those already rung and not yet answered are left alone."""

    def serve(self) -> None:
        """Answer rings until interrupted."""


class Duty(Protocol):
    """What the clock and the workers need of the workshop."""

    owner: str

    @property
    def kinds(self) -> Mapping[str, Any]: ...
    def due(self, kind: str) -> Sequence[str]: ...
    def locks(self, kind: str, rows: Sequence[str]) -> Mapping[str, str]: ...
    def do(self, kind: str, row: str) -> bool: ...
    def sweep(self) -> None: ...


class Clockwork:
    """The clock of one process: of all that run on one database, one leads and rings, the others stand by."""

    def __init__(
        self, duty: Duty, bells: Bells, factory: sessionmaker[Session], clock: Callable[[], dt.datetime]
    ) -> None:
        self._duty = duty
        self._bells = bells
        self._factory = factory
        self._clock = clock
        self._scheduler = BackgroundScheduler(timezone=dt.UTC)

    def start(self) -> None:
        """Tick every fifteen seconds, from now on."""
        for act, every in ((self.tick, TICK), (self.sweep, SWEEP)):
            trigger = IntervalTrigger(seconds=int(every.total_seconds()), timezone=dt.UTC)
            self._scheduler.add_job(act, trigger, coalesce=True, max_instances=1, misfire_grace_time=None)
        self._scheduler.add_job(self.tick)
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    def tick(self) -> None:
        """Ring for every due row, when this process leads."""
        if self._leads():
            self._bells.ring([ring for kind in self._duty.kinds for ring in self._due(kind)])

    def sweep(self) -> None:
        """What has outlived its retention goes; one machine is enough for that."""
        if self._leads():
            self._duty.sweep()

    def _due(self, kind: str) -> list[Ring]:
        rows = self._duty.due(kind)
        locks = self._duty.locks(kind, rows)
        return [Ring(kind, row, locks[row]) for row in rows if row in locks]

    def _leads(self) -> bool:
        with transaction(self._factory) as session:
            return leader.take(session, "clock", self._duty.owner, self._clock(), LEADERSHIP)
