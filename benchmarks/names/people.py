"""Invented persons with real first and last names, drawn as a population draws them: some names common, most rare."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from benchmarks.names.sources import Sources
from benchmarks.names.spellings import FAMILIES

PARTICLES = ("de", "de La", "Le", "du", "van der", "von", "Ben", "El", "d'", "da", "di", "La")
_SOUNDS = (
    "bra", "cle", "dri", "fou", "gan", "hel", "jor", "kly", "lum", "mro", "nef", "oxa", "pli", "quo", "rus", "sti",
    "tza", "urb", "vem", "wol", "xan", "yph", "zeg", "tro", "gle", "sna", "fri", "plo", "dax", "mig",
)  # fmt: skip
_SERVICES = ("courriel.example", "poste.example", "mail.example", "boite.example")
_WAYS = ("rue", "avenue", "boulevard", "place", "impasse", "allée", "chemin", "quai", "square", "cours")
_WAY_NAMES = (
    "des Tanneurs", "du Vieux Moulin", "de la Fontaine", "des Acacias", "Saint-Roch",
    "du Marché aux Grains",
    "des Forges",
    "de la Citadelle", "des Capucins", "du Pont Neuf", "des Lilas", "de la Corderie", "des Trois Rois", "du Château",
    "de la Source", "des Cordeliers", "des Peupliers", "de la Glacière", "du Lavoir", "des Vignes", "de l'Abreuvoir",
    "des Carmes", "du Puits", "de la Ravine", "des Noyers", "de la Tuilerie", "du Bief", "des Bateliers",
    "de la Grange",
    "des Remparts", "du Verger", "de l'Écluse", "des Orfèvres", "du Beffroi", "de la Halle", "des Merisiers",
)  # fmt: skip
CITIES = (
    ("75011", "Paris"), ("69003", "Lyon"), ("13006", "Marseille"), ("31000", "Toulouse"), ("06000", "Nice"),
    ("44000", "Nantes"), ("67000", "Strasbourg"), ("34000", "Montpellier"), ("33000", "Bordeaux"), ("59000", "Lille"),
    ("35000", "Rennes"), ("51100", "Reims"), ("42000", "Saint-Étienne"), ("83000", "Toulon"), ("76600", "Le Havre"),
    ("38000", "Grenoble"), ("21000", "Dijon"), ("49000", "Angers"), ("30000", "Nîmes"), ("63000", "Clermont-Ferrand"),
    ("29200", "Brest"), ("87000", "Limoges"), ("37000", "Tours"), ("80000", "Amiens"), ("66000", "Perpignan"),
    ("57000", "Metz"), ("25000", "Besançon"), ("45000", "Orléans"), ("68100", "Mulhouse"), ("14000", "Caen"),
    ("54000", "Nancy"), ("86000", "Poitiers"), ("17000", "La Rochelle"), ("64000", "Pau"), ("56100", "Lorient"),
    ("26000", "Valence"), ("10000", "Troyes"), ("22000", "Saint-Brieuc"), ("73000", "Chambéry"), ("81000", "Albi"),
)  # fmt: skip
_TRADES = (
    "Boulangerie",
    "Clinique",
    "Lycée",
    "Garage",
    "Pharmacie",
    "Cabinet",
    "Librairie",
    "Studio",
    "Atelier",
    "Hôtel",
)


@dataclass(frozen=True)
class Person:
    """One watched person; `full` and `short` are set when the first name has a nickname of the list."""

    id: str
    first: str
    last: str
    handle: str
    pseudonym: str
    phone: str
    email: str
    street: str
    postcode: str
    city: str
    employer: str
    nicknames: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postcode} {self.city}"

    def terms(self) -> list[dict[str, Any]]:
        """The person's terms in the shape that `vigie match text` reads; the id before the slash is the person's."""
        context = {"context": [self.city, self.employer, self.handle], "exclude": list(self.exclude)}
        kinds = {
            "name": self.name, "handle": self.handle, "alias": self.pseudonym, "phone": french_phone(self.phone),
            "email": self.email, "address": self.address,
        }  # fmt: skip
        return [
            {"id": f"{self.id}/{kind}", "kind": kind, "value": value, **(context if kind == "name" else {})}
            for kind, value in kinds.items()
        ]


def population(sources: Sources, count: int, seed: int) -> list[Person]:
    """`count` persons; some have a compound first name, a particle, a nickname or a name of many spellings."""
    chance = random.Random(seed)
    firsts, lasts = _Draw(sources.first), _Draw(sources.last)
    usual = set(sources.first[:3000])
    pairs: dict[str, list[str]] = {}
    for full, short in sources.nicknames:
        if full in usual:
            pairs.setdefault(full, []).append(short)
    spelled = [name for family in FAMILIES for name in family[:2]]
    people = []
    for number in range(count):
        person = _person(f"p{number}", firsts.one(chance), lasts.one(chance), chance)
        kind = chance.random()
        if kind < 0.08:
            other = firsts.one(chance)
            person = replace(person, first=f"{person.first}-{other}") if "-" not in person.first + other else person
        elif kind < 0.12:
            person = replace(person, last=_with_particle(chance.choice(PARTICLES), person.last))
        elif kind < 0.18:
            person = replace(person, first=chance.choice(spelled))
        elif kind < 0.26:
            person = replace(person, first=chance.choice(list(pairs)))
        people.append(replace(person, nicknames=tuple(pairs.get(person.first, ()))))
    return people


def _with_particle(particle: str, last: str) -> str:
    return f"{particle}{last}" if particle.endswith("'") else f"{particle} {last}"


class _Draw:
    """Zipf's law with exponent 0.75 over a list that begins with the commonest."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._weights = list(accumulate(rank**-0.75 for rank in range(1, len(names) + 1)))

    def one(self, chance: random.Random) -> str:
        return chance.choices(self._names, cum_weights=self._weights)[0]


def _person(identity: str, first: str, last: str, chance: random.Random) -> Person:
    postcode, city = chance.choice(CITIES)
    return Person(
        id=identity,
        first=first,
        last=last,
        handle=_word(chance, 2) + chance.choice(("_", ".", "")) + _word(chance, 1) + str(chance.randrange(10, 99)),
        pseudonym=f"{_word(chance, 3).title()} {_word(chance, 2).title()}",
        phone=chance.choice("1234567") + "".join(chance.choices("0123456789", k=8)),
        email=f"{_word(chance, 2)}.{_word(chance, 2)}{chance.randrange(100)}@{chance.choice(_SERVICES)}",
        street=f"{chance.randrange(1, 190)} {chance.choice(_WAYS)} {chance.choice(_WAY_NAMES)}",
        postcode=postcode,
        city=city,
        employer=f"{chance.choice(_TRADES)} {_word(chance, 2).title()}",
    )


def french_phone(digits: str) -> str:
    """The nine digits of a number as France writes them: 06 12 34 56 78."""
    return " ".join(f"0{digits}"[at : at + 2] for at in range(0, 10, 2))


def _word(chance: random.Random, sounds: int) -> str:
    return "".join(chance.choices(_SOUNDS, k=sounds))
