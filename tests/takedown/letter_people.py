"""Invented people and contexts for the tests of the letters."""

from __future__ import annotations

from functools import cache
from typing import Any

from config import catalogue
from config.records import Ground
from takedown.letterbook import Letterbook
from takedown.letters import Letter, LetterContext, draft

SENDERS: dict[str, dict[str, str]] = {
    "subject": {"name": "Camille Exemple", "role": "subject", "email": "contact@boite.example"},
    "lawyer": {
        "name": "Maître Dominique Barreau",
        "role": "lawyer",
        "email": "cabinet@barreau.example",
        "on_behalf_of": "Camille Exemple",
    },
    "association": {"name": "Association Passerelle", "role": "association", "email": "dossiers@passerelle.example"},
}
FACTS: dict[str, dict[str, str]] = {
    "intimate_image": {},
    "sexual_deepfake": {},
    "doxxing": {
        "data": "une adresse postale et un numéro de téléphone",
        "risk": "Des messages publiés à la suite invitent à se rendre à cette adresse.",
    },
    "impersonation": {
        "used": "un nom et une photographie",
        "effect": "Plusieurs proches ont reçu des demandes d'argent envoyées depuis ce compte.",
    },
}
CAPTURE = "0123456789abcdef" * 4
IMAGE: dict[str, Any] = {
    "url": "https://images.example/p/8841?vue=grande",
    "kind": "image",
    "first_seen": "2026-11-20T13:05:00Z",
    "exhibit": 1,
    "sha256": CAPTURE,
}


@cache
def book() -> Letterbook:
    return Letterbook.load()


@cache
def grounds() -> dict[str, Ground]:
    return dict(catalogue.survey()[0].grounds)


def context(harm: str = "intimate_image", role: str = "subject", **changed: Any) -> LetterContext:
    """A complete context on Tuesday 24 November 2026."""
    given: dict[str, Any] = {
        "today": "2026-11-24",
        "place": "Lyon",
        "reference": "VG-7K3F-Q2XM",
        "sender": SENDERS[role],
        "addressee": {"entity": "Imagerie Sociale Ltd", "lines": ["12 Harbour Street", "D04 X2K5 Dublin 4", "Irlande"]},
        "items": [IMAGE],
        "harm": harm,
        "facts": FACTS[harm],
    }
    return LetterContext.model_validate({**given, **changed})


def letter(harm: str = "intimate_image", role: str = "subject", letter_id: str = "", **changed: Any) -> Letter:
    template = book().get(letter_id or f"L01.{harm}", "fr")
    return draft(template, grounds()[harm], context(harm, role, **changed))
