"""Duplicates: one page under two spellings is proposed, a person merges, nothing is deleted."""

from __future__ import annotations

import pytest

from storage.database import transaction
from takedown import merging
from takedown.errors import TakedownError
from takedown.tables import ContentRow
from tests.takedown.desk import Desk, codes, track_of

ONE = "https://images.example/p/1"


@pytest.mark.parametrize(
    "other",
    ["http://images.example/p/1", "https://www.images.example/p/1/", "https://m.images.example/p/1",
     "https://images.example/p/1/index.html"],
)  # fmt: skip
def test_one_page_under_two_spellings_is_proposed(desk: Desk, other: str) -> None:
    with transaction(desk.factory) as session:
        desk.content(session, ONE)
        desk.clock.forward(seconds=1)
        desk.content(session, other)
        (pair,) = merging.likely(session, desk.case_id)
        assert (pair.keep_address, pair.other_address) == (ONE, other)


@pytest.mark.parametrize(
    "other", ["https://images.example/p/2", "https://images.example/p/1?page=2", "https://album.images.example/p/1"]
)
def test_two_pages_are_not(desk: Desk, other: str) -> None:
    with transaction(desk.factory) as session:
        desk.content(session, ONE)
        desk.content(session, other)
        assert merging.likely(session, desk.case_id) == []


def test_a_merge_closes_the_open_tracks_of_the_second_and_says_so_once(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        keep, other = desk.content(session, ONE), desk.content(session, "http://images.example/p/1")
        merging.merge(session, desk.clock(), keep, other, actor=desk.agent)
        assert (track_of(session, keep).status, track_of(session, other).status) == ("open", "closed")
        assert codes(session, desk.case_id)[-2:] == ["track.closed", "content.merged"]
        assert session.query(ContentRow).count() == 2
        assert merging.likely(session, desk.case_id) == []
        with pytest.raises(TakedownError, match="merged before"):
            merging.merge(session, desk.clock(), keep, other, actor=desk.agent)
        with pytest.raises(TakedownError, match="Two different"):
            merging.merge(session, desk.clock(), keep, keep, actor=desk.agent)
