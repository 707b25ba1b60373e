"""A person who does not have the picture has it watched with one click, if she was of age on it, and only then."""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import select

from crawler.sighting import Field, Media, Sighting
from fingerprints.signal import Signal
from monitor import watch
from monitor.document import TermPart, WatchDocument
from monitor.matching import Hit
from monitor.store import store_match, store_sighting
from monitor.tables import Run, WatchedFingerprint, WatchSource
from storage.database import new_id, transaction
from tests.conftest import World
from tests.portal.conftest import Browser

PICTURE = "https://images.example/1.jpg"


def found(world: World) -> str:
    """Her name on a page beside one picture; gives the hit's id."""
    with transaction(world.factory) as session:
        term = TermPart(kind="name", value="Camille Exemple")
        document = WatchDocument(case=world.case.id, terms=(term,), sources=("feed",))
        added = watch.add(session, world.now, case_id=world.case.id, document=document, actor=world.agent)
        pair = session.scalars(select(WatchSource).where(WatchSource.watch_id == added.watch_id)).one()
        run = Run(id=new_id(world.now), case_id=world.case.id, watch_source_id=pair.id, source="feed", status="done",
                  started_at=world.now)  # fmt: skip
        session.add(run)
        session.flush()
        media = Media(PICTURE, signals=(Signal("pdq", "9c" * 32, 90),))
        address = "https://forum.example/t/9"
        seen = Sighting("feed", address, address, 200, (Field("text", "Camille Exemple"),), world.now, media=(media,))
        stored = store_sighting(session, world.now, case_id=world.case.id, run_id=run.id, sighting=seen)
        (row,) = watch.terms_of(session, [added.watch_id])
        hit = Hit("text", row.id, "automatic", 1.0, "names", f"text {row.id}",
                  {"field": "text", "start": 0, "end": 15, "matched": "Camille Exemple", "reasons": []})  # fmt: skip
        assert stored is not None
        store_match(session, world.now, case_id=world.case.id, watch_id=added.watch_id, stored=stored, hit=hit,
                    sighting=seen)  # fmt: skip
        from monitor.store import hits

        return hits(session, world.case.id)[0].id


def prints(world: World) -> int:
    with transaction(world.factory) as session:
        return len(session.scalars(select(WatchedFingerprint)).all())


def browser_of(app: FastAPI, world: World) -> Browser:
    browser = Browser(app, base_url="http://127.0.0.1:8780", follow_redirects=False)
    browser.world = world
    browser.come_in(world.now, account_id=world.agent)
    return browser


def test_one_click_with_her_consent_and_not_one_without(app: FastAPI, world: World) -> None:
    hit, browser = found(world), browser_of(app, world)
    assert "/suivre" not in browser.see(f"/pages/{hit}").text
    browser.fill(f"/pages/{hit}", verdict="me", harm="intimate_image", age="adult")
    assert "/suivre" in browser.see(f"/pages/{hit}").text
    assert browser.fill(f"/pages/{hit}/suivre", picture=PICTURE).status_code == 422
    assert browser.fill(f"/pages/{hit}/suivre", picture="https://elsewhere.example/", consent="yes").status_code == 422
    assert prints(world) == 0
    assert browser.fill(f"/pages/{hit}/suivre", picture=PICTURE, consent="yes").status_code == 303
    assert prints(world) == 1


def test_of_a_minor_or_of_unknown_age_the_click_is_not_offered_and_not_taken(app: FastAPI, world: World) -> None:
    hit, browser = found(world), browser_of(app, world)
    browser.see(f"/pages/{hit}")
    browser.fill(f"/pages/{hit}", verdict="me", harm="intimate_image", age="unknown")
    assert "/suivre" not in browser.see(f"/pages/{hit}").text
    assert browser.fill(f"/pages/{hit}/suivre", picture=PICTURE, consent="yes").status_code == 422
    assert prints(world) == 0
