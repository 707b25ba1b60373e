"""Photographs the portal on the demo's story, and leaves every letter: `python -m tests.screenshots [DAYS]`.

Widths 320, 390 and 1280 in the light, 390 and 1280 in the dark. The PNG files go to var/screenshots; somebody has to
look at them. A page that is wider than its window is named on standard output. The letters, in every output and as PNG
page by page, go to var/screenshots/letters (`tests.letter_sheets`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import uvicorn

from cases import sessions
from demo.people import ASSOCIATION
from monitor import store
from portal.app import create_app
from portal.services import Services
from storage.database import transaction
from takedown import checks, listing, notices, revision
from takedown import store as store_of_letters
from takedown.drafting import Office
from takedown.tables import DispatchRow, NoticeRow, TrackRow
from takedown.word import Edited
from tests import letter_sheets
from tests.portal import chromium
from tests.portal.chromium import Tab
from vigie.story import acts, play, stage
from vigie.story.stage import Stage

FOLDER = Path(__file__).resolve().parents[1] / "var" / "screenshots"
SHOTS = ((320, False), (390, False), (1280, False), (390, True), (1280, True))
PORT = 8795
HERE = f"http://127.0.0.1:{PORT}"
HOST = {name: acts.FACTS["doxxing"][name] for name in ("host_network", "host_record")}


def main(days: float = 20) -> None:
    """Play the story, serve its portal, and take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    letter_sheets.leave(letter_sheets.FOLDER)
    with tempfile.TemporaryDirectory() as name:
        played = stage.set_up(Path(name))
        try:
            play.play(played, lambda line: None, days)
            with serving(played), chromium.tab() as tab:
                for title, (who, path) in pages(played).items():
                    come_in(tab, played, who)
                    photograph(tab, title, path)
        finally:
            played.close()


@contextmanager
def serving(played: Stage) -> Iterator[None]:
    """The portal of the story's instance, on loopback."""
    wiring = played.wiring
    settings = dataclasses.replace(wiring.settings, base_url=HERE)
    services = Services(wiring.factory, played.clock, settings, wiring.catalogue, wiring.letterbook, "1")
    server = uvicorn.Server(uvicorn.Config(create_app(services), port=PORT, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield
    server.should_exit = True
    thread.join()


def pages(played: Stage) -> dict[str, tuple[str, str]]:
    """File name -> who looks, and at what."""
    case_id = played.case.id
    letters = _letters(played)
    with played.session() as session:
        known = listing.tracks(session, case_id)
        tracks = {track.status: track.id for track in known} | {track.harm: track.id for track in known}
        checks.ask(session, played.now, session.get_one(TrackRow, tracks["to_act"]))
        hit = next(one.id for one in store.hits(session, case_id) if one.kind == "text")
    track, letter = (lambda name: f"/demarches/{tracks[name]}"), (lambda name: f"/lettres/{letters[name]}")
    return {
        "01-accueil": ("", "/"), "01-accueil-en": ("", "/?lang=en"), "02-avant": ("", "/avant"),
        "03-ouvrir": ("", "/ouvrir"), "04-code": ("", "/code"), "04-entrer": ("", "/entrer"),
        "04-limites": ("", "/limites"), "05-dossier": ("subject", f"/notes/{case_id}"),
        "06-mots": ("subject", f"/notes/{case_id}/mots"), "06-empreintes": ("subject", f"/notes/{case_id}/empreintes"),
        "07-a-voir": ("subject", f"/pages/{hit}"),
        "07-rien": ("subject", f"/notes/{case_id}/a-voir"), "08-lettres": ("subject", f"/notes/{case_id}/lettres"),
        "08-lettre": ("subject", letter("sent")), "08-demarche": ("subject", track("to_act")),
        "08-courrier": ("subject", track("impersonation") + "/courrier"), "09-brouillon": ("lead", letter("draft")),
        "09-valider": ("lead", letter("ready")), "09-doute": ("lead", letter("in_doubt")),
        "09-modifier": ("lead", letter("draft") + "/modifier"),
        "09-changements": ("lead", letter("changed") + "/changements"), "16-papier": ("lead", "/papier"),
        "09-courrier": ("lead", track("intimate_image") + "/courrier"), "10-bureau": ("lead", "/bureau"),
        "11-dossier": ("lead", f"/bureau/{case_id}"), "11-journal": ("lead", f"/bureau/{case_id}/journal"),
        "12-sante": ("lead", "/sante?chains=1"), "13-modeles": ("lawyer", "/modeles"),
        "13-modele": ("lawyer", "/modeles/L01.doxxing/fr"), "14-introuvable": ("lead", "/notes/nulle-part"),
        "15-bureau-en": ("lead", "/bureau?lang=en"), "15-dossier-en": ("subject", f"/notes/{case_id}?lang=en"),
        "15-demarche-en": ("subject", track("to_act") + "?lang=en"),
    }  # fmt: skip


def come_in(tab: Tab, played: Stage, who: str) -> None:
    """Give the browser the session of somebody of the story."""
    tab.call("Network.clearBrowserCookies")
    if not who:
        return
    whose = {"case_id": played.case.id} if who == "subject" else {"account_id": getattr(played.people, who)}
    with transaction(played.wiring.factory) as session:
        started = sessions.start(session, played.now, **whose)
    tab.call("Network.setCookie", name="vigie", value=started.cookie, url=HERE)


def photograph(tab: Tab, title: str, path: str) -> None:
    """One page in every width and light."""
    lang = "en" if "lang=en" in path else "fr"
    tab.call("Network.setCookie", name="lang", value=lang, url=HERE)
    tab.size(1280)
    tab.open(HERE + path)
    for width, dark in SHOTS:
        tab.size(width, dark=dark)
        (FOLDER / f"{title}-{width}{'-nuit' if dark else ''}.png").write_bytes(tab.picture())
        if tab.eval("document.documentElement.scrollWidth") > width:
            sys.stdout.write(f"{title}: wider than {width} pixels\n")


def _letters(played: Stage) -> dict[str, str]:
    """One letter in each state that has its own buttons."""
    with played.session() as session:
        found = {line.status: line.id for line in notices.list_notices(session, played.case.id)}
    made = {
        "draft": _draft(played, "impersonation", facts={}),
        "ready": _ready(played, _draft(played, "intimate_image", facts=HOST)),
        "in_doubt": _ready(played, _draft(played, "impersonation", facts=acts.FACTS["impersonation"])),
    }
    _cut(played, made["in_doubt"])
    _change(played, made["draft"])
    return found | made | {"changed": made["draft"]}


def _change(played: Stage, notice: str) -> None:
    """Edit some words of a letter, as somebody in Word would."""
    book = played.wiring.letterbook
    with played.session() as session:
        letter = store_of_letters.open_letter(session, session.get_one(NoticeRow, notice))
        blocks = tuple(
            replace(block, text=block.text.replace("bonne foi", "entière bonne foi")) for block in letter.blocks
        )
        edited = Edited(f"Rappel. {letter.subject}", blocks, ())
        revision.revise(session, played.now, notice, edited, actor=played.people.agent, letterbook=book)


def _draft(played: Stage, harm: str, facts: dict[str, str]) -> str:
    wiring = played.wiring
    with played.session() as session:
        known = listing.tracks(session, played.case.id)
        track = next(one for one in known if (one.status, one.harm) == ("open", harm))
        return notices.draft(
            session, played.now, track_ids=[track.id], actor=played.people.agent, catalogue=wiring.catalogue,
            letterbook=wiring.letterbook, signer="association", office=Office(ASSOCIATION, stage.SENDER, "Aubeville"),
            specimen=True, facts=facts,
        )  # fmt: skip


def _ready(played: Stage, notice: str) -> str:
    book, facts = played.wiring.letterbook, played.wiring.catalogue
    with played.session() as session:
        seen = notices.preview(session, notice, letterbook=book, catalogue=facts)
        vouched = frozenset(name for name, status in seen.checklist.items() if status == "to_confirm")
        notices.mark_ready(
            session, played.now, notice, actor=played.people.agent, letterbook=book, catalogue=facts, confirmed=vouched
        )
    return notice


def _cut(played: Stage, notice: str) -> None:
    """Approve a letter and let its sender die in the middle."""
    wiring = played.wiring
    with played.session() as session:
        dispatch = notices.approve(
            session, played.now, notice, actor=played.people.lead, settings=wiring.settings,
            catalogue=wiring.catalogue, letterbook=wiring.letterbook,
        )  # fmt: skip
        row = session.get_one(DispatchRow, dispatch)
        row.status, row.lease_until = "sending", played.now
        session.get_one(NoticeRow, notice).status = "sending"
    played.clock.forward(dt.timedelta(minutes=1))
    played.workshop.once("dispatch")


if __name__ == "__main__":
    sys.exit(main())
