"""The process that a test kills: it runs one source and seals one exhibit, and dies at a counted boundary."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from crawler.child import Job, Query
from evidence import capture, seal
from monitor import scan
from monitor.scan import Scanner
from storage.database import open_engine, session_factory
from storage.vault import Vault
from tests.evidence.invented import Web
from tests.monitor import stage

KEY = b"a key for tests only, 32 bytes long or more"
PAGES = (
    stage.sighting("https://forum.example/t/1", "On a vu Camille Exemple hier."),
    {"type": "cursor", "value": "c1"},
    stage.sighting("https://forum.example/t/2", "EXEMPLE Camille, encore."),
    {"type": "progress", "pages": 2, "bytes": 9},
    stage.done(2),
)
BOUNDARIES = 23
"""Before and after each commit of the run (claim, two pages, cursor, two heartbeats, end) and of the capture (claim,
seal), and before the package is written. `test_the_count_of_boundaries_is_right` holds this number."""


def work(about: dict[str, Any], boundary: Callable[[], None] | None, owner: str, later: dt.timedelta) -> None:
    """Do what is due: the run, then the exhibit."""
    factory = session_factory(open_engine(about["database"]), Vault(KEY))
    clock = stage.Hands(dt.datetime.fromisoformat(about["now"]) + later)
    if boundary:
        _watch(factory, boundary)
    scanner = Scanner(factory, clock, SimpleNamespace(sources={"search": stage.source("search", queries=True)}), _crawl)  # type: ignore[arg-type]
    scan.run(scanner, about["pair"], owner)
    capture.run(
        factory,
        about["exhibit"],
        owner=owner,
        clock=clock,
        state_dir=Path(about["folder"]),
        version="test",
        fetch=Web(),
    )


def _crawl(job: Job, queries: Sequence[Query]) -> Iterator[dict[str, Any]]:
    yield from PAGES


def _watch(factory: sessionmaker[Session], boundary: Callable[[], None]) -> None:
    event.listen(factory, "before_commit", lambda session: boundary())
    event.listen(factory, "after_commit", lambda session: boundary())
    real = seal.write

    def write(*args: Any, **how: Any) -> int:
        boundary()
        return real(*args, **how)

    seal.write = write


def main() -> None:
    about, passed = json.loads(sys.stdin.read()), [0]

    def boundary() -> None:
        passed[0] += 1
        if passed[0] == about["point"]:
            os.kill(os.getpid(), signal.SIGKILL)

    work(about, boundary, "worker-1", dt.timedelta(0))
    sys.stdout.write(str(passed[0]))


if __name__ == "__main__":
    main()
