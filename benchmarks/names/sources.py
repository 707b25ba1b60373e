"""Real names, nicknames, words and prose from packages installed here; says what to install where they are missing."""

from __future__ import annotations

import gzip
import html
import importlib.util
import json
import pickle
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import lxml.html

CACHE = Path.home() / ".cache" / "vigie-benchmarks" / "names-1.json"
HANDBOOK = Path("/usr/share/doc/debian-handbook/html")
FRENCH = (
    (HANDBOOK / "fr-FR", "*.html"),
    (Path("/usr/share/gimp/2.0/help/fr"), "*.html"),
    (Path("/usr/share/debian-reference"), "*.fr.html"),
    (Path("/usr/share/man/fr"), "man*/*.gz"),
)
ENGLISH = ((HANDBOOK / "en-US", "*.html"), (Path("/usr/share/doc/installation-guide-amd64/en"), "*.html"))
DICTIONARIES = (Path("/usr/share/dict/french"), Path("/usr/share/dict/american-english"))
NEEDED = {
    "names": "Real names are missing: pip install names-dataset",
    "nicknames": "A list of nicknames is missing: pip install gender-guesser nicknames",
    "french": "French prose is missing: apt-get install debian-handbook gimp-help-fr debian-reference-fr manpages-fr",
    "english": "English prose is missing: apt-get install debian-handbook installation-guide-amd64",
    "words": "Dictionaries are missing: apt-get install wfrench wamerican",
}
_COUNTRIES = {"FR": 12_000, "US": 5_000, "GB": 3_000, "BE": 2_000}  # the commonest names taken of each country
_NAME = re.compile(r"[^\W\d_]{3,}([ '’-][^\W\d_]{2,})*")
_VOWEL = re.compile(r"[aeiouyàâäéèêëîïôöùûü]", re.IGNORECASE)


@dataclass(frozen=True)
class Sources:
    """What the generator draws from. First and last names come commonest first; pairs are (full, short)."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    nicknames: tuple[tuple[str, str], ...]
    french: tuple[str, ...]
    english: tuple[str, ...]
    words: frozenset[str]


@cache
def installed() -> tuple[Sources | None, list[str]]:
    """The sources of this machine, or None and one sentence for each thing to install."""
    found: dict[str, Any] = {
        "names": _names(),
        "nicknames": _nicknames(),
        "french": _prose(FRENCH, 6000),
        "english": _prose(ENGLISH, 3000),
        "words": _words(),
    }
    missing = [NEEDED[key] for key, value in found.items() if not value]
    if missing:
        return None, missing
    first, last = found["names"]
    return Sources(first, last, found["nicknames"], found["french"], found["english"], found["words"]), []


def _folder(module: str) -> Path | None:
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).parent if spec and spec.origin else None


def _names() -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """First and last names by rank; the 55 MB of the package are reduced once and kept in the user's cache."""
    if not CACHE.exists():
        folder = _folder("names_dataset")
        if folder is None:
            return None
        lists = [_ranked(folder / "v3" / f"{kind}_names.pkl.gz") for kind in ("first", "last")]
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        CACHE.write_text(json.dumps(lists), encoding="utf-8")
    first, last = json.loads(CACHE.read_text(encoding="utf-8"))
    return tuple(first), tuple(last)


def _ranked(path: Path) -> list[str]:
    with gzip.open(path) as stream:
        table = pickle.load(stream)  # a file of an installed package, as its own code reads it
    best: dict[str, float] = {}
    for name, about in table.items():
        ranks = {country: rank for country, rank in (about.get("rank") or {}).items() if rank}
        worth = [ranks[country] / limit for country, limit in _COUNTRIES.items() if ranks.get(country, limit) < limit]
        if worth and _NAME.fullmatch(name) and _VOWEL.search(name) and name.isascii() + len(name) > 3:
            best[name] = min(worth)
    return sorted(best, key=lambda name: (best[name], name))


def _nicknames() -> tuple[tuple[str, str], ...]:
    pairs: dict[tuple[str, str], None] = {}
    if folder := _folder("gender_guesser"):
        for line in (folder / "data" / "nam_dict.txt").read_text(encoding="utf-8").splitlines():
            # "=  Abe Abraham": the short form, then the full one; columns 30 on: GB, IE, US, IT, MT, PT, ES, FR
            if line.startswith("=") and (line[30:33].strip() or line[37:38].strip()):
                short, full = line[3:29].split()[:2]
                pairs[full, short] = None
    if folder := _folder("nicknames"):
        for line in (folder / "names.csv").read_text(encoding="utf-8").splitlines()[1:]:
            full, _, short = line.split(",")[:3]
            pairs[full.title(), short.title()] = None
    return tuple(pair for pair in pairs if all(len(name) > 2 and name.isalpha() for name in pair))


def _prose(places: tuple[tuple[Path, str], ...], count: int) -> tuple[str, ...]:
    """Paragraphs of 80 to 2,500 characters, the same number from each place, each once."""
    kept: dict[str, None] = {}
    for folder, pattern in places:
        taken = 0
        for path in sorted(folder.glob(pattern)):
            for paragraph in _READERS[path.suffix](path):
                if taken < count and 80 <= len(paragraph) <= 2500 and paragraph not in kept:
                    kept[paragraph] = None
                    taken += 1
    return tuple(kept)


def _of_html(path: Path) -> Iterator[str]:
    tree = lxml.html.fromstring(path.read_bytes())
    for element in tree.iter("p", "li", "dd", "td"):
        if not len(element.xpath(".//p | .//li | .//td")):
            yield " ".join(element.text_content().split())


def _of_manual(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as stream:
        source = stream.read()
    if source.startswith(".so"):
        return
    for part in re.split(r"\n\.(?:PP|P|LP|SH|SS|TP|IP|sp).*\n|\n\n", source):
        lines = (re.sub(r"^\.(?:B|I|BR|IR|RB|RI|BI|IB)\s+", "", line) for line in part.split("\n"))
        text = " ".join(line for line in lines if not line.startswith((".", "'", '"')))
        text = re.sub(r"\\f[A-Z]|\\f\(..|\\f\[\w*\]|\\&|\\\||\\/|\\,", "", text)
        text = re.sub(r"\\\((?:oq|cq|aq|dq)|\\\[\w+\]", "'", text.replace("\\-", "-").replace("\\ ", " "))
        yield html.unescape(" ".join(text.replace("\\", "").split()))


_READERS: dict[str, Callable[[Path], Iterator[str]]] = {".html": _of_html, ".gz": _of_manual}


def _words() -> frozenset[str]:
    if not all(path.exists() for path in DICTIONARIES):
        return frozenset()
    return frozenset(
        word.lower() for path in DICTIONARIES for word in path.read_text(encoding="utf-8").split() if word.islower()
    )
