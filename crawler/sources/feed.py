"""Feed: reads an RSS or Atom feed since the last visit, and opens the page of each new entry.

Formats: RSS 2.0 specification, Atom (RFC 4287), Media RSS; conditional requests of RFC 9110 section 13.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from crawler import page as pages
from crawler.examples import Example
from crawler.job import Job, Query
from crawler.page import Page, instant
from crawler.sighting import Author, Field, Media
from crawler.steps import Ask, Cursor, Open, Reader, Reply, Searched, Seen, Step, Trouble
from crawler.trouble import CrawlerError, of_status

KIND: Final = "feed"
SETTINGS: Final = ("feeds",)
_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_MEDIA: Final = "{http://search.yahoo.com/mrss/}"
_CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_REMEMBERED: Final = 500  # entry ids kept per feed: more than any feed shows at once


class FeedReader(Reader):
    """One run; settings: feeds (list of addresses). The cursor holds ETag, Last-Modified and known entries per feed."""

    def __init__(self, job: Job) -> None:
        feeds = job.settings.get("feeds")
        if not isinstance(feeds, list) or not feeds or not all(isinstance(each, str) for each in feeds):
            raise CrawlerError("A feed source needs the setting feeds: a list of addresses.", "bad_query")
        self._feeds: list[str] = feeds
        self._follow = job.follow
        self._state = _state(job.cursor)
        self._waiting: dict[
            str, tuple[str, str]
        ] = {}  # page address -> its feed and entry: seen only once it was opened

    def start(self, queries: Sequence[Query]) -> Iterator[Step]:  # noqa: ARG002 - a feed is read for everybody
        for url in self._feeds:
            known = self._state.get(url, {})
            headers = {"Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"}
            if known.get("etag"):
                headers["If-None-Match"] = known["etag"]
            if known.get("modified"):
                headers["If-Modified-Since"] = known["modified"]
            yield Ask(url, headers=headers, note=url)

    def answer(self, ask: Ask, reply: Reply) -> Iterator[Step]:
        if reply.status == 304:
            yield Searched(None, 0, {"container": "304 not modified"})
            return
        if error_class := of_status(reply.status, reply.mime):
            message = f"The feed answered with status {reply.status}: check its address."
            yield Trouble(error_class, message, None, reply.status)
            return
        entries = _entries(reply)
        if entries is None:
            yield Trouble("shape", "This address gives neither RSS nor Atom: check it.", None, reply.status)
            return
        told = [entry for entry in entries if _tells(entry, reply.url)]
        if entries and not told:
            message = f"None of the feed's {len(entries)} entries has a link, a title or a text: check the feed."
            yield Trouble("shape", message, None, reply.status)
            return
        known = self._state.setdefault(ask.note, {})
        known["etag"], known["modified"] = reply.headers.get("etag", ""), reply.headers.get("last-modified", "")
        fresh = [entry for entry in told if _key(entry) not in known.setdefault("seen", [])]
        proof = {"container": "entries", "entries": len(entries), "dropped": len(entries) - len(told)}
        yield Searched(None, len(fresh), proof)
        for entry in fresh:
            step = self._step(entry, reply.url)
            if isinstance(step, Open):
                self._waiting[step.url] = (ask.note, _key(entry))
            else:
                self._remember(ask.note, _key(entry))
            yield step

    def _remember(self, feed: str, key: str) -> None:
        self._state[feed]["seen"] = [*self._state[feed].get("seen", ()), key][-_REMEMBERED:]

    def _step(self, entry: Element, base: str) -> Step:
        link = _link(entry, base)
        fields = _fields(entry, base)
        told: dict[str, Any] = {
            "native_id": _text(entry, "guid", f"{_ATOM}id") or None,
            "published_at": _published(entry),
            "author": _author(entry),
            "media": _media(entry, base),
            "via": KIND,
        }
        if self._follow and link:
            return Open(link, fields=tuple(each for each in fields if each.name == "description"), **told)
        return Seen(link or base, fields=fields, **told)

    def opened(self, opening: Open, page: Page) -> Iterator[Step]:  # noqa: ARG002 - the page is the sighting
        if opening.url in self._waiting:
            self._remember(*self._waiting.pop(opening.url))
        return iter(())

    def finish(self) -> Iterator[Step]:
        for feed, _ in self._waiting.values():  # a page that could not be opened is tried again: no 304 may hide it
            self._state[feed].update(etag="", modified="")
        yield Cursor(json.dumps(self._state, separators=(",", ":")))


def reader(job: Job) -> FeedReader:
    """Begin a run."""
    return FeedReader(job)


def _state(cursor: str | None) -> dict[str, dict[str, Any]]:
    if cursor is None:
        return {}
    try:
        state = json.loads(cursor)
    except ValueError:
        state = None
    if not isinstance(state, dict) or not all(isinstance(each, dict) for each in state.values()):
        raise CrawlerError("The cursor of this feed source is damaged: run it once without a cursor.", "bad_query")
    return state


def _entries(reply: Reply) -> list[Element] | None:
    try:
        root = ElementTree.fromstring(reply.body, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    if root.tag == f"{_ATOM}feed":
        return list(root.findall(f"{_ATOM}entry"))
    channel = root.find("channel")
    if root.tag == "rss" and channel is not None:
        return list(channel.findall("item"))
    if root.tag.endswith("}RDF"):  # RSS 1.0: the items stand beside the channel
        for element in root.iter():
            element.tag = element.tag.removeprefix("{http://purl.org/rss/1.0/}")
        return list(root.findall("item"))
    return None


def _text(entry: Element, *names: str) -> str:
    for name in names:
        found = entry.find(name)
        if found is not None and (text := "".join(found.itertext()).strip()):
            return text
    return ""


def _tells(entry: Element, base: str) -> bool:
    """Whether an entry says anything at all: its address, its words or a picture."""
    title = _text(entry, "title", f"{_ATOM}title")
    return bool(title or _link(entry, base) or _content(entry) or _media(entry, base))


def _key(entry: Element) -> str:
    named = _text(entry, "guid", f"{_ATOM}id") or _link(entry, "") or _text(entry, "title", f"{_ATOM}title")
    # an edited entry keeps its id: the words are part of what was seen
    words = "\n".join([named, _text(entry, "title", f"{_ATOM}title"), _content(entry)])
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()[:16]


def _content(entry: Element) -> str:
    return _text(entry, _CONTENT, f"{_ATOM}content", "description", f"{_ATOM}summary", f"{_MEDIA}description")


def _link(entry: Element, base: str) -> str:
    link = _text(entry, "link")
    for found in entry.findall(f"{_ATOM}link"):
        if found.get("rel", "alternate") == "alternate":
            link = link or found.get("href", "")
    guid = entry.find("guid")
    if not link and guid is not None and guid.get("isPermaLink", "true") == "true":
        link = (guid.text or "").strip()
    return _absolute(base, link)


def _absolute(base: str, link: str) -> str:
    try:
        joined = urljoin(base, link.strip()) if link.strip() else ""
        return joined if urlsplit(joined).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _fields(entry: Element, base: str) -> tuple[Field, ...]:
    read = pages.read(_content(entry).encode(errors="replace"), base, "text/html", "utf-8")
    summary = _text(entry, "description", f"{_ATOM}summary")
    short = pages.read(summary.encode(errors="replace"), base, "text/html", "utf-8").text("text")
    titles = _text(entry, "title", f"{_ATOM}title")
    pairs = (
        ("title", titles),
        ("text", read.text("text")),
        ("description", short or titles),
        ("alt", read.text("alt")),
        ("link", read.text("link")),
        ("url", _link(entry, base)),
    )
    return tuple(Field(name, text) for name, text in pairs if text)


def _published(entry: Element) -> str | None:
    text = _text(entry, "pubDate", f"{_ATOM}published", f"{_DC}date", f"{_ATOM}updated")
    if read := instant(text):
        return read
    try:
        return email.utils.parsedate_to_datetime(text).astimezone(dt.UTC).isoformat()
    except (ValueError, TypeError, OverflowError):
        return None


def _author(entry: Element) -> Author | None:
    name = _text(entry, f"{_DC}creator", f"{_ATOM}author/{_ATOM}name", "author")
    url = _text(entry, f"{_ATOM}author/{_ATOM}uri")
    return Author(name=name or None, url=url or None) if name or url else None


def _media(entry: Element, base: str) -> tuple[Media, ...]:
    found: dict[str, Media] = {}
    for element in entry.iter():
        enclosure = element.tag == "enclosure" or (element.tag == f"{_ATOM}link" and element.get("rel") == "enclosure")
        if enclosure or element.tag in (f"{_MEDIA}content", f"{_MEDIA}thumbnail"):
            link = _absolute(base, element.get("url") or element.get("href") or "")
            if link:
                found.setdefault(link, Media(link, mime=element.get("type")))
    for media in pages.read(_content(entry).encode(errors="replace"), base, "text/html", "utf-8").media:
        found.setdefault(media.url, media)
    return tuple(found.values())


_FEED: Final = "https://blog.example/feed"
_RSS: Final = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Blog</title><item>
<title>Billet</title><link>https://blog.example/billet</link><guid isPermaLink="false">b-1</guid>
<pubDate>Tue, 24 Nov 2026 09:00:00 +0100</pubDate><description>Un &lt;b&gt;mot&lt;/b&gt;</description>
<enclosure url="https://blog.example/p.jpg" type="image/jpeg" length="9"/></item></channel></rss>"""
_TOLD: Final[dict[str, Any]] = {
    "via": KIND,
    "native_id": "b-1",
    "published_at": "2026-11-24T08:00:00+00:00",
    "media": (Media("https://blog.example/p.jpg", mime="image/jpeg"),),
}


def _example(
    name: str, status: int, body: str, *expected: Step, follow: bool = True, cursor: str | None = None
) -> Example:
    reply = Reply(_FEED, status, "application/rss+xml", body.encode(), {"etag": '"1"'})
    entry = Reply("https://blog.example/billet", 200, "text/html", b"<p>Billet</p>")
    web = {_FEED: reply, entry.url: entry}
    return Example(name, Job("blog", KIND, {"feeds": [_FEED]}, follow=follow, cursor=cursor), web, expected)


_CURSOR: Final = '{"https://blog.example/feed":{"etag":"\\"1\\"","modified":"","seen":["ec56b961d3d3f580"]}}'
EXAMPLES: Final = (
    _example(
        "a new entry is opened",
        200,
        _RSS,
        Searched(None, 1, {"container": "entries", "entries": 1, "dropped": 0}),
        Open("https://blog.example/billet", fields=(Field("description", "Un mot"),), **_TOLD),
        Cursor(_CURSOR),
    ),
    _example(
        "without follow the entry is the sighting",
        200,
        _RSS,
        Searched(None, 1, {"container": "entries", "entries": 1, "dropped": 0}),
        Seen(
            "https://blog.example/billet",
            (
                Field("title", "Billet"),
                Field("text", "Un mot"),
                Field("description", "Un mot"),
                Field("url", "https://blog.example/billet"),
            ),
            **_TOLD,
        ),
        Cursor(_CURSOR),
        follow=False,
    ),
    _example(
        "an entry already seen is not given again",
        200,
        _RSS,
        Searched(None, 0, {"container": "entries", "entries": 1, "dropped": 0}),
        Cursor(_CURSOR),
        cursor=_CURSOR,
    ),
    _example(
        "not modified",
        304,
        "",
        Searched(None, 0, {"container": "304 not modified"}),
        Cursor(_CURSOR),
        cursor=_CURSOR,
    ),
    _example(
        "a page instead of a feed",
        200,
        "<html><body>Bienvenue</body></html>",
        Trouble("shape", "This address gives neither RSS nor Atom: check it.", None, 200),
        Cursor("{}"),
    ),
    _example(
        "an entity bomb",
        200,
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa">]><rss><channel><title>&a;</title></channel></rss>',
        Trouble("shape", "This address gives neither RSS nor Atom: check it.", None, 200),
        Cursor("{}"),
    ),
    _example(
        "entries that say nothing are left out and counted",
        200,
        _RSS.replace("<item>", "<item/><item>", 1),
        Searched(None, 1, {"container": "entries", "entries": 2, "dropped": 1}),
        Open("https://blog.example/billet", fields=(Field("description", "Un mot"),), **_TOLD),
        Cursor(_CURSOR),
    ),
    _example(
        "nothing but entries that say nothing is another shape, and will be asked for again",
        200,
        "<rss version='2.0'><channel><item/><item><guid isPermaLink='false'>x</guid></item></channel></rss>",
        Trouble("shape", "None of the feed's 2 entries has a link, a title or a text: check the feed.", None, 200),
        Cursor("{}"),
    ),
    _example(
        "a feed that moved",
        301,
        "",
        Trouble("shape", "The feed answered with status 301: check its address.", None, 301),
        Cursor("{}"),
    ),
    _example(
        "a feed that is gone",
        410,
        "",
        Trouble("gone", "The feed answered with status 410: check its address.", None, 410),
        Cursor("{}"),
    ),
)
