"""The help lines at the foot of each page: the verified ones of the person's country (law.md section 18)."""

from __future__ import annotations

from config.catalogue import Catalogue
from config.records import Helpline

FIRST = ("fr_17", "fr_114", "fr_3018", "fr_3919", "fr_116006", "fr_3114", "fr_119")
"""The order in France: danger first, then online violence, then listening."""
EUROPE = "fr_112"


def lines_of(catalogue: Catalogue, residence: str) -> list[Helpline]:
    """The country's lines, or the European emergency number where none is known; opening them is never logged.

    A line whose source nobody checked is not shown: a victim must not call a number that does not answer.
    """
    country = residence.partition("-")[0].upper()
    lines = [line for line in catalogue.helplines.values() if line.may_be_shown and line.country == country]
    if not lines and EUROPE in catalogue.helplines:
        return [catalogue.helplines[EUROPE]]
    if country == "FR":
        lines = [line for line in lines if line.id in FIRST]
    return sorted(lines, key=lambda line: (FIRST.index(line.id) if line.id in FIRST else len(FIRST), line.id))
