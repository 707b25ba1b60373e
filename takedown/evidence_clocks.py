"""The evidence clocks of a case, computed from what it holds and never stored: which data may vanish."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.tables import CaseFile
from config.catalogue import Catalogue
from config.records import Offence
from takedown.conditions import fits
from takedown.evidence_clock import RULE, EvidenceClock, clock_of
from takedown.ladder import route_of
from takedown.matter import COMPLAINTS, PARIS, Matter
from takedown.offer import audience_of
from takedown.proposal import letter_number
from takedown.situation import read_situation
from takedown.tables import ContentRow, EventRow, NoticeRow, NoticeTrack, TrackRow


@dataclass(frozen=True)
class EvidenceReminder:
    """The clock of one content for which no complaint is known yet."""

    case_id: str
    content_id: str
    harm: str
    clock: EvidenceClock


def reminders(
    session: Session, now: dt.datetime, case_ids: Collection[str], catalogue: Catalogue, content_id: str | None = None
) -> list[EvidenceReminder]:
    """The clocks of these cases, the next reminder first; a content with a complaint has none left."""
    query = select(ContentRow).where(ContentRow.case_id.in_(case_ids))
    query = query.where(ContentRow.id == content_id) if content_id else query
    over = complained(session, case_ids)
    open_ones = [row for row in session.scalars(query.order_by(ContentRow.id)) if row.id not in over]
    found = [one for row in open_ones if (one := _of(session, now, row, catalogue))]
    return sorted(found, key=lambda one: (one.clock.next or dt.date.max, one.content_id))


def offences_of(session: Session, now: dt.datetime, row: ContentRow, catalogue: Catalogue) -> list[Offence]:
    """The offences that the ladder of a content names, for its harm, its audience and the person's age."""
    case = session.get_one(CaseFile, row.case_id)
    said = {"harm": row.harm, "audience": audience_of(row), "age_on_image": row.age_on_image,
            "under_18_today": case.under_18_today, "ex_partner": "yes" if case.ex_partner else "no"}  # fmt: skip
    matter = Matter(read_situation(said), None, None, None, now)
    steps = [step for step in route_of(matter.situation, catalogue.routes).steps if fits(matter, step)]
    named = dict.fromkeys(name for step in steps for name in step.offences)
    return [catalogue.offences[name] for name in named if name in catalogue.offences]


def complained(session: Session, case_ids: Collection[str]) -> set[str]:
    """The contents with a known complaint: one that a person recorded, or a letter to the prosecutor that left."""
    done = select(EventRow.content_id, EventRow.params).where(
        EventRow.case_id.in_(case_ids), EventRow.code == "guided.done", EventRow.content_id.is_not(None)
    )
    found = {str(content) for content, params in session.execute(done) if json.loads(params)["act"] in COMPLAINTS}
    sent = select(TrackRow.content_id, NoticeRow.letter).join(NoticeTrack, NoticeTrack.track_id == TrackRow.id)
    sent = sent.join(NoticeRow, NoticeRow.id == NoticeTrack.notice_id)
    sent = sent.where(TrackRow.case_id.in_(case_ids), NoticeRow.sent_at.is_not(None))
    return found | {content for content, letter in session.execute(sent) if letter_number(letter) in COMPLAINTS}


def _of(session: Session, now: dt.datetime, row: ContentRow, catalogue: Catalogue) -> EvidenceReminder | None:
    known, today = (moment.astimezone(PARIS).date() for moment in (row.created_at, now))
    offences = offences_of(session, now, row, catalogue)
    clock = clock_of(offences, known, today, catalogue.deadlines[RULE], posted_on=row.published_on)
    return EvidenceReminder(row.case_id, row.id, row.harm, clock) if clock else None
