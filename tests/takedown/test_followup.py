"""Follow-up: each track wakes at its time, is looked at where a machine may, and says when a person must act."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from evidence.tables import Exhibit
from storage.database import transaction
from takedown import checks, content, followup, notices, replies, statistics
from takedown.errors import TakedownError
from takedown.tables import CheckRow, ContentRow, DeadlineRow, NoticeRow, TrackRow
from tests.takedown import desk as stage
from tests.takedown.desk import Desk, Postman, Web, codes, track_of
from tests.takedown.test_intake import hit

GONE = Web(404, "")


def wake(desk: Desk, track_id: str, web: Web, owner: str = "worker") -> str | None:
    return followup.run(
        desk.factory, track_id, owner=owner, clock=desk.clock, catalogue=desk.catalogue, settings=desk.settings,
        fetch=web,
    )  # fmt: skip


def track(desk: Desk) -> TrackRow:
    with transaction(desk.factory) as session:
        return session.query(TrackRow).one()


def due(desk: Desk) -> list[str]:
    with transaction(desk.factory) as session:
        return list(followup.due(session, desk.clock()))


def test_nothing_wakes_before_its_time(desk: Desk) -> None:
    _, track_id = desk.sent()
    desk.clock.forward(hours=47)
    assert due(desk) == []
    web = Web()
    assert wake(desk, track_id, web) is None
    assert web.asked == []


def test_silence_past_the_deadline_proposes_the_reminder_and_sends_nothing(desk: Desk) -> None:
    _, track_id = desk.sent()
    desk.clock.forward(hours=49)
    assert due(desk) == [track_id]
    assert wake(desk, track_id, Web()) == "to_act"
    with transaction(desk.factory) as session:
        (silence,) = [event for event in statistics.timeline(session, desk.case_id) if event["code"] == "track.silence"]
        assert silence["codes"] == {"next": "L03"}
        assert session.query(NoticeRow).count() == 1
        assert [line["rule"] for line in statistics.late(session, desk.clock())] == ["dsa16.ack", "dsa16.decision"]
    assert due(desk) == []
    assert wake(desk, track_id, Web()) is None


def test_two_looks_a_day_apart_resolve_and_weekly_looks_follow(desk: Desk) -> None:
    _, track_id = desk.sent()
    desk.clock.forward(hours=49)
    assert wake(desk, track_id, GONE) == "waiting"
    again = track(desk).due_at
    assert again is not None
    assert dt.timedelta(hours=24) <= again - desk.clock() < dt.timedelta(hours=30)
    desk.clock.now = again
    assert wake(desk, track_id, GONE) == "resolved"
    row = track(desk)
    assert row.outcome == "removed"
    assert row.due_at is not None
    assert dt.timedelta(days=7) <= row.due_at - desk.clock() < dt.timedelta(days=7, hours=6)
    with transaction(desk.factory) as session:
        assert statistics.late(session, desk.clock()) == []
        assert statistics.counts(session, desk.case_id)["removed"] == 1
    for _ in range(3):
        desk.clock.now = track(desk).due_at or desk.clock()
        assert wake(desk, track_id, GONE) == "resolved"


def test_content_that_comes_back_is_to_be_acted_on_with_a_new_exhibit(desk: Desk) -> None:
    _, track_id = desk.sent()
    desk.clock.forward(hours=49)
    wake(desk, track_id, GONE)
    desk.clock.forward(hours=31)
    wake(desk, track_id, GONE)
    desk.clock.forward(days=8)
    assert wake(desk, track_id, Web()) == "to_act"
    with transaction(desk.factory) as session:
        assert codes(session, desk.case_id)[-1] == "track.reappeared"
        assert session.query(Exhibit).count() == 2
        assert statistics.counts(session)["back"] == 1
        stage.seal(session, session.query(ContentRow.id).scalar())
        again = desk.draft(session, [track_id])
        assert session.get_one(NoticeRow, again).letter == "L01.intimate_image"
        desk.ready(session, again)
        assert desk.approve(session, again) is not None  # a new round: the same letter may leave again


def test_a_login_wall_is_never_gone(desk: Desk) -> None:
    _, track_id = desk.sent()
    desk.clock.forward(hours=49)
    assert wake(desk, track_id, Web(401, "Connectez-vous")) == "to_act"
    assert track(desk).confirmations == 0


def test_seen_between_two_looks_the_count_begins_again(desk: Desk) -> None:
    _, track_id = desk.sent()
    desk.clock.forward(hours=49)
    wake(desk, track_id, GONE)
    desk.clock.forward(hours=31)
    assert wake(desk, track_id, Web()) == "to_act"
    assert track(desk).first_down_at is None


def test_an_announced_removal_that_is_not_true_waits_for_the_deadline(desk: Desk) -> None:
    notice_id, track_id = desk.sent()
    desk.clock.forward(hours=2)
    with transaction(desk.factory) as session:
        replies.add(session, desk.clock(), notice_id, kind="removed", text="Retiré.", actor=desk.agent,
                    catalogue=desk.catalogue)  # fmt: skip
    assert wake(desk, track_id, Web()) == "waiting"
    assert track(desk).due_at == desk.clock() + dt.timedelta(hours=46)
    desk.clock.forward(hours=46)
    assert wake(desk, track_id, Web()) == "to_act"


def test_where_no_machine_may_look_a_person_is_asked(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        row = track_of(session, desk.content(session, "https://formed.example/p/1"))
        notice_id = desk.draft(session, [row.id])
        desk.ready(session, notice_id)
        desk.approve(session, notice_id)
        notices.mark_sent(session, desk.clock(), notice_id, actor=desk.agent, catalogue=desk.catalogue)
    desk.clock.forward(hours=49)
    web = Web()
    assert wake(desk, row.id, web) == "to_act"
    assert web.asked == []
    with transaction(desk.factory) as session:
        assert [one.id for one in checks.wanted(session)] == [row.id]
        checks.made(session, desk.clock(), track_id=row.id, code="down", by=desk.agent)
        assert checks.wanted(session) == []
    with pytest.raises(TakedownError, match="ask a person"):
        checks.run(desk.factory, row.id, clock=desk.clock, catalogue=desk.catalogue, fetch=web)
    desk.clock.forward(hours=31)
    assert wake(desk, row.id, web) == "to_act"
    with transaction(desk.factory) as session:
        assert [one.id for one in checks.wanted(session)] == [row.id]
        assert checks.made(session, desk.clock(), track_id=row.id, code="down", by=desk.lawyer) == "resolved"


def test_nobody_is_asked_to_look_at_an_image_of_a_minor_again(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        row = track_of(session, desk.content(session, age_on_image="minor", harm="minor_image"))
        row.status, row.due_at = "waiting", desk.clock()
    web = Web()
    assert wake(desk, row.id, web) == "to_act"
    assert web.asked == []
    with transaction(desk.factory) as session:
        assert checks.wanted(session) == []


def test_with_an_ex_partner_no_machine_visits_an_unlisted_site(
    factory: sessionmaker[Session], now: dt.datetime, tmp_path: Path
) -> None:
    desk = stage.set_up(factory, now, tmp_path, ex_partner=True)
    with transaction(factory) as session:
        row = track_of(session, desk.content(session, "https://son-site.example/1"))
        assert checks.plan(session, row, desk.catalogue).by_machine is False
        listed = track_of(session, desk.content(session))
        assert checks.plan(session, listed, desk.catalogue).by_machine is True


def test_a_search_engines_results_are_looked_at_by_a_person(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        row = session.get_one(ContentRow, desk.content(session))
        engine = content.open_track(
            session, desk.clock(), row, place="engine", target="google_search", actor=desk.agent
        )  # fmt: skip
        assert checks.plan(session, engine, desk.catalogue).by_machine is False
        again = content.open_track(
            session, desk.clock(), row, place="engine", target="google_search", actor=desk.agent
        )  # fmt: skip
        assert again.id == engine.id


def test_a_track_is_woken_by_one_worker_only(desk: Desk) -> None:
    _, track_id = desk.sent()
    desk.clock.forward(hours=49)

    class Meddling(Web):
        def __call__(self, address: str, **how: object) -> object:  # type: ignore[override]
            assert wake(desk, track_id, Web(), owner="another") is None
            return super().__call__(address, **how)

    assert wake(desk, track_id, Meddling()) == "to_act"
    with transaction(desk.factory) as session:
        assert session.query(CheckRow).count() == 1


def test_a_worker_that_died_while_looking_is_replaced(desk: Desk) -> None:
    _, track_id = desk.sent()
    desk.clock.forward(hours=49)

    class Dying(Web):
        def __call__(self, address: str, **how: object) -> object:  # type: ignore[override]  # noqa: ARG002
            raise SystemExit

    with pytest.raises(SystemExit):
        wake(desk, track_id, Dying())
    assert due(desk) == []
    desk.clock.forward(minutes=11)
    assert due(desk) == [track_id]
    assert wake(desk, track_id, Web(), owner="another") == "to_act"


def test_a_longer_deadline_does_not_hide_a_shorter_one(desk: Desk) -> None:
    """A month for one rule and two days for another: the first silence is heard at two days."""
    notice_id, track_id = desk.sent()
    with transaction(desk.factory) as session:
        month = session.query(DeadlineRow).filter_by(rule="dsa16.decision").one()
        session.add(
            DeadlineRow(
                id="later", case_id=month.case_id, track_id=track_id, notice_id=notice_id, rule="gdpr12.answer",
                kind="legal", due_at=desk.clock() + dt.timedelta(days=31), answer="{}", created_at=desk.clock(),
            )
        )  # fmt: skip
    desk.clock.forward(hours=49)
    assert wake(desk, track_id, Web()) == "to_act"


def test_a_check_on_demand_says_what_it_saw_and_on_what_facts(desk: Desk) -> None:
    _, track_id = desk.sent()
    seen = checks.run(desk.factory, track_id, clock=desk.clock, catalogue=desk.catalogue, fetch=Web())
    assert seen == "still_up"
    with transaction(desk.factory) as session:
        facts = json.loads(session.query(CheckRow.facts).scalar())
        assert (facts["status"], facts["marker"]) == (200, "found")
        assert "Camille" not in str(facts)


def test_a_closed_track_is_left_alone_until_it_is_reopened(desk: Desk) -> None:
    _, track_id = desk.sent()
    with transaction(desk.factory) as session:
        content.close_track(session, desk.clock(), track_id, actor=desk.agent)
    desk.clock.forward(days=90)
    assert due(desk) == []
    with transaction(desk.factory) as session:
        content.reopen_track(session, desk.clock(), track_id, actor=desk.agent)
    assert track(desk).status == "to_act"


def test_confirmation_waits_as_long_as_the_settings_say(desk: Desk) -> None:
    desk.settings = replace(desk.settings, confirm_after=dt.timedelta(minutes=1))
    _, track_id = desk.sent()
    desk.clock.forward(hours=49)
    wake(desk, track_id, GONE)
    desk.clock.forward(hours=7)
    assert wake(desk, track_id, GONE) == "resolved"


def test_the_reminder_takes_the_place_of_the_silence(desk: Desk) -> None:
    _, track_id = desk.sent()
    desk.clock.forward(hours=49)
    wake(desk, track_id, Web())
    with transaction(desk.factory) as session:
        reminder = desk.draft(session, [track_id])
        assert session.get_one(NoticeRow, reminder).letter == "L03"
        desk.ready(session, reminder)
        dispatch_id = desk.approve(session, reminder)
    assert dispatch_id is not None
    desk.clock.forward(minutes=11)
    assert desk.send(dispatch_id, Postman()) == "sent"
    row = track(desk)
    assert (row.status, row.due_at) == ("waiting", desk.clock() + dt.timedelta(hours=48))
    assert due(desk) == []


def test_a_content_that_a_run_sees_again_is_looked_at_at_once_and_is_back(desk: Desk) -> None:
    _, track_id = desk.sent()
    desk.clock.forward(hours=49)
    wake(desk, track_id, GONE)
    desk.clock.now = track(desk).due_at  # type: ignore[assignment]
    assert wake(desk, track_id, GONE) == "resolved"
    desk.clock.forward(hours=1)
    assert due(desk) == []
    with transaction(desk.factory) as session:
        hit(session, desk)
    assert due(desk) == [track_id]
    assert wake(desk, track_id, Web()) == "to_act"
    assert due(desk) == []
