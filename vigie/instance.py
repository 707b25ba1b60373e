"""What an instance needs once: the key that seals what belongs to no case."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from storage.tables import CaseKey
from storage.vault import INSTANCE, create_case_key


def prepare(session: Session, now: dt.datetime) -> None:
    """Make the instance's key when there is none; doing it again changes nothing."""
    if session.get(CaseKey, INSTANCE) is None:
        create_case_key(session, INSTANCE, now)
