"""Pictures over days: rejected ones stay quiet, floods stop, yesterday's copy is found, minors leave no signal."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fingerprints.exchange import Exchanged, Package
from fingerprints.signal import Signal
from monitor import document, flood, following, judgement, negatives, recent, scan, sharing, store, watch
from monitor.errors import MonitorError, WatchRefused
from monitor.index import WatchIndex
from monitor.scan import Scanner
from monitor.tables import NegativePrint, RecentMedia, StoredMatch, WatchedFingerprint, WatchSource
from storage import passing, vault
from storage.database import transaction
from storage.tables import PassingKey
from tests.monitor import stage

Make = Callable[..., Scanner]


def flipped(bits: int, value: str = stage.PRINT) -> str:
    number = int(value, 16)
    for place in random.Random(bits).sample(range(256), bits):
        number ^= 1 << place
    return f"{number:064x}"


def page(number: int, value: str = stage.PRINT, text: str = "Rien à lire.") -> dict[str, Any]:
    return stage.sighting(f"https://gallery.example/{number}", text, media=[stage.picture(value)])


def run(world: Any, scanner: Scanner) -> None:
    with transaction(world.factory) as session:
        pair = session.scalars(select(WatchSource).where(WatchSource.source == "feed")).one()
        pair.due_at = world.now
        pair_id = pair.id
    scan.run(scanner, pair_id, "worker")


def hits(world: Any) -> list[store.HitView]:
    with transaction(world.factory) as session:
        return store.hits(session, world.case.id)


def judge(world: Any, hit: str, verdict: str, age: str = "none", harm: str | None = None) -> None:
    with transaction(world.factory) as session:
        judgement.judge(session, world.now, hit, verdict=verdict, actor=world.agent, harm=harm, age_on_image=age)


def test_a_rejected_look_alike_is_quiet_on_every_other_page_and_speaks_again_when_that_is_taken_back(
    world: Any, watched: str, scanner: Make
) -> None:
    look_alike = flipped(25)
    made = scanner(page(1, look_alike), stage.done())
    run(world, made)
    [hit] = hits(world)
    judge(world, hit.id, "not_me")
    pages = [page(2, look_alike), page(3)]
    again = Scanner(made.factory, made.clock, made.catalogue, lambda *_: iter(pages), index=made.index)
    run(world, again)
    assert {each.address for each in hits(world)} == {"https://gallery.example/1", "https://gallery.example/3"}
    judge(world, hit.id, "unsure")
    run(world, again)
    assert "https://gallery.example/2" in {each.address for each in hits(world)}


def test_a_print_that_matches_everywhere_is_stopped_until_a_person_releases_it(
    world: Any, watched: str, scanner: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "MOST", 5)
    told: list[dict[str, Any]] = []
    made = scanner(*[page(number) for number in range(4)], stage.done())
    run(world, made)
    more = scan.Scanner(made.factory, made.clock, made.catalogue, lambda *_: iter([page(9)]), index=made.index,
                        report=lambda _, message: told.append(message))  # fmt: skip
    run(world, more)
    assert [message["type"] for message in told if message["type"] == "quarantine"] == ["quarantine"]
    with transaction(world.factory) as session:
        [row] = session.scalars(select(WatchedFingerprint))
        assert made.index.current(session).images.match([Signal("pdq", stage.PRINT, 90)]) == []
        [summary] = [watch.summary(session, each) for each in watch.of_case(session, world.case.id)]
        assert summary["quarantined"] == [row.id]
        flood.release(session, world.now, row.id, actor=world.agent)
    with transaction(world.factory) as session:
        assert made.index.current(session).images.match([Signal("pdq", stage.PRINT, 90)])
        assert flood.guard(session, world.now, row.id) is False
        with pytest.raises(MonitorError):
            flood.release(session, world.now, row.id, actor=world.agent)


def test_a_print_registered_today_finds_the_copy_seen_yesterday_evening_and_not_the_day_before(
    world: Any, watched: str, scanner: Make, clock: stage.Hands
) -> None:
    other = flipped(120)
    for hours, number in ((30, 1), (10, 2)):
        clock.now = world.now - dt.timedelta(hours=hours)
        run(world, scanner(page(number, other), stage.done()))
    clock.now = world.now
    assert hits(world) == []
    with transaction(world.factory) as session:
        assert recent.due(session, world.now) == [watched]
        recent.look_back(session, world.now, watched)
        row = session.get_one(watch.Watch, watched)
        package = Package("bank", (Exchanged("her", Signal("pdq", other, 90)),), {})
        sharing.take_in(session, world.now, watched, package, age_on_image="adult", actor=world.agent)
        assert row.look_back_at == world.now
    with transaction(world.factory) as session:
        assert recent.look_back(session, world.now, watched) == 1
        assert recent.due(session, world.now) == []
    assert [each.address for each in hits(world)] == ["https://gallery.example/2"]


def test_after_a_day_the_key_is_gone_and_what_it_sealed_is_noise(
    world: Any, watched: str, scanner: Make, clock: stage.Hands
) -> None:
    run(world, scanner(page(1, flipped(120)), stage.done()))
    later = world.now + dt.timedelta(days=1)
    with transaction(world.factory) as session:
        [row] = session.scalars(select(RecentMedia))
        assert b"gallery" not in row.media_sealed
        assert [slot for slot, _ in passing.open_all(session, later - dt.timedelta(minutes=1))] == [row.slot]
        assert list(passing.open_all(session, later)) == []
        assert passing.expired(session, later) == [row.slot]
        passing.destroy(session, row.slot)
        assert session.scalars(select(PassingKey)).all() == []


@pytest.mark.parametrize("age", ["minor", "unknown"])
def test_a_hit_judged_as_of_a_minor_or_of_unknown_age_keeps_no_signal_and_can_never_be_watched(
    world: Any, watched: str, scanner: Make, age: str
) -> None:
    run(world, scanner(page(1), page(2, flipped(130), "Camille Exemple y est."), stage.done()))
    for hit in hits(world):
        judge(world, hit.id, "not_me")
        judge(world, hit.id, "me", age, "intimate_image")
        with transaction(world.factory) as session:
            row = session.get_one(StoredMatch, hit.id)
            words = json.loads(vault.open_text(session, row.case_id, "match", "match", row.id, row.match_sealed))
            assert not words.get("seen")
            assert not words.get("pictures")
            assert session.scalars(select(NegativePrint)).all() == []
            with pytest.raises(WatchRefused):
                following.follow(session, world.now, hit.id, consent=True, actor=world.agent)
        judge(world, hit.id, "me", "adult", "intimate_image")  # who said otherwise once is believed
        with transaction(world.factory) as session:
            assert following.why_not(session, hit.id) == "follow.not_adult"


def test_one_consented_click_watches_a_picture_that_she_does_not_have(world: Any, watched: str, scanner: Make) -> None:
    """Her name stood beside a picture; from then on the picture is found without her name."""
    picture = flipped(125)
    run(world, scanner(page(1, picture, "Camille Exemple y est."), stage.done()))
    [hit] = hits(world)
    with transaction(world.factory) as session:
        assert following.why_not(session, hit.id) == "follow.not_confirmed"
    judge(world, hit.id, "me", "adult", "intimate_image")
    with transaction(world.factory) as session:
        with pytest.raises(WatchRefused):
            following.follow(session, world.now, hit.id, consent=False, actor=world.agent)
        made = following.follow(session, world.now, hit.id, consent=True, actor=world.agent)
        assert following.follow(session, world.now, hit.id, consent=True, actor=world.agent) == made
    run(world, scanner(page(7, flipped(4, picture)), stage.done()))
    assert "https://gallery.example/7" in {each.address for each in hits(world)}


def test_a_picture_of_somebody_under_18_today_is_not_watched_whatever_was_answered(
    world: Any, watched: str, scanner: Make
) -> None:
    run(world, scanner(page(1, text="Camille Exemple y est."), stage.done()))
    with transaction(world.factory) as session:
        from cases.tables import CaseFile

        session.get_one(CaseFile, world.case.id).under_18_today = "yes"
    for hit in hits(world):
        judge(world, hit.id, "me", "adult", "intimate_image")
        with transaction(world.factory) as session:
            assert following.why_not(session, hit.id) == "follow.not_adult"
            package = Package("bank", (Exchanged("a", Signal("pdq", stage.PRINT, 90)),), {})
            with pytest.raises(WatchRefused):
                sharing.take_in(session, world.now, watched, package, age_on_image="adult", actor=world.agent)


def test_what_its_owner_withdrew_is_deleted_and_only_what_was_allowed_is_given_out(world: Any, watched: str) -> None:
    theirs, hers = Signal("pdq", flipped(90)), Signal("pdq", stage.PRINT, 100)
    with transaction(world.factory) as session:
        package = Package("stopncii", (Exchanged("c1", theirs),), {})
        done = sharing.take_in(session, world.now, watched, package, age_on_image="adult", actor=world.agent)
        assert (done.taken, sharing.given_out(session, watched)) == (1, [])
        first, second = sorted(sharing.of_watch(session, watched), key=lambda row: row.quality is None)
        sharing.allow(session, world.now, first.id, actor=world.agent)
        [given] = sharing.given_out(session, watched)
        assert (given.signal, given.status) == (hers, "active")
        sharing.remove(session, world.now, first.id, actor=world.agent)
        assert [each.status for each in sharing.given_out(session, watched)] == ["withdrawn"]
        gone = Package("stopncii", (Exchanged("c1", theirs, "withdrawn"),), {})
        again = sharing.take_in(session, world.now, watched, gone, age_on_image="adult", actor=world.agent)
        assert again.withdrawn == 1
        row = session.get_one(WatchedFingerprint, second.id)
        assert vault.open_text(session, row.case_id, "fingerprint", "value", row.id, row.value_sealed) == ""
        assert sharing.of_watch(session, watched) == []


def test_points_of_a_picture_are_never_given_to_another_service(world: Any, now: dt.datetime) -> None:
    line = {"type": "local-1", "value": "points", "age_on_image": "adult", "image_is": "ordinary"}
    with transaction(world.factory) as session:
        parsed = document.parse(json.dumps(stage.document(world.case.id, fingerprints=[line])))
        added = watch.add(session, now, case_id=world.case.id, document=parsed, actor=world.agent)
        [row] = sharing.of_watch(session, added.watch_id)
        with pytest.raises(MonitorError):
            sharing.allow(session, now, row.id, actor=world.agent)


def test_her_own_picture_never_alerts(world: Any, watched: str, scanner: Make) -> None:
    mine = flipped(20)
    with transaction(world.factory) as session:
        assert negatives.own(session, world.now, watched, [Signal("pdq", mine, 90)], actor=world.agent) == 1
    run(world, scanner(page(1, mine), page(2), stage.done()))
    assert [each.address for each in hits(world)] == ["https://gallery.example/2"]


def test_the_index_opens_only_what_changed(world: Any, watched: str, monkeypatch: pytest.MonkeyPatch) -> None:
    index, opened = WatchIndex(), []
    with transaction(world.factory) as session:
        first = index.current(session)
        monkeypatch.setattr("monitor.watched_prints._entry", lambda _, row: opened.append(row.id))
        watch.move(session, world.now, watched, "pause", actor=world.agent)
        assert index.current(session).images is first.images
        assert first.images.match([Signal("pdq", stage.PRINT, 90)]) == []
    assert opened == []
