"""What the eye must not notice: French spaces, dates in words, addresses without invisible characters."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from config.dates import DAY, written

NBSP = "\u00a0"
THIN = "\u202f"  # narrow no-break space, French before ; ! ?

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""Zero-width, bidirectional and other characters that change what is read without being seen (trust.md B3)."""

ADDRESS = re.compile(r"(https?://\S+|\S+@\S+|\d\d:\d\d)")
DIGITS = "0123456789"
FRENCH = (
    ("«", re.compile(r"«[ \u00a0\u202f]*"), "«" + NBSP),
    ("»", re.compile(r"[ \u00a0\u202f]*»"), NBSP + "»"),
    (";!?", re.compile(r"[ \u00a0\u202f]*(?<![;:!?])([;!?])(?=\s|$|[»\")])"), THIN + r"\1"),
    (":", re.compile(r"[ \u00a0\u202f]*(?<![;:!?])(:)(?=\s|$)"), NBSP + r"\1"),
    ("°.M", re.compile(r"(n°|art\.|M\.|Mme|Me|réf\.) (?=\S)"), r"\1" + NBSP),
    (
        DIGITS + ")vl",
        re.compile(r"\b([Aa]rticles?|paragraphes?|alinéa|point|pièce|du code|page) (?=\d|[a-d]\)|civil|pénal)"),
        r"\1" + NBSP,
    ),
    (DIGITS, re.compile(r"(?<=\d) (?=\d{3}\b|euros\b|%|h\b)|(?<=\d h) (?=\d)"), NBSP),
    (
        DIGITS,
        re.compile(r"\b(\d{1,2}|1er) (?=(janv|févr|mars|avri|mai|juin|juil|août|sept|octo|nove|déce))"),
        r"\1" + NBSP,
    ),
    ("'", re.compile(r"(?<=\w)'(?=\w)"), "’"),
    ("–—", re.compile(r" ([–—]) "), NBSP + r"\1 "),
    ("U", re.compile(r"\(UE\) (?=\d)"), "(UE)" + NBSP),
)
"""(characters without one of which nothing can be found, what is set, how it is set)."""
ENGLISH = (
    (
        DIGITS,
        re.compile(r"\b([Aa]rticles?|[Pp]aragraphs?|[Pp]oints?|[Ss]ections?|[Pp]ages?|[Nn]o\.|U\.S\.C\.) (?=[§\dR(])"),
        r"\1" + NBSP,
    ),
    ("§", re.compile(r"§ (?=\d)"), "§" + NBSP),
    ("U", re.compile(r"\b(\d+) (?=U\.S\.C\.)"), r"\1" + NBSP),
    ("U", re.compile(r"\(EU\) (?=\d)"), "(EU)" + NBSP),
    (
        DIGITS,
        re.compile(r"\b(\d{1,2}) (?=(Janu|Febr|March|April|May|June|July|Augu|Sept|Octo|Nove|Dece))"),
        r"\1" + NBSP,
    ),
)
"""A number stays with what it numbers; English punctuation asks for no space."""
SPACES = {"fr": FRENCH, "en": ENGLISH}


def typeset(text: str, lang: str) -> str:
    """The text with the spaces of its language; addresses and e-mail addresses inside are left as they are."""
    rules = SPACES.get(lang)
    if rules is None:
        return text
    parts = ADDRESS.split(text)
    return "".join(part if index % 2 else _spaced(part, rules) for index, part in enumerate(parts))


def _spaced(text: str, rules: tuple[tuple[str, re.Pattern[str], str], ...]) -> str:
    here = set(text)
    for signs, pattern, replacement in rules:
        if not here.isdisjoint(signs):
            text = pattern.sub(replacement, text)
    return text


@lru_cache(maxsize=1024)
def day(value: dt.date, lang: str) -> str:
    """A date in words: "1er novembre 2026", "1 November 2026"; raises nothing for the languages Babel knows."""
    return written(value, DAY, lang)


def instant(value: dt.datetime, lang: str) -> str:
    """An instant in words, in UTC as evidence is kept."""
    utc = value.astimezone(dt.UTC)
    clock = f"à {utc.hour} h {utc:%M}" if lang == "fr" else f"at {utc:%H:%M}"
    return f"{day(utc.date(), lang)} {clock} (UTC)"


def visible(text: str) -> tuple[str, bool]:
    """The text without invisible characters, controls or line breaks, and whether something hidden was taken out."""
    if text.isprintable() and not INVISIBLE.search(text):
        return " ".join(part for part in text.split(" ") if part), False
    seen = INVISIBLE.sub("", text)
    plain = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in seen)
    plain = "".join(char for char in plain if unicodedata.category(char) not in {"Co", "Cs", "Cn"})
    return re.sub(r"[ \t]+", " ", plain).strip(), seen != text


@dataclass(frozen=True, slots=True)
class Address:
    """An address as printed: `ascii` for the machine that looks it up, `shown` when a person sees other letters."""

    ascii: str
    shown: str | None
    hidden: bool


def address(url: str) -> Address:
    """The address to print: invisible characters out, host in punycode; nothing else is touched (exact location)."""
    plain, hidden = visible(url)
    parts = urlsplit(plain)
    host = parts.hostname or ""
    if host.isascii():
        return Address(plain, None, hidden)
    try:
        punycode = host.encode("idna").decode("ascii")
    except UnicodeError:
        return Address(plain, None, True)
    start = parts.netloc.lower().find(host)
    netloc = parts.netloc[:start] + punycode + parts.netloc[start + len(host) :]
    return Address(parts._replace(netloc=netloc).geturl(), plain, hidden)
