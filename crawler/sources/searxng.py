"""SearXNG: asks an own instance of the meta search engine, and opens the page behind each result.

Shape of the answers: SearXNG documentation, "Search API" (docs/dev/search_api.rst), and observation
(facts/sources.md 2.1).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from crawler.examples import Example
from crawler.job import Job, Query
from crawler.page import instant
from crawler.sighting import Media
from crawler.steps import Ask, Open, Reader, Reply, Searched, Step, Trouble
from crawler.trouble import CrawlerError, of_status

KIND: Final = "searxng"
SETTINGS: Final = (
    "endpoint",
    "method",
    "categories",
    "engines",
    "language",
    "time_range",
    "safesearch",
    "result_pages",
)
_NO_JSON: Final = (
    "The search instance refuses JSON: add json to search.formats in its settings.yml, or use an instance of your own."
)


@dataclass(frozen=True)
class _Place:
    """Where an Ask stands: its query and its page of results (from 1)."""

    query: Query
    number: int


class SearxngReader(Reader):
    """One run; settings: endpoint (address of the instance), optional method POST|GET and search parameters."""

    def __init__(self, job: Job) -> None:
        endpoint = job.settings.get("endpoint")
        if not isinstance(endpoint, str) or not endpoint:
            raise CrawlerError(
                "A searxng source needs the setting endpoint: the address of your instance.", "bad_query"
            )
        base = endpoint.rstrip("/")
        self._url = base if base.endswith("/search") else f"{base}/search"
        # by default the query travels in the body of a POST: access logs keep addresses, and a name is in the query
        self._method = str(job.settings.get("method", "POST")).upper()
        self._parameters = {
            name: str(job.settings[name])
            for name in ("categories", "engines", "language", "time_range", "safesearch")
            if job.settings.get(name) not in (None, "")
        }
        self._last_page = int(job.settings.get("result_pages", 1))

    def start(self, queries: Sequence[Query]) -> Iterator[Step]:
        if not queries:
            yield Trouble("bad_query", "A searxng source searches for queries, and none was given.")
        for query in queries:
            yield self._ask(_Place(query, 1))

    def _ask(self, place: _Place) -> Ask:
        form = urlencode({"q": place.query.text, "format": "json", "pageno": place.number, **self._parameters})
        headers = {"Accept": "application/json"}
        if self._method == "GET":
            return Ask(f"{self._url}?{form}", "GET", headers, "", place.query.query_id, robots=False, note=place)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return Ask(self._url, "POST", headers, form, place.query.query_id, robots=False, note=place)

    def answer(self, ask: Ask, reply: Reply) -> Iterator[Step]:
        answer = _read(ask, reply)
        if isinstance(answer, Trouble):
            yield answer
            return
        silent = _unresponsive(answer)
        for engine, reason in silent:
            message = f"The engine {engine} did not answer ({reason}): its results are missing from this search."
            yield Trouble("transient", message, ask.query_id, reply.status)
        results = [row for row in answer["results"] if isinstance(row, dict) and _address(row)]
        dropped = len(answer["results"]) - len(results)
        if dropped and not results:
            message = f"None of the {dropped} results has an address: the search instance answers in another shape."
            yield Trouble("shape", message, ask.query_id, reply.status)
            return
        if results or not silent:  # nothing found while engines were silent proves nothing
            yield Searched(ask.query_id, len(results), _proof(results, dropped, silent, ask.note.number))
        yield from (_open(row, ask.query_id) for row in results)
        if results and ask.note.number < self._last_page:
            yield self._ask(replace(ask.note, number=ask.note.number + 1))


def reader(job: Job) -> SearxngReader:
    """Begin a run."""
    return SearxngReader(job)


def _read(ask: Ask, reply: Reply) -> dict[str, Any] | Trouble:
    if reply.status == 403 and "json" not in reply.mime:
        return Trouble("blocked", _NO_JSON, ask.query_id, reply.status)
    if error_class := of_status(reply.status, reply.mime):
        message = f"The search instance answered with status {reply.status}: look at its log and its settings."
        return Trouble(error_class, message, ask.query_id, reply.status)
    try:
        answer = json.loads(reply.body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        message = "The answer has no list of results: check that the endpoint is a SearXNG instance with JSON enabled."
        return Trouble("shape", message, ask.query_id, reply.status)
    return answer


def _unresponsive(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = answer.get("unresponsive_engines") or []
    pairs = (row if isinstance(row, list) else [row] for row in rows)
    return [(str(pair[0]), str(pair[1]) if len(pair) > 1 else "no reason given") for pair in pairs if pair]


def _proof(results: list[dict[str, Any]], dropped: int, silent: list[tuple[str, str]], number: int) -> dict[str, Any]:
    engines = {str(name) for row in results for name in _engines(row) if name}
    return {
        "container": "results",
        "page": number,
        "dropped": dropped,
        "engines": sorted(engines),
        "unresponsive": [{"engine": engine, "reason": reason} for engine, reason in silent],
    }


def _engines(row: Mapping[str, Any]) -> list[Any]:
    named = row.get("engines")
    return named if isinstance(named, list) and named else [row.get("engine")]


def _address(row: Mapping[str, Any]) -> str | None:
    url = row.get("url")
    try:
        return url if isinstance(url, str) and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def _open(row: Mapping[str, Any], query_id: str | None) -> Open:
    published = row.get("publishedDate")
    return Open(
        url=str(row["url"]),
        via=KIND,
        query_id=query_id,
        published_at=instant(published) if isinstance(published, str) else None,
        media=tuple(_media(row)),
    )


def _media(row: Mapping[str, Any]) -> Iterator[Media]:
    full = row.get("img_src")
    if row.get("template") != "images.html" and row.get("category") != "images":
        return
    if isinstance(full, str) and full.startswith(("http://", "https://", "//")):
        width, _, height = str(row.get("resolution") or "").lower().replace("×", "x").partition("x")
        yield Media(
            url=f"https:{full}" if full.startswith("//") else full,
            thumb_url=row.get("thumbnail_src") or row.get("thumbnail") or None,
            width=int(width) if width.strip().isdigit() else None,
            height=int(height) if height.strip().isdigit() else None,
        )


_JOB: Final = Job("search", KIND, {"endpoint": "https://searx.example"})
_QUERY: Final = Query("q1", "Camille Exemple")


def _example(name: str, status: int, mime: str, body: Any, *expected: Step) -> Example:
    text = body if isinstance(body, str) else json.dumps(body)
    url = "https://searx.example/search"
    return Example(name, _JOB, {url: Reply(url, status, mime, text.encode())}, expected, (_QUERY,))


_FOUND: Final = {
    "results": [
        {
            "url": "https://forum.example/t/42",
            "title": "Sujet 42",
            "publishedDate": "2026-11-20T09:30:00",
            "engines": ["brave"],
        },
        {
            "url": "https://site.example/p",
            "img_src": "https://cdn.example/full.jpg",
            "thumbnail_src": "https://cdn.example/s.jpg",
            "resolution": "1200 x 800",
            "template": "images.html",
            "engine": "bing images",
        },
    ],
    "unresponsive_engines": [["google", "CAPTCHA"]],
}
_SILENT: Final = Trouble(
    "transient", "The engine google did not answer (CAPTCHA): its results are missing from this search.", "q1", 200
)
EXAMPLES: Final = (
    _example(
        "a page, a picture and a silent engine",
        200,
        "application/json",
        _FOUND,
        _SILENT,
        Searched(
            "q1",
            2,
            {
                "container": "results",
                "page": 1,
                "dropped": 0,
                "engines": ["bing images", "brave"],
                "unresponsive": [{"engine": "google", "reason": "CAPTCHA"}],
            },
        ),
        Open("https://forum.example/t/42", KIND, "q1", published_at="2026-11-20T09:30:00"),
        Open(
            "https://site.example/p",
            KIND,
            "q1",
            media=(Media("https://cdn.example/full.jpg", "https://cdn.example/s.jpg", width=1200, height=800),),
        ),
    ),
    _example(
        "searched, nothing",
        200,
        "application/json",
        {"results": [], "unresponsive_engines": []},
        Searched("q1", 0, {"container": "results", "page": 1, "dropped": 0, "engines": [], "unresponsive": []}),
    ),
    _example(
        "nothing while an engine is silent is not searched",
        200,
        "application/json",
        {"results": [], "unresponsive_engines": [["google", "CAPTCHA"]]},
        _SILENT,
    ),
    _example(
        "rows without an address are left out and counted",
        200,
        "application/json",
        {"results": [{"url": "http://[mauvais"}, {"url": "https://forum.example/t/42", "engine": "brave"}, None]},
        Searched("q1", 1, {"container": "results", "page": 1, "dropped": 2, "engines": ["brave"], "unresponsive": []}),
        Open("https://forum.example/t/42", KIND, "q1"),
    ),
    _example(
        "nothing but rows without an address is another shape",
        200,
        "application/json",
        {"results": ["a", 1, None, {}]},
        Trouble(
            "shape",
            "None of the 4 results has an address: the search instance answers in another shape.",
            "q1",
            200,
        ),
    ),
    _example("JSON not enabled", 403, "text/html", "<h1>Forbidden</h1>", Trouble("blocked", _NO_JSON, "q1", 403)),
    _example(
        "no query",
        400,
        "application/json",
        {"error": "No query"},
        Trouble(
            "bad_query", "The search instance answered with status 400: look at its log and its settings.", "q1", 400
        ),
    ),
    _example(
        "another shape",
        200,
        "application/json",
        {"answers": []},
        Trouble(
            "shape",
            "The answer has no list of results: check that the endpoint is a SearXNG instance with JSON enabled.",
            "q1",
            200,
        ),
    ),
)
