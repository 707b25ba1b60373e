"""Which ladder a content's harm has, and which letter and ground a step of it is written with."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from cases.tables import CaseFile
from config.catalogue import Catalogue
from config.records import Ground, Route
from takedown.errors import NoticeError
from takedown.letterbook import Letterbook
from takedown.situation import read_situation
from takedown.tables import ContentRow

ANY_LENGTH = 32  # a rung is kept in a column of this length


def letter_number(letter: str) -> str:
    """The number of a letter without its variant: L01 of L01.intimate_image."""
    return letter.partition(".")[0]


def harm_of(session: Session, content: ContentRow) -> str:
    """The harm whose ladder, letters and grounds apply: the minor's where a sexual image may show one (law.md 2.14)."""
    under_18 = session.get_one(CaseFile, content.case_id).under_18_today
    said = {"harm": content.harm, "age_on_image": content.age_on_image, "under_18_today": under_18}
    return read_situation(said).ladder_harm


def route_for(catalogue: Catalogue, harm: str) -> Route | None:
    """The ladder of a public content with this harm."""
    found = {route.audience: route for route in catalogue.routes.values() if route.harm == harm}
    return found.get("any") or found.get("public")


def rung_of(catalogue: Catalogue, harm: str, letter: str) -> str:
    """The id of the ladder's step that this letter is; the letter's number where the ladder has no such step."""
    route, number = route_for(catalogue, harm), letter_number(letter)
    steps = route.steps if route else ()
    return next((step.id for step in steps if step.do == number), number)[:ANY_LENGTH]


def letter_for(letterbook: Letterbook, number: str, harm: str, lang: str) -> str:
    """The letter that a step is written with: the variant for this harm, the letter itself, or one that fits.

    Raises `NoticeError` when this letter does not exist yet in this language.
    """
    others = sorted(name for name, spoken in letterbook.letters if spoken == lang and letter_number(name) == number)
    for name in (f"{number}.{harm}", number, *others):
        template = letterbook.letters.get((name, lang))
        if template is not None and harm in template.header.harms:
            return name
    raise NoticeError(f"There is no letter {number} for this harm in this language: choose another step or language.")


def ground_for(catalogue: Catalogue, letter: str, harm: str, day: dt.date, chosen: str | None = None) -> Ground:
    """The chosen ground, else the first, that is in force and goes with this letter and harm; `NoticeError` without."""
    for ground in catalogue.grounds.values():
        fits = letter in ground.letters and harm in ground.harms and ground.in_force(day)
        if fits and chosen in (None, ground.id):
            return ground
    raise NoticeError("No ground in force goes with this letter and this harm: choose another letter or ground.")
