"""A search engine over the other invented sites, which speaks the JSON of SearXNG (facts/sources.md 2.1)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import partial
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from demo import markup
from demo.site import Answer, Asked, Board, Document

ENGINE: Final = "inventé"
RESULTS_PER_PAGE: Final = 10
NEAR: Final = 0.75  # likeness of two words from which one stands for the other
KNOWN_FORMATS: Final = ("html", "json", "csv", "rss")  # another one is ignored, as by the original
EXCERPT: Final = 160  # characters


@dataclass(frozen=True)
class Listed:
    """A page of another site, at its address."""

    base: str
    page: Document

    @property
    def url(self) -> str:
        return self.base + self.page.target


class Search:
    """/search by GET or POST with q, format, pageno, categories; `listed` gives the pages that exist now."""

    def __init__(self, listed: Callable[[], Iterable[Listed]], formats: Iterable[str] = ("html", "json")) -> None:
        self._listed, self._formats = listed, frozenset(formats)

    def answer(self, asked: Asked, board: Board) -> Answer | None:  # noqa: ARG002 - its own pages are never deleted
        if asked.path not in ("/", "/search"):
            return None
        given = {**asked.query, **asked.form}
        form = given.get("format", "html")
        form = form if form in KNOWN_FORMATS else "html"
        if form not in self._formats:
            return Answer(markup.page("Forbidden", "<p>403 Forbidden</p>"), status=403)
        if not given.get("q", "").strip():
            return _no_query(form)
        found = self._found(given["q"], images="images" in given.get("categories", ""))
        return _as_json(given, found) if form == "json" else _as_html(given["q"], found)

    def documents(self) -> Iterable[Document]:
        return ()

    def _found(self, query: str, *, images: bool) -> list[tuple[float, Listed]]:
        wanted = words(query)
        scored = ((likeness(wanted, each), each) for each in self._listed() if each.page.picture or not images)
        return sorted(((score, each) for score, each in scored if score), key=lambda pair: (-pair[0], pair[1].url))


def words(text: str) -> list[str]:
    """The words of a text in small letters without accents."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(each))
    return re.findall(r"[a-z0-9]+", bare)


def likeness(wanted: list[str], listed: Listed) -> float:
    """0 unless each wanted word, or one much like it, is on the page; the more alike the higher, 1 when glued."""
    there = words(f"{unquote(listed.page.target)} {listed.page.title} {listed.page.text}")
    if "".join(wanted) in "".join(there):
        return 1.0
    known = set(there)
    alike = [max(map(partial(_ratio, word), get_close_matches(word, known, 1, NEAR)), default=0.0) for word in wanted]
    return 0.9 * min(alike, default=0.0)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _no_query(form: str) -> Answer:
    if form == "json":
        return Answer(b'{"error":"No query"}', "application/json", 400)
    return Answer(markup.page("Recherche", '<form action="/search"><input name="q"><button>Chercher</button></form>'))


def _as_html(query: str, found: list[tuple[float, Listed]]) -> Answer:
    listed = markup.items(markup.link(each.url, each.page.title) for _, each in found[:RESULTS_PER_PAGE])
    return Answer(markup.page(f"Résultats pour {query}", listed))


def _as_json(given: Mapping[str, str], found: list[tuple[float, Listed]]) -> Answer:
    number = int(given["pageno"]) if given.get("pageno", "").isdigit() else 1
    start = max(0, number - 1) * RESULTS_PER_PAGE
    images = "images" in given.get("categories", "")
    rows = [_row(place, *each, given["q"], images) for place, each in enumerate(found, 1)]
    document = {
        "query": given["q"],
        "number_of_results": len(found),
        "results": rows[start : start + RESULTS_PER_PAGE],
        "answers": [],
        "corrections": [],
        "infoboxes": [],
        "suggestions": [],
        "unresponsive_engines": [],
    }
    return Answer(json.dumps(document, ensure_ascii=False).encode(), "application/json")


def _row(place: int, score: float, listed: Listed, query: str, images: bool) -> dict[str, Any]:
    picture = listed.base + listed.page.picture if listed.page.picture else ""
    return {
        "url": listed.url,
        "title": listed.page.title,
        "content": _excerpt(listed.page.text, query),
        "publishedDate": listed.page.published,
        "engine": ENGINE,
        "engines": [ENGINE],
        "positions": [place],
        "score": score,
        "category": "images" if images else "general",
        "template": "images.html" if images else "default.html",
        "parsed_url": [*urlsplit(listed.url)[:3], "", *urlsplit(listed.url)[3:]],
        "img_src": picture if images else "",
        "thumbnail": picture,
        "metadata": "",
        "priority": "",
    }


def _excerpt(text: str, query: str) -> str:
    """What stands around the first wanted word."""
    line = " ".join(text.split())
    places = [line.lower().find(word) for word in query.lower().split()]
    start = max(0, min((place for place in places if place >= 0), default=0) - EXCERPT // 2)
    return line[start : start + EXCERPT]
