"""A portal on the invented world: browsers that are signed in as each of its people."""

from __future__ import annotations

import datetime as dt
import html
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
import uvicorn
from fastapi import FastAPI
from httpx import Response
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from cases import sessions
from config import catalogue
from config.catalogue import Catalogue
from config.settings import Settings
from crawler.sighting import Field, Sighting
from monitor import store, watch
from monitor.document import TermPart, WatchDocument
from monitor.matching import Hit
from monitor.tables import Run, WatchSource
from portal.app import create_app
from portal.services import Services
from storage.database import new_id, transaction
from takedown.letterbook import Letterbook
from tests.conftest import World, _sqlite
from tests.portal import chromium
from tests.portal.chromium import Tab
from tests.takedown import desk as stage

CATALOGUE, LETTERBOOK = catalogue.load(), Letterbook.load()


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    """Pages are tried on SQLite alone: what differs between the databases is tried in the rooms below."""
    yield from _sqlite(request, tmp_path)


@pytest.fixture
def app(world: World, engine: Engine, tmp_path: Path) -> FastAPI:
    return make_app(world, tmp_path, mode="organisation")


def make_app(world: World, folder: Path, *, mode: str, facts: Catalogue = CATALOGUE) -> FastAPI:
    settings = Settings.load({
        "VIGIE_MODE": mode, "VIGIE_STATE_DIR": str(folder),
        "VIGIE_KEY": "a key for tests only, 32 bytes long or more" * 2,
        "VIGIE_BASE_URL": "http://127.0.0.1:8780",
    })  # fmt: skip
    return create_app(Services(world.factory, lambda: world.now, settings, facts, LETTERBOOK, "0"))


class Browser(TestClient):
    """A browser: it fills in forms with the token of the page it sees."""

    csrf = ""
    world: World

    def come_in(self, now: dt.datetime, **whose: str) -> None:
        """Begin a session at this moment, of an account or of a case."""
        with transaction(self.world.factory) as session:
            started = sessions.start(session, now, **whose)
        self.cookies.set("vigie", started.cookie)
        self.csrf = started.csrf

    def see(self, path: str) -> Response:
        page = self.get(path)
        found = re.search(r'name="csrf" value="([^"]+)"', page.text)
        self.csrf = found.group(1) if found else self.csrf
        return page

    def fill(self, path: str, **typed: str | list[str]) -> Response:
        return self.post(path, data={"csrf": self.csrf, **typed})


def found_page(session: Session, world: World, *, title: str, matched: str) -> str:
    """A hit of Camille's case as the scan would keep it; gives its id."""
    now, case_id = world.now, world.case.id
    document = WatchDocument(case=case_id, terms=(TermPart(kind="name", value="Camille Exemple"),), sources=("site",))
    watch_id = watch.add(session, now, case_id=case_id, document=document, actor=world.agent).watch_id
    source = session.scalars(select(WatchSource).where(WatchSource.watch_id == watch_id)).one()
    run = Run(
        id=new_id(now), case_id=case_id, watch_source_id=source.id, source="site", status="done", started_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    text = f"On parle de {matched} ici."
    seen = Sighting(
        "site", "https://forum.example/sujet/12?p=3", "https://forum.example/sujet/12?p=3", 200,
        (Field("title", title), Field("text", text)), now,
    )  # fmt: skip
    stored = store.store_sighting(session, now, case_id=case_id, run_id=run.id, sighting=seen)
    assert stored is not None
    (term,) = watch.terms_of(session, [watch_id])
    detail = {
        "start": 12, "end": 12 + len(matched), "matched": matched, "field": "text",
        "reasons": [{"code": "no_context", "params": {}}],
    }  # fmt: skip
    hit = Hit("text", term.id, "automatic", 1.0, "names-1", "key", detail, field_index=1)
    store.store_match(session, now, case_id=case_id, watch_id=watch_id, stored=stored, hit=hit, sighting=seen)
    return store.hits(session, case_id)[0].id


def plain(page: Response) -> str:
    """The words of a page as a person reads them: entities opened, no-break spaces as spaces."""
    return re.sub("[\u00a0\u202f]", " ", html.unescape(page.text))


Opener = Callable[..., Browser]


@pytest.fixture
def browse(app: FastAPI, world: World, now: dt.datetime) -> Opener:
    """`browse("agent")`: a browser signed in as somebody of the world; "subject" by receipt code; "" as nobody."""

    def open_as(who: str = "", lang: str = "fr") -> Browser:
        browser = Browser(app, base_url="http://127.0.0.1:8780", follow_redirects=False, client=("127.0.0.1", 5))
        browser.headers["accept-language"] = lang
        browser.world = world
        if who:
            browser.come_in(
                now, **({"case_id": world.case.id} if who == "subject" else {"account_id": getattr(world, who)})
            )
        return browser

    return open_as


@pytest.fixture
def desk(world: World, tmp_path: Path) -> stage.Desk:
    made = stage.set_up(world.factory, world.now, tmp_path)
    platforms = {**CATALOGUE.platforms, **made.catalogue.platforms}
    known = replace(made.catalogue, platforms=MappingProxyType(platforms))
    return replace(made, catalogue=known, case_id=world.case.id, agent=world.agent, lead=world.lead)


@pytest.fixture
def office(desk: stage.Desk) -> FastAPI:
    """The portal beside the desk: invented platforms, a clock moved by hand."""
    return create_app(Services(desk.factory, desk.clock, desk.settings, desk.catalogue, stage.book(), "0"))


@pytest.fixture
def open_office(office: FastAPI, world: World) -> Callable[[], Browser]:
    """Another browser at the desk's portal, that nobody signed in yet."""

    def opened() -> Browser:
        browser = Browser(office, base_url="http://127.0.0.1:8000", follow_redirects=False)
        browser.world = world
        return browser

    return opened


@pytest.fixture
def lead(office: FastAPI, world: World) -> Browser:
    """The lead at the desk."""
    return _beside(office, world, account_id=world.lead)


@pytest.fixture
def hers(office: FastAPI, world: World) -> Browser:
    """The person herself, by her receipt code."""
    return _beside(office, world, case_id=world.case.id)


def _beside(office: FastAPI, world: World, **whose: str) -> Browser:
    browser = Browser(office, base_url="http://127.0.0.1:8000", follow_redirects=False)
    browser.world = world
    browser.come_in(world.now, **whose)
    return browser


@pytest.fixture
def here(office: FastAPI) -> Iterator[str]:
    """The desk's portal on a real port; gives its address."""
    server = uvicorn.Server(uvicorn.Config(office, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def tab() -> Iterator[Tab]:
    if not chromium.PROGRAM:
        pytest.skip("no Chromium here: install it to try the pages in one")
    with chromium.tab() as opened:
        opened.size(1280)
        yield opened


def signed_in(tab: Tab, here: str, world: World, **whose: str) -> str:
    with transaction(world.factory) as session:
        started = sessions.start(session, world.now, **whose)
    tab.call("Network.setCookie", name="vigie", value=started.cookie, url=here)
    tab.call("Network.setCookie", name="lang", value="fr", url=here)
    return started.cookie
