"""Every kind of source behaves as its own examples say; no kind knows another."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType
from typing import Any, cast

import pytest

from crawler import discovery, examples
from crawler.examples import Example
from crawler.job import Job, Query
from crawler.steps import Kind, Open, Reply, Trouble
from crawler.trouble import CLASSES, CrawlerError

KINDS = discovery.kinds()
CASES = [pytest.param(kind, each, id=f"{name}: {each.name}") for name, kind in KINDS.items() for each in kind.EXAMPLES]


@pytest.mark.parametrize(("kind", "example"), CASES)
def test_a_kind_does_what_its_example_says(kind: Kind, example: Example) -> None:
    told, _ = examples.play(kind, example)
    assert tuple(told) == example.expected
    assert all(step.error_class in CLASSES for step in told if isinstance(step, Trouble))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_examples_and_settings(kind: Any) -> None:
    assert len(kind.EXAMPLES) >= 2
    assert kind.SETTINGS


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_imports_no_other_kind_and_no_network(kind: Kind) -> None:
    tree = ast.parse(inspect.getsource(cast(ModuleType, kind)))
    names = [each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    names += [alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names]
    assert not [
        name
        for name in names
        if name.startswith(("crawler.sources", "crawler.discovery", "scrapy", "httpx", "twisted"))
    ]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_without_its_settings_says_what_is_missing(kind: Kind) -> None:
    with pytest.raises(CrawlerError, match="needs the setting"):
        kind.reader(Job("essai", kind.KIND))


@pytest.mark.parametrize("name", ["site", "feed"])
def test_a_damaged_cursor_is_said_and_not_taken_for_the_beginning(name: str) -> None:
    settings = {"start_urls": ["https://a.example/"], "feeds": ["https://a.example/"]}
    for cursor in ("pas du json", "[]", '"x"'):
        with pytest.raises(CrawlerError, match="damaged"):
            KINDS[name].reader(Job("essai", name, settings, cursor=cursor))


def test_an_unknown_kind_lists_the_known_ones() -> None:
    with pytest.raises(CrawlerError, match="feed, searxng, site"):
        discovery.find("inconnu")


def test_a_query_travels_in_the_body_of_a_post_and_not_in_the_address() -> None:
    job = Job("recherche", "searxng", {"endpoint": "https://searx.example/"})
    _, asked = examples.play(
        KINDS["searxng"],
        Example(
            "", job, {"https://searx.example/search": Reply("", 500, "", b"")}, (), (Query("q", "Camille Exemple"),)
        ),
    )
    assert [(ask.method, ask.url) for ask in asked] == [("POST", "https://searx.example/search")]
    assert "q=Camille+Exemple" in asked[0].body


def test_more_pages_of_results_are_asked_while_there_are_results() -> None:
    job = Job("recherche", "searxng", {"endpoint": "https://searx.example", "result_pages": 3})
    body = b'{"results": [{"url": "https://forum.example/t/1"}]}'
    web = {"https://searx.example/search": Reply("", 200, "application/json", body)}
    _, asked = examples.play(KINDS["searxng"], Example("", job, web, (), (Query("q", "Camille Exemple"),)))
    assert [ask.body.split("&")[2] for ask in asked] == ["pageno=1", "pageno=2", "pageno=3"]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"results": {}}', b'{"results": null}', b"\xff\x00", b"[" * 5000]
)
def test_an_answer_without_results_is_never_nothing_found(body: bytes) -> None:
    job = Job("recherche", "searxng", {"endpoint": "https://searx.example"})
    web = {"https://searx.example/search": Reply("", 200, "application/json", body)}
    told, _ = examples.play(KINDS["searxng"], Example("", job, web, (), (Query("q", "Camille Exemple"),)))
    assert [step.error_class for step in told if isinstance(step, Trouble)] == ["shape"]
    assert len(told) == 1


def test_a_feed_entry_whose_page_could_not_be_opened_is_given_again() -> None:
    example = KINDS["feed"].EXAMPLES[0]
    without_page = Example(
        example.name, example.job, {url: reply for url, reply in example.web.items() if "feed" in url}, ()
    )
    told, _ = examples.play(KINDS["feed"], without_page)
    again = Example("", Job("blog", "feed", example.job.settings, cursor=told[-1].value), without_page.web, ())  # type: ignore[union-attr]
    told_again, asked = examples.play(KINDS["feed"], again)
    assert [step.url for step in told_again if isinstance(step, Open)] == ["https://blog.example/billet"]
    assert "If-None-Match" not in asked[0].headers


ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<entry><id>tag:a,1</id><title>Titre</title><link rel="alternate" href="/e/1"/>
<published>2026-11-20T10:00:00+01:00</published>
<author><name>Jean Invente</name></author>
<content type="html">&lt;p&gt;Texte&lt;/p&gt;&lt;img src="/i.jpg"&gt;</content>
<media:content url="/m.jpg" type="image/jpeg"/></entry></feed>"""


def test_an_atom_feed_is_read_like_an_rss_feed() -> None:
    url = "https://blog.example/atom"
    web = {url: Reply(url, 200, "application/atom+xml", ATOM)}
    told, _ = examples.play(KINDS["feed"], Example("", Job("blog", "feed", {"feeds": [url]}), web, ()))
    opening = told[1]
    assert isinstance(opening, Open)
    assert opening.url == "https://blog.example/e/1"
    assert opening.published_at == "2026-11-20T09:00:00+00:00"
    assert [media.url for media in opening.media] == ["https://blog.example/m.jpg", "https://blog.example/i.jpg"]
    assert opening.author is not None
    assert opening.author.name == "Jean Invente"
