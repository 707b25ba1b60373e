"""The whole chain of one instance, from the run to the page that comes back, with a fuse at every commit and effect.

Whatever was cut is done again by `carry_on`, as a restarted worker and the people at their desks would.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, sessionmaker

from evidence import capture, seal
from monitor import scan, store
from monitor.judgement import judge
from monitor.scan import Scanner
from storage.database import open_engine, session_factory, transaction
from storage.vault import Vault
from takedown import checks, followup, intake, outbox, post
from takedown.compose import stationery
from takedown.tables import DispatchRow, EventRow, NoticeRow
from tests.evidence.invented import Web as Archive
from tests.monitor import stage
from tests.takedown.crash_child import Fused, MailLedger, due, send_due, write
from tests.takedown.desk import Desk, Hands, Web, book, catalogue, settings
from tests.takedown.test_post import Folder, authenticated
from tests.takedown.test_replies import RECEIVED, REMOVED, reply
from tests.vigie.kill_child import KEY, PAGES

AFTER_THE_LEASE = dt.timedelta(minutes=30)
Boundary = Callable[[], None]


@dataclass
class Chain:
    """One process on one database: its desk, its mail server's ledger, its fuse."""

    about: dict[str, Any]
    desk: Desk
    boundary: Boundary
    stage: str = "scan"

    @property
    def way(self) -> Fused:
        return Fused(MailLedger(Path(self.about["folder"]) / "out"), self.boundary)

    def run(self) -> None:
        """Everything that is left to do, in the order of the chain."""
        self._scan_and_seal()
        self.stage = "draft"
        write(self.desk)
        self.stage = "send"
        send_due(self.desk, self.way)
        self._look_among_the_sent()
        self.stage = "reply"
        self._read_the_mailbox()
        self.stage = "follow-up"
        self._follow("track.resolved", Web(404, ""), dt.timedelta(hours=25))
        self._follow("track.reappeared", Web(200), dt.timedelta(days=8))

    def _scan_and_seal(self) -> None:
        known: Any = SimpleNamespace(sources={"search": stage.source("search", queries=True)})
        scanner = Scanner(self.desk.factory, self.desk.clock, known, lambda job, queries: iter(PAGES))
        scan.run(scanner, self.about["pair"], "worker")
        self.stage = "judgement"
        self._judge_and_open()
        self.stage = "seal"
        with self.desk.factory() as session:
            exhibits = capture.due(session, self.desk.clock())
        for exhibit in exhibits:
            capture.run(
                self.desk.factory,
                exhibit,
                owner="worker",
                clock=self.desk.clock,
                state_dir=Path(self.about["folder"]),
                version="test",
                fetch=Archive(),
            )

    def _judge_and_open(self) -> None:
        """She says of each hit that it is about her; the worker opens a content for each address."""
        with self.desk.factory() as session:
            fresh = [hit.id for hit in store.hits(session, self.about["watched"]) if hit.state == "new"]
        for hit in fresh:
            with transaction(self.desk.factory) as session:
                judge(session, self.desk.clock(), hit, verdict="me", actor="subject", harm="defamation")
        with self.desk.factory() as session:
            judged = intake.due(session)
        for one in judged:
            with transaction(self.desk.factory) as session:
                intake.run(session, self.desk.clock(), one, catalogue=self.desk.catalogue)

    def _look_among_the_sent(self) -> None:
        """A person looks whether a doubtful letter left, says so, and the worker goes on."""
        with self.desk.factory() as session:
            rows = session.scalars(select(DispatchRow).where(DispatchRow.status == "in_doubt")).all()
        for row in rows:
            with transaction(self.desk.factory) as session:
                outbox.resolve_doubt(session, self.desk.clock(), row.id, sent=bool(left(self.about)),
                                     actor=self.desk.lead, catalogue=self.desk.catalogue)  # fmt: skip
            for dispatch in due(self.desk):
                self.desk.send(dispatch, self.way)

    def _read_the_mailbox(self) -> None:
        with self.desk.factory() as session:
            reference = session.scalar(select(NoticeRow.reference)) or ""
        to = f"notifications+{reference.lower()}@passerelle.example"
        letters = {
            1: authenticated(reply(RECEIVED, to=to)),
            2: reply("Bonjour.", subject="Une question", From="x@ailleurs.example"),
            3: authenticated(reply(REMOVED, to=to, subject="Re: suite")),
            4: authenticated(reply(REMOVED, to=to, subject="Re: suite")),  # delivered twice by some server
        }
        with transaction(self.desk.factory) as session:
            row = post.prepare(session, self.desk.clock(), Folder())
        post.run(self.desk.factory, row, owner="worker", clock=self.desk.clock, inbox=Folder(letters),
                 catalogue=self.desk.catalogue, server="mx.passerelle.example")  # fmt: skip

    def _follow(self, until: str, web: Web, step: dt.timedelta) -> None:
        """Wake what is due, as the clock goes on, until the history says that it is so."""
        for _ in range(8):
            if self._happened(until):
                return
            with self.desk.factory() as session:
                rows = list(followup.due(session, self.desk.clock()))
            for row in rows:
                followup.run(self.desk.factory, row, owner="worker", clock=self.desk.clock,
                             catalogue=self.desk.catalogue, settings=self.desk.settings,
                             fetch=self._fused(web))  # fmt: skip
            self.desk.clock.now += step

    def _happened(self, code: str) -> bool:
        with self.desk.factory() as session:
            return session.scalar(select(func.count()).where(EventRow.code == code)) != 0

    def _fused(self, web: Web) -> checks.Fetch:
        def fetch(address: str, **how: Any) -> Any:
            self.boundary()
            seen = web(address, **how)
            self.boundary()
            return seen

        return fetch


def left(about: dict[str, Any]) -> list[str]:
    """The keys that the mail server took, one a letter."""
    ledger = Path(about["folder"]) / "out" / "taken"
    return ledger.read_text().split() if ledger.exists() else []


@contextmanager
def opened(about: dict[str, Any], boundary: Boundary, *, later: bool = False) -> Iterator[Chain]:
    """The chain on an existing database; `later`: after everything that happened in it, and every lease."""
    folder = Path(about["folder"])
    engine = open_engine(about["database"])
    factory: sessionmaker[Session] = session_factory(engine, Vault(KEY))
    now = dt.datetime.fromisoformat(about["now"])
    if later:
        with factory() as session:
            now = max(now, session.scalar(select(func.max(EventRow.at))) or now) + AFTER_THE_LEASE
    chosen = settings(folder)
    desk = Desk(
        factory, Hands(now), chosen, catalogue(), about["agent"], about["lead"], about["lawyer"], about["takedown"],
        stationery(chosen, book()),
    )  # fmt: skip
    for moment in ("before_commit", "after_commit"):
        event.listen(factory, moment, lambda _: boundary())
    real = seal.write

    def sealed(*args: Any, **how: Any) -> int:
        boundary()
        return real(*args, **how)

    seal.write = sealed
    try:
        yield Chain(about, desk, boundary)
    finally:
        seal.write = real
        engine.dispose()
