"""The invented people of the demonstration: whoever bears one of these names bears it by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Person:
    """Somebody the demonstration made up; empty strings where nothing is told."""

    name: str
    city: str = ""
    employer: str = ""
    handle: str = ""


WATCHED: Final = Person("Camille Exemple", "Aubeville", "Librairie du Phare", "camille_exemple")
NAMESAKES: Final = (
    Person("Camille Exemplar", "Montfictif", "club photo de Montfictif"),
    Person("Camille Exemple", "Sainte-Invente", "mairie de Sainte-Invente"),
    Person("Camille Exemple-Durand", "Montfictif"),
)
LAWYER: Final = Person("Me Ada Lexandre", "Aubeville", "Cabinet Lexandre")
ASSOCIATION: Final = "Association Veilleuse"
