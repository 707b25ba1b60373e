"""Looks for the words that confirm a match or speak against it, and draws the band from what is found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import islice

from monitor.names.finding import ADDRESS_FIELDS, Finding, Strength
from monitor.names.fold import squeeze, unspaced, words
from monitor.names.term import Band, Reason, Term

GLUED = 5  # letters from which words count glued together as well
_SAINT = {"saint": "st", "st": "saint", "sainte": "ste", "ste": "sainte"}
_SAINTS = {"saint": "(?:saint|st)", "st": "(?:saint|st)", "sainte": "(?:sainte|ste)", "ste": "(?:sainte|ste)"}
WINDOW = 400  # code points on each side of a match in which a word counts as near
ABOUT = 100  # how near what is said of the whole page counts
_PIECE = re.compile(r"\d+(?=\D)|\D+(?=\d)")
_ABOUT_THE_PAGE = ("title", "description", *ADDRESS_FIELDS)


class Surroundings:
    """The fields of one page, as folded words around a place; worked out only where something was found."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        self._fields = fields

    def around(self, index: int, start: int, end: int) -> list[str]:
        """What stands near: the same field within reach, and what is said of the whole page.

        A match in the title, the address or another short field is about the whole page: all its text is near.
        """
        name, text = self._fields[index]
        near = [text[max(0, start - WINDOW) : start], text[end : end + WINDOW]]
        about = name in _ABOUT_THE_PAGE or len(text) <= WINDOW
        others = [at for at in range(len(self._fields)) if at != index and (about or self._is_short(at))]
        return [_padded(part) for part in near] + [self._whole[at] for at in others]

    def _is_short(self, at: int) -> bool:
        name, text = self._fields[at]
        return name in _ABOUT_THE_PAGE or len(text) <= WINDOW

    @cached_property
    def _whole(self) -> list[str]:
        return [_padded(text) for _, text in self._fields]


def weigh(term: Term, finding: Finding, near: Sequence[str]) -> tuple[Band, float, tuple[Reason, ...]]:
    """The band, the score and the reasons of a finding, from the words near it.

    Strong forms are automatic and an absent context never demotes them; a contradicting context demotes by one
    band; doubtful forms are for a person to look at; weak forms need a confirming word (design.md section 8). What
    speaks against is outweighed where a confirming word stands nearer: a page about her names other towns too.
    """
    found, against = _distances(term.context, near), _distances(term.exclude, near)
    outweighed = bool(found and against) and min(found.values()) < min(against.values())
    reasons = list(finding.reasons)
    if found:
        reasons.append(Reason("context_found", {"words": list(found)}))
    elif term.context:
        reasons.append(Reason("no_context"))
    if against:
        reasons.append(Reason("context_outweighed" if outweighed else "context_against", {"words": list(against)}))
    score = finding.score + 0.1 * bool(found) - (0.1 if outweighed else 0.3) * bool(against)
    against = {} if outweighed else against
    band = _band(finding.strength, found=bool(found), against=bool(against))
    return band, round(min(1.0, max(0.0, score)), 4), tuple(reasons)


def _band(strength: Strength, *, found: bool, against: bool) -> Band:
    if strength == "strong":
        return "context" if against else "automatic"
    if against:
        return "rejected"
    return "context" if strength == "doubtful" or found else "rejected"


def _distances(wanted: Sequence[str], near: Sequence[str]) -> dict[str, int]:
    """The wanted words that are there, with the folded letters between each and the name; a title is `ABOUT` away.

    `near` is what `Surroundings.around` gives: what stands before, what stands after, and the rest.
    """
    found: dict[str, int] = {}
    before, after, *others = near
    for word in wanted:
        openings = opening_words(word)
        if not any(opening in text for opening in openings for text in near):
            continue
        sought = _sought(word)
        if sought is None:
            continue
        distances = [len(before) - each.end() for each in sought.finditer(before)][-1:]
        distances += [each.start() for each in islice(sought.finditer(after), 1)]
        distances += [ABOUT for text in others if not distances and sought.search(text)]
        if distances:
            found[word] = min(distances)
    return found


@lru_cache(maxsize=20_000)
def opening_words(word: str) -> list[str]:
    """The folded words of which one must stand on a page for a context word to be found there (see `_sought`)."""
    parts = words(word).split()
    if not parts:
        return []
    first, glued = parts[0], "".join(parts)
    ways = [first, *([_SAINT[first]] if first in _SAINT else ())]
    if piece := _PIECE.match(first):
        ways.append(piece[0])  # what @lea92 and 34ans are cut into
    if len(glued) >= GLUED:
        ways += [glued, *([_SAINT[first] + glued[len(first) :]] if first in _SAINT else ())]
        ways += [f"{way}s" for way in ways]
    return list(dict.fromkeys(ways))


@lru_cache(maxsize=4_000)
def _sought(word: str) -> re.Pattern[str] | None:
    """Whole words, glued or not (Saint-Étienne, #SaintEtienne; 34 ans, 34ans), perhaps in the plural or with a saint
    written short; in a script without spaces the letters, wherever they stand."""
    folded = words(word)
    if not folded:
        return None
    if unspaced(squeeze(folded)):
        return re.compile(re.escape(folded))
    parts = [_SAINTS.get(part, re.escape(part)) for part in folded.split()]
    if len(squeeze(folded)) < GLUED:
        return re.compile(f"(?<= ){' '.join(parts)}(?= )")
    plural = "s?" if folded[-1].isalpha() else ""
    if len(parts) == 1:
        return re.compile(f"(?<= ){parts[0]}{plural}(?= )")
    short = folded.split()[-1]
    spelled = [*parts[:-1], " ".join(map(re.escape, short))] if len(short) < GLUED else parts  # Exemple S.A.
    ways = "|".join(dict.fromkeys([" ".join(parts), "".join(parts), " ".join(spelled)]))
    return re.compile(f"(?<= )(?:{ways}){plural}(?= )")


def _padded(text: str) -> str:
    return f" {words(text)} "
