"""A portal on the invented world: browsers that are signed in as each of its people."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient

from cases import sessions
from config import catalogue
from config.settings import Settings
from portal.app import create_app
from portal.services import Services
from storage.database import transaction
from takedown.letterbook import Letterbook
from tests.conftest import World, _sqlite

CATALOGUE, LETTERBOOK = catalogue.load(), Letterbook.load()


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    """Pages are tried on SQLite alone: what differs between the databases is tried in the rooms below."""
    yield from _sqlite(request, tmp_path)


@pytest.fixture
def app(world: World, engine: Engine, tmp_path: Path) -> FastAPI:
    return make_app(world, tmp_path, mode="organisation")


def make_app(world: World, folder: Path, *, mode: str) -> FastAPI:
    settings = Settings.load({
        "VIGIE_MODE": mode, "VIGIE_STATE_DIR": str(folder), "VIGIE_KEY": "a key for tests only, 32 bytes long or more" * 2,
        "VIGIE_BASE_URL": "http://127.0.0.1:8780",
    })  # fmt: skip
    return create_app(Services(world.factory, lambda: world.now, settings, CATALOGUE, LETTERBOOK, "0"))


class Browser(TestClient):
    """A browser: it fills in forms with the token of the page it sees."""

    csrf = ""

    def see(self, path: str) -> Response:
        page = self.get(path)
        found = re.search(r'name="csrf" value="([^"]+)"', page.text)
        self.csrf = found.group(1) if found else self.csrf
        return page

    def fill(self, path: str, **typed: str) -> Response:
        return self.post(path, data={"csrf": self.csrf, **typed})


Opener = Callable[..., Browser]


@pytest.fixture
def browse(app: FastAPI, world: World, now: dt.datetime) -> Opener:
    """`browse("agent")`: a browser signed in as somebody of the world; "subject" by receipt code; "" as nobody."""

    def open_as(who: str = "", lang: str = "fr") -> Browser:
        browser = Browser(app, base_url="http://127.0.0.1:8780", follow_redirects=False, client=("127.0.0.1", 5))
        browser.headers["accept-language"] = lang
        if who:
            with transaction(world.factory) as session:
                whose = {"case_id": world.case.id} if who == "subject" else {"account_id": getattr(world, who)}
                started = sessions.start(session, now, **whose)
            browser.cookies.set("vigie", started.cookie)
            browser.csrf = started.csrf
        return browser

    return open_as
