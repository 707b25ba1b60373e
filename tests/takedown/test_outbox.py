"""Sending: once, or visibly in doubt; never twice, never silently lost."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from cases.tables import CaseFile
from storage.database import transaction
from takedown import followup, notices, outbox, statistics
from takedown.delivery.message import Doubtful, OutgoingMessage, Receipt, Rejected, TryLater
from takedown.errors import NoticeError
from takedown.tables import DeadlineRow, DispatchRow, NoticeRow, TrackRow
from tests.takedown.desk import Desk, Postman, codes, dispatch, notice


def test_a_letter_leaves_once_its_undo_window_is_over(desk: Desk) -> None:
    postman = Postman()
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
        assert outbox.due(session, desk.clock()) == []
    assert desk.send(dispatch_id, postman) is None
    desk.clock.forward(minutes=10)
    assert desk.send(dispatch_id, postman) == "sent"
    assert desk.send(dispatch_id, postman) is None
    assert len(postman.given) == 1
    with transaction(desk.factory) as session:
        assert notice(session, notice_id).status == "sent"
        assert dispatch(session, dispatch_id).receipt_sealed is not None


def test_the_message_tells_nothing_outside_its_text(desk: Desk) -> None:
    postman = Postman()
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
        reference = notice(session, notice_id).reference
    desk.clock.forward(minutes=11)
    desk.send(dispatch_id, postman)
    (message,) = postman.given
    assert message.subject == f"Notification {reference}"
    assert message.reply_to == f"notifications+{reference.lower()}@passerelle.example"
    assert message.message_id.startswith(f"<{message.key[:40]}@")
    assert "images.example/p/8841" in message.text
    assert [file.mime for file in message.attachments] == ["application/pdf"]
    assert "Camille" not in message.attachments[0].name + message.subject + message.reply_to


def test_its_tracks_wait_until_the_deadline_of_its_rule(desk: Desk) -> None:
    notice_id, track_id = desk.sent()
    with transaction(desk.factory) as session:
        track = session.get_one(TrackRow, track_id)
        rules = {row.rule: row for row in session.query(DeadlineRow).filter_by(notice_id=notice_id)}
        assert set(rules) == {"dsa16.decision", "dsa16.ack"}
        assert track.status == "waiting"
        assert track.due_at == rules["dsa16.decision"].due_at == desk.clock() + dt.timedelta(hours=48)
        assert rules["dsa16.decision"].kind == "indicative"
        assert track.rung == "notice"


def test_a_server_that_asks_to_wait_is_asked_again_later(desk: Desk) -> None:
    postman = Postman(trouble=[TryLater("wait", "smtp_451")])
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
    desk.clock.forward(minutes=11)
    assert desk.send(dispatch_id, postman) == "queued"
    assert desk.send(dispatch_id, postman) is None
    desk.clock.forward(minutes=5)
    assert desk.send(dispatch_id, postman) == "sent"
    with transaction(desk.factory) as session:
        assert "dispatch.delayed" in codes(session, desk.case_id)
        assert notice(session, notice_id).status == "sent"


def test_a_row_that_fails_five_times_is_set_aside_and_shown(desk: Desk) -> None:
    postman = Postman(trouble=[TryLater("wait", "smtp_451")] * 5)
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
    seen = []
    for _ in range(5):
        desk.clock.forward(days=1)
        seen.append(desk.send(dispatch_id, postman))
    assert seen == ["queued"] * 4 + ["failed"]
    with transaction(desk.factory) as session:
        assert [row.id for row in outbox.doubtful(session, desk.case_id)] == [dispatch_id]
        assert notice(session, notice_id).status == "ready"
        assert notice(session, notice_id).approved_by is None


def test_a_poisoned_row_does_not_block_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that is nobody's fault leaves its row claimed; after five tries it is set aside."""
    with transaction(desk.factory) as session:
        _, dispatch_id = desk.approved(session)
    broken = Postman()
    monkeypatch.setattr("takedown.compose.pdf.render", _explodes)
    for _ in range(5):
        desk.clock.forward(hours=1)
        with pytest.raises(ZeroDivisionError):
            desk.send(dispatch_id, broken)
        with transaction(desk.factory) as session:
            assert dispatch(session, dispatch_id).status == "queued"
    desk.clock.forward(hours=1)
    assert desk.send(dispatch_id, broken) == "failed"
    assert broken.given == []


def _explodes(*args: object) -> bytes:
    raise ZeroDivisionError


def test_a_refusal_for_good_gives_the_letter_back(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
    desk.clock.forward(minutes=11)
    assert desk.send(dispatch_id, Postman(trouble=[Rejected("no", "smtp_550")])) == "failed"
    with transaction(desk.factory) as session:
        assert notice(session, notice_id).status == "ready"
        assert dispatch(session, dispatch_id).error_class == "smtp_550"
        again = desk.approve(session, notice_id)
    assert again == dispatch_id  # the same key: still one sending at most


def test_a_line_cut_after_data_is_a_doubt_that_only_a_person_resolves(desk: Desk) -> None:
    postman = Postman(trouble=[Doubtful("cut", "SMTPServerDisconne")])
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
    desk.clock.forward(minutes=11)
    assert desk.send(dispatch_id, postman) == "in_doubt"
    desk.clock.forward(days=3)
    assert desk.send(dispatch_id, postman) is None
    with transaction(desk.factory) as session:
        assert outbox.due(session, desk.clock()) == []
        assert statistics.counts(session)["in_doubt"] == 1
        outbox.resolve_doubt(session, desk.clock(), dispatch_id, sent=True, actor=desk.lead, catalogue=desk.catalogue)
        assert notice(session, notice_id).status == "sent"
        assert session.query(TrackRow).one().status == "waiting"
        with pytest.raises(NoticeError, match="not in doubt"):
            outbox.resolve_doubt(
                session, desk.clock(), dispatch_id, sent=False, actor=desk.lead, catalogue=desk.catalogue
            )
    assert postman.given == []


def test_a_doubt_resolved_as_not_sent_leaves_under_the_same_key(desk: Desk) -> None:
    postman = Postman(trouble=[Doubtful("cut", "timeout")])
    with transaction(desk.factory) as session:
        _, dispatch_id = desk.approved(session)
        key = dispatch(session, dispatch_id).key
    desk.clock.forward(minutes=11)
    desk.send(dispatch_id, postman)
    with transaction(desk.factory) as session:
        outbox.resolve_doubt(session, desk.clock(), dispatch_id, sent=False, actor=desk.lead, catalogue=desk.catalogue)
    assert desk.send(dispatch_id, postman) == "sent"
    assert [message.key for message in postman.given] == [key]


def test_a_sender_that_died_in_flight_leaves_a_visible_doubt(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
    desk.clock.forward(minutes=11)
    with pytest.raises(SystemExit):
        desk.send(dispatch_id, Postman(trouble=[SystemExit()]))  # type: ignore[list-item]
    postman = Postman()
    assert desk.send(dispatch_id, postman, owner="another") is None  # the lease still runs
    desk.clock.forward(minutes=11)
    with transaction(desk.factory) as session:
        assert outbox.due(session, desk.clock()) == [dispatch_id]
    assert desk.send(dispatch_id, postman, owner="another") == "in_doubt"
    assert postman.given == []
    with transaction(desk.factory) as session:
        assert notice(session, notice_id).status == "in_doubt"


def test_a_receipt_that_comes_late_ends_the_doubt(desk: Desk) -> None:
    """A slow server outlives the lease; somebody else raises the doubt; then the receipt comes."""
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
    desk.clock.forward(minutes=11)

    class Slow(Postman):
        def deliver(self, message: OutgoingMessage) -> Receipt:
            desk.clock.forward(minutes=30)
            assert desk.send(dispatch_id, Postman(), owner="another") == "in_doubt"
            return super().deliver(message)

    assert desk.send(dispatch_id, Slow()) == "sent"
    with transaction(desk.factory) as session:
        assert notice(session, notice_id).status == "sent"


def test_what_was_altered_after_approval_never_leaves(desk: Desk) -> None:
    postman = Postman()
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
        session.execute(update(NoticeRow).where(NoticeRow.id == notice_id).values(content_sha256="0" * 64))
    desk.clock.forward(minutes=11)
    assert desk.send(dispatch_id, postman) == "failed"
    with transaction(desk.factory) as session:
        assert dispatch(session, dispatch_id).error_class == "altered"
    assert postman.given == []


@pytest.mark.parametrize("standing", [{"status": "paused"}, {"frozen": True}, {"status": "closed"}])
def test_nothing_leaves_a_case_that_is_paused_frozen_or_closed(desk: Desk, standing: dict[str, object]) -> None:
    postman = Postman()
    with transaction(desk.factory) as session:
        _, dispatch_id = desk.approved(session)
        session.execute(update(CaseFile).values(**standing))
    desk.clock.forward(minutes=11)
    assert desk.send(dispatch_id, postman) is None
    with transaction(desk.factory) as session:
        assert outbox.due(session, desk.clock()) == []
        assert followup.due(session, desk.clock()) == []
    assert postman.given == []


def test_a_channel_only_takes_what_is_for_it(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        _, dispatch_id = desk.approved(session)
    desk.clock.forward(minutes=11)
    assert desk.send(dispatch_id, Postman(kind="file")) is None
    assert desk.send(dispatch_id, Postman(kind="email")) == "sent"


def test_an_approval_taken_back_in_time_stops_the_sending(desk: Desk) -> None:
    postman = Postman()
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
        notices.undo(session, desk.clock(), notice_id, actor=desk.lead)
        assert notice(session, notice_id).status == "ready"
    desk.clock.forward(hours=1)
    assert desk.send(dispatch_id, postman) is None
    assert postman.given == []


def test_taking_back_is_refused_while_a_worker_has_the_letter_in_hand(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
        leased = update(DispatchRow).where(DispatchRow.id == dispatch_id)
        session.execute(leased.values(lease_owner="worker", lease_until=desk.clock() + dt.timedelta(minutes=5)))
    with transaction(desk.factory) as session, pytest.raises(NoticeError, match="this very moment"):
        notices.undo(session, desk.clock(), notice_id, actor=desk.lead)


def test_of_many_workers_at_once_one_sends(desk: Desk) -> None:
    postman = Postman()
    with transaction(desk.factory) as session:
        _, dispatch_id = desk.approved(session)
    desk.clock.forward(minutes=11)
    with ThreadPoolExecutor(4) as workers:
        ends = list(workers.map(lambda owner: desk.send(dispatch_id, postman, owner=owner), "abcd"))
    assert sorted(ends, key=str) == [None, None, None, "sent"]
    assert len(postman.given) == 1
