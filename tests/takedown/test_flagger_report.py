"""The yearly table of a trusted flagger: what is counted, and that nobody can be found in it."""

from __future__ import annotations

import datetime as dt
import json

from hypothesis import given
from hypothesis import strategies as st

from cases.tables import CaseFile
from storage.database import transaction
from takedown import replies
from takedown.flagger_report import ACTIONS, FEW, OTHERS, Flagged, flagged, report
from takedown.tables import NoticeRow, TrackRow
from tests.takedown.desk import Desk

NAMED = ("big", "large")
FLAGGED = st.builds(
    Flagged, st.sampled_from((*NAMED, "le-site-de-quelqu-un.example")), st.sampled_from(("doxxing", "insult")),
    st.sampled_from(ACTIONS),
)  # fmt: skip


def test_a_notice_of_the_association_is_counted_in_the_year_it_left(desk: Desk) -> None:
    desk.sent()
    with transaction(desk.factory) as session:
        here, year = session.get_one(CaseFile, desk.case_id).organisation_id, desk.clock().year
        assert flagged(session, here, year) == [Flagged("images", "intimate_image", "none")]
        assert flagged(session, None, year) == flagged(session, here, year)
        assert flagged(session, here, year - 1) == flagged(session, here, year + 1) == []
        assert flagged(session, "another organisation", year) == []


def test_what_the_person_or_her_lawyer_signed_is_not_the_associations(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    with transaction(desk.factory) as session:
        row = session.get_one(NoticeRow, notice_id)
        for changed in ({"signer": "subject"}, {"signer": "lawyer"}, {"specimen": True}, {"letter": "L07"}):
            for name, value in {"signer": "association", "specimen": False, "letter": "L01.intimate_image"}.items():
                setattr(row, name, changed.get(name, value))
            assert flagged(session, None, desk.clock().year) == []


def test_the_year_is_the_one_that_paris_lives_in(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    with transaction(desk.factory) as session:
        session.get_one(NoticeRow, notice_id).sent_at = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
        assert len(flagged(session, None, 2027)) == 1
        assert flagged(session, None, 2026) == []


def test_the_action_is_what_was_found_removed_else_what_was_answered(desk: Desk) -> None:
    notice_id, track_id = desk.sent()
    with transaction(desk.factory) as session:
        replies.add(session, desk.clock(), notice_id, kind="refusal", text="Refus.", actor=desk.agent,
                    catalogue=desk.catalogue)  # fmt: skip
        assert [one.action for one in flagged(session, None, desk.clock().year)] == ["refused"]
        session.get_one(TrackRow, track_id).status = "resolved"
        assert [one.action for one in flagged(session, None, desk.clock().year)] == ["removed"]
        session.get_one(NoticeRow, notice_id).status = "retracted"
        assert [one.action for one in flagged(session, None, desk.clock().year)] == ["retracted"]


@given(st.lists(FLAGGED, max_size=40))
def test_each_table_counts_every_notice_and_names_neither_the_rare_nor_the_unknown(sent: list[Flagged]) -> None:
    found = report(2026, sent, NAMED)
    for table in (found.by_host, found.by_type, found.by_action):
        assert sum(table.values()) == found.notices == len(sent)
    for table in (found.by_host, found.by_type):
        assert all(count >= FEW for name, count in table.items() if name != OTHERS)
    assert set(found.by_host) <= {*NAMED, OTHERS}
    assert "quelqu-un" not in json.dumps(found.to_json())
