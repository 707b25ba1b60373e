"""French prose that nobody of this project wrote: sections of Debian's reference manual, from its installed package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import islice
from pathlib import Path

from lxml import html

FOLDER = Path("/usr/share/debian-reference")
LEAST_WORDS = 60
FRENCH = re.compile(r"\b(le|la|les|de|du|des|est|une|pour|vous|dans)\b", re.IGNORECASE)
ENGLISH = re.compile(r"\b(the|of|is|a|for|you|to|and|in)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Article:
    """One section of the manual: its title without number, and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]

    def wikitext(self) -> str:
        """The paragraphs as MediaWiki reads them: nothing in them is markup."""
        return "\n\n".join(f"<nowiki>{text}</nowiki>" for text in self.paragraphs)

    def html(self) -> str:
        return "".join(f"<p>{escape(text)}</p>" for text in self.paragraphs)


def articles(count: int) -> list[Article]:
    """The first `count` sections that are long enough; raises LookupError when the manual has fewer."""
    found = list(islice(_all(), count))
    if len(found) < count:
        raise LookupError(f"Only {len(found)} sections of French prose in {FOLDER}: install debian-reference-fr.")
    return found


def _all() -> Iterator[Article]:
    met: set[str] = set()
    for path in sorted(FOLDER.glob("ch*.fr.html")):
        for section in html.parse(str(path), html.HTMLParser(encoding="utf-8")).iterfind(".//div[@class='section']"):
            article = _article(section)
            if article is not None and article.title.lower() not in met:
                met.add(article.title.lower())
                yield article


def _article(section: html.HtmlElement) -> Article | None:
    heading = section.find(".//*[@class='title']")
    title = re.sub(r"[^\w’' -]", " ", re.sub(r"^[\d.\s]+", "", _text(heading))).strip()
    paragraphs = tuple(text for part in section.iterfind("./p") if (text := _text(part)))
    return Article(" ".join(title.split()), paragraphs) if title and _is_french(" ".join(paragraphs)) else None


def _is_french(text: str) -> bool:
    """Long enough, and translated: the manual leaves its newest sections in English."""
    return len(text.split()) >= LEAST_WORDS and len(FRENCH.findall(text)) > 2 * len(ENGLISH.findall(text))


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
