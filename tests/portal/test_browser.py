"""In a real browser: leaving fast, with and without scripts; narrow pages; targets large enough for a finger."""

from __future__ import annotations

import time

import pytest

from cases import sessions
from storage.database import transaction
from tests.conftest import World
from tests.portal import chromium
from tests.portal.chromium import Tab
from tests.portal.conftest import found_page, signed_in
from tests.takedown import desk as stage

pytestmark = pytest.mark.skipif(not chromium.PROGRAM, reason="no Chromium here: install it to try the pages in one")
WEATHER = "https://meteofrance.com/"
TARGETS = "button, .button, summary, select, input:not([type=hidden]), nav a, .leave"
TOO_SMALL = f"""[...document.querySelectorAll('{TARGETS}')]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24).map((one) => one.outerHTML)"""


def visited(tab: Tab) -> list[str]:
    """The addresses of the tab's history, oldest first; none while it changes from one page to another."""
    try:
        return [entry["url"] for entry in tab.call("Page.getNavigationHistory")["entries"]]
    except AssertionError:
        return []


def has_left(tab: Tab, world: World, cookie: str) -> None:
    """The weather is asked for, the session is over, nothing of ours is kept, and going back shows nothing of it."""
    shown = visited(tab)
    for _ in range(200):
        if WEATHER in shown[-1:]:
            break
        time.sleep(0.05)
        shown = visited(tab)
    assert shown[-1] == WEATHER
    assert tab.call("Network.getCookies", urls=["http://127.0.0.1"])["cookies"] == []
    with transaction(world.factory) as session:
        assert sessions.find(session, world.now, cookie) is None


def test_three_presses_of_shift_leave_at_once_and_the_page_is_not_behind(tab: Tab, here: str, world: World) -> None:
    cookie = signed_in(tab, here, world, case_id=world.case.id)
    page = f"{here}/notes/{world.case.id}"
    tab.open(page)
    tab.press("Shift", 16)
    tab.press("a", 65)  # a capital letter is no wish to leave
    tab.press("Shift", 16)
    tab.press("Shift", 16)
    assert tab.eval("location.href") == page
    tab.press("Shift", 16)
    has_left(tab, world, cookie)
    assert page not in visited(tab)


def test_without_scripts_the_link_leaves_and_going_back_shows_nothing_of_the_case(
    tab: Tab, here: str, world: World
) -> None:
    cookie = signed_in(tab, here, world, case_id=world.case.id)
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(f"{here}/notes/{world.case.id}")
    tab.click("#leave")
    has_left(tab, world, cookie)
    tab.open(f"{here}/notes/{world.case.id}")
    assert "Camille" not in tab.eval("document.body.innerText")
    assert tab.eval("location.pathname") == "/"


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_its_window_and_every_target_can_be_hit(
    tab: Tab, here: str, world: World, desk: stage.Desk, width: int
) -> None:
    with transaction(world.factory) as session:
        hit = found_page(session, world, title="Sujet", matched="Camille Exemple")
        track = stage.track_of(session, desk.content(session)).id
        notice = desk.draft(session, [track])
    paths = (
        "/", "/ouvrir", "/limites", "/entrer", f"/pages/{hit}", f"/demarches/{track}", f"/demarches/{track}/courrier",
        f"/lettres/{notice}", f"/notes/{world.case.id}", f"/notes/{world.case.id}/mots", "/bureau",
        f"/bureau/{world.case.id}", f"/bureau/{world.case.id}/journal", "/modeles",
    )  # fmt: skip
    signed_in(tab, here, world, account_id=world.lead)
    tab.size(width)
    for path in paths:
        tab.open(here + path)
        assert tab.eval("document.documentElement.scrollWidth") <= width, path
        assert tab.eval(TOO_SMALL) == [], path
        assert tab.eval("document.querySelectorAll('img, video, canvas, iframe').length") == 0, path
