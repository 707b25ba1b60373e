"""Looks for the words that confirm a match or speak against it, and draws the band from what is found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

from monitor.names.finding import ADDRESS_FIELDS, Finding, Strength
from monitor.names.fold import squeeze, unspaced, words
from monitor.names.term import Band, Reason, Term

GLUED = 5  # letters from which words count glued together as well
_SAINTS = {"saint": "(?:saint|st)", "st": "(?:saint|st)", "sainte": "(?:sainte|ste)", "ste": "(?:sainte|ste)"}
WINDOW = 400  # code points on each side of a match in which a word counts as near
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
    band; doubtful forms are for a person to look at; weak forms need a confirming word (design.md section 8).
    """
    found, against = _present(term.context, near), _present(term.exclude, near)
    reasons = list(finding.reasons)
    if found:
        reasons.append(Reason("context_found", {"words": found}))
    elif term.context:
        reasons.append(Reason("no_context"))
    if against:
        reasons.append(Reason("context_against", {"words": against}))
    score = finding.score + 0.1 * bool(found) - 0.3 * bool(against)
    band = _band(finding.strength, found=bool(found), against=bool(against))
    return band, round(min(1.0, max(0.0, score)), 4), tuple(reasons)


def _band(strength: Strength, *, found: bool, against: bool) -> Band:
    if strength == "strong":
        return "context" if against else "automatic"
    if against:
        return "rejected"
    return "context" if strength == "doubtful" or found else "rejected"


def _present(wanted: Sequence[str], near: Sequence[str]) -> list[str]:
    return [word for word in wanted if (sought := _sought(word)) and any(sought.search(text) for text in near)]


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
