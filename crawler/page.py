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
from urllib.parse import unquote, urljoin, urlsplit

from crawler import charset as charsets
from crawler import html_text, jsonld
from crawler.sighting import Author, Field, Media

MAX_BODY: Final = 8 * 1024 * 1024  # bytes looked at; the fetchers never hand over more
MAX_LINKS: Final = 5000  # links, and as many media, taken from one page: more is a trap, not a page
_LOGIN_PATH: Final = re.compile(
    r"/(log-?in|sign-?in|sign-?up|connexion|se-connecter|identification|authenticate|auth|sso|session/new|checkpoint|"
    r"wp-login\.php|accounts/login)(?=[/.?#]|$)",
    re.IGNORECASE,
)
_CONSENT_HOST: Final = re.compile(r"^(consent|guce|cmp)\.", re.IGNORECASE)
_LOGIN_TITLE: Final = re.compile(
    r"\b(connexion|authentification|identification) (n[ée]cessaire|requise|obligatoire)\b|"
    r"\b(log-?in|sign-?in|authentication) (is )?required\b|\b(log|sign) in to (continue|see|view)\b|"
    r"\bconnectez-vous pour (continuer|voir)\b",
    re.IGNORECASE,
)
_CONSENT_WORDS: Final = re.compile(
    r"avant d.accéder|avant de continuer|before you continue|accepter (tout|les cookies)|accept all|tout accepter|"
    r"gérer (mes|vos) (choix|préférences)|nous utilisons des cookies|we use cookies|votre consentement|your consent",
    re.IGNORECASE,
)
_CHALLENGE: Final = re.compile(
    r"just a moment\.\.\.|checking your browser|cf-challenge|challenge-platform|g-recaptcha|h-captcha|hcaptcha\.com/1|"
    r"vérifi(ez|er) que vous êtes (un )?humain|verify (that )?you are (a )?human|unusual traffic|px-captcha|datadome",
    re.IGNORECASE,
)
_WALL_TEXT: Final = 1200  # code points; a page with more text than this has its content beside the form
_SRCSET: Final = re.compile(r"(\S*[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)")
_REFRESH: Final = re.compile(r"^\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)


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
    tree = html_text.parse(text)
    if tree is None:
        return Page(url, (Field("url", _readable(url)),), charset=used)
    return _Reading(tree, url, text).page(used)


def _plain(text: str, url: str, kind: str, used: str) -> Page:
    if "json" in kind:
        # what is not the JSON it claims to be is still characters that a reader would see
        with contextlib.suppress(ValueError, RecursionError):
            text = "\n".join(jsonld.texts([json.loads(text)]))
    tidy = html_text.tidy(text.replace("\x00", ""))
    return Page(url, tuple(Field(*pair) for pair in (("text", tidy), ("url", _readable(url))) if pair[1]), charset=used)


class _Reading:
    """One pass over a parsed page; every address it gives is absolute."""

    def __init__(self, tree: Any, url: str, source: str) -> None:
        self.tree, self.url, self.source = tree, url, source
        base = tree.xpath("string((//base/@href)[1])").strip()
        self.base = _join(url, base) or url
        self.about = jsonld.load(tree.xpath("//script[contains(@type, 'ld+json')]/text()"))
        self.metas = self._metas()
        self.body = html_text.visible(tree)

    def page(self, used: str) -> Page:
        login = self._login()
        return Page(
            url=self.url,
            fields=tuple(Field(name, text) for name, text in self._texts() if text),
            links=self._links(),
            media=self._media(),
            lang=self.tree.xpath("string((//html/@lang | //html/@xml:lang)[1])").strip()[:2].lower() or None,
            published_at=self._published(),
            author=self._author(),
            canonical_url=_join(self.base, self.tree.xpath("string((//link[@rel='canonical']/@href)[1])")),
            login_wall=login,
            consent_wall=not login and self._consent(),
            challenge=len(self.body) < _WALL_TEXT and bool(_CHALLENGE.search(self.source[:200_000])),
            noindex="noindex" in self._said("robots", "googlebot").lower(),
            feeds=self._feeds(),
            refresh=self._refresh(),
            charset=used,
        )

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
        captions = (html_text.visible(each) for each in self.tree.iter("figcaption", "caption"))
        return [
            ("title", _lines([*title, self._said("og:title", "twitter:title")])),
            ("text", self.body),
            ("description", self._said("description", "og:description", "twitter:description")),
            ("alt", _lines([*self.tree.xpath("//@alt"), self._said("og:image:alt", "twitter:image:alt")])),
            ("caption", _lines([*captions, *self.tree.xpath("//track/@label")])),
            ("link", self._link_words()),
            ("handle", self._handles()),
            ("jsonld", _lines(jsonld.texts(self.about))),
            ("url", _readable(self.url)),
            ("transcript", jsonld.first(self.about, "transcript") or ""),
        ]

    def _link_words(self) -> str:
        addresses = (_readable(link) for link in self._links())
        return _lines([*addresses, *self.tree.xpath("//a/@title | //a/@aria-label")])

    def _handles(self) -> str:
        said = self._said("twitter:creator", "twitter:site", "profile:username", "fediverse:creator")
        return _lines([said, jsonld.author(self.about).get("handle", "")])

    def _links(self) -> tuple[str, ...]:
        found = self.tree.xpath("//a/@href | //area/@href | //iframe/@src | //frame/@src")
        return tuple(dict.fromkeys(link for href in found[:MAX_LINKS] if (link := _join(self.base, href))))

    def _feeds(self) -> tuple[str, ...]:
        path = "//link[contains(@rel, 'alternate')][contains(@type, 'rss') or contains(@type, 'atom')]/@href"
        return tuple(link for href in self.tree.xpath(path) if (link := _join(self.base, href)))

    def _refresh(self) -> str | None:
        for meta in self.tree.iter("meta"):
            found = (
                _REFRESH.match(meta.get("content") or "")
                if (meta.get("http-equiv") or "").lower() == "refresh"
                else None
            )
            if found:
                return _join(self.base, found.group(1))
        return None

    def _media(self) -> tuple[Media, ...]:
        found: dict[str, Media] = {}
        for image in itertools.islice(self.tree.iter("img"), MAX_LINKS):
            for media in _of_image(image, self.base):
                found.setdefault(media.url, media)
        for element in itertools.islice(self.tree.iter("source", "video", "audio"), MAX_LINKS):
            for media in _of_player(element, self.base):
                found.setdefault(media.url, media)
        for name in ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "og:video", "og:video:url"):
            for href in self.metas.get(name, ()):
                if link := _join(self.base, href):
                    found.setdefault(link, Media(link, alt=self._said("og:image:alt") or None))
        return tuple(found.values())

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
        url = _join(self.base, said.get("url") or (link[0].get("href", "") if link else ""))
        handle = said.get("handle") or self._said("twitter:creator").split("\n")[0]
        return Author(handle or None, name or None, url) if name or url or handle else None

    def _login(self) -> bool:
        asks_password = bool(self.tree.xpath("//input[translate(@type, 'PASWORD', 'pasword') = 'password']"))
        if _LOGIN_PATH.search(urlsplit(self.url).path) and (asks_password or len(self.body) < _WALL_TEXT):
            return True
        if len(self.body) >= _WALL_TEXT:
            return False
        titles = " ".join("".join(each.itertext()) for each in self.tree.iter("title", "h1"))
        return asks_password or bool(_LOGIN_TITLE.search(titles))

    def _consent(self) -> bool:
        if _CONSENT_HOST.search(urlsplit(self.url).hostname or ""):
            return True
        return len(self.body) < _WALL_TEXT and len(_CONSENT_WORDS.findall(self.body)) >= 2


def _of_image(image: Any, base: str) -> Iterable[Media]:
    alt = (image.get("alt") or "").strip() or None
    width, height = _size(image.get("width")), _size(image.get("height"))
    hrefs = [image.get(name) or "" for name in ("data-src", "data-original", "data-lazy-src", "src")]
    largest = _largest(image.get("srcset") or image.get("data-srcset") or "")
    for link in dict.fromkeys(filter(None, (_join(base, href) for href in [largest, *hrefs]))):
        yield Media(link, width=width, height=height, alt=alt)


def _of_player(element: Any, base: str) -> Iterable[Media]:
    mime = element.get("type")
    for href in (element.get("src") or "", _largest(element.get("srcset") or "")):
        if link := _join(base, href):
            yield Media(link, thumb_url=_join(base, element.get("poster") or ""), mime=mime)
    if link := _join(base, element.get("poster") or ""):
        yield Media(link)


def _largest(srcset: str) -> str:
    # the widest candidate is the one worth a fingerprint; a data: candidate is never a reference
    candidates = [
        (float(size or 1), url) for url, size, _ in _SRCSET.findall(srcset[:4000]) if not url.startswith("data:")
    ]
    return max(candidates, default=(0.0, ""), key=lambda each: each[0])[1]


def _size(text: str | None) -> int | None:
    digits = re.match(r"\d{1,5}", (text or "").strip())
    return int(digits.group()) if digits else None


def _join(base: str, href: str) -> str | None:
    """The absolute http(s) address without fragment, or None for anything else (data:, javascript:, mailto:)."""
    href = href.strip()
    if not href or len(href) > 8000 or href.startswith("#"):
        return None
    try:
        link = urljoin(base, href).partition("#")[0]
        return link if urlsplit(link).scheme in ("http", "https") and urlsplit(link).netloc else None
    except ValueError:
        return None


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
