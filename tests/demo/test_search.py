"""The invented search engine keeps the contract of SearXNG and finds names however they are written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from demo import web
from demo.web import Web
from tests.demo.asking import get, post


def ask(running: Web, words: str, **more: str) -> dict[str, Any]:
    answer = post(running.search_url, q=words, format="json", **more)
    assert answer.status == 200
    assert answer.mime == "application/json"
    found: dict[str, Any] = json.loads(answer.body)
    return found


def test_an_answer_has_the_keys_of_searxng(invented: Web) -> None:
    found = ask(invented, "levain")
    assert {"query", "results", "number_of_results", "unresponsive_engines", "suggestions"} <= set(found)
    assert found["unresponsive_engines"] == []
    assert found["number_of_results"] == len(found["results"]) == 1
    result = found["results"][0]
    assert result["url"] == invented.url("forum", "/sujet/100-pain-au-levain")
    assert "levain" in result["content"]
    assert {"title", "content", "engine", "engines", "score", "category", "template", "parsed_url"} <= set(result)


def test_get_and_post_give_the_same(invented: Web) -> None:
    assert json.loads(get(invented.search_url, q="confiture", format="json").body) == ask(invented, "confiture")


def test_results_come_in_pages_that_do_not_overlap_and_end(invented: Web) -> None:
    pages = [[row["url"] for row in ask(invented, "Camille Exemple", pageno=n)["results"]] for n in ("1", "2", "3")]
    assert len(pages[0]) == 10
    assert pages[1]
    assert not set(pages[0]) & set(pages[1])
    assert pages[2] == []


def test_without_words_there_is_an_error_and_not_an_empty_list(invented: Web) -> None:
    answer = post(invented.search_url, format="json")
    assert answer.status == 400
    assert json.loads(answer.body) == {"error": "No query"}


def test_a_format_that_is_not_allowed_is_forbidden_in_html() -> None:
    with web.start(formats=("html",), slow_seconds=0) as running:
        answer = get(running.search_url, q="levain", format="json")
    assert answer.status == 403
    assert answer.mime.startswith("text/html")


def test_an_unknown_format_is_ignored_and_gives_html(invented: Web) -> None:
    answer = get(invented.search_url, q="levain", format="xml")
    assert answer.status == 200
    assert answer.mime.startswith("text/html")


@pytest.mark.parametrize("words", ["Camille Exemple", "CAMILLE EXEMPLE", "camïlle éxemple", '"Camille Exemple"'])
def test_a_name_is_found_however_it_is_asked_for_and_written(invented: Web, words: str) -> None:
    urls = {row["url"] for n in ("1", "2") for row in ask(invented, words, pageno=n)["results"]}
    for site, target in (
        ("feed", "/billet/une-adresse-pour-les-curieux"),
        ("feed", "/billet/un-mot-diese-pour-la-semaine"),
        ("forum", "/sujet/107-commerces-du-port?page=2"),
        ("forum", "/sujet/109-on-va-rire"),
        ("gallery", "/profil/camille-exemple/"),
        ("gallery", "/photo/25-portrait-de-groupe-du-club"),
    ):
        assert invented.url(site, target) in urls


def test_a_near_name_comes_after_the_name_itself(invented: Web) -> None:
    found = [row["url"] for n in ("1", "2") for row in ask(invented, "Camille Exemplar", pageno=n)["results"]]
    assert found[0] == invented.url("gallery", "/photo/25-portrait-de-groupe-du-club")


def test_words_that_stand_nowhere_find_nothing(invented: Web) -> None:
    assert ask(invented, "hippocampe zingueur")["results"] == []


def test_a_search_for_pictures_gives_pictures(invented: Web) -> None:
    rows = ask(invented, "Camille Exemple", categories="images")["results"]
    assert rows
    assert {row["template"] for row in rows} == {"images.html"}
    assert {get(row["img_src"]).mime for row in rows} == {"image/jpeg"}
