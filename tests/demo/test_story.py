"""What the story says must be found is found by the real matcher, and nothing else is."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest

from config import catalogue, consistency
from crawler import page as pages
from demo import pictures, records, replies, story
from demo.web import Web
from monitor.names import NameIndex, Term
from takedown import classify
from tests.demo.asking import get

INDEX = NameIndex([Term(each.id, each.kind, each.value, (), each.context, each.exclude) for each in story.WATCH_TERMS])
BANDS = ("automatic", "context", "rejected")


def all_addresses(running: Web) -> set[str]:
    """Every page that links or the search engine lead to."""
    waiting = {each.url for each in running._listed()} | {f"{base}/" for base in running.sites.values()}
    met: set[str] = set()
    while waiting:
        url = waiting.pop()
        met.add(url)
        answer = get(url)
        if answer.mime.startswith("text/html"):
            waiting |= {link for link in pages.read(answer.body, url, "text/html").links if _ours(running, link)} - met
    return met


def _ours(running: Web, link: str) -> bool:
    return any(link.startswith(f"{base}/") for base in running.sites.values())


def found_on(url: str) -> dict[str, str]:
    """Term -> its best band on a page."""
    read = pages.read(get(url).body, url, "text/html")
    found = INDEX.match([(each.name, each.text) for each in read.fields], rejected=True)
    matches = sorted(found, key=lambda match: -BANDS.index(match.band))
    return {match.term: match.band for match in matches}


def test_the_names_are_found_where_the_story_says_and_nowhere_else(invented: Web) -> None:
    expected = {
        (invented.url(each.site, each.target), each.term): each.band for each in story.EXPECTED if each.kind == "text"
    }
    never = {invented.url(*place) for place in story.NEVER}
    addresses = all_addresses(invented)
    assert never <= addresses
    assert len(addresses) >= 60
    found = {(url, term): band for url in addresses - never for term, band in found_on(url).items()}
    assert found == expected


def test_pages_that_no_run_may_open_do_name_her(invented: Web) -> None:
    assert all("name" in found_on(invented.url(*place)) for place in story.NEVER)


def test_at_least_thirty_pages_have_nothing_to_do_with_her(invented: Web) -> None:
    told = {invented.url(each.site, each.target) for each in story.EXPECTED}
    assert len([each for each in invented._listed() if each.url not in told]) >= 30


def test_the_pictures_of_the_story_stand_on_pages_that_show_a_copy(invented: Web) -> None:
    copied = set(pictures.copies().values())
    shown = {
        each.url
        for each in invented._listed()
        if each.page.picture and get(each.base + each.page.picture).body in copied
    }
    assert shown == {invented.url(each.site, each.target) for each in story.EXPECTED if each.kind == "image"}


def test_every_page_of_a_letter_was_found_for_certain_under_the_same_harm() -> None:
    for target in story.TARGETS.values():
        for path in target.targets:
            hits = [each for each in story.EXPECTED if (each.site, each.target) == (target.site, path)]
            assert any(each.is_her and each.band == "automatic" for each in hits)
            assert {each.harm for each in hits} == {target.harm}


def test_time_never_runs_backwards_in_the_story_and_every_turn_has_its_target() -> None:
    assert all(one.days <= other.days for one, other in itertools.pairwise(story.TIMELINE))
    assert {turn.target for turn in story.TIMELINE} == set(story.TARGETS)


def test_only_what_was_deleted_comes_back() -> None:
    deleted: set[str] = set()
    for turn in story.TIMELINE:
        if turn.action == "delete":
            deleted |= set(story.TARGETS[turn.target].targets)
        if turn.action == "restore":
            assert set(story.TARGETS[turn.target].targets) <= deleted


def test_the_catalogue_accepts_the_records_and_they_contradict_nothing(invented: Web, tmp_path: Path) -> None:
    found = catalogue.load(records.write(invented, tmp_path))
    assert consistency.problems(found, dt.date(2026, 11, 24)) == []
    assert {f"demo_{site}" for site in invented.sites} <= set(found.sources)
    assert {"demo_forum", "demo_gallery", "demo_feed", "demo_host"} <= set(found.platforms)
    assert all(found.platforms[name].machine_may_look for name in found.platforms if name.startswith("demo_"))


def test_a_record_survives_quotes_and_accents(tmp_path: Path, invented: Web) -> None:
    found = catalogue.load(records.write(invented, tmp_path, "boite.invalid"))
    assert found.platforms["demo_feed"].name == "Le Petit Ragot de la côte"
    assert found.platforms["demo_host"].channels[0].value == "abus@host.boite.invalid"
    assert found.sources["demo_search"].settings["endpoint"] == invented.sites["search"]


@pytest.mark.parametrize("kind", ["acknowledgement", "refusal", "removed", "identity"])
def test_the_words_of_a_reply_are_understood_as_what_they_are(kind: str) -> None:
    assert classify.classify(classify.ReplyFacts(text=replies.TEXTS[kind])).kind == kind
