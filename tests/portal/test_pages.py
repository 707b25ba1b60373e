"""Every page for everybody who may see it, in both languages: readable, quiet, never cached."""

from __future__ import annotations

import re

import pytest

from portal import access, reading
from portal.words import Words
from takedown import events
from tests.conftest import World
from tests.portal.conftest import CATALOGUE, Opener

OPEN = ("/", "/avant", "/avant?to=code", "/limites", "/ouvrir", "/code", "/entrer")
PERSON = ("/notes/{}", "/notes/{}/mots", "/notes/{}/a-voir", "/notes/{}/lettres")
WORK = ("/bureau", "/bureau/{}", "/bureau/{}/journal", "/modeles", "/ouvrir", "/notes")


def readable(text: str) -> None:
    """One h1, a neutral title, no code left untranslated, every control labelled."""
    assert text.count("<h1") == 1
    assert re.search(r"<title>(Mes notes|My notes)</title>", text)
    plain = re.sub(r"<[^>]+>", " ", text)
    assert not re.search(
        r"\b(?:portal|harm|track|notice|event|content)\.[a-z_]+\b", re.sub(r"<code>.*?</code>", "", plain)
    )
    labels = set(re.findall(r'<label for="([^"]+)"', text))
    fields = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', text)
    assert set(fields) <= labels


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("path", OPEN)
def test_every_open_page_is_readable_in_both_languages(browse: Opener, path: str, lang: str) -> None:
    page = browse(lang=lang).see(path)
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    readable(page.text)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("path", PERSON)
def test_the_person_reads_each_page_of_her_case_and_no_browser_keeps_it(
    browse: Opener, world: World, path: str, lang: str
) -> None:
    page = browse("subject", lang).see(path.format(world.case.id))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    readable(page.text)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("path", WORK)
def test_an_agent_reads_each_page_of_work(browse: Opener, world: World, path: str, lang: str) -> None:
    browser = browse("agent", lang)
    page = browser.see(path.format(world.case.id))
    if page.status_code == 303:
        page = browser.see(page.headers["location"])
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    readable(page.text)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_operator_sees_the_health_and_no_name(browse: Opener, lang: str) -> None:
    page = browse("operator", lang).see("/sante?chains=1")
    assert page.status_code == 200
    assert "Camille" not in page.text
    readable(page.text)


def test_a_lawyer_reads_a_template_and_signs_it_under_each_ground(browse: Opener) -> None:
    browser = browse("lawyer")
    path = re.findall(r'href="(/modeles/[^"]+/fr)"', browser.see("/modeles").text)[0]
    page = browser.see(path)
    readable(page.text)
    shas = re.findall(r'name="sha" value="([^"]+)"', page.text)
    assert browser.fill(path, sha=shas[0]).status_code == 422
    assert browser.fill(path, sha=shas[0], read="yes").status_code == 303
    assert len(re.findall(r'name="sha"', browser.see(path).text)) == len(shas) - 1


def test_the_title_never_names_anybody_and_no_answer_loads_anything_from_elsewhere(
    browse: Opener, world: World
) -> None:
    page = browse("lead").see(f"/bureau/{world.case.id}")
    assert "Camille" in page.text
    assert "Camille" not in re.findall(r"<title>(.*?)</title>", page.text)[0]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
    policy = page.headers["content-security-policy"]
    for part in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"


def test_leaving_ends_the_session_and_shows_the_weather(browse: Opener, world: World) -> None:
    browser = browse("subject")
    answer = browser.get("/sortie")
    assert answer.status_code == 303
    assert "meteofrance" in answer.headers["location"]
    assert "cookies" in answer.headers["clear-site-data"]
    browser = browse("subject")
    cookie = browser.cookies["vigie"]
    browser.get("/sortie")
    browser.cookies.set("vigie", cookie)
    assert browser.get(f"/notes/{world.case.id}").headers["location"] == "/"


def test_the_process_is_alive_and_not_ready_while_no_clock_ticks(browse: Opener) -> None:
    assert browse().get("/healthz").status_code == 200
    answer = browse().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "clock": False}


def test_another_host_name_is_not_served(browse: Opener) -> None:
    assert browse().get("/", headers={"host": "evil.example"}).status_code == 421


def test_the_timeline_says_codes_in_words() -> None:
    words = Words("fr", CATALOGUE)
    said = words.event({"code": "track.refused", "params": {"next": "L02"}})
    assert "L02" not in said
    assert "None" not in words.event({"code": "track.refused", "params": {"next": None}})
    drafted = words.event({"code": "notice.drafted", "params": {"letter": "L01.intimate_image", "reference": "N-1"}})
    assert "L01" not in drafted
    assert "N-1" in drafted
    assert words.event({"code": "something.new", "params": {}}) == words("portal.event.other")


def test_every_act_that_a_case_can_hold_has_words_in_the_journal() -> None:
    words = Words("fr", CATALOGUE)
    for code in events.CODES | set(access.READS.values()):
        assert words.act(code) != code
    assert words.act("something.new") == "something.new"


def test_the_errors_of_a_run_are_said_in_words() -> None:
    said = Words("fr", CATALOGUE).errors("robots:1 transient:2")
    assert (
        said == "Le site demande aux robots de ne pas lire cette page (1), La source ne répond pas pour l'instant (2)"
    )
    assert Words("fr", CATALOGUE).errors("killed:1") == "killed (1)"


@pytest.mark.parametrize(
    ("error", "said"),
    [("crash", "la machine s'est arrêtée"), ("smtp_450", "a répondu 450"), ("SMTPServerDisconnected", "a été coupée")],
)
def test_why_a_letter_did_not_leave_is_said_in_words(error: str, said: str) -> None:
    params = {"letter": "L02", "reference": "N-1", "error": error}
    line = Words("fr", CATALOGUE).event({"code": "dispatch.in_doubt", "params": params})
    assert said in line
    assert error not in line


def test_lines_that_read_the_same_are_one_line_with_their_number() -> None:
    lines = [{"case": "a", "target": "wall", "track": 1}, {"case": "b", "target": "wall", "track": 2},
             {"case": "a", "target": "wall", "track": 3}]  # fmt: skip
    assert reading.folded(lines, "case", "target") == [(lines[0], 2), (lines[1], 1)]
