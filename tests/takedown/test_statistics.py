"""Figures and lists of the dashboard: counted from what happened, late computed and never stored."""

from __future__ import annotations

import datetime as dt

from config import messages
from storage.database import transaction
from takedown import content, replies, statistics
from takedown.tables import TrackRow
from tests.takedown.desk import Desk, track_of


def test_an_empty_instance_counts_nothing(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        assert set(statistics.counts(session).values()) == {0}
        assert statistics.counts(session, desk.case_id) == statistics.counts(session)


def test_the_figures_follow_a_letter_from_draft_to_refusal(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        desk.content(session)
        found = statistics.counts(session, desk.case_id)
        assert (found["found"], found["to_act"], found["requested"]) == (1, 1, 0)
        session.rollback()
    notice_id, _ = desk.sent()
    with transaction(desk.factory) as session:
        sent = statistics.counts(session, desk.case_id)
        assert (sent["requested"], sent["sent"], sent["waiting"], sent["to_act"]) == (1, 1, 1, 0)
        replies.add(session, desk.clock(), notice_id, kind="refusal", text="Refus.", actor=desk.agent,
                    catalogue=desk.catalogue)  # fmt: skip
        refused = statistics.counts(session, desk.case_id)
        assert (refused["refused"], refused["to_act"], refused["waiting"]) == (1, 1, 0)
        assert statistics.counts(session, "another case")["found"] == 0


def test_late_and_coming_share_the_open_deadlines_at_each_moment(desk: Desk) -> None:
    desk.sent()
    with transaction(desk.factory) as session:
        for hours, overdue in ((0, set()), (25, {"dsa16.ack"}), (49, {"dsa16.ack", "dsa16.decision"})):
            moment = desk.clock() + dt.timedelta(hours=hours)
            late = {line["rule"] for line in statistics.late(session, moment, desk.case_id)}
            coming = {line["rule"] for line in statistics.coming(session, moment, desk.case_id)}
            assert late == overdue
            assert late | coming == {"dsa16.ack", "dsa16.decision"}
            assert not late & coming


def test_a_deadline_explains_itself(desk: Desk) -> None:
    desk.sent()
    with transaction(desk.factory) as session:
        line = next(one for one in statistics.coming(session, desk.clock()) if one["rule"] == "dsa16.decision")
        assert line["answer"]["working"]
        assert line["answer"]["means"]["fr"]
        assert line["kind"] == "indicative"


def test_nothing_is_late_on_a_track_that_is_finished(desk: Desk) -> None:
    _, track_id = desk.sent()
    with transaction(desk.factory) as session:
        content.close_track(session, desk.clock(), track_id, actor=desk.agent)
        assert statistics.late(session, desk.clock() + dt.timedelta(days=90)) == []


def test_a_track_that_came_back_twice_counts_once(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        row = track_of(session, desk.content(session))
        for _ in range(2):
            row.status = "resolved"
            desk.content(session)
            assert session.get_one(TrackRow, row.id).status == "to_act"
        assert statistics.counts(session)["back"] == 1


def test_the_timeline_tells_the_story_in_order_and_in_words(desk: Desk) -> None:
    desk.sent()
    with transaction(desk.factory) as session:
        story = statistics.timeline(session, desk.case_id)
        assert [event["code"] for event in story] == [
            "content.opened", "track.opened", "notice.drafted", "notice.ready", "notice.approved", "dispatch.leaving",
            "notice.sent", "deadline.set", "deadline.set",
        ]  # fmt: skip
        assert [event["at"] for event in story] == sorted(event["at"] for event in story)
        opened = messages.render(story[0]["code"], story[0]["params"], "fr")
        assert messages.render("harm.intimate_image", {}, "fr") in opened
