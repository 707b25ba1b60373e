"""How the machine under the instance stands: room on its disk, and a clock that was set back."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import LedgerEntry

LEAST_ROOM = 500 * 1024 * 1024  # bytes: some hundred exhibits, and the database's own log
SLACK = dt.timedelta(minutes=2)  # by which the clocks of several machines may differ


def room(folder: Path) -> int:
    """Bytes that can still be written where the instance keeps its files. Raises OSError where there is no folder."""
    return shutil.disk_usage(folder).free


def is_full(folder: Path) -> bool:
    """Whether too little room is left for the work to go on safely."""
    return room(folder) < LEAST_ROOM


def set_back(session: Session, now: dt.datetime) -> dt.timedelta | None:
    """By how much the clock stands before the newest entry of the ledgers, when it was certainly set back.

    Until it has caught up, what was put off by the wrong clock waits: nothing is lost, and nothing leaves twice.
    """
    newest = session.scalar(select(LedgerEntry.at).order_by(LedgerEntry.id.desc()).limit(1))  # ids follow the time
    return newest - now if newest is not None and newest > now + SLACK else None
