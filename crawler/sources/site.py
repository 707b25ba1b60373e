"""Site: reads one website page by page within its hosts, incrementally, for everybody who is watched."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from crawler import address
from crawler.examples import Example
from crawler.job import Job, Query
from crawler.page import Page
from crawler.steps import Cursor, Open, Reader, Reply, Step
from crawler.trouble import CrawlerError

KIND: Final = "site"
SETTINGS: Final = ("start_urls", "hosts", "prefixes", "depth", "include", "exclude")
_REMEMBERED: Final = 4000  # pages in the cursor; the oldest are forgotten, and only read once more
_DEEPEST: Final = 3
_NOT_CONTENT: Final = re.compile(
    r"/(log-?(in|out)|sign-?(in|out|up)|connexion|deconnexion|register|inscription|cart|panier|wp-login\.php|wp-admin|"
    r"search|recherche)(?=[/.?]|$)|[?&](replytocom|action|do|print|sort|order)=",
    re.IGNORECASE,
)


class SiteReader(Reader):
    """One run; settings: start_urls, optional hosts, prefixes (of addresses), depth (0-3), include/exclude (patterns).

    The cursor holds a short hash of each page read and of its words: new pages come first, and a page whose words did
    not change is not given again. Without a cursor everything is given.
    """

    def __init__(self, job: Job) -> None:
        starts = job.settings.get("start_urls")
        if not isinstance(starts, list) or not starts or not all(isinstance(each, str) for each in starts):
            raise CrawlerError("A site source needs the setting start_urls: a list of addresses.", "bad_query")
        self._starts: list[str] = starts
        self._hosts = {host.lower() for host in _texts(job.settings, "hosts") or map(address.host, starts)}
        self._prefixes = _texts(job.settings, "prefixes")
        self._depth = min(int(job.settings.get("depth", _DEEPEST)), _DEEPEST) if job.follow else 0
        self._include = _pattern(job.settings, "include")
        self._exclude = _pattern(job.settings, "exclude")
        self._known = _remembered(job.cursor)
        self._known_words = set(self._known.values())
        self._met: set[str] = set()
        self._read: dict[str, str] = {}

    def start(self, queries: Sequence[Query]) -> Iterator[Step]:  # noqa: ARG002 - a site is read for everybody
        for url in self._starts:
            self._met.add(address.canonical(url))
            yield Open(url, via=KIND, rank=2)

    def opened(self, opening: Open, page: Page) -> Iterator[Step]:
        self._read[_short(address.canonical(opening.url))] = _words(page)
        if opening.depth >= self._depth:
            return
        for link in page.links:
            key = address.canonical(link)
            if key not in self._met and self._wanted(link):
                self._met.add(key)
                rank = 0 if _short(key) in self._known else 1
                yield Open(link, via=KIND, depth=opening.depth + 1, quiet=True, rank=rank)

    def unchanged(self, page: Page) -> bool:
        return _words(page) in self._known_words

    def finish(self) -> Iterator[Step]:
        kept = {**self._known, **self._read}
        newest = dict(list(kept.items())[-_REMEMBERED:])
        yield Cursor(json.dumps(newest, separators=(",", ":")))

    def _wanted(self, link: str) -> bool:
        netloc = urlsplit(link).netloc.lower()
        if address.host(link) not in self._hosts and netloc not in self._hosts:
            return False
        if self._prefixes and not link.startswith(self._prefixes):
            return False
        if self._include and not self._include.search(link):
            return False
        if _NOT_CONTENT.search(link) or address.looks_like_media(link):
            return False
        return not (self._exclude and self._exclude.search(link))


def reader(job: Job) -> SiteReader:
    """Begin a run."""
    return SiteReader(job)


def _texts(settings: Mapping[str, Any], name: str) -> tuple[str, ...]:
    given = settings.get(name) or []
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise CrawlerError(f"The setting {name} of this site source must be a list of texts.", "bad_query")
    return tuple(given)


def _pattern(settings: Mapping[str, Any], name: str) -> re.Pattern[str] | None:
    text = settings.get(name)
    if not text:
        return None
    try:
        return re.compile(text)
    except (re.error, TypeError):
        raise CrawlerError(
            f"The setting {name} of this site source is not a regular expression.", "bad_query"
        ) from None


def _remembered(cursor: str | None) -> dict[str, str]:
    if cursor is None:
        return {}
    try:
        known = json.loads(cursor)
    except ValueError:
        known = None
    if not isinstance(known, dict):
        raise CrawlerError("The cursor of this site source is damaged: run it once without a cursor.", "bad_query")
    return {str(key): str(value) for key, value in known.items()}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _words(page: Page) -> str:
    return _short("\n".join([page.url, page.text("title"), page.text("text"), *(media.url for media in page.media)]))


def _reply(url: str, html: str) -> Reply:
    return Reply(url, 200, "text/html", html.encode())


_HOME: Final = "https://journal.example/"
_WEB: Final = {
    _HOME: _reply(
        _HOME,
        "<a href='/2026/a'>A</a> <a href='/2026/a#bas'>A</a> <a href='https://ailleurs.example/'>x</a>"
        "<a href='/connexion'>Entrer</a> <a href='/photo.jpg'>photo</a>",
    ),
    "https://journal.example/2026/a": _reply("https://journal.example/2026/a", "<p>Texte</p><a href='/2026/b'>B</a>"),
}
EXAMPLES: Final = (
    Example(
        "links inside the host are followed once, to the depth",
        Job("journal", KIND, {"start_urls": [_HOME], "depth": 1}),
        _WEB,
        (
            Open(_HOME, KIND, rank=2),
            Open("https://journal.example/2026/a", KIND, depth=1, quiet=True, rank=1),
            Cursor('{"08fc81aa59f8551a":"eac7f88283ff5f96","c9f5c7b588acc03d":"97a299412fba8e32"}'),
        ),
    ),
    Example(
        "without follow only the start is read",
        Job("journal", KIND, {"start_urls": ["https://journal.example/2026/a"]}, follow=False),
        {},
        (Open("https://journal.example/2026/a", KIND, rank=2), Cursor("{}")),
    ),
)
