"""The mail server keeps what it accepts, and fails in each way that a real one can."""

from __future__ import annotations

import email
import smtplib
from email import policy
from email.message import EmailMessage
from typing import Literal

import pytest

from demo import replies
from demo.mailbox import Mailbox

FROM, TO = "veille@exemple.invalid", "moderation@forum.exemple.invalid"
REPLY_TO = "notice+n-aaaa-bbbb-cccc@exemple.invalid"


def letter() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Reply-To"] = FROM, TO, REPLY_TO
    made["Subject"], made["Message-ID"] = "Notification N-AAAA-BBBB-CCCC", "<une-cle@exemple.invalid>"
    made["Date"] = "Tue, 24 Nov 2026 09:00:00 +0000"
    made.set_content("Madame, Monsieur,\n.\n.. deux points, puis rien.\n")
    return made


def send(mailbox: Mailbox) -> None:
    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=10) as server:
        server.send_message(letter())


def answered(kind: str, dmarc: bool = True) -> EmailMessage:
    raw = replies.compose(kind, letter().as_bytes(policy=policy.SMTP), f"Modération <{TO}>", dmarc=dmarc)
    return email.message_from_bytes(raw, policy=policy.default)


def test_a_letter_arrives_byte_for_byte_with_its_envelope(mailbox: Mailbox) -> None:
    send(mailbox)
    [received] = mailbox.messages
    assert (received.sender, received.recipients) == (FROM, (TO,))
    assert received.data == letter().as_bytes(policy=policy.SMTP)


def test_several_letters_in_one_connection_are_kept_in_order(mailbox: Mailbox) -> None:
    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=10) as server:
        for number in range(3):
            server.sendmail(FROM, [TO], f"Subject: {number}\r\n\r\n")
    assert [each.data[:10] for each in mailbox.messages] == [b"Subject: 0", b"Subject: 1", b"Subject: 2"]


@pytest.mark.parametrize(("mode", "code"), [("later", 451), ("refuse", 550)])
def test_a_letter_that_is_not_accepted_is_not_kept(
    mailbox: Mailbox, mode: Literal["later", "refuse"], code: int
) -> None:
    mailbox.mode = mode
    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(mailbox)
    assert caught.value.smtp_code == code
    assert mailbox.messages == []


def test_a_recipient_can_be_refused_before_the_letter_is_handed_over(mailbox: Mailbox) -> None:
    mailbox.mode, mailbox.at = "refuse", "RCPT"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mailbox)
    assert mailbox.messages == []


def test_a_line_cut_after_the_letter_leaves_the_sender_in_doubt_and_the_letter_arrived(mailbox: Mailbox) -> None:
    mailbox.mode = "cut"
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(mailbox)
    assert len(mailbox.messages) == 1


def test_it_accepts_again_when_told_so(mailbox: Mailbox) -> None:
    mailbox.mode = "later"
    with pytest.raises(smtplib.SMTPDataError):
        send(mailbox)
    mailbox.mode = "accept"
    send(mailbox)
    assert len(mailbox.messages) == 1


def test_commands_out_of_order_and_unknown_ones_are_refused_and_reset_forgets(mailbox: Mailbox) -> None:
    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=10) as server:
        assert server.helo()[0] == 250
        assert server.rcpt(TO)[0] == 503
        assert server.docmd("VRFY", TO)[0] == 502
        assert server.mail(FROM)[0] == 250
        assert server.docmd("DATA")[0] == 503
        assert server.rset()[0] == 250
        assert server.rcpt(TO)[0] == 503
        assert server.noop()[0] == 250


@pytest.mark.parametrize("kind", replies.KINDS)
def test_a_reply_goes_where_the_letter_asked_and_belongs_to_its_thread(kind: str) -> None:
    reply = answered(kind)
    assert reply["To"] == REPLY_TO
    assert reply["In-Reply-To"] == reply["References"] == "<une-cle@exemple.invalid>"
    assert reply["Message-ID"] not in (None, letter()["Message-ID"])


def test_two_different_replies_have_different_ids_and_the_same_one_has_the_same() -> None:
    ids = [answered(kind)["Message-ID"] for kind in replies.KINDS]
    assert len(set(ids)) == len(ids)
    assert ids == [answered(kind)["Message-ID"] for kind in replies.KINDS]


@pytest.mark.parametrize(("dmarc", "result"), [(True, "dmarc=pass"), (False, "dmarc=fail")])
def test_our_own_server_says_whether_the_sender_is_proved(dmarc: bool, result: str) -> None:
    said = str(answered("refusal", dmarc)["Authentication-Results"])
    assert result in said
    assert said.strip().startswith("exemple.invalid;")
    assert "header.from=forum.exemple.invalid" in said


def test_a_bounce_is_a_delivery_report_about_the_recipient_of_the_letter() -> None:
    bounce = answered("bounce")
    assert bounce.get_content_type() == "multipart/report"
    assert bounce.get_param("report-type") == "delivery-status"
    assert "mailer-daemon@forum.exemple.invalid" in bounce["From"]
    report = next(part for part in bounce.walk() if part.get_content_type() == "message/delivery-status")
    assert "Action: failed" in str(report)
    assert f"rfc822; {TO}" in str(report)


def test_a_running_mailbox_replies_to_what_it_received(mailbox: Mailbox) -> None:
    send(mailbox)
    raw = mailbox.reply("removed", mailbox.messages[0].data, TO)
    assert "a été retiré" in email.message_from_bytes(raw, policy=policy.default).get_content()


def test_an_unknown_kind_of_reply_is_an_error() -> None:
    with pytest.raises(ValueError, match="acknowledgement, refusal"):
        answered("silence")
