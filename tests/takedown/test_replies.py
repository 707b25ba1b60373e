"""Replies: matched by address, thread or reference; read once; acted on only when the sender is proved."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from storage.database import transaction
from takedown import followup, offer, replies, statistics
from takedown.errors import NoticeError
from takedown.sender_proof import Trusted
from takedown.tables import DeadlineRow, DispatchRow, NoticeRow, ReplyRow, TrackRow
from tests.takedown.desk import Desk, Postman, codes

PROVED = Trusted(dmarc=True, domain="images.example")
REFUSES = "Après examen, ce contenu n'enfreint pas nos règles."
REMOVED = "Le contenu a été retiré."
RECEIVED = "Nous accusons réception de votre notification."


def reply(text: str, *, to: str = "", subject: str = "Re: Notification", **headers: str) -> bytes:
    mail = EmailMessage()
    given = {"From": "Modération <moderation@images.example>", "To": to or "boite@passerelle.example",
             "Subject": subject, "Message-ID": "<1@images.example>", **headers}  # fmt: skip
    for name, value in given.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def address_of(desk: Desk, notice_id: str) -> str:
    with transaction(desk.factory) as session:
        return f"notifications+{session.get_one(NoticeRow, notice_id).reference.lower()}@passerelle.example"


def take_in(desk: Desk, raw: bytes, trusted: Trusted = PROVED) -> str | None:
    with transaction(desk.factory) as session:
        return replies.take_in(session, desk.clock(), raw, catalogue=desk.catalogue, trusted=trusted)


def status_of(desk: Desk, notice_id: str) -> tuple[str, str]:
    with transaction(desk.factory) as session:
        return session.get_one(NoticeRow, notice_id).status, session.query(TrackRow).one().status


def test_an_acknowledgement_is_noted_and_the_track_waits_on(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    assert take_in(desk, reply(RECEIVED, to=address_of(desk, notice_id))) is not None
    assert status_of(desk, notice_id) == ("acknowledged", "waiting")
    with transaction(desk.factory) as session:
        met = {row.rule: row.met_at for row in session.query(DeadlineRow)}
        assert met["dsa16.ack"] == desk.clock()
        assert met["dsa16.decision"] is None


def test_a_refusal_calls_for_the_next_step_of_the_ladder(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    take_in(desk, reply(REFUSES, to=address_of(desk, notice_id)))
    assert status_of(desk, notice_id) == ("answered", "to_act")
    with transaction(desk.factory) as session:
        track = session.query(TrackRow).one()
        assert (track.outcome, track.due_at) == ("refused", None)
        assert all(row.met_at for row in session.query(DeadlineRow))
        (refused,) = [event for event in statistics.timeline(session, desk.case_id) if event["code"] == "track.refused"]
        assert refused["codes"] == {"next": "L04"}  # the internal complaint, which needs a decision


def test_an_announced_removal_is_looked_at_and_never_believed(desk: Desk) -> None:
    notice_id, track_id = desk.sent()
    take_in(desk, reply(REMOVED, to=address_of(desk, notice_id)))
    assert status_of(desk, notice_id) == ("answered", "waiting")
    with transaction(desk.factory) as session:
        assert followup.due(session, desk.clock()) == [track_id]


@pytest.mark.parametrize("way", ["address", "thread", "subject", "body"])
def test_a_reply_finds_its_notice_by(desk: Desk, way: str) -> None:
    notice_id, _ = desk.sent()
    with transaction(desk.factory) as session:
        reference = session.get_one(NoticeRow, notice_id).reference
        message_id = session.query(DispatchRow.message_id).scalar()
    raw = {
        "address": reply(RECEIVED, to=address_of(desk, notice_id)),
        "thread": reply(RECEIVED, In_Reply_To=message_id),
        "subject": reply(RECEIVED, subject=f"[Ticket 1] Notification {reference}"),
        "body": reply(f"{RECEIVED}\n\nVotre référence : {reference.lower()}"),
    }[way]
    assert take_in(desk, raw) is not None
    assert status_of(desk, notice_id)[0] == "acknowledged"


def test_an_answer_noted_by_hand_never_comes_before_its_letter(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    known = {"kind": "removed", "text": "", "actor": desk.agent, "catalogue": desk.catalogue}
    with transaction(desk.factory) as session:
        with pytest.raises(NoticeError, match="before the letter was sent"):
            replies.add(session, desk.clock(), notice_id, received_at=desk.clock() - dt.timedelta(days=1), **known)
        assert not replies.opened(session, notice_id)
        replies.add(session, desk.clock(), notice_id, **known)
        assert [one["kind"] for one in replies.opened(session, notice_id)] == ["removed"]


def test_an_answer_waits_until_somebody_has_read_it_and_is_acted_on_once(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    take_in(desk, reply("Bonjour, je ne comprends pas bien votre demande.", to=address_of(desk, notice_id)))
    with transaction(desk.factory) as session:
        (waiting,) = replies.unread(session)
        assert (waiting.kind, waiting.authenticated) == ("other", True)
        replies.confirm(session, desk.clock(), waiting.id, kind="other", actor=desk.agent, catalogue=desk.catalogue)
        assert replies.unread(session) == []
        assert codes(session, desk.case_id)[-1] == "reply.read"
    assert status_of(desk, notice_id) == ("sent", "waiting")


def test_an_answer_that_was_misread_is_corrected_by_who_read_it(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    take_in(desk, reply("Bonjour, je ne comprends pas bien votre demande.", to=address_of(desk, notice_id)))
    with transaction(desk.factory) as session:
        (waiting,) = replies.unread(session)
        replies.confirm(session, desk.clock(), waiting.id, kind="refusal", actor=desk.agent, catalogue=desk.catalogue)
    assert status_of(desk, notice_id) == ("answered", "to_act")


def test_a_proved_acknowledgement_waits_for_nobody_and_a_refusal_is_shown(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    take_in(desk, reply(RECEIVED, to=address_of(desk, notice_id)))
    with transaction(desk.factory) as session:
        assert replies.unread(session) == []
    take_in(desk, reply(REFUSES, to=address_of(desk, notice_id)))
    with transaction(desk.factory) as session:
        assert [one.kind for one in replies.unread(session)] == ["refusal"]


def test_a_message_that_answers_nothing_of_ours_is_left_alone(desk: Desk) -> None:
    desk.sent()
    assert take_in(desk, reply(REMOVED, subject="Bonjour")) is None
    assert take_in(desk, b"\x00\xff not a mail at all") is None


@pytest.mark.parametrize(
    ("trusted", "sender"),
    [
        (Trusted(), "moderation@images.example"),
        (Trusted(dmarc=True, domain="evil.example"), "moderation@evil.example"),
        (Trusted(dmarc=True, domain="evil.example"), "moderation@images.example"),
        (Trusted(dmarc=True, domain="images.example"), "moderation@images.example.evil.example"),
        (Trusted(dmarc=False, domain="images.example"), "moderation@images.example"),
        (Trusted(dmarc=True, domain=""), "moderation@images.example"),
    ],
)
def test_an_unproved_sender_is_marked_and_never_acted_on(desk: Desk, trusted: Trusted, sender: str) -> None:
    notice_id, _ = desk.sent()
    reply_id = take_in(desk, reply(REFUSES, to=address_of(desk, notice_id), From=sender), trusted)
    assert status_of(desk, notice_id) == ("sent", "waiting")
    with transaction(desk.factory) as session:
        assert session.get_one(ReplyRow, reply_id).authenticated is False
        assert codes(session, desk.case_id)[-1] == "reply.unverified"
        replies.confirm(session, desk.clock(), str(reply_id), kind="refusal", actor=desk.agent,
                        catalogue=desk.catalogue)  # fmt: skip
    assert status_of(desk, notice_id) == ("answered", "to_act")


def test_a_subdomain_of_the_addressee_counts_as_its_own(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    raw = reply(RECEIVED, to=address_of(desk, notice_id), From="no-reply@mail.images.example")
    take_in(desk, raw, Trusted(dmarc=True, domain="images.example"))
    assert status_of(desk, notice_id)[0] == "acknowledged"


def test_the_same_message_twice_is_taken_in_once(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    raw = reply(RECEIVED, to=address_of(desk, notice_id))
    assert take_in(desk, raw) is not None
    assert take_in(desk, raw) is None
    with transaction(desk.factory) as session:
        assert session.query(ReplyRow).count() == 1


def test_a_letter_that_bounced_stops_its_clocks_and_asks_for_another_way(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    raw = reply(
        "Not delivered.", to=address_of(desk, notice_id), From="MAILER-DAEMON@passerelle.example",
        subject="Undelivered Mail Returned to Sender",
    )  # fmt: skip
    take_in(desk, raw, Trusted())
    assert status_of(desk, notice_id)[1] == "to_act"
    with transaction(desk.factory) as session:
        assert all(row.met_at for row in session.query(DeadlineRow))
        assert codes(session, desk.case_id)[-1] == "track.returned"


def test_a_reply_in_html_is_read_without_its_tags_and_scripts(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    mail = EmailMessage()
    mail["From"], mail["To"] = "moderation@images.example", address_of(desk, notice_id)
    mail["Message-ID"] = "<2@images.example>"
    html = "<script>n'enfreint pas</script><p>Nous avons <b>bien reçu</b> votre notification.</p>"
    mail.set_content(html, subtype="html")
    take_in(desk, mail.as_bytes())
    with transaction(desk.factory) as session:
        (kept,) = replies.opened(session, notice_id)
        assert kept["kind"] == "acknowledgement"
        assert "enfreint" not in kept["text"]


def test_attachments_are_neither_opened_nor_kept(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    mail = EmailMessage()
    mail["From"], mail["To"] = "moderation@images.example", address_of(desk, notice_id)
    mail["Message-ID"] = "<3@images.example>"
    mail.set_content("Voir la pièce jointe.")
    mail.add_attachment(b"\x89PNG secret", maintype="image", subtype="png", filename="capture.png")
    mail.add_attachment("ce contenu a été retiré", filename="note.txt")
    take_in(desk, mail.as_bytes())
    with transaction(desk.factory) as session:
        (kept,) = replies.opened(session, notice_id)
        assert (kept["kind"], kept["text"].strip()) == ("other", "Voir la pièce jointe.")


def test_what_a_person_read_elsewhere_is_recorded_by_hand(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        draft_id, _ = desk.approved(session)
        given = {"kind": "refusal", "text": "Refus.", "actor": desk.agent, "catalogue": desk.catalogue}
        with pytest.raises(NoticeError, match="was sent"):
            replies.add(session, desk.clock(), draft_id, **given)
    desk.clock.forward(minutes=11)
    with transaction(desk.factory) as session:
        dispatch_id = session.query(DispatchRow.id).scalar()
    desk.send(dispatch_id, Postman())
    with transaction(desk.factory) as session:
        with pytest.raises(NoticeError, match="A reply is one of"):
            replies.add(session, desk.clock(), draft_id, **{**given, "kind": "maybe"})
        replies.add(session, desk.clock(), draft_id, **given)
    assert status_of(desk, draft_id) == ("answered", "to_act")


def test_a_reply_is_sealed(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    take_in(desk, reply(REFUSES, to=address_of(desk, notice_id)))
    with transaction(desk.factory) as session:
        row = session.query(ReplyRow).one()
        assert b"enfreint" not in row.reply_sealed
        assert b"moderation" not in row.reply_sealed


def test_a_counter_notice_starts_its_business_days_from_the_day_it_came_and_asks_a_person_to_act(desk: Desk) -> None:
    notice_id, track = desk.sent()
    with transaction(desk.factory) as session:
        session.execute(update(NoticeRow).values(letter="L20"))
        came = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)  # a Tuesday
        replies.add(session, desk.clock(), notice_id, kind="counter_notice", text="I own it.", actor=desk.lead,
                    catalogue=desk.catalogue, received_at=came)  # fmt: skip
    with transaction(desk.factory) as session:
        row = session.query(DeadlineRow).filter_by(rule="dmca.counter").one()
        assert row.due_at is not None
        assert row.due_at.date() == dt.date(2026, 12, 9)  # ten US business days on, without Thanksgiving: a Wednesday
        assert session.get_one(TrackRow, track).status == "to_act"
        said = offer.situation_of(session, desk.clock(), session.get_one(TrackRow, track), desk.catalogue)
        assert said["earlier"][0]["outcome"] == "counter_notice"


def test_a_counter_notice_to_another_letter_is_refused(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    with transaction(desk.factory) as session, pytest.raises(NoticeError, match="copyright notice only"):
        replies.add(session, desk.clock(), notice_id, kind="counter_notice", text="", actor=desk.lead,
                    catalogue=desk.catalogue)  # fmt: skip
