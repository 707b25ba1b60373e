"""The real servers answer as our sources expect, and one run of each source reads them as they are."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from config import catalogue
from config.catalogue import Catalogue
from crawler import child
from crawler.child import Job, Query
from fingerprints import decode, pdq
from fingerprints.signal import distance
from takedown import content
from tests.acceptance import overlay, photo
from tests.acceptance.rig import PAGES, PERSON, Rig

pytestmark = pytest.mark.acceptance
SAME = 31  # bits of 256: what needs no doubt (design.md section 7)


@pytest.fixture(scope="module")
def known(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The shipped records with those of the rig laid over."""
    return catalogue.load(overlay.write(tmp_path_factory.mktemp("overlay"), rig))


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=20)


def run(known: Catalogue, rig: Rig, name: str, *queries: Query, signals: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """All messages of one run of a source, asked as `vigie source run` asks it."""
    record = known.sources[name]
    settings = {**record.settings, "delay_seconds": record.delay_seconds}
    job = Job(name, record.kind, settings, seconds=90, signals=signals, allow=rig.allow)
    return list(child.run(job, queries))


def of_type(messages: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [message for message in messages if message["type"] == kind]


def text_of(sighting: Mapping[str, Any]) -> str:
    return next(str(field["text"]) for field in sighting["fields"] if field["name"] == "text")


def test_the_search_engine_answers_the_json_contract(rig: Rig) -> None:
    answer = httpx.post(f"{rig.search_url}/search", data={"q": PERSON, "format": "json"}, trust_env=False, timeout=20)
    document = answer.json()
    expected = {rig.page_url(title) for title in (rig.titles.mention, rig.titles.inverted, rig.titles.namesake)}
    assert {row["url"] for row in document["results"]} == expected
    assert document["unresponsive_engines"] == []


def test_the_search_engine_finds_nothing_for_a_stranger(rig: Rig) -> None:
    answer = httpx.post(f"{rig.search_url}/search", data={"q": "Zoé Inventée", "format": "json"}, trust_env=False)
    assert answer.json()["results"] == []


def test_a_page_deleted_by_the_wiki_is_not_found_and_comes_back_when_restored(rig: Rig) -> None:
    url = rig.page_url(rig.titles.inverted)
    seen = [get(url).status_code]
    for act in (rig.delete_page, rig.restore_page):
        act(rig.titles.inverted)
        seen.append(get(url).status_code)
    assert seen == [200, 404, 200]
    assert "EXEMPLE Camille" in get(url).text


def test_the_platform_of_every_page_is_the_wiki(known: Catalogue, rig: Rig) -> None:
    found = content.platform_of(known, rig.page_url(rig.titles.photo))
    assert found is not None
    assert (found.id, found.channels[0].value, found.machine_may_look) == (overlay.WIKI, overlay.ABUSE, True)


def test_the_search_source_opens_the_page_behind_every_result(known: Catalogue, rig: Rig) -> None:
    messages = run(known, rig, overlay.SEARCH, Query("q", PERSON))
    assert of_type(messages, "error") == []
    assert [message["count"] for message in of_type(messages, "searched")] == [3]
    pages = {message["final_url"]: text_of(message) for message in of_type(messages, "sighting")}
    assert "Camille Exemple, graphiste à Lyon" in pages[rig.page_url(rig.titles.mention)]
    assert "EXEMPLE Camille, graphiste, Lyon" in pages[rig.page_url(rig.titles.inverted)]
    assert "boulangère depuis trente ans" in pages[rig.page_url(rig.titles.namesake)]


def test_the_site_source_reads_every_page_once_and_stays_inside(known: Catalogue, rig: Rig) -> None:
    messages = run(known, rig, overlay.WIKI)
    assert of_type(messages, "error") == []
    addresses = [message["final_url"] for message in of_type(messages, "sighting")]
    assert len(addresses) == len(set(addresses)) == PAGES + 5  # and four with something to find, and the front page
    assert all(address.startswith(f"{rig.wiki_url}/index.php/") for address in addresses)


def test_the_copied_photograph_is_met_as_signals_near_the_original(known: Catalogue, rig: Rig) -> None:
    messages = run(known, rig, overlay.WIKI, signals=("sha256", "pdq"))
    page = next(m for m in of_type(messages, "sighting") if m["final_url"] == rig.page_url(rig.titles.photo))
    met = [signal for media in page["media"] for signal in media["signals"] if signal["type"] == "pdq"]
    original = pdq.pdq(decode.picture(photo.ORIGINAL.read_bytes()))
    nearest, variant = min((distance(original.value, each["value"]), each.get("variant", "identity")) for each in met)
    assert (nearest <= SAME, variant) == (True, "mirror")


def test_nobody_outside_the_list_is_asked(known: Catalogue, rig: Rig) -> None:
    record = known.sources[overlay.WIKI]
    others = ("127.0.0.1:1",)
    messages = list(child.run(Job(record.id, record.kind, record.settings, seconds=30, allow=others)))
    assert of_type(messages, "sighting") == []
    assert {message["class"] for message in of_type(messages, "error")} == {"refused"}


def test_the_mail_server_keeps_a_letter_as_it_was_sent(rig: Rig) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "vigie@exemple.invalid", overlay.ABUSE, "Essai"
    letter.set_content("Madame, Monsieur,\n")
    before = len(rig.messages)
    with smtplib.SMTP("127.0.0.1", rig.smtp_port) as server:
        server.send_message(letter)
    assert [message["Subject"] for message in rig.messages[before:]] == ["Essai"]
