"""Reads a page: bytes to named fields, links, media references and what kind of wall it is (pure)."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from crawler import charset as charsets
from crawler import html_text, jsonld, references, walls
from crawler.elements import Elements
from crawler.sighting import Author, Field, Media

MAX_BODY: Final = 16 * 1024 * 1024  # bytes looked at; the fetchers never hand over as many
_JSON_NODES: Final = 1_000_000  # values looked at in a JSON document: more than any body of that size holds in words
_REFRESH: Final = re.compile(r"^\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)
_CDATA: Final = re.compile(r"<!\[CDATA\[|\]\]>")
_FRAMES: Final = 50  # inner documents (srcdoc) read in one page
_HANDLE: Final = re.compile(r"(?<![\w@./])@\w(?:[\w.-]{0,48}\w)?")
_HANDLES: Final = 500  # handles taken from the words of one page
# What search engines and readers are told about a page in its meta elements, in words.
_SAID: Final = (
    "description", "og:description", "twitter:description", "dc.description", "dcterms.description", "keywords",
    "news_keywords", "article:tag", "dc.subject", "author", "article:author", "dc.creator", "og:site_name",
)  # fmt: skip
_NAMED: Final = frozenset(("username", "u-nickname", "p-nickname"))  # classes that mark the name of an account
_SHOWN_VALUES: Final = ("text", "button", "submit")


@dataclass(frozen=True)
class Page:
    """A page as the rest of the house sees it: at most one field per name, several values on several lines.

    `published_at` is an ISO instant in UTC, or the page's own words when it names no zone; `challenge` means that a
    robot check stands where the page should be.
    """

    url: str
    fields: tuple[Field, ...]
    links: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    lang: str | None = None
    published_at: str | None = None
    author: Author | None = None
    canonical_url: str | None = None
    login_wall: bool = False
    consent_wall: bool = False
    challenge: bool = False
    noindex: bool = False
    feeds: tuple[str, ...] = ()
    refresh: str | None = None
    charset: str = "utf-8"

    def text(self, name: str) -> str:
        """The text of a field, empty when the page has none of that name."""
        return next((field.text for field in self.fields if field.name == name), "")


def read(body: bytes, url: str, mime: str | None, charset: str | None = None) -> Page:
    """Read a page of any text type; never raises whatever the bytes are."""
    text, used = charsets.decode(body[:MAX_BODY], charset)
    kind = (mime or "text/html").split(";")[0].strip().lower()
    if "html" not in kind and "xml" not in kind:
        return _plain(text, url, kind, used)
    if "html" not in kind:
        text = _CDATA.sub("", text)  # to a parser of HTML it is a comment, and its words would be lost
    tree = html_text.parse(text)
    if tree is None:
        return Page(url, (Field("url", _readable(url)),), charset=used)
    return _Reading(tree, url, text).page(used)


def _plain(text: str, url: str, kind: str, used: str) -> Page:
    links: list[str] = []
    if "json" in kind:
        # what is not the JSON it claims to be is still characters that a reader would see
        with contextlib.suppress(ValueError, RecursionError):
            document = [json.loads(text)]
            links = [link for href in jsonld.addresses(document, _JSON_NODES) if (link := references.join(url, href))]
            text = "\n".join(jsonld.texts(document, _JSON_NODES))
    said = {
        "text": html_text.tidy(text.replace("\x00", "")),
        "link": _lines(map(_readable, links)),
        "url": _readable(url),
    }
    fields = tuple(Field(name, words) for name, words in said.items() if words)
    return Page(url, fields, links=tuple(links[: references.MAX]), charset=used)


class _Reading:
    """One pass over a parsed page; every address it gives is absolute."""

    def __init__(self, tree: Any, url: str, source: str) -> None:
        self.tree, self.url, self.source = tree, url, source
        self.has = Elements(tree)
        self.base = references.join(url, self._first("base", "href")) or url
        scripts = (each.text or "" for each in self.has.tagged("script") if "ld+json" in (each.get("type") or ""))
        self.about = jsonld.load(scripts)
        self.metas = self._metas()
        self.body = self._body()
        self.links = references.links(self.has, self.base)

    def page(self, used: str) -> Page:
        login = walls.login(self.tree, self.url, self.body)
        return Page(
            url=self.url,
            fields=tuple(Field(name, text) for name, text in self._texts() if text),
            links=self.links,
            media=references.media(self.has, self.metas, self.about, self.base),
            lang=(self._first("html", "lang") or self._first("html", "xml:lang"))[:2].lower() or None,
            published_at=self._published(),
            author=self._author(),
            canonical_url=references.join(self.base, self._first("link", "href", rel="canonical")),
            login_wall=login,
            consent_wall=not login and walls.consent(self.url, self.body),
            challenge=walls.challenge(self.source, self.body),
            noindex="noindex" in self._said("robots", "googlebot").lower(),
            feeds=references.feeds(self.has, self.base),
            refresh=self._refresh(),
            charset=used,
        )

    def _first(self, tag: str, name: str, **marked: str) -> str:
        """An attribute of the first element of a tag that has it and these others; empty when there is none."""
        elements = (
            each for each in self.has.tagged(tag) if all(each.get(key) == value for key, value in marked.items())
        )
        return next((value.strip() for each in elements if (value := each.get(name))), "")

    def _body(self) -> str:
        """The visible text, and that of the documents written inside frames."""
        inner = (html_text.parse(text) for _, text in self.has.having("srcdoc")[:_FRAMES])
        return "\n".join(filter(None, (html_text.visible(tree) for tree in (self.tree, *inner) if tree is not None)))

    def _metas(self) -> dict[str, list[str]]:
        metas: dict[str, list[str]] = {}
        for meta in self.has.tagged("meta"):
            name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
            metas.setdefault(name, []).append((meta.get("content") or "").strip())
        return metas

    def _said(self, *names: str) -> str:
        return _lines(text for name in names for text in self.metas.get(name, ()))

    def _texts(self) -> list[tuple[str, str]]:
        title = [html_text.tidy("".join(each.itertext())) for each in self.has.tagged("title")]
        return [
            ("title", _lines([*title, self._said("og:title", "twitter:title", "dc.title")])),
            ("text", self.body),
            ("description", self._said(*_SAID)),
            ("alt", self._alternatives()),
            ("caption", self._captions()),
            ("link", self._link_words()),
            ("handle", self._handles()),
            ("jsonld", _lines(jsonld.texts(self.about))),
            ("url", _readable(self.url)),
            ("transcript", jsonld.first(self.about, "transcript") or ""),
        ]

    def _alternatives(self) -> str:
        """What stands for a picture or explains an element: alt, title, label, placeholder, the value of a field."""
        own = [text for each, text in self.has.having("title", "aria-label") if each.tag != "a"]
        inputs = [(each, text) for each, text in self.has.having("value") if each.tag == "input"]
        values = [text for each, text in inputs if (each.get("type") or "text") in _SHOWN_VALUES]
        plain = [text for _, text in self.has.having("alt", "placeholder", "summary")]
        return _lines([*plain, *own, *values, self._said("og:image:alt", "twitter:image:alt")])

    def _captions(self) -> str:
        """Captions of figures and tables (an inner one is part of the outer), labels, and those kept for scripts."""
        elements = self.has.tagged("figcaption", "caption")
        outermost = (each for each in elements if next(each.iterancestors("figcaption", "caption"), None) is None)
        labels = [text for each, text in self.has.having("label") if each.tag == "track"]
        kept = [text for _, text in self.has.having("data-caption", "data-title")]
        return _lines([*map(html_text.visible, outermost), *labels, *kept])

    def _link_words(self) -> str:
        titles = [text for each, text in self.has.having("title", "aria-label") if each.tag == "a"]
        return _lines([*map(_readable, self.links), *titles])

    def _handles(self) -> str:
        """Names of accounts: those that the page says are its own, those in its words, those marked as such."""
        said = self._said("twitter:creator", "twitter:site", "profile:username", "fediverse:creator")
        named = [each for each, text in self.has.having("itemprop") if text == "alternateName"]
        named += [each for each, text in self.has.having("class") if not _NAMED.isdisjoint(text.split())]
        seen = (found.group() for found in itertools.islice(_HANDLE.finditer(self.body), _HANDLES))
        given = [text for _, text in self.has.having("data-username", "data-screen-name")[:_HANDLES]]
        marked = ("".join(itertools.islice(each.itertext(), 20)) for each in named[:_HANDLES])
        return _lines([said, jsonld.author(self.about).get("handle", ""), *seen, *marked, *given])

    def _refresh(self) -> str | None:
        for meta in self.has.tagged("meta"):
            found = (
                _REFRESH.match(meta.get("content") or "")
                if (meta.get("http-equiv") or "").lower() == "refresh"
                else None
            )
            if found:
                return references.join(self.base, found.group(1))
        return None

    def _published(self) -> str | None:
        names = ("article:published_time", "og:published_time", "datepublished", "date", "dc.date", "dcterms.created")
        said = [text for name in names for text in self.metas.get(name, ())]
        said.append(jsonld.first(self.about, "datePublished", "uploadDate", "dateCreated") or "")
        times = self.has.tagged("time")
        marked = [each for each in times if "pubdate" in each.keys() or each.get("itemprop") == "datePublished"]  # noqa: SIM118 - an element, no dict
        inside = (each for each in times[:200] if next(each.iterancestors("article"), None) is not None)
        said += [each.get("datetime") or "" for each in (*marked, *itertools.islice(inside, 1), *times[:1])]
        return next((read for text in said if (read := instant(text))), None)

    def _author(self) -> Author | None:
        said = jsonld.author(self.about)
        link = [each for each in self.has.tagged("a") if "author" in (each.get("rel") or "").split()][:1]
        name = (
            said.get("name")
            or self._said("author").split("\n")[0]
            or ("".join(link[0].itertext()).strip() if link else "")
        )
        url = references.join(self.base, said.get("url") or (link[0].get("href", "") if link else ""))
        handle = said.get("handle") or self._said("twitter:creator").split("\n")[0]
        return Author(handle or None, name or None, url) if name or url or handle else None


def _readable(url: str) -> str:
    return unquote(url)


def _lines(texts: Iterable[str]) -> str:
    lines = (line for text in texts for line in html_text.tidy(str(text)).split("\n"))
    return "\n".join(dict.fromkeys(line for line in lines if line))


def instant(text: str) -> str | None:
    """ISO 8601 to an instant in UTC; a date or a time without zone stays as it is written; anything else is None."""
    text = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return dt.date.fromisoformat(text).isoformat()
        parsed = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return parsed.astimezone(dt.UTC).isoformat() if parsed.tzinfo else parsed.isoformat()
    except OverflowError:
        return None
