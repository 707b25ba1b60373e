"""A run claims its pair once, stores what matches once, shows what failed, and survives being killed anywhere."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from crawler.child import Job, Query
from monitor import document, judgement, scan, store, watch
from monitor.scan import Scanner
from monitor.tables import Run, SourceUse, StoredMatch, StoredSighting, WatchSource
from storage.database import transaction
from tests.monitor import stage

Make = Callable[..., Scanner]
HER_PAGE = stage.sighting("https://forum.example/t/1?utm_source=x", "On a vu Camille Exemple hier.")


def pair_of(world: Any, source: str) -> str:
    with transaction(world.factory) as session:
        query = select(WatchSource.id).where(WatchSource.source == source).order_by(WatchSource.id)
        return str(session.scalars(query).first())


def runs(world: Any) -> list[Run]:
    with transaction(world.factory) as session:
        return list(session.scalars(select(Run).order_by(Run.id)))


def test_a_page_that_names_her_becomes_one_hit_however_often_it_is_seen(
    world: Any, watched: str, scanner: Make
) -> None:
    made, pair = scanner(HER_PAGE, HER_PAGE, stage.done()), pair_of(world, "search")
    first = scan.run(made, pair, "worker-1")
    with transaction(world.factory) as session:
        session.get_one(WatchSource, pair).due_at = world.now
    again = scan.run(made, pair, "worker-1")
    assert first is not None
    assert again is not None
    assert (first.matches, again.matches) == (1, 0)
    with transaction(world.factory) as session:
        [hit] = store.hits(session, world.case.id)
    assert (hit.band, hit.matched, hit.state) == ("automatic", "Camille Exemple", "new")
    assert hit.before.endswith("On a vu ")


def test_a_page_that_names_nobody_leaves_no_trace(world: Any, watched: str, scanner: Make) -> None:
    other = stage.sighting("https://forum.example/t/2", "Le marché de la place rouvre dimanche.")
    scan.run(scanner(other, stage.done()), pair_of(world, "search"), "worker-1")
    with transaction(world.factory) as session:
        assert session.scalars(select(StoredSighting)).all() == []
        assert session.scalars(select(StoredMatch)).all() == []


def test_a_mirrored_copy_of_her_picture_is_a_hit_of_its_own(world: Any, watched: str, scanner: Make) -> None:
    page = stage.sighting("https://gallery.example/9", "Rien à lire.", media=[stage.picture(stage.PRINT, "mirror")])
    scan.run(scanner(page, stage.done()), pair_of(world, "feed"), "worker-1")
    with transaction(world.factory) as session:
        [hit] = store.hits(session, world.case.id)
    assert (hit.kind, hit.band, hit.distance) == ("image", "automatic", 0)


def test_a_stretch_of_a_watched_video_posted_on_a_page_is_a_hit_of_the_video_stage(
    world: Any, now: dt.datetime, watched: str, scanner: Make
) -> None:
    chance = random.Random(5)
    film = [f"{chance.getrandbits(256):064x},90,{number / 2:.3f}" for number in range(20)]
    print_of_it = {
        "type": "vpdq",
        "value": json.dumps(film, separators=(",", ":")),
        "quality": 90,
        "age_on_image": "adult",
    }
    parsed = document.parse(json.dumps(stage.document(world.case.id, terms=[], fingerprints=[print_of_it])))
    with transaction(world.factory) as session:
        added = watch.add(session, now, case_id=world.case.id, document=parsed, actor=world.agent)
        for act, actor in (("attest", world.agent), ("review", world.lead), ("activate", world.lead)):
            watch.move(session, now, added.watch_id, act, actor=actor)
    met = {"type": "vpdq", "value": json.dumps(film[6:14], separators=(",", ":")), "quality": 90, "variant": "mirror"}
    shown = {"url": "https://gallery.example/1.mp4", "mime": "video/mp4", "signals": [met]}
    jobs: list[Any] = []
    page = stage.sighting("https://gallery.example/12", "Rien à lire.", media=[shown])
    scan.run(scanner(page, stage.done(), jobs=jobs), pair_of(world, "feed"), "worker-1")
    assert "vpdq" in jobs[0][0].signals
    with transaction(world.factory) as session:
        [hit] = store.hits(session, world.case.id)
    assert (hit.kind, hit.band, hit.address) == ("image", "automatic", "https://gallery.example/12")


def test_a_rejected_page_stays_silent_in_later_runs(world: Any, watched: str, scanner: Make) -> None:
    made, pair = scanner(HER_PAGE, stage.done()), pair_of(world, "search")
    scan.run(made, pair, "worker-1")
    with transaction(world.factory) as session:
        [hit] = store.hits(session, world.case.id)
        judgement.judge(session, world.now, hit.id, verdict="not_me", actor=world.agent)
    other_source = pair_of(world, "feed")
    assert (tally := scan.run(made, other_source, "worker-1")) is not None
    assert tally.matches == 0


def test_of_two_workers_one_gets_the_run(world: Any, watched: str, scanner: Make) -> None:
    pair = pair_of(world, "search")
    inner: list[object] = []

    def crawl(job: Job, queries: object) -> Any:
        inner.append(scan.run(scanner(stage.done()), pair, "worker-2"))
        yield stage.done()

    made = scanner()
    assert scan.run(Scanner(made.factory, made.clock, made.catalogue, crawl), pair, "worker-1") is not None
    assert inner == [None]


def test_the_places_of_ten_thousand_due_runs_are_asked_for_together_and_an_erased_one_has_none(
    world: Any, watched: str, scanner: Make
) -> None:
    pair, erased = pair_of(world, "search"), [f"erased-{number}" for number in range(10_000)]
    with transaction(world.factory) as session:
        assert scan.places(session, [*erased, pair], scanner().catalogue).keys() == {pair}


def test_a_searched_source_is_asked_for_her_words_and_a_read_one_is_asked_nothing(
    world: Any, watched: str, scanner: Make
) -> None:
    jobs: list[tuple[Job, list[Query]]] = []
    made = scanner(stage.done(), jobs=jobs)
    scan.run(made, pair_of(world, "search"), "worker-1")
    scan.run(made, pair_of(world, "feed"), "worker-1")
    assert [[query.text for query in queries] for _, queries in jobs] == [["Camille Exemple"], []]
    assert all("Camille" not in query.query_id for _, queries in jobs for query in queries)


def test_a_failing_source_shows_its_class_and_is_asked_again_later_never_as_if_nothing_were_there(
    world: Any, watched: str, scanner: Make, now: dt.datetime
) -> None:
    trouble = {"type": "error", "class": "transient", "status": 503, "message": "", "query_id": None}
    pair = pair_of(world, "search")
    scan.run(scanner(trouble, stage.done(0)), pair, "worker-1")
    [run] = runs(world)
    assert (run.status, run.error_classes) == ("failed", "transient:1")
    with transaction(world.factory) as session:
        row = session.get_one(WatchSource, pair)
    assert row.failures == 1
    assert row.due_at == now + dt.timedelta(minutes=5)


@pytest.mark.parametrize(("source", "status"), [("feed", "partial"), ("search", "failed")])
def test_a_sign_in_page_is_an_answer_of_a_place_but_a_refused_key_is_a_failure(
    world: Any, watched: str, scanner: Make, source: str, status: str
) -> None:
    wall = {"type": "error", "class": "auth", "status": 401, "message": "", "query_id": None}
    scan.run(scanner(wall, stage.done(1)), pair_of(world, source), "worker-1")
    [run] = runs(world)
    assert (run.status, run.error_classes) == (status, "auth:1")


def test_an_allowance_that_is_used_up_waits_for_the_next_day(
    world: Any, watched: str, scanner: Make, now: dt.datetime
) -> None:
    pair = pair_of(world, "search")
    with transaction(world.factory) as session:
        session.add(SourceUse(source="search", day=now.date(), requests=80))
    assert scan.run(scanner(HER_PAGE, stage.done()), pair, "worker-1") is None
    with transaction(world.factory) as session:
        assert session.get_one(WatchSource, pair).due_at == dt.datetime(2026, 11, 25, tzinfo=dt.UTC)  # a Wednesday


class Killed(BaseException):
    """What a `kill -9` looks like from inside: nothing after it runs."""


@pytest.mark.parametrize("kill_at", range(1, 9))
def test_killed_at_any_point_a_run_loses_and_doubles_nothing(
    world: Any, watched: str, scanner: Make, clock: stage.Hands, monkeypatch: pytest.MonkeyPatch, kill_at: int
) -> None:
    """Dies before or after the n-th commit; another worker then finishes: both pages are there, once."""
    second = stage.sighting("https://forum.example/t/3", "EXEMPLE Camille, encore.")
    messages = (
        HER_PAGE,
        {"type": "cursor", "value": "c1"},
        second,
        {"type": "progress", "pages": 2, "bytes": 9},
        stage.done(2),
    )
    pair, commits = pair_of(world, "search"), [0]
    real = scan.transaction

    def counted(factory: Any) -> Any:
        commits[0] += 1
        if commits[0] == kill_at:
            raise Killed
        return real(factory)

    with monkeypatch.context() as patch:
        patch.setattr(scan, "transaction", counted)
        try:
            scan.run(scanner(*messages), pair, "worker-1")
        except Killed:
            clock.now += scan.LEASE + dt.timedelta(seconds=1)
    with transaction(world.factory) as session:
        session.get_one(WatchSource, pair).due_at = clock.now
    scan.run(scanner(*messages), pair, "worker-2")
    with transaction(world.factory) as session:
        found = store.hits(session, world.case.id)
    assert sorted(hit.address for hit in found) == [HER_PAGE["url"], second["url"]]
    assert all(run.status != "running" for run in runs(world))


def test_a_watch_changed_while_a_run_goes_on_counts_from_the_next_page(
    world: Any, watched: str, scanner: Make, now: dt.datetime
) -> None:
    first = stage.sighting("https://forum.example/t/7", "Zoé Fictive était là.")
    second = stage.sighting("https://forum.example/t/8", "Zoé Fictive, encore, et Camille Exemple.")
    made, pair = scanner(), pair_of(world, "search")

    def crawl(job: Job, queries: object) -> Any:
        yield first
        with transaction(world.factory) as session:
            terms = [{"kind": "name", "value": "Zoé Fictive"}]
            more = document.parse(json.dumps(stage.document(world.case.id, terms=terms, fingerprints=[])))
            added = watch.add(session, now, case_id=world.case.id, document=more, actor=world.agent)
            for act, actor in (("attest", world.agent), ("review", world.lead), ("activate", world.lead)):
                watch.move(session, now, added.watch_id, act, actor=actor)
            watch.move(session, now, watched, "pause", actor=world.agent)
        yield second
        yield stage.done(2)

    index = made.index
    tally = scan.run(Scanner(made.factory, made.clock, made.catalogue, crawl, index=index), pair_of(world, "feed"), "w")
    assert tally is not None
    with transaction(world.factory) as session:
        assert [(hit.address, hit.matched) for hit in store.hits(session, world.case.id)] == [
            (second["url"], "Zoé Fictive")
        ]
    assert len(index.current(session).names) == 1
    assert pair


def test_two_watches_of_one_case_on_the_same_words_give_one_hit(
    world: Any, watched: str, scanner: Make, now: dt.datetime
) -> None:
    with transaction(world.factory) as session:
        terms = [{"kind": "name", "value": "camille EXEMPLE"}]
        again = document.parse(json.dumps(stage.document(world.case.id, terms=terms, fingerprints=[])))
        added = watch.add(session, now, case_id=world.case.id, document=again, actor=world.agent)
        for act, actor in (("attest", world.agent), ("review", world.lead), ("activate", world.lead)):
            watch.move(session, now, added.watch_id, act, actor=actor)
    scan.run(scanner(HER_PAGE, stage.done()), pair_of(world, "feed"), "worker-1")
    with transaction(world.factory) as session:
        assert len(store.hits(session, world.case.id)) == 1
