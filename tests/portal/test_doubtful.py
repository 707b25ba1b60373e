"""What the portal says of pictures that are in doubt: stopped ones, and those that she compares on her own machine."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from crawler.child import Job, Query
from fingerprints import local
from fingerprints.signal import Signal
from monitor import document, doubtful, flood, judgement, scan, watch
from monitor.tables import StoredMatch, WatchedFingerprint, WatchSource
from storage.database import transaction
from tests.conftest import World
from tests.monitor import stage
from tests.portal.conftest import Browser

POINTS = local.encode(
    local.Features(640, 480, *(local.np.zeros(shape, local.np.float32) for shape in ((9, 2), 9, 9)),
                   local.np.zeros((9, 128), local.np.uint8))
)  # fmt: skip


@pytest.fixture
def browser(app: FastAPI, world: World) -> Browser:
    made = Browser(app, base_url="http://127.0.0.1:8780", follow_redirects=False)
    made.world = world
    made.come_in(world.now, account_id=world.agent)
    return made


@pytest.fixture
def jobs(world: World) -> list[Job]:
    """A run that met a picture which is near her own, but not surely; gives the jobs that the child was given."""
    given: list[Job] = []
    near = f"{int(stage.PRINT, 16) ^ (2**40 - 1):064x}"
    address = "https://images.example/1.jpg"

    def crawl(job: Job, _: Sequence[Query]) -> Iterator[dict[str, Any]]:
        given.append(job)
        points = {"url": address, "signals": [Signal(doubtful.TYPE, POINTS).to_json()]}
        again = stage.sighting(address, "", media=[points])
        yield (
            again
            if job.kind == "site"
            else stage.sighting("https://gallery.example/1", "", media=[stage.picture(near)])
        )

    with transaction(world.factory) as session:
        parsed = document.parse(json.dumps(stage.document(world.case.id, sources=["feed"])))
        added = watch.add(session, world.now, case_id=world.case.id, document=parsed, actor=world.agent)
        for act, actor in (("attest", world.agent), ("review", world.lead), ("activate", world.lead)):
            watch.move(session, world.now, added.watch_id, act, actor=actor)
        pair = session.scalars(select(WatchSource.id)).one()
    sources = SimpleNamespace(sources={"feed": stage.source("feed", queries=False)})
    scan.run(scan.Scanner(world.factory, lambda: world.now, sources, crawl), pair, "worker")  # type: ignore[arg-type]
    return given


def test_the_landmarks_of_a_doubtful_picture_come_to_her_and_go_once_she_decided(
    world: World, jobs: list[Job], browser: Browser
) -> None:
    assert [(job.kind, job.signals, job.follow) for job in jobs[1:]] == [("site", ("local-1",), False)]
    assert jobs[1].settings["start_urls"] == ["https://images.example/1.jpg"]
    with transaction(world.factory) as session:
        hit = session.scalars(select(StoredMatch)).one()
    assert f"/notes/{world.case.id}/a-voir/points" in browser.see(f"/pages/{hit.id}").text
    told = browser.get(f"/notes/{world.case.id}/a-voir/points")
    assert [json.loads(line) for line in told.text.splitlines()] == [
        {"id": hit.id, "type": "local-1", "value": POINTS, "quality": None}
    ]
    with transaction(world.factory) as session:
        judgement.judge(session, world.now, hit.id, verdict="me", actor=world.agent, harm="intimate_image",
                        age_on_image="adult")  # fmt: skip
    assert browser.get(f"/notes/{world.case.id}/a-voir/points").text == ""
    with transaction(world.factory) as session:
        assert "points" not in doubtful._words(session, session.get_one(StoredMatch, hit.id))


def test_a_picture_that_was_stopped_is_said_where_it_is_watched_and_at_work_until_somebody_releases_it(
    world: World, jobs: list[Job], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"/notes/{world.case.id}/mots"
    assert "/reprise" not in browser.see(page).text
    monkeypatch.setattr(flood, "MOST", 1)
    with transaction(world.factory) as session:
        stopped = session.scalars(select(WatchedFingerprint)).one()
        assert flood.guard(session, world.now + dt.timedelta(minutes=1), stopped.id)
    assert f"/empreintes/{stopped.id}/reprise" in browser.see(page).text
    assert page in browser.see("/bureau").text
    assert browser.fill(f"/empreintes/{stopped.id}/reprise").status_code == 303
    assert "/reprise" not in browser.see(page).text
    assert browser.fill(f"/empreintes/{stopped.id}/reprise").status_code == 409
