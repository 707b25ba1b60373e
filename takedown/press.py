"""The press limits of every content: when it was first posted, who sees it, what is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.records import DeadlineRule
from takedown import events, store
from takedown.answer import DeadlineAnswer
from takedown.deadlines import compute
from takedown.errors import TakedownError
from takedown.matter import NEAR, PARIS, PRESS
from takedown.offer import audience_of, first_published
from takedown.running import days_left, press_rules
from takedown.situation import read_situation
from takedown.tables import ContentRow

Source = Literal["page", "archive", "declared", "unknown"]
State = Literal["unknown", "last_day", "near", "running", "passed"]
SOURCES: tuple[Source, ...] = get_args(Source)
"""Where the day of a first posting was read: on the page, in an archive, from a person's word, or nowhere."""
AUDIENCES = ("public", "closed", "private")
ORDER: tuple[State, ...] = ("unknown", "last_day", "near", "running", "passed")
"""What a lawyer reads first: a start that nobody knows may already be too late."""


@dataclass(frozen=True)
class PressLimit:
    """One press rule on one content; `left` is in days from today (Paris), None when the start is not known."""

    case_id: str
    content_id: str
    harm: str
    audience: str
    source: str
    answer: DeadlineAnswer
    state: State
    left: int | None


def limits(
    session: Session, now: dt.datetime, case_ids: Collection[str], rules: Mapping[str, DeadlineRule]
) -> list[PressLimit]:
    """Every press limit of these cases, the most urgent first; what is removed stays, for its limit runs on."""
    query = select(ContentRow).where(ContentRow.case_id.in_(case_ids), ContentRow.harm.in_(PRESS))
    found = [one for row in session.scalars(query.order_by(ContentRow.id)) for one in _of(row, rules, now)]
    return sorted(found, key=lambda one: (ORDER.index(one.state), one.left or 0, one.content_id))


def say_published(
    session: Session,
    now: dt.datetime,
    content_id: str,
    *,
    on: dt.date | None,
    source: str,
    actor: str,
    audience: str | None = None,
) -> None:
    """Keep when a content was first posted, where that was read, and who can see it.

    Raises `TakedownError` for a day to come, a day without a source, or a source without its day.
    """
    if source not in SOURCES or audience not in (None, *AUDIENCES):
        raise TakedownError(
            f"Say where the day was read: {', '.join(SOURCES)}; and who sees it: {', '.join(AUDIENCES)}."
        )
    if (on is None) != (source == "unknown"):
        raise TakedownError("Give the day with where it was read, or no day and the source unknown.")
    if on is not None and on > now.astimezone(PARIS).date():
        raise TakedownError("This day is still to come: give the day on which it was first posted.")
    row = store.get(session, ContentRow, content_id)
    row.published_on, row.published_source, row.audience = on, source, audience or row.audience
    session.flush()
    said = {"on": on.isoformat() if on else None, "source": source}
    events.record(session, now, case_id=row.case_id, code="content.published", actor=actor, content_id=row.id,
                  params=said)  # fmt: skip


def state_of(answer: DeadlineAnswer, now: dt.datetime) -> State:
    """Where a press limit stands; after the eve that is held, the legal day itself is still left to act on."""
    left = days_left(answer, now)
    if left is None:
        return "unknown"
    if left < 0:
        return "last_day" if answer.legal_due == now.astimezone(PARIS).date() else "passed"
    return "near" if left < NEAR else "running"


def _of(row: ContentRow, rules: Mapping[str, DeadlineRule], now: dt.datetime) -> list[PressLimit]:
    said = {"harm": row.harm, "audience": audience_of(row), "first_published": first_published(row)}
    situation = read_situation(said)
    day = situation.first_published.day if situation.first_published else None
    answers = [compute(rules[name], day) for name in press_rules(situation) if name in rules]
    source = row.published_source or "unknown"
    return [
        PressLimit(row.case_id, row.id, row.harm, situation.audience, source, answer, state_of(answer, now),
                   days_left(answer, now))
        for answer in answers
    ]  # fmt: skip
