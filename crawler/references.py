"""The addresses that a page holds: links, feeds, and pictures and videos wherever a page can name them (pure)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from crawler import jsonld
from crawler.elements import Elements
from crawler.sighting import Media

MAX: Final = 5000  # links, and as many media, taken from one page: more is a trap, not a page
_LONGEST: Final = 8000  # characters of an address
_STYLE: Final = 1_000_000  # characters of style sheets looked at in one page
_META: Final = (
    "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "og:video", "og:video:url",
    "og:video:secure_url", "twitter:player:stream", "image", "thumbnailurl", "contenturl", "thumbnail",
)  # fmt: skip
_CSS: Final = re.compile(r"url\(\s*(?:\"([^\"]{1,8000})\"|'([^']{1,8000})'|([^\s\"'()]{1,8000}))\s*\)", re.IGNORECASE)
_FILE: Final = re.compile(
    r"\.(?:jpe?g|jfif|png|gif|webp|avif|heic|bmp|tiff?|svg|mp4|m4v|webm|mov|mkv|avi|wmv|flv|mpe?g|ogv|3gp|m3u8)$",
    re.IGNORECASE,
)
_NOT_MEDIA: Final = re.compile(r"\.(?:woff2?|ttf|otf|eot|css|js)$", re.IGNORECASE)
# Attributes under which scripts keep an address until its element is scrolled to; other data- ones must name a file.
_LAZY: Final = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "data-bg", "data-background", "data-background-image",
    "data-actualsrc", "data-echo", "data-poster", "data-full", "data-large-file", "data-orig-file", "lazy-src",
    "lazysrc",
)  # fmt: skip
_LAZY_SETS: Final = ("srcset", "data-srcset", "data-lazy-srcset", "imagesrcset")
_PICTURES: Final = frozenset(("img", "image", "amp-img", "input", "link"))
_PLAYERS: Final = frozenset(("video", "audio", "source", "embed", "object", "amp-video"))
_SHOWING: Final = ("src", "poster", "background", "style", "data")
_BY_HREF: Final = frozenset(("image", "link"))  # elements whose href is a picture or may be one


def join(base: str, href: str) -> str | None:
    """The absolute http(s) address without fragment, or None for anything else (data:, javascript:, mailto:)."""
    href = href.strip()
    if not href or len(href) > _LONGEST or href.startswith("#"):
        return None
    try:
        link = urljoin(base, href).partition("#")[0]
        return link if urlsplit(link).scheme in ("http", "https") and urlsplit(link).netloc else None
    except ValueError:
        return None


def links(has: Elements, base: str) -> tuple[str, ...]:
    """Where the page leads, each address once."""
    elements = has.tagged("a", "area", "iframe", "frame")
    hrefs = (element.get("href") or element.get("src") or "" for element in elements)
    found = (join(base, href) for href in itertools.islice(filter(None, hrefs), MAX))
    return tuple(dict.fromkeys(filter(None, found)))


def feeds(has: Elements, base: str) -> tuple[str, ...]:
    """The feeds that the page announces."""
    kinds = ((each.get("rel") or "", each.get("type") or "", each.get("href") or "") for each in has.tagged("link"))
    hrefs = (href for rel, kind, href in kinds if "alternate" in rel and ("rss" in kind or "atom" in kind))
    return tuple(filter(None, (join(base, href) for href in itertools.islice(hrefs, MAX))))


def media(has: Elements, metas: Mapping[str, Sequence[str]], about: list[Any], base: str) -> tuple[Media, ...]:
    """Every picture and video that the page shows, announces or links to as a file, each address once.

    `metas` are the page's meta elements by lower-cased name; `about` its JSON-LD documents; `data:` is never given.
    """
    found: dict[str, Media] = {}
    everything = itertools.chain(
        _shown(has, base), _announced(metas, about, base), _in_styles(has, base), _linked(has, base)
    )
    for each in everything:
        found.setdefault(each.url, each)
        if len(found) >= MAX:
            break
    return tuple(found.values())


def _shown(has: Elements, base: str) -> Iterator[Media]:
    names = (*_SHOWING, *_LAZY, *_LAZY_SETS, *has.data_names())
    pairs = has.having(*names) + [pair for pair in has.having("href", "xlink:href") if pair[0].tag in _BY_HREF]
    elements = list(dict.fromkeys(element for element, _ in pairs))
    pictures = (element for element in elements if element.tag not in _PLAYERS)
    players = (element for element in elements if element.tag in _PLAYERS)
    for element in itertools.chain(pictures, players):
        yield from _of_player(element, base) if element.tag in _PLAYERS else _of_element(element, base)


def _of_element(element: Any, base: str) -> Iterator[Media]:
    alt = (element.get("alt") or "").strip() or None
    width, height = _size(element.get("width")), _size(element.get("height"))
    for link in dict.fromkeys(filter(None, (join(base, href) for href in _hrefs(element)))):
        yield Media(link, width=width, height=height, alt=alt)


def _hrefs(element: Any) -> Iterator[str]:
    if element.tag == "link" and not _is_picture_link(element):
        return
    yield from (largest(element.get(name) or "") for name in _LAZY_SETS)
    yield from (element.get(name) or "" for name in _LAZY)
    if element.tag in _PICTURES:
        yield from (element.get(name) or "" for name in ("src", "href", "xlink:href"))
    yield from _files_in(element)
    yield element.get("background") or ""
    yield from _css(element.get("style") or "")


def _files_in(element: Any) -> Iterator[str]:
    return (value for name, value in element.items() if name.startswith("data-") and _is_file(value))


def _is_picture_link(element: Any) -> bool:
    return "image_src" in (element.get("rel") or "") or element.get("as") in ("image", "video")


def _of_player(element: Any, base: str) -> Iterator[Media]:
    mime, poster = element.get("type"), join(base, element.get("poster") or element.get("data-poster") or "")
    given = (element.get("src"), element.get("data-src"), *(largest(element.get(name) or "") for name in _LAZY_SETS))
    if element.tag in ("object", "embed"):
        given = tuple(
            href
            for href in (element.get("data"), element.get("src"))
            if href and ((mime or "").startswith(("image/", "video/")) or _is_file(href))
        )
    for href in given:
        if link := join(base, href or ""):
            yield Media(link, thumb_url=poster, mime=mime)
    if poster:
        yield Media(poster)
    yield from _of_styles(element.get("style") or "", base)


def _announced(metas: Mapping[str, Sequence[str]], about: list[Any], base: str) -> Iterator[Media]:
    alt = next(iter(metas.get("og:image:alt", ())), "") or None
    for name in _META:
        yield from (Media(link, alt=alt) for href in metas.get(name, ()) if (link := join(base, href)))
    yield from (Media(link) for href in jsonld.media(about) if (link := join(base, href)))


def _in_styles(has: Elements, base: str) -> Iterator[Media]:
    sheets = "\n".join("".join(element.itertext()) for element in has.tagged("style")[:200])
    return _of_styles(sheets[:_STYLE], base)


def _of_styles(style: str, base: str) -> Iterator[Media]:
    return (Media(link) for href in _css(style) if (link := join(base, href)))


def _linked(has: Elements, base: str) -> Iterator[Media]:
    """The picture behind its small copy: a link to a file."""
    hrefs = (element.get("href") or "" for element in has.tagged("a")[:MAX])
    return (Media(link) for href in hrefs if _is_file(href) and (link := join(base, href)))


def _css(style: str) -> Iterator[str]:
    if "url(" in style or "URL(" in style:
        for groups in itertools.islice(_CSS.findall(style), MAX):
            href = "".join(groups)
            if not _NOT_MEDIA.search(href.partition("?")[0].partition("#")[0]):
                yield href


def _is_file(href: str) -> bool:
    return len(href) <= _LONGEST and bool(_FILE.search(href.strip().partition("?")[0].partition("#")[0]))


def largest(srcset: str) -> str:
    """The widest candidate of a srcset, the one worth a fingerprint; a data: candidate is never a reference."""
    sized = [(_number(size), url) for url, size in _candidates(srcset[:_LONGEST]) if not url.startswith("data:")]
    return max(sized, default=(0.0, ""), key=lambda each: each[0])[1]


def _candidates(srcset: str) -> Iterator[tuple[str, str]]:
    """(address, descriptor) of each candidate; an address may hold commas, so blanks are what parts it."""
    url, told = "", False
    for token in srcset.split():
        if not url:
            url = token.strip(",")
            if token.endswith(",") and url:
                yield url, ""
                url = ""
            continue
        size, comma, rest = token.partition(",")
        if not told:
            yield url, size
        told, url = not comma, rest if comma else url
    if url and not told:
        yield url, ""


def _number(size: str) -> float:
    found = re.match(r"\d{1,6}(?:\.\d{1,6})?", size)
    return float(found.group()) if found else 1.0


def _size(text: str | None) -> int | None:
    digits = re.match(r"\d{1,5}", (text or "").strip())
    return int(digits.group()) if digits else None
