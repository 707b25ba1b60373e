"""How well: recall per class, precision, false hits, namesakes and quoted spans, through the matcher's public face."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.names.mention import Mention, bare, letters
from benchmarks.names.pages import Example
from benchmarks.names.people import Person
from crawler import page as pages
from monitor.names import NameIndex, Term, TextMatch

URL = "https://site.example/page"
_WORD = re.compile(r"[\w'-]+")


@dataclass
class Tally:
    """What one class or kind of page gave; `right` and `wrong` count (page, person) pairs in the automatic band."""

    pages: int = 0
    automatic: int = 0
    either: int = 0
    exact_spans: int = 0
    unknown: int = 0  # pages whose typing error made no known name or word
    unknown_automatic: int = 0
    scripts: int = 0
    scripts_either: int = 0
    right: int = 0
    wrong: int = 0
    misses: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Read:
    """A page as the matcher gets it."""

    example: Example
    fields: tuple[tuple[str, str], ...]


def read(examples: Iterable[Example]) -> list[Read]:
    """Pages through the project's own extraction, once for all sizes of the index."""
    return [
        Read(one, tuple((part.name, part.text) for part in pages.read(one.html.encode(), URL, "text/html").fields))
        for one in examples
    ]


def index_of(people: Iterable[Person], **engine: Any) -> NameIndex:
    """An index of all terms of these people; `engine` is handed to it as it is."""
    return NameIndex((Term.from_json(row) for person in people for row in person.terms()), **engine)


def differing(one: NameIndex, other: NameIndex, reads: Iterable[Read]) -> int:
    """Pages on which two engines do not give equal matches."""
    return sum(one.match(each.fields) != other.match(each.fields) for each in reads)


class Judge:
    """Knows who stands literally in a page: a watched person whose name, alias or handle is there is no false hit."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = {person.id: person for person in people}

    def tallies(self, index: NameIndex, reads: Iterable[Read]) -> dict[str, Tally]:
        """One tally a class, `class+context` apart."""
        kept: dict[str, Tally] = {}
        for each in reads:
            key = each.example.kind + "+context" * (each.example.context and each.example.mention is not None)
            self._count(kept.setdefault(key, Tally()), each, index.match(each.fields))
        return kept

    def _count(self, tally: Tally, each: Read, matches: list[TextMatch]) -> None:
        tally.pages += 1
        automatic = {_person(match) for match in matches if match.band == "automatic"}
        if each.example.person and each.example.mention:
            self._found(tally, each, matches)
        target = each.example.person.id if each.example.person else None
        tally.right += target in automatic
        for identity in automatic - {target}:
            if not self._literal(identity, each):
                tally.wrong += 1
                tally.errors.append(self._wrong(identity, each, matches))

    def _found(self, tally: Tally, each: Read, matches: list[TextMatch]) -> None:
        mention, person = each.example.mention, each.example.person
        assert mention is not None
        assert person is not None
        own = [match for match in matches if _person(match) == person.id and _at(each, mention, match)]
        sure = [match for match in own if match.band == "automatic"]
        either = [match for match in own if match.band in ("automatic", "context")]
        tally.automatic += bool(sure)
        tally.either += bool(either)
        tally.exact_spans += any(_quotes(each, mention, match) for match in sure)
        tally.unknown += not mention.known
        tally.unknown_automatic += bool(sure) and not mention.known
        tally.scripts += mention.script
        tally.scripts_either += bool(either) and mention.script
        if not sure:
            told = " (real word)" if mention.known else ""
            tally.misses.append(f"{person.name!r} as {mention.shown!r}{told}{' [context band]' if either else ''}")

    def _literal(self, identity: str, each: Read) -> bool:
        """Whether another watched person stands there as she is written, or bears the name that was planted."""
        person, planted = self._people[identity], each.example.person
        if planted and letters(person.name) in (letters(planted.name), letters(f"{planted.last} {planted.first}")):
            return True
        if planted and (person.street, person.city) == (planted.street, planted.city):
            return True  # they live at one address
        text = bare("\n".join(value for _, value in each.fields))
        firsts = (person.first, person.first.replace("-", " "), person.first.replace(" ", "-"))
        names = [f"{first} {person.last}" for first in firsts] + [f"{person.last} {first}" for first in firsts]
        names += [f"{person.last}, {person.first}", person.pseudonym]
        return any(re.search(rf"(?<![\w-]){re.escape(bare(name))}(?![\w-])", text) for name in names)

    def _wrong(self, identity: str, each: Read, matches: list[TextMatch]) -> str:
        match = next(one for one in matches if _person(one) == identity and one.band == "automatic")
        text = dict(each.fields)[match.field]
        around = text[max(0, match.start - 15) : match.end + 15].replace("\n", " ")
        value = self._people[identity].name if match.term.endswith("/name") else match.term.partition("/")[2]
        return f"{value!r} ({match.variant}) in …{around}…"


def quotes_itself(index: NameIndex, reads: Iterable[Read]) -> Counter[bool]:
    """How many matches quote exactly what stands at their place."""
    return Counter(
        dict(each.fields)[match.field][match.start : match.end] == match.matched
        for each in reads
        for match in index.match(each.fields)
    )


def namesakes(index: NameIndex, reads: Iterable[Read]) -> dict[str, dict[str, float]]:
    """Recall and precision of two decisions: the automatic band alone, and the one that also asks for a word of hers.

    A page is decided to be hers when a match of her name or handle is automatic; for the second decision it must also
    tell that context was found and none against, in the automatic or the context band.
    """
    counts = {"automatic": Counter[str](), "context found": Counter[str]()}
    for each in reads:
        assert each.example.person is not None
        own = [match for match in index.match(each.fields) if match.term == f"{each.example.person.id}/name"]
        codes = [({reason.code for reason in match.reasons}, match.band) for match in own]
        decided = {
            "automatic": any(band == "automatic" for _, band in codes),
            "context found": any(
                band in ("automatic", "context") and "context_found" in said and "context_against" not in said
                for said, band in codes
            ),
        }
        for way, yes in decided.items():
            counts[way][f"{each.example.kind}{' yes' * yes}"] += 1
    return {way: _both(count) for way, count in counts.items()}


def _both(count: Counter[str]) -> dict[str, float]:
    hers, others = count["own yes"], count["namesake yes"]
    return {
        "recall": hers / max(1, hers + count["own"]),
        "precision": hers / max(1, hers + others),
        "false_hits": others,
    }


def _person(match: TextMatch) -> str:
    return match.term.partition("/")[0]


def _at(each: Read, mention: Mention, match: TextMatch) -> bool:
    """Whether a match touches the planted words; the same words elsewhere in the field count too."""
    start, end = _place(each, mention)
    return match.field == mention.field and match.start < end and match.end > start


def _quotes(each: Read, mention: Mention, match: TextMatch) -> bool:
    start, end = _place(each, mention)
    core = start + mention.shown.index(mention.core)
    return start <= match.start <= core and core + len(mention.core) <= match.end <= end


def _place(each: Read, mention: Mention) -> tuple[int, int]:
    text: dict[str, Any] = dict(each.fields)
    start = str(text.get(mention.field, "")).find(mention.shown)
    return (start, start + len(mention.shown)) if start >= 0 else (0, 0)
