"""Walks every chain of the ledger: the instance's own and each case's, erased ones included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.tables import CaseFile
from storage import ledger
from storage.ledger import ChainReport
from storage.vault import INSTANCE


def chains(session: Session) -> Iterator[ChainReport]:
    """The report of each chain; a case without any entry is broken, for opening it wrote the first one."""
    yield ledger.verify(session, INSTANCE)
    for case_id in session.scalars(select(CaseFile.id).order_by(CaseFile.id)).all():
        report = ledger.verify(session, case_id)
        yield report if report.entries else replace(report, broken_at=1)
