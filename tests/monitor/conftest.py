"""A watch on Camille Exemple, a source of each manner, and a crawl that says what the test wants it to say."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from config.records import Source
from crawler.child import Job, Query
from monitor import document, watch
from monitor.scan import Scanner
from storage.database import transaction
from tests.monitor import stage


@pytest.fixture
def search() -> Source:
    return stage.source("search", queries=True)


@pytest.fixture
def feed() -> Source:
    return stage.source("feed", queries=False)


@pytest.fixture
def clock(now: dt.datetime) -> stage.Hands:
    return stage.Hands(now)


@pytest.fixture
def scanner(world: Any, clock: stage.Hands, search: Source, feed: Source) -> Callable[..., Scanner]:
    """A scanner whose crawl yields the given messages, and remembers the jobs it was given."""

    def make(*messages: dict[str, Any], jobs: list[tuple[Job, list[Query]]] | None = None) -> Scanner:
        def crawl(job: Job, queries: Sequence[Query]) -> Iterator[dict[str, Any]]:
            if jobs is not None:
                jobs.append((job, list(queries)))
            yield from messages

        catalogue = SimpleNamespace(sources={"search": search, "feed": feed})
        return Scanner(world.factory, clock, catalogue, crawl)  # type: ignore[arg-type]

    return make


@pytest.fixture
def watched(world: Any, now: dt.datetime) -> str:
    """An active watch on Camille's name, with one fingerprint, on both sources; gives the watch's id."""
    with transaction(world.factory) as session:
        parsed = document.parse(json.dumps(stage.document(world.case.id)))
        added = watch.add(session, now, case_id=world.case.id, document=parsed, actor=world.agent)
        for act, actor in (("attest", world.agent), ("review", world.lead), ("activate", world.lead)):
            watch.move(session, now, added.watch_id, act, actor=actor)
    return added.watch_id
