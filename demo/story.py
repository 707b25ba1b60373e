"""The story that `vigie demo` plays, and what must come out of it: data alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from demo.people import WATCHED

Band = Literal["automatic", "context", "rejected"]
Action = Literal["acknowledge", "delete", "removed", "refuse", "silence", "restore"]


@dataclass(frozen=True)
class Watched:
    """A watched term in the shape of design.md section 8."""

    id: str
    kind: str
    value: str
    context: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expected:
    """A page that must be found: `term` is the watched term's id, or "picture"; `is_her` None is "unsure".

    `harm` is what the demonstration's person says of it, empty where it is not her. `by` names the sources that can
    find it; the search engine opens what it lists whatever the site.
    """

    site: str
    target: str
    term: str
    band: Band
    is_her: bool | None
    harm: str = ""
    by: tuple[str, ...] = ("site", "search")

    @property
    def kind(self) -> Literal["text", "image"]:
        return "image" if self.term == "picture" else "text"


@dataclass(frozen=True)
class Target:
    """What one letter asks for: pages of one site, under one harm."""

    site: str
    targets: tuple[str, ...]
    harm: str


@dataclass(frozen=True)
class Turn:
    """Something that others do, `days` after the letters left. `target` is a key of TARGETS."""

    days: float
    action: Action
    target: str


WATCH_TERMS: Final = (
    Watched("name", "name", WATCHED.name, (WATCHED.city, WATCHED.employer), ("Sainte-Invente", "maire")),
    Watched("handle", "handle", WATCHED.handle, (WATCHED.city, WATCHED.employer)),
)

_PHOTOS: Final = tuple(
    f"/photo/{number}" for number in ("12-sans-pudeur", *(f"{even}-sans-titre-{even}" for even in (14, 16, 18, 20)))
)
_ADDRESS: Final = "/billet/une-adresse-pour-les-curieux"
_IMPOSTOR: Final = "/sujet/104-nouvelle-venue"

EXPECTED: Final = (
    Expected("forum", _IMPOSTOR, "name", "automatic", True, "impersonation"),
    Expected("forum", "/sujet/107-commerces-du-port?page=2", "name", "automatic", True, "defamation"),
    Expected("forum", "/sujet/109-on-va-rire", "handle", "automatic", True, "harassment"),
    Expected("feed", _ADDRESS, "name", "automatic", True, "doxxing"),
    Expected("feed", "/billet/un-mot-diese-pour-la-semaine", "name", "automatic", True, "insult"),
    Expected("slow", "/vieux-potins", "name", "automatic", True, "defamation"),
    Expected("gallery", "/profil/camille-exemple/", "name", "automatic", True, "impersonation", ("search",)),
    Expected("gallery", _PHOTOS[0], "name", "automatic", True, "intimate_image"),
    Expected("gallery", _PHOTOS[0], "picture", "automatic", True, "intimate_image"),
    *(Expected("gallery", photo, "picture", "automatic", True, "intimate_image", ("site",)) for photo in _PHOTOS[1:]),
    Expected("feed", "/billet/la-meme-en-plus-clair", "picture", "automatic", True, "intimate_image", ("site",)),
    Expected("forum", "/sujet/110-bons-livres-pour-l-hiver", "name", "context", None, by=("site",)),
    Expected("feed", "/billet/elections-de-sainte-invente", "name", "context", False),
    Expected("forum", "/sujet/111-genealogie-des-durand", "name", "context", False),
    Expected("forum", "/sujet/98-tomates-en-retard", "name", "rejected", False),
    # Her handle is spelled like her name: the same pages are found by it too, less surely.
    Expected("forum", "/sujet/109-on-va-rire", "name", "automatic", True, "harassment"),
    Expected("forum", _IMPOSTOR, "handle", "context", True, "impersonation"),
    Expected("feed", _ADDRESS, "handle", "context", True, "doxxing"),
    Expected("slow", "/vieux-potins", "handle", "context", True, "defamation"),
    Expected("gallery", _PHOTOS[0], "handle", "context", True, "intimate_image"),
    Expected("feed", "/billet/un-mot-diese-pour-la-semaine", "handle", "rejected", True, "insult"),
    Expected("gallery", "/profil/camille-exemple/", "handle", "rejected", True, "impersonation", ("search",)),
    Expected("feed", "/billet/elections-de-sainte-invente", "handle", "rejected", False),
    Expected("forum", "/sujet/111-genealogie-des-durand", "handle", "rejected", False),
)
"""Each page and term where something must be found, rejected matches included; nothing else may be found at all."""

NEVER: Final = (("robots", "/reserve/fiche-17"),)
"""Pages that name her and that no run may open."""

TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        "A": Target("gallery", _PHOTOS, "intimate_image"),
        "B": Target("feed", (_ADDRESS,), "doxxing"),
        "C": Target("forum", (_IMPOSTOR,), "impersonation"),
        "A1": Target("gallery", _PHOTOS[:1], "intimate_image"),
    }
)
"""A is removed, B refused, C says nothing; A1 is the part of A that comes back."""

TIMELINE: Final = (
    Turn(1, "acknowledge", "A"),
    Turn(1, "acknowledge", "B"),
    Turn(1.5, "delete", "A"),
    Turn(1.5, "removed", "A"),
    Turn(3, "refuse", "B"),
    Turn(7, "silence", "C"),
    Turn(20, "restore", "A1"),
)
"""In order. "delete" and "restore" happen on the site, the others arrive by mail; "silence" says that nothing came."""
