"""The workers: every kind of due work, claimed row by row; killing a worker at any point loses and doubles nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.orm import Session

from config.settings import Settings
from crawler import child
from crawler.exchange import Exchange
from evidence import capture, custody
from monitor import recent, scan
from storage import passing, retention
from storage.database import transaction
from takedown import followup, intake, outbox, post
from takedown.compose import stationery
from takedown.delivery.file import FileChannel
from takedown.delivery.imap import ImapInbox
from takedown.delivery.mail import MailChannel
from takedown.delivery.message import Channel
from vigie.wiring import Wiring

log = structlog.get_logger()


@dataclass(frozen=True)
class Work:
    """One kind of due work: which rows, and how one is done."""

    due: Callable[[Session, dt.datetime], Sequence[str]]
    run: Callable[[str], object]


class Workshop:
    """All kinds of work of one process, under one owner's name."""

    def __init__(self, wiring: Wiring, owner: str, *, scanner: scan.Scanner | None = None) -> None:
        self.wiring = wiring
        self.owner = owner
        self.scanner = scanner or make_scanner(wiring)
        self.kinds: dict[str, Work] = {
            "scan": Work(scan.due, lambda row: scan.run(self.scanner, row, owner)),
            "intake": Work(lambda session, now: intake.due(session), self._intake),
            "look_back": Work(recent.due, self._look_back),
            "forget": Work(passing.expired, self._forget),
            "capture": Work(capture.due, self._capture),
            "post": Work(self._post_due, self._post),
            "dispatch": Work(outbox.due, self._dispatch),
            "follow": Work(followup.due, self._follow),
        }

    def do(self, kind: str, row: str) -> bool:
        """Do one piece of work; an error is logged by its class and leaves the row to be claimed again later."""
        try:
            self.kinds[kind].run(row)
        except Exception as error:  # noqa: BLE001 - one poisoned row must not stop the others
            log.error("work.failed", kind=kind, id=row, error=type(error).__name__)
            return False
        return True

    def once(self, *kinds: str) -> Counter[str]:
        """Do everything that is due now, kind after kind, and count what was done."""
        done: Counter[str] = Counter()
        for kind in kinds or tuple(self.kinds):
            for row in self.due(kind):
                done[kind if self.do(kind, row) else f"{kind}.failed"] += 1
        return done

    def due(self, kind: str) -> Sequence[str]:
        with transaction(self.wiring.factory) as session:
            return self.kinds[kind].due(session, self.wiring.clock())

    def locks(self, kind: str, rows: Sequence[str]) -> Mapping[str, str]:
        """What no two workers may be busy with at once: the place that a run asks; for everything else its own row."""
        if kind != "scan":
            return {row: f"{kind}:{row}" for row in rows}
        with transaction(self.wiring.factory) as session:
            return scan.places(session, rows, self.wiring.catalogue)

    def sweep(self) -> None:
        """Apply the retention rules, then remove evidence files that no exhibit names any more."""
        with transaction(self.wiring.factory) as session:
            retention.purge(session, self.wiring.clock())
        with transaction(self.wiring.factory) as session:
            custody.sweep(session, self.wiring.settings.state_dir)

    def _intake(self, row: str) -> None:
        with transaction(self.wiring.factory) as session:
            intake.run(session, self.wiring.clock(), row, catalogue=self.wiring.catalogue)

    def _look_back(self, row: str) -> None:
        with transaction(self.wiring.factory) as session:
            recent.look_back(session, self.wiring.clock(), row)

    def _forget(self, row: str) -> None:
        with transaction(self.wiring.factory) as session:
            passing.destroy(session, row)

    def _capture(self, row: str) -> None:
        capture.run(
            self.wiring.factory,
            row,
            owner=self.owner,
            clock=self.wiring.clock,
            state_dir=self.wiring.settings.state_dir,
            allow=self.wiring.settings.allow,
            version=self.wiring.version,
        )

    def _dispatch(self, row: str) -> None:
        """Each channel takes what is for it; the others leave it alone."""
        for channel in channels(self.wiring.settings):
            outbox.run(
                self.wiring.factory,
                row,
                owner=self.owner,
                clock=self.wiring.clock,
                sender=channel,
                paper=stationery(self.wiring.settings, self.wiring.letterbook),
                catalogue=self.wiring.catalogue,
            )

    def _post_due(self, session: Session, now: dt.datetime) -> Sequence[str]:
        box = inbox(self.wiring.settings)
        if box is None:
            return ()
        here = post.prepare(session, now, box)
        return [row for row in post.due(session, now) if row == here]

    def _post(self, row: str) -> None:
        settings = self.wiring.settings
        box = inbox(settings)
        if box is not None:
            post.run(
                self.wiring.factory,
                row,
                owner=self.owner,
                clock=self.wiring.clock,
                inbox=box,
                catalogue=self.wiring.catalogue,
                server=settings.imap_authserv_id,
            )

    def _follow(self, row: str) -> None:
        followup.run(
            self.wiring.factory,
            row,
            owner=self.owner,
            clock=self.wiring.clock,
            catalogue=self.wiring.catalogue,
            settings=self.wiring.settings,
            fetch=self._fetch,
        )

    def _fetch(self, address: str, **options: Any) -> Exchange:
        """A look through the child process, at the time of this instance's clock."""
        return child.fetch(address, now=self.wiring.clock(), **options)


def make_scanner(wiring: Wiring) -> scan.Scanner:
    """A scanner on the real child process, with each source's own secrets."""
    given = wiring.settings.secrets
    secrets = {
        source.id: {name: given[name] for name in source.secrets if name in given}
        for source in wiring.catalogue.sources.values()
    }
    return scan.Scanner(
        wiring.factory, wiring.clock, wiring.catalogue, child.run, allow=wiring.settings.allow, secrets=secrets
    )


def channels(settings: Settings) -> tuple[Channel, ...]:
    """The ways out of this instance: files always, mail where a server is set."""
    files = FileChannel(settings.state_dir / "outbox")
    if settings.smtp_host is None:
        return (files,)
    mail = MailChannel(
        settings.smtp_host, settings.smtp_port, settings.smtp_tls, settings.smtp_user, settings.smtp_password
    )
    return files, mail


def inbox(settings: Settings) -> ImapInbox | None:
    """The mailbox of replies, where one is set."""
    if not (settings.imap_host and settings.imap_user and settings.imap_password):
        return None
    return ImapInbox(
        settings.imap_host,
        settings.imap_port,
        settings.imap_user,
        settings.imap_password,
        settings.imap_tls,
        settings.imap_folder,
    )
