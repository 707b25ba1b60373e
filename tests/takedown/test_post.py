"""The mailbox of replies: each message is read once and in order, and what answers nothing waits for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from storage.database import transaction
from takedown import post, replies, unmatched
from takedown.delivery.imap import MailboxError
from takedown.errors import NoticeError, UnknownRow
from takedown.tables import DispatchRow, MailboxRow, NoticeRow, ReplyRow, UnmatchedRow
from tests.takedown.desk import Desk
from tests.takedown.test_replies import RECEIVED, REFUSES, address_of, reply, status_of

US = "mx.passerelle.example"
PASS = f"{US}; dmarc=pass header.from=images.example"


@dataclass
class Folder:
    """A folder of messages by number, as an IMAP server keeps them."""

    messages: dict[int, bytes] = field(default_factory=dict)
    number: int = 7
    broken: bool = False
    name: str = "notifications@mail.example/INBOX"
    read: list[int] = field(default_factory=list)

    @contextmanager
    def opened(self) -> Iterator[Folder]:
        if self.broken:
            raise MailboxError("TimeoutError")
        yield self

    def validity(self) -> int:
        return self.number

    def after(self, uid: int) -> list[int]:
        return sorted(number for number in self.messages if number > uid)

    def message(self, uid: int) -> bytes | None:
        self.read.append(uid)
        return self.messages[uid]


def read(desk: Desk, folder: Folder, owner: str = "worker") -> int | None:
    with transaction(desk.factory) as session:
        row = post.prepare(session, desk.clock(), folder)
    return post.run(desk.factory, row, owner=owner, clock=desk.clock, inbox=folder, catalogue=desk.catalogue, server=US)


def authenticated(raw: bytes, result: str = PASS) -> bytes:
    return f"Authentication-Results: {result}\n".encode() + raw


def queue(desk: Desk) -> list[unmatched.Unmatched]:
    with transaction(desk.factory) as session:
        return unmatched.waiting(session)


def test_a_proved_reply_is_taken_in_once_and_acted_on(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    folder = Folder({3: authenticated(reply(RECEIVED, to=address_of(desk, notice_id)))})
    assert read(desk, folder) == 1
    assert status_of(desk, notice_id)[0] == "acknowledged"
    desk.clock.forward(minutes=3)
    assert read(desk, folder) == 0
    assert folder.read == [3]


def test_the_same_words_without_proof_change_nothing(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    forged = "mx.evil.example; dmarc=pass header.from=images.example"
    read(desk, Folder({1: authenticated(reply(REFUSES, to=address_of(desk, notice_id)), forged)}))
    assert status_of(desk, notice_id) == ("sent", "waiting")
    with transaction(desk.factory) as session:
        assert [row.authenticated for row in session.query(ReplyRow)] == [False]


def test_the_mailbox_is_not_asked_again_before_its_time_nor_by_two_at_once(desk: Desk) -> None:
    folder = Folder()
    assert read(desk, folder) == 0
    assert read(desk, folder) is None
    desk.clock.forward(minutes=3)
    with transaction(desk.factory) as session:
        session.query(MailboxRow).one().lease_until = desk.clock() + dt.timedelta(minutes=1)
    assert read(desk, folder, "another") is None


def test_a_mailbox_that_cannot_be_opened_is_asked_less_and_less_often_and_says_why(desk: Desk) -> None:
    folder, waits = Folder(broken=True), []
    for _ in range(8):
        with pytest.raises(MailboxError):
            read(desk, folder)
        with transaction(desk.factory) as session:
            row = session.query(MailboxRow).one()
            waits.append((row.due_at - desk.clock()).total_seconds() / 60)
            assert row.error_class == "TimeoutError"
            desk.clock.now = row.due_at
    assert waits == [4, 8, 16, 32, 60, 60, 60, 60]
    folder.broken = False
    assert read(desk, folder) == 0
    with transaction(desk.factory) as session:
        assert (session.query(MailboxRow).one().failures, session.query(MailboxRow).one().error_class) == (0, None)


def test_a_server_that_counts_anew_is_read_from_the_start_and_doubles_nothing(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    raw = reply(RECEIVED, to=address_of(desk, notice_id))
    read(desk, Folder({50: authenticated(raw)}))
    desk.clock.forward(minutes=3)
    assert read(desk, Folder({1: authenticated(raw), 2: reply("Bonjour", subject="Autre chose")}, number=8)) == 2
    with transaction(desk.factory) as session:
        assert (session.query(ReplyRow).count(), session.query(UnmatchedRow).count()) == (1, 1)


def test_a_message_that_breaks_the_reader_waits_for_a_person_and_stops_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice_id, _ = desk.sent()
    real = replies.take_in

    def fragile(session: object, now: object, raw: bytes, **how: object) -> str | None:
        if b"poison" in raw:
            raise ValueError
        return real(session, now, raw, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(replies, "take_in", fragile)
    good = authenticated(reply(RECEIVED, to=address_of(desk, notice_id)))
    assert read(desk, Folder({1: b"Subject: poison\n\n", 2: good})) == 2
    assert status_of(desk, notice_id)[0] == "acknowledged"
    assert len(queue(desk)) == 1


def test_mail_that_answers_nothing_is_kept_sealed_once_until_a_person_settles_it(desk: Desk) -> None:
    raw = reply("Votre signalement, ticket 12.", subject="Ticket 12")
    read(desk, Folder({1: raw, 2: raw}))
    (waiting,) = queue(desk)
    assert (waiting.subject, waiting.proved_domain) == ("Ticket 12", "")
    with transaction(desk.factory) as session:
        sealed = session.query(UnmatchedRow).one().mail_sealed
        assert sealed is not None
        assert b"ticket" not in sealed
        unmatched.discard(session, desk.clock(), waiting.id, actor=desk.agent)
    assert queue(desk) == []
    with transaction(desk.factory) as session:
        assert session.query(UnmatchedRow).one().mail_sealed is None
        with pytest.raises(NoticeError, match="already"):
            unmatched.discard(session, desk.clock(), waiting.id, actor=desk.agent)
        with pytest.raises(UnknownRow):
            unmatched.discard(session, desk.clock(), "nobody", actor=desk.agent)
    desk.clock.forward(minutes=3)
    read(desk, Folder({3: raw}))
    assert queue(desk) == []


@pytest.mark.parametrize(("result", "expected"), [(PASS, "answered"), (f"{US}; dmarc=fail", "sent")])
def test_attached_by_hand_a_message_is_acted_on_only_when_its_sender_is_proved(
    desk: Desk, result: str, expected: str
) -> None:
    notice_id, _ = desk.sent()
    read(desk, Folder({1: authenticated(reply(REFUSES, subject="Ticket 12"), result)}))
    with transaction(desk.factory) as session:
        (waiting,) = unmatched.waiting(session)
        unmatched.attach(session, desk.clock(), waiting.id, notice_id, actor=desk.agent, catalogue=desk.catalogue)
    assert status_of(desk, notice_id)[0] == expected
    assert queue(desk) == []


def test_a_reply_finds_its_letter_by_the_number_of_the_case_when_only_one_can_be_meant(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    with transaction(desk.factory) as session:
        number = session.execute(NoticeRow.__table__.metadata.tables["case_file"].select()).first().number
    raw = reply(f"{RECEIVED}\nDossier {number}", subject="Ticket 9")
    stranger = reply(f"{RECEIVED}\nDossier {number}", subject="x", From="a@evil.example")
    read(desk, Folder({1: authenticated(raw), 2: stranger}))
    assert status_of(desk, notice_id)[0] == "acknowledged"
    assert [one.sender for one in queue(desk)] == ["a@evil.example"]


def report(desk: Desk, notice_id: str, *, sender: str, recipient: str, returned: str = "") -> bytes:
    return (
        f"From: Mail Delivery System <{sender}>\nTo: {address_of(desk, notice_id)}\n"
        "Subject: Undelivered Mail Returned to Sender\nMessage-ID: <dsn@x.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nUnknown user.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {returned}\nSubject: Notification\n\n--b--\n"
    ).encode()


def test_a_report_of_failed_delivery_counts_when_it_returns_our_own_letter(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    with transaction(desk.factory) as session:
        sent = session.query(DispatchRow.message_id).scalar()
    raw = report(desk, notice_id, sender="mailer-daemon@elsewhere.example", recipient="notice@images.example",
                 returned=sent)  # fmt: skip
    read(desk, Folder({1: authenticated(raw, f"{US}; dmarc=none header.from=elsewhere.example")}))
    assert status_of(desk, notice_id)[1] == "to_act"


@pytest.mark.parametrize(
    ("sender", "recipient", "returned"),
    [
        ("mailer-daemon@elsewhere.example", "notice@images.example", "<guessed@passerelle.example>"),
        ("mailer-daemon@elsewhere.example", "somebody@images.example", "ours"),
        ("mailer-daemon@passerelle.example", "somebody@images.example", "<guessed@passerelle.example>"),
    ],
)
def test_a_forged_report_of_failed_delivery_stops_no_clock(
    desk: Desk, sender: str, recipient: str, returned: str
) -> None:
    notice_id, _ = desk.sent()
    with transaction(desk.factory) as session:
        sent = session.query(DispatchRow.message_id).scalar()
    raw = report(desk, notice_id, sender=sender, recipient=recipient, returned=sent if returned == "ours" else returned)
    read(desk, Folder({1: authenticated(raw, f"{US}; dmarc=fail header.from={sender.rpartition('@')[2]}")}))
    assert status_of(desk, notice_id) == ("sent", "waiting")


def test_a_message_with_two_senders_proves_nobody(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    raw = b"From: x@evil.example\n" + reply(REFUSES, to=address_of(desk, notice_id))
    read(desk, Folder({1: authenticated(raw)}))
    assert status_of(desk, notice_id) == ("sent", "waiting")
