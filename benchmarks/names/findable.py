"""From a changed watch to findable: the work of a running worker that takes in one new person, before its next page."""

from __future__ import annotations

import datetime as dt
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

import evidence.tables  # noqa: F401 - with the others, the tables of every room
import takedown.tables  # noqa: F401
from benchmarks.names.people import Person
from cases import case
from cases import people as accounts
from monitor import document, watch
from monitor.index import WatchIndex
from storage import migrate
from storage.database import open_engine, session_factory, transaction
from storage.vault import Vault, prepare_instance

WATCHED = 900  # persons that the worker watches already
CHANGES = 30


def work(people: Sequence[Person]) -> dict[str, float]:
    """Milliseconds of processor time to take in one person with all terms, the median and the worst, and how many of
    the new names the next page found: the worker asks for what changed before each page."""
    now = dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault(b"a key for the benchmark, of 32 bytes")
        engine = open_engine(f"sqlite:///{Path(folder) / 'bench.db'}")
        migrate.upgrade(engine, vault)
        factory = session_factory(engine, vault)
        with transaction(factory) as session:
            prepare_instance(session, now)
            here = accounts.add_organisation(session, now, kind="personal", name="personal")
            opened = case.open_case(session, now, organisation_id=here, name="Banc", lang="fr", actor="owner").id
            _watch(session, now, opened, people[:WATCHED])
        index = WatchIndex()
        with transaction(factory) as session:
            index.current(session)
        spent, seen = [], 0
        for person in people[WATCHED : WATCHED + CHANGES]:
            with transaction(factory) as session:
                _watch(session, now, opened, [person])
            with transaction(factory) as session:
                begun = time.process_time()
                loaded = index.current(session)
                spent.append((time.process_time() - begun) * 1e3)
            seen += bool(loaded.names.match([("text", f"vu {person.name} ici")]))
        engine.dispose()
    return {"median_ms": statistics.median(spent), "worst_ms": max(spent), "changes": len(spent), "found": seen}


def _watch(session: Session, now: dt.datetime, case_id: str, people: Sequence[Person]) -> None:
    terms = [{key: row[key] for key in row if key != "id"} for person in people for row in person.terms()]
    parsed = document.parse(json.dumps({"case": case_id, "terms": terms, "sources": ["site"]}))
    added = watch.add(session, now, case_id=case_id, document=parsed, actor="owner")
    for act in ("attest", "review", "activate"):
        watch.move(session, now, added.watch_id, act, actor="owner", waived=True)
