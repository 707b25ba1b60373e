"""The examination behind `vigie doctor`: settings, database, ledger, optional parts, and what waits."""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from cases.tables import CaseFile
from monitor import flood
from monitor.tables import WatchSource
from storage import ledger, migrate, standing
from storage.database import transaction
from storage.tables import Leader
from takedown import outbox, unmatched
from takedown.delivery.imap import MailboxError
from takedown.tables import DispatchRow
from vigie import wiring
from vigie.wiring import Wiring
from vigie.workers import inbox

LATE = dt.timedelta(minutes=15)  # an alarm for what nobody sends (trust.md B7)
State = Literal["ok", "absent", "problem"]
EXTRAS = {
    "psycopg": "PostgreSQL as the database (extra: postgres)",
    "procrastinate": "several machines (extra: postgres)",
    "cv2": "recognising crops and edits (extra: images)",
    "av": "videos (extra: video)",
    "playwright": "page screenshots (extra: browser)",
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at, in words that say what to do when it is not well."""

    what: str
    state: State
    words: str


def examine() -> list[Finding]:
    """Every finding; a part that cannot even be loaded is one finding with its own sentence."""
    findings = [Finding("python", "ok", sys.version.split()[0]), *_extras()]
    try:
        loaded = wiring.load()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the set-up is what this command is for
        return [*findings, Finding("settings", "problem", str(error))]
    return [*findings, Finding("settings", "ok", f"mode {loaded.settings.mode}"), *_looked(loaded)]


def _looked(loaded: Wiring) -> Iterator[Finding]:
    looks: dict[str, Callable[[Wiring], Finding]] = {
        "database": _database,
        "catalogue": _catalogue,
        "ledger": _ledgers,
        "mail": _mail,
        "replies": _replies,
        "unmatched mail": _unmatched,
        "clock": _clock,
        "disk": _disk,
        "in doubt": _doubts,
        "letters": _letters,
        "sources": _sources,
        "fingerprints": _stopped,
    }
    for what, look in looks.items():
        try:
            yield look(loaded)
        except Exception as error:  # noqa: BLE001 - one broken part must not hide the others
            yield Finding(what, "problem", f"{type(error).__name__}: {error}")


def _extras() -> Iterator[Finding]:
    for module, what in EXTRAS.items():
        present = importlib.util.find_spec(module) is not None
        yield Finding(
            module, "ok" if present else "absent", what if present else f"not installed; without it: no {what}"
        )
    chromium = shutil.which("chromium")
    yield Finding("chromium", "ok" if chromium else "absent", "browser for `make screenshots`")


def _database(loaded: Wiring) -> Finding:
    differences = migrate.check(loaded.engine, wiring.metadata())
    words = (
        "as this version expects it" if not differences else f"{len(differences)} differences: run `vigie db upgrade`"
    )
    return Finding("database", "problem" if differences else "ok", f"{loaded.engine.dialect.name}, {words}")


def _catalogue(loaded: Wiring) -> Finding:
    known = loaded.catalogue
    return Finding(
        "catalogue",
        "ok",
        f"{len(known.platforms)} platforms, {len(known.sources)} sources, {len(known.deadlines)} deadline rules",
    )


def _ledgers(loaded: Wiring) -> Finding:
    with transaction(loaded.factory) as session:
        broken = [case for case in session.scalars(select(CaseFile.id)) if not ledger.verify(session, case).intact]
    words = "every chain is whole" if not broken else f"{len(broken)} chains are broken: run `vigie audit verify`"
    return Finding("ledger", "problem" if broken else "ok", words)


def _mail(loaded: Wiring) -> Finding:
    if loaded.settings.smtp_host:
        return Finding("mail", "ok", "letters leave by SMTP after approval")
    return Finding("mail", "absent", "no SMTP is set: letters are written to files and you send them yourself")


def _replies(loaded: Wiring) -> Finding:
    """Whether the mailbox of replies can be opened now, and whether anybody's sender can be proved in it."""
    box = inbox(loaded.settings)
    if box is None:
        return Finding("replies", "absent", "no IMAP is set: record answers with `vigie notice reply` or in the portal")
    try:
        with box.opened() as folder:
            folder.validity()
    except MailboxError as error:
        return Finding("replies", "problem", f"the mailbox cannot be opened ({error.error_class}): check VIGIE_IMAP_*")
    if not loaded.settings.imap_authserv_id:
        return Finding("replies", "ok", "read by IMAP; no sender is ever proved: set VIGIE_IMAP_AUTHSERV_ID")
    return Finding("replies", "ok", "read by IMAP")


def _unmatched(loaded: Wiring) -> Finding:
    with transaction(loaded.factory) as session:
        count = unmatched.count(session)
    if count:
        return Finding(
            "unmatched mail", "problem", f"{count} messages answer no known letter: `vigie notice unmatched`"
        )
    return Finding("unmatched mail", "ok", "none waits")


def _clock(loaded: Wiring) -> Finding:
    with transaction(loaded.factory) as session:
        row, behind = session.get(Leader, "clock"), standing.set_back(session, loaded.clock())
    if behind is not None:
        return Finding(
            "clock", "problem",
            f"this machine's clock stands {behind} before what is already recorded: it was set back, or ran ahead. Set "
            "it right (`timedatectl`); what was put off meanwhile waits until then, nothing is lost or sent twice",
        )  # fmt: skip
    if row is None or row.lease_until < loaded.clock():
        return Finding("clock", "absent", "no worker is running: start `vigie serve` or `vigie worker`")
    return Finding("clock", "ok", "a worker is running")


def _disk(loaded: Wiring) -> Finding:
    folder = loaded.settings.state_dir
    free = f"{standing.room(folder) // 1024**2} MB free in the state folder"
    if standing.is_full(folder):
        words = f"only {free}: make room there; nothing is lost, and work that stopped is taken up again by itself"
        return Finding("disk", "problem", words)
    return Finding("disk", "ok", free)


def _doubts(loaded: Wiring) -> Finding:
    with transaction(loaded.factory) as session:
        count = session.scalar(select(func.count()).where(DispatchRow.status == "in_doubt")) or 0
    if count:
        return Finding(
            "in doubt",
            "problem",
            f"{count} letters may or may not have left: look in the mailbox, then say so in the portal",
        )
    return Finding("in doubt", "ok", "no letter is in doubt")


def _letters(loaded: Wiring) -> Finding:
    """Letters that wait too long, are put off by their server, or were set aside: none is lost, all are said."""
    with transaction(loaded.factory) as session:
        late = loaded.clock() - LATE
        number = select(func.count()).select_from(DispatchRow)
        waiting = number.where(DispatchRow.status == "queued", DispatchRow.channel.in_(outbox.MACHINE))
        counts = {
            "failed and set aside": session.scalar(number.where(DispatchRow.status == "failed")),
            "put off by the mail server": session.scalar(waiting.where(DispatchRow.error_class.is_not(None))),
            "waiting for more than 15 minutes": session.scalar(waiting.where(DispatchRow.not_before < late)),
        }
    found = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    words = f"{found}: look at them in the portal, or with `vigie notice list`"
    return Finding("letters", "problem", words) if found else Finding("letters", "ok", "none waits too long")


def _sources(loaded: Wiring) -> Finding:
    with transaction(loaded.factory) as session:
        failing = session.scalar(select(func.count()).where(WatchSource.failures >= 3)) or 0
    if failing:
        return Finding("sources", "problem", f"{failing} sources failed three times in a row: see `vigie source plan`")
    return Finding("sources", "ok", "none keeps failing")


def _stopped(loaded: Wiring) -> Finding:
    """Registered pictures that matched too much and are not compared: nobody is protected by them meanwhile."""
    with transaction(loaded.factory) as session:
        count = len(flood.stopped(session))
    if count:
        words = "matched too much and are not compared: `vigie exchange list WATCH`, then `vigie exchange release`"
        return Finding("fingerprints", "problem", f"{count} pictures {words}")
    return Finding("fingerprints", "ok", "none is stopped for matching too much")
