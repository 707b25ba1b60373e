"""Forty addresses on one host: one letter with an annex, one approval, one sending, forty tracks with clocks."""

from __future__ import annotations

from storage.database import transaction
from takedown import notices, outbox, replies
from takedown.tables import DeadlineRow, DispatchRow, NoticeRow, TrackRow
from tests.takedown.desk import Desk, Postman, track_of
from tests.takedown.test_post import authenticated
from tests.takedown.test_replies import PROVED, REFUSES, address_of, reply

MANY = 40


def test_forty_addresses_are_one_letter_one_approval_and_forty_tracks(desk: Desk) -> None:
    urls = [f"https://images.example/p/{number:03}" for number in range(MANY)]
    with transaction(desk.factory) as session:
        tracks = [track_of(session, desk.content(session, url)).id for url in urls]
        other = desk.content(session, "https://images.example/p/other", harm="doxxing", age_on_image="none")
        notice_id = desk.draft(session, notices.together(session, tracks[0]))
        desk.ready(session, notice_id)
        dispatch_id = desk.approve(session, notice_id)
    desk.clock.forward(minutes=11)
    postman = Postman()
    assert desk.send(str(dispatch_id), postman) == "sent"
    (message,) = postman.given
    assert all(url in message.text for url in urls)
    assert "Les 40 adresses figurent dans la liste annexée" in " ".join(message.text.split())
    with transaction(desk.factory) as session:
        rows = session.query(TrackRow).filter(TrackRow.status == "waiting").all()
        assert len(rows) == MANY
        assert track_of(session, other).status == "open"
        assert (session.query(NoticeRow).count(), session.query(DispatchRow).count()) == (1, 1)
        deadlines = session.query(DeadlineRow).all()
        assert {row.track_id for row in deadlines} == {row.id for row in rows}
        assert len(deadlines) == 2 * MANY


def test_one_refusal_is_heard_by_all_forty_and_one_removal_by_one(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        tracks = [track_of(session, desk.content(session, f"https://images.example/p/{n}")).id for n in range(MANY)]
        notice_id = desk.draft(session, tracks)
        desk.ready(session, notice_id)
        dispatch_id = desk.approve(session, notice_id)
    desk.clock.forward(minutes=11)
    desk.send(str(dispatch_id), Postman())
    raw = authenticated(reply(REFUSES, to=address_of(desk, notice_id)))
    with transaction(desk.factory) as session:
        replies.take_in(session, desk.clock(), raw, catalogue=desk.catalogue, trusted=PROVED)
        assert {row.status for row in session.query(TrackRow)} == {"to_act"}
        assert outbox.doubtful(session) == []
