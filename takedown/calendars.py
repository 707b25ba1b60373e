"""Which days are closed in a jurisdiction, and why: Saturdays, Sundays and public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from dateutil.easter import easter

from takedown.errors import TakedownError

ALSACE_MOSELLE = {"57", "67", "68", "6AE"}
"""The library knows only "57" (and gives nothing for Grand Est), so the three departments are mapped here."""

OVERSEAS: dict[str, tuple[tuple[int, int], ...]] = {
    "971": ((5, 27),),
    "972": ((5, 22),),
    "973": ((6, 10),),
    "974": ((12, 20),),
    "976": ((4, 27),),
    "977": ((10, 9),),
    "978": ((5, 27), (5, 28)),
}
"""Month and day of the abolition of slavery (law.md 24.7). Saint-Martin: 27 or 28 May.

The library adds local customs (Mi-Carême, Schoelcher day) that the article does not list, hence this closed table.
"""

WORKED_WHIT_MONDAYS = range(2005, 2008)
"""Years in which Whit Monday was worked by default: it stayed a public holiday, but the library leaves it out."""

ABOLITION = "Abolition de l'esclavage"
OTHER_NAMES = {"BL": "977", "MF": "978"}
MAINLAND = {f"{number:02d}" for number in range(1, 96) if number != 20} | {"2A", "2B"}


class CalendarError(TakedownError):
    """A jurisdiction that has no known calendar; the message says how to write one."""


@dataclass(frozen=True)
class Closed:
    """A closed day: reason is "saturday", "sunday" or "holiday"; doubtful when the texts leave it open."""

    date: date
    reason: str
    name: str | None = None
    doubtful: bool = False

    def to_json(self) -> dict[str, str]:
        """The object of `skipped` in design.md section 8; `name` only for a holiday."""
        named = {"name": self.name} if self.name else {}
        return {"date": self.date.isoformat(), "reason": self.reason} | named


@dataclass(frozen=True)
class Calendar:
    """The closed days of one country and, in France, of one department or overseas territory."""

    country: str
    subdivision: str | None = None

    @classmethod
    def of(cls, jurisdiction: str) -> Calendar:
        """The calendar of a code such as FR, FR-57, FR-971 or IE. Raises CalendarError for an unknown one."""
        country, _, subdivision = jurisdiction.strip().upper().partition("-")
        if country == "FR" and subdivision:
            return cls("FR", _french(subdivision))
        known = holidays.list_supported_countries()
        if country not in known or (subdivision and subdivision not in known[country]):
            raise CalendarError(f'No calendar is known for "{jurisdiction}". Write a country code such as FR or IE.')
        return cls(country, subdivision or None)

    def closed(self, day: date) -> Closed | None:
        """Why the day is closed, or None on a working day (jour ouvré)."""
        if day.weekday() >= 5:
            return Closed(day, "saturday" if day.weekday() == 5 else "sunday")
        return self._holiday(day)

    def holidays(self, year: int) -> frozenset[date]:
        """The public holidays of a year, those on a week-end included; empty beyond what the library knows."""
        known = _named(self.country, self._library_code())
        if not known.start_year <= year <= known.end_year:
            return frozenset()
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        return frozenset(day for day in days if day.year == year and self._holiday(day))

    def _holiday(self, day: date) -> Closed | None:
        if self.country == "FR" and (day.month, day.day) in OVERSEAS.get(self.subdivision or "", ()):
            return Closed(day, "holiday", ABOLITION, doubtful=self.subdivision == "978")
        name = _named(self.country, self._library_code()).get(day)
        if name is None and self.country == "FR" and day.year in WORKED_WHIT_MONDAYS:
            name = "Lundi de Pentecôte" if day == easter(day.year) + timedelta(days=50) else None
        if name is None:
            return None
        # Good Friday holds only in communes with a Protestant or mixed church (law.md 24.7).
        return Closed(day, "holiday", name, doubtful=self._library_code() == "57" and name == "Vendredi saint")

    def _library_code(self) -> str | None:
        if self.country != "FR":
            return self.subdivision
        return "57" if self.subdivision in ALSACE_MOSELLE else None


def _french(subdivision: str) -> str | None:
    code = OTHER_NAMES.get(subdivision, subdivision)
    if code in ALSACE_MOSELLE or code in OVERSEAS:
        return code
    if code in MAINLAND:
        return None
    raise CalendarError(
        f'No calendar is known for "FR-{subdivision}". '
        "Write FR, or FR- with a department (57, 67, 68, 971 to 974, 976 to 978)."
    )


@lru_cache(maxsize=64)
def _named(country: str, subdivision: str | None) -> holidays.HolidayBase:
    """The library's holidays, named in French for France: its language is asked for, never left to the machine's."""
    language = "fr" if country == "FR" else None
    return holidays.country_holidays(country, subdiv=subdivision, language=language)
