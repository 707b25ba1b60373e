"""What comes next on the ladder of a content's harm, and which letter and ground that step is written with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.tables import CaseFile
from config.catalogue import Catalogue
from config.records import Ground, Route, Step
from takedown import guided
from takedown.errors import NoticeError
from takedown.ladder import Event
from takedown.ladder import next_step as following
from takedown.letterbook import Letterbook
from takedown.situation import read_situation
from takedown.tables import ContentRow, EventRow, NoticeRow, NoticeTrack, TrackRow

ANY_LENGTH = 32  # a rung is kept in a column of this length
EVENTS: Mapping[str, Event] = {"track.refused": "refusal", "track.silence": "silence", "track.reappeared": "back"}


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


def first_step(catalogue: Catalogue, harm: str) -> Step | None:
    """The step a content of this harm begins with: the first of its ladder that is not done beside another."""
    route = route_for(catalogue, harm)
    steps = route.steps if route else ()
    return next((step for step in steps if step.when == "always" and not step.parallel), None)


def step_after(session: Session, row: TrackRow, catalogue: Catalogue, *, when: Event) -> Step | None:
    """The step the ladder proposes for a track upon an event; None at its end.

    The letters that were sent for this track, and the guided acts that were recorded, count as done.
    """
    harm = harm_of(session, session.get_one(ContentRow, row.content_id))
    route = route_for(catalogue, harm)
    if route is None:
        return None
    done = _done(session, row, route)
    return following(route, done, when) if done else first_step(catalogue, harm)


def last_event(session: Session, row: TrackRow) -> Event:
    """What last happened to the track that calls for a step; a fresh track begins its ladder."""
    query = select(EventRow.code).where(EventRow.track_id == row.id, EventRow.code.in_(EVENTS))
    last = session.scalar(query.order_by(EventRow.at.desc(), EventRow.id.desc()).limit(1))
    return EVENTS[last] if last else "silence"


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


def _done(session: Session, row: TrackRow, route: Route) -> list[str]:
    """Ids of the steps taken for a track, in the ladder's order; steps for content that is back are never used up."""
    sent = select(NoticeRow.letter).join(NoticeTrack, NoticeTrack.notice_id == NoticeRow.id)
    sent = sent.where(NoticeTrack.track_id == row.id, NoticeRow.sent_at.is_not(None))
    acts = {letter_number(letter) for letter in session.scalars(sent)}
    acts |= {done["act"] for done in guided.of_track(session, row.id)}
    return [step.id for step in route.steps if step.when != "back" and (step.do in acts or step.id in acts)]
