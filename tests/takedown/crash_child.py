"""The process that a test kills: it drafts, approves and sends one letter, and dies at a counted boundary."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from storage.database import open_engine, session_factory, transaction
from storage.vault import Vault
from takedown import outbox
from takedown.compose import stationery
from takedown.delivery.file import FileChannel
from takedown.delivery.message import Channel, OutgoingMessage, Receipt
from takedown.tables import NoticeRow, TrackRow
from tests.takedown.desk import Desk, Hands, book, catalogue, settings

KEY = b"a key for tests only, 32 bytes long or more"
BOUNDARIES = 14
"""Before and after the commits of draft, ready, approve, claim, depart, arrive; before and after the delivery."""

Boundary = Callable[[], None]


class Fuse:
    """Calls `burn` at the boundary with this number, counted from 0; never for a number below it."""

    def __init__(self, at: int, burn: Callable[[], object]) -> None:
        self.left = at
        self.burn = burn

    def __call__(self, *_: Any) -> None:
        self.left -= 1
        if self.left == -1:
            self.burn()


@dataclass(frozen=True)
class MailLedger:
    """A mail server that writes the key of every letter it takes into a file, for good."""

    folder: Path
    kind: str = "email"

    def deliver(self, message: OutgoingMessage) -> Receipt:
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "taken").open("a") as ledger:
            ledger.write(f"{message.key}\n")
            ledger.flush()
            os.fsync(ledger.fileno())
        return Receipt(self.kind, message.date, {"code": 250})


@dataclass(frozen=True)
class Fused:
    """A channel with a boundary before and after it."""

    inner: Channel
    boundary: Boundary

    @property
    def kind(self) -> str:
        return self.inner.kind

    def deliver(self, message: OutgoingMessage) -> Receipt:
        self.boundary()
        receipt = self.inner.deliver(message)
        self.boundary()
        return receipt


def channel(kind: str, folder: Path) -> Channel:
    return MailLedger(folder) if kind == "email" else FileChannel(folder)


def taken(kind: str, folder: Path) -> list[str]:
    """What left, one entry a letter: lines of the ledger, or mails in the folder."""
    if kind == "email":
        return (folder / "taken").read_text().split() if (folder / "taken").exists() else []
    return [path.name for path in folder.rglob("*.eml")]


def open_desk(about: dict[str, Any]) -> Desk:
    """The desk on an existing database."""
    folder = Path(about["folder"])
    chosen = settings(folder, **({} if about["kind"] == "email" else {"smtp_host": None}))
    factory = session_factory(open_engine(about["database"]), Vault(KEY))
    return Desk(
        factory, Hands(dt.datetime.fromisoformat(about["now"])), chosen, catalogue(), about["agent"], about["lead"],
        about["lawyer"], about["case_id"], stationery(chosen, book()),
    )  # fmt: skip


def fuse_commits(factory: sessionmaker[Session], boundary: Boundary) -> None:
    event.listen(factory, "before_commit", boundary)
    event.listen(factory, "after_commit", boundary)


def carry_on(desk: Desk, way: Channel) -> None:
    """Do whatever is left to do, as the people and the worker of a restarted instance would."""
    write(desk)
    send_due(desk, way)


def write(desk: Desk) -> None:
    """What the people do: draft, declare ready, approve."""
    with transaction(desk.factory) as session:
        notice = session.query(NoticeRow.id, NoticeRow.status).first()
        if notice is None:
            track = session.query(TrackRow.id).filter_by(case_id=desk.case_id).scalar()
            notice_id, status = desk.draft(session, [track]), "draft"
    if notice is not None:
        notice_id, status = notice
    if status == "draft":
        with transaction(desk.factory) as session:
            desk.ready(session, notice_id)
    if status in ("draft", "ready"):
        with transaction(desk.factory) as session:
            desk.approve(session, notice_id)


def send_due(desk: Desk, way: Channel) -> None:
    """What the worker does once the undo window is over."""
    desk.clock.forward(minutes=11)
    for dispatch_id in due(desk):
        desk.send(dispatch_id, way)


def due(desk: Desk) -> list[str]:
    with desk.factory() as session:  # a look that commits nothing is no boundary
        return list(outbox.due(session, desk.clock()))


def main() -> None:
    about = json.loads(sys.stdin.read())
    desk = open_desk(about)
    fuse = Fuse(about["point"], lambda: os.kill(os.getpid(), signal.SIGKILL))
    way = Fused(channel(about["kind"], Path(about["folder"]) / "out"), fuse)
    fuse_commits(desk.factory, fuse)
    carry_on(desk, way)


if __name__ == "__main__":
    main()
