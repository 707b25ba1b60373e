"""A fault at every boundary from the draft to the receipt: no letter is lost, none leaves twice, doubts are seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import pytest

from storage.database import session_factory, transaction
from takedown import outbox, statistics
from takedown.tables import DeadlineRow, DispatchRow, NoticeRow, TrackRow
from tests.takedown.crash_child import BOUNDARIES, Fuse, Fused, carry_on, channel, fuse_commits, taken
from tests.takedown.desk import Desk, settings

DEPARTED, ARRIVED = 9, 12
"""The boundaries right after the commit of departure and right before the commit of arrival: a doubt in between."""


class Cut(BaseException):
    """The power went: nothing below may catch it."""


def cut() -> NoReturn:
    raise Cut


def cut_at(desk: Desk, way: Any, point: int) -> None:
    """Work until the boundary with this number, then stop as if the power went."""
    fuse = Fuse(point, cut)
    doomed = session_factory(desk.factory.kw["bind"], desk.factory.kw["info"]["vault"])
    fuse_commits(doomed, fuse)
    lasting, desk.factory = desk.factory, doomed
    try:
        with pytest.raises(Cut):
            carry_on(desk, Fused(way, fuse))
    finally:
        desk.factory = lasting


@pytest.fixture(params=["email", "file"])
def kind(request: pytest.FixtureRequest, desk: Desk) -> str:
    """By mail, and into files where no mail server is set."""
    chosen = str(request.param)
    if chosen == "file":
        desk.settings = settings(desk.settings.state_dir, smtp_host=None)
    with transaction(desk.factory) as session:
        desk.content(session)
    return chosen


@pytest.mark.parametrize("point", range(BOUNDARIES))
def test_a_fault_at_any_boundary_loses_no_letter_and_doubles_none(
    desk: Desk, kind: str, tmp_path: Path, point: int
) -> None:
    way, out = channel(kind, tmp_path / "out"), tmp_path / "out"
    cut_at(desk, way, point)
    for _ in range(3):
        desk.clock.forward(hours=1)
        carry_on(desk, way)
    doubtful = DEPARTED <= point <= ARRIVED
    with transaction(desk.factory) as session:
        (row,) = session.query(DispatchRow)
        assert row.status == ("in_doubt" if doubtful else "sent")
        assert [one.id for one in outbox.doubtful(session, desk.case_id)] == ([row.id] if doubtful else [])
        assert statistics.counts(session, desk.case_id)["in_doubt"] == int(doubtful)
    left = taken(kind, out)
    assert len(left) == (0 if point in (DEPARTED, DEPARTED + 1) else 1)
    if doubtful:
        with transaction(desk.factory) as session:
            outbox.resolve_doubt(
                session, desk.clock(), row.id, sent=bool(left), actor=desk.lead, catalogue=desk.catalogue
            )  # fmt: skip
        carry_on(desk, way)
    assert len(taken(kind, out)) == 1
    with transaction(desk.factory) as session:
        assert [one.status for one in session.query(NoticeRow)] == ["sent"]
        assert [one.status for one in session.query(TrackRow)] == ["waiting"]
        assert {one.rule for one in session.query(DeadlineRow)} == {"dsa16.decision", "dsa16.ack"}
        assert session.query(DeadlineRow).count() == 2


def test_the_boundaries_are_all_there_are(desk: Desk, kind: str, tmp_path: Path) -> None:
    """Without a fault exactly this many boundaries are passed: a new transaction must be added to the count."""
    fuse = Fuse(-1, cut)
    fuse_commits(desk.factory, fuse)
    carry_on(desk, Fused(channel(kind, tmp_path / "out"), fuse))
    assert -1 - fuse.left == BOUNDARIES
    assert len(taken(kind, tmp_path / "out")) == 1
