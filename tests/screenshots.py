"""Photographs the portal's pages with a headless Chromium, narrow and wide: `python -m tests.screenshots`.

The PNG files go to var/screenshots; somebody has to look at them.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import httpx
import uvicorn
from sqlalchemy.orm import Session

from cases import sessions
from config import catalogue
from config.settings import Settings
from portal.app import STATIC, create_app
from portal.services import Services
from storage.database import open_engine, session_factory, transaction
from storage.migrate import upgrade
from storage.vault import Vault, prepare_instance
from takedown import notices
from takedown.tables import TrackRow
from tests.conftest import NOW, World, invent_world
from tests.portal.conftest import found_page
from tests.takedown import desk as stage

FOLDER = Path(__file__).resolve().parents[1] / "var" / "screenshots"
WIDTHS = (390, 1280)
PORT = 8795
CHROMIUM = ("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")


def main() -> None:
    """Take every picture; the pages are fetched signed in, and photographed as files beside their style sheet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        services, world, pages = _set(folder)
        server = uvicorn.Server(uvicorn.Config(create_app(services), port=PORT, log_level="warning"))
        threading.Thread(target=server.run, daemon=True).start()
        while not server.started:
            time.sleep(0.05)
        for title, (who, path) in pages.items():
            saved = folder / f"{title}.html"
            saved.write_text(_fetch(services, world, who, path))
            for width in WIDTHS:
                _photograph(saved, FOLDER / f"{title}-{width}.png", width)
        server.should_exit = True


def _set(folder: Path) -> tuple[Services, World, dict[str, tuple[str, str]]]:
    engine = open_engine(f"sqlite:///{folder / 'vigie.db'}")
    upgrade(engine)
    factory = session_factory(engine, Vault(b"a key for pictures only, 32 bytes or more"))
    with transaction(factory) as session:
        prepare_instance(session, NOW)
        world = invent_world(session, factory, NOW)
    facts = stage.catalogue(stage.platform())
    shown = replace(facts, platforms={**catalogue.load().platforms, **facts.platforms})
    desk = stage.set_up(factory, NOW, folder)
    on = replace(desk, catalogue=shown, case_id=world.case.id, agent=world.agent, lead=world.lead, lawyer=world.lawyer)
    with transaction(factory) as session:
        hit = found_page(session, world, title="Sujet 12 du forum", matched="Camille Exemple")
        notice = _letter(session, on)
        on.content(session, "https://forum.example/sujet/9", harm="defamation", age_on_image="none")
    settings = Settings(
        mode="organisation", database_url="sqlite://", key=b"k" * 32, state_dir=folder,
        base_url=f"http://127.0.0.1:{PORT}",
    )  # fmt: skip
    case_id = world.case.id
    pages = {
        "01-accueil": ("", "/"), "02-avant": ("", "/avant"), "03-ouvrir": ("", "/ouvrir"), "04-code": ("", "/code"),
        "05-dossier": ("subject", f"/notes/{case_id}"), "06-mots": ("subject", f"/notes/{case_id}/mots"),
        "07-a-voir": ("subject", f"/pages/{hit}"), "08-lettres": ("subject", f"/notes/{case_id}/lettres"),
        "08-lettre": ("lead", f"/lettres/{notice}"), "10-bureau": ("lead", "/bureau"),
        "11-dossier": ("lead", f"/bureau/{case_id}"), "12-sante": ("lead", "/sante?lang=en"),
        "13-modeles": ("lawyer", "/modeles"),
    }  # fmt: skip
    services = Services(factory, lambda: NOW + dt.timedelta(minutes=1), settings, shown, stage.book(), "1")
    return services, world, pages


def _letter(session: Session, on: stage.Desk) -> str:
    """One letter that waits for its approval."""
    content_id = on.content(session)
    track_id = session.query(TrackRow.id).filter_by(content_id=content_id).scalar()
    notice_id = on.draft(session, [str(track_id)])
    on.ready(session, notice_id)
    assert notices.status_of(session, notice_id) == "ready"
    return notice_id


def _fetch(services: Services, world: World, who: str, path: str) -> str:
    cookies = {}
    if who:
        whose = {"case_id": world.case.id} if who == "subject" else {"account_id": getattr(world, who)}
        with transaction(world.factory) as session:
            cookies["vigie"] = sessions.start(session, services.clock(), **whose).cookie
    answer = httpx.get(f"http://127.0.0.1:{PORT}{path}", cookies=cookies)
    answer.raise_for_status()
    return answer.text.replace('"/static/', f'"{STATIC.as_uri()}/')


def _photograph(page: Path, picture: Path, width: int) -> None:
    """A narrow page is shown in a frame: Chromium's own window is never narrower than 500 px."""
    frame = page.with_suffix(f".{width}.html")
    frame.write_text(
        f'<body style="margin:0"><iframe src="{page.name}" style="border:0;width:{width}px;height:2400px"></iframe>'
    )
    subprocess.run(
        [*CHROMIUM, f"--window-size={max(width, 500)},2400", f"--screenshot={picture}", frame.as_uri()],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
