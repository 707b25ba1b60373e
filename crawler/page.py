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
_NAMED: Final = (
    "//*[@itemprop='alternateName' or contains(concat(' ', @class, ' '), ' username ')"
    " or contains(concat(' ', @class, ' '), ' u-nickname ') or contains(concat(' ', @class, ' '), ' p-nickname ')]"
)


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
        base = tree.xpath("string((//base/@href)[1])").strip()
        self.base = references.join(url, base) or url
        self.about = jsonld.load(tree.xpath("//script[contains(@type, 'ld+json')]/text()"))
        self.metas = self._metas()
        self.body = self._body()
        self.links = references.links(tree, self.base)

    def page(self, used: str) -> Page:
        login = walls.login(self.tree, self.url, self.body)
        return Page(
            url=self.url,
            fields=tuple(Field(name, text) for name, text in self._texts() if text),
            links=self.links,
            media=references.media(self.tree, self.metas, self.about, self.base),
            lang=self.tree.xpath("string((//html/@lang | //html/@xml:lang)[1])").strip()[:2].lower() or None,
            published_at=self._published(),
            author=self._author(),
            canonical_url=references.join(self.base, self.tree.xpath("string((//link[@rel='canonical']/@href)[1])")),
            login_wall=login,
            consent_wall=not login and walls.consent(self.url, self.body),
            challenge=walls.challenge(self.source, self.body),
            noindex="noindex" in self._said("robots", "googlebot").lower(),
            feeds=references.feeds(self.tree, self.base),
            refresh=self._refresh(),
            charset=used,
        )

    def _body(self) -> str:
        """The visible text, and that of the documents written inside frames."""
        inner = (html_text.parse(text) for text in self.tree.xpath("//iframe/@srcdoc")[:_FRAMES])
        return "\n".join(filter(None, (html_text.visible(tree) for tree in (self.tree, *inner) if tree is not None)))

    def _metas(self) -> dict[str, list[str]]:
        metas: dict[str, list[str]] = {}
        for meta in self.tree.iter("meta"):
            name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
            metas.setdefault(name, []).append((meta.get("content") or "").strip())
        return metas

    def _said(self, *names: str) -> str:
        return _lines(text for name in names for text in self.metas.get(name, ()))

    def _texts(self) -> list[tuple[str, str]]:
        title = [html_text.tidy("".join(each.itertext())) for each in self.tree.iter("title")]
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
        path = "//@alt | //*[not(self::a)]/@title | //*[not(self::a)]/@aria-label | //@placeholder | //@summary"
        values = "//input[not(@type) or @type = 'text' or @type = 'button' or @type = 'submit']/@value"
        return _lines(
            [*self.tree.xpath(path), *self.tree.xpath(values), self._said("og:image:alt", "twitter:image:alt")]
        )

    def _captions(self) -> str:
        outermost = "//figcaption[not(ancestor::figcaption)] | //caption[not(ancestor::caption)]"
        captions = (html_text.visible(each) for each in self.tree.xpath(outermost))
        return _lines([*captions, *self.tree.xpath("//track/@label | //@data-caption | //@data-title")])

    def _link_words(self) -> str:
        return _lines([*map(_readable, self.links), *self.tree.xpath("//a/@title | //a/@aria-label")])

    def _handles(self) -> str:
        """Names of accounts: those that the page says are its own, those in its words, those marked as such."""
        said = self._said("twitter:creator", "twitter:site", "profile:username", "fediverse:creator")
        marked = (html_text.visible(each) for each in self.tree.xpath(_NAMED)[:_HANDLES])
        seen = (found.group() for found in itertools.islice(_HANDLE.finditer(self.body), _HANDLES))
        given = self.tree.xpath("//@data-username | //@data-screen-name")[:_HANDLES]
        return _lines([said, jsonld.author(self.about).get("handle", ""), *seen, *marked, *given])

    def _refresh(self) -> str | None:
        for meta in self.tree.iter("meta"):
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
        said += self.tree.xpath("//time[@pubdate or @itemprop='datePublished']/@datetime")
        said += self.tree.xpath("(//article//time/@datetime)[1]") or self.tree.xpath("(//time/@datetime)[1]")
        return next((read for text in said if (read := instant(text))), None)

    def _author(self) -> Author | None:
        said = jsonld.author(self.about)
        link = self.tree.xpath("(//a[contains(concat(' ', @rel, ' '), ' author ')])[1]")
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
