"""The yearly table of a trusted flagger: its notices by host, by type of content and by what was done (law.md 19.1)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from cases.tables import CaseFile
from takedown.matter import PARIS
from takedown.proposal import letter_number
from takedown.tables import ContentRow, EventRow, NoticeRow, NoticeTrack, TrackRow

NOTICES = ("L01", "L01D", "L01M", "L02")
"""The letters that are first notices to a host; a reminder repeats one."""
FEW = 5
"""Below this many notices a host or a type is not named: a rare one may point to the person (operational)."""
OTHERS = "others"
ACTIONS = ("removed", "partly", "refused", "none", "retracted")


@dataclass(frozen=True)
class Flagged:
    """One notice that left: the host's record, the harm, and what was done about it. Nothing of the person."""

    host: str
    harm: str
    action: str


@dataclass(frozen=True)
class Report:
    """The three tables of one year, never crossed with each other; keys are records, harms and actions."""

    year: int
    notices: int
    by_host: Mapping[str, int]
    by_type: Mapping[str, int]
    by_action: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def report(year: int, flagged: Sequence[Flagged], named: Iterable[str]) -> Report:
    """Count the notices; only hosts among `named` are told by name, and only from `FEW` notices on."""
    known = frozenset(named)
    hosts = Counter(one.host if one.host in known else OTHERS for one in flagged)
    actions = Counter(one.action for one in flagged)
    return Report(
        year, len(flagged), _told(hosts), _told(Counter(one.harm for one in flagged)),
        {action: actions[action] for action in ACTIONS if actions[action]},
    )  # fmt: skip


def _told(counted: Counter[str]) -> dict[str, int]:
    """The most frequent first, those that are rare together at the end."""
    told = {name: count for name, count in counted.most_common() if count >= FEW and name != OTHERS}
    rest = counted.total() - sum(told.values())
    return {**told, **({OTHERS: rest} if rest else {})}


def flagged(session: Session, organisation: str | None, year: int) -> list[Flagged]:
    """What an association (every one, when None) sent in its own signature that year, Paris time.

    A case that was erased took its notices with it: they are no longer counted.
    """
    start, end = (dt.datetime(one, 1, 1, tzinfo=PARIS) for one in (year, year + 1))
    query = (
        select(NoticeRow)
        .join(CaseFile, CaseFile.id == NoticeRow.case_id)
        .where(
            NoticeRow.signer == "association", NoticeRow.specimen.is_(False), NoticeRow.sent_at >= start,
            NoticeRow.sent_at < end, true() if organisation is None else CaseFile.organisation_id == organisation,
        )
        .order_by(NoticeRow.id)
    )  # fmt: skip
    return [_flagged(session, row) for row in session.scalars(query) if letter_number(row.letter) in NOTICES]


def _flagged(session: Session, notice: NoticeRow) -> Flagged:
    tracks = list(
        session.execute(
            select(TrackRow, ContentRow.harm)
            .join(NoticeTrack, NoticeTrack.track_id == TrackRow.id)
            .join(ContentRow, ContentRow.id == TrackRow.content_id)
            .where(NoticeTrack.notice_id == notice.id)
            .order_by(TrackRow.id)
        )
    )
    return Flagged(
        host=notice.platform or OTHERS, harm=tracks[0][1],
        action=_action(session, notice, [track for track, _ in tracks]),
    )  # fmt: skip


def _action(session: Session, notice: NoticeRow, tracks: Sequence[TrackRow]) -> str:
    if notice.status == "retracted":
        return "retracted"
    done = [track.status == "resolved" for track in tracks]
    if any(done):
        return "removed" if all(done) else "partly"
    refused = select(EventRow.id).where(
        EventRow.track_id.in_([track.id for track in tracks]), EventRow.code == "track.refused",
        EventRow.at >= notice.sent_at,
    )  # fmt: skip
    return "refused" if session.scalar(refused.limit(1)) else "none"
