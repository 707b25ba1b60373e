"""A letter through a real mail server: accepted, unchanged where it arrives, its bounce read on the right dispatch."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy.orm import Session, sessionmaker

from storage.database import transaction
from takedown import post, store
from takedown.delivery.imap import ImapInbox
from takedown.delivery.mail import MailChannel
from takedown.delivery.message import OutgoingMessage, Receipt
from takedown.drafting import Office
from takedown.tables import DispatchRow, NoticeRow, ReplyRow
from tests.acceptance import dovecot, packages, postfix
from tests.acceptance.dovecot import DOMAIN, Post
from tests.acceptance.postfix import NOBODY_THERE, Relay
from tests.takedown import desk as stage
from tests.takedown.desk import Desk
from tests.takedown.test_delivery import message

pytestmark = pytest.mark.acceptance
SENDER = f"{dovecot.USER}@{DOMAIN}"
OFFICE = Office("Association Passerelle", SENDER, "Lyon")


@dataclass
class Noted:
    """The product's own channel, with a note of what it was given."""

    channel: MailChannel
    kind: str = "email"
    given: list[OutgoingMessage] = field(default_factory=list)

    def deliver(self, outgoing: OutgoingMessage) -> Receipt:
        self.given.append(outgoing)
        return self.channel.deliver(outgoing)


@pytest.fixture(scope="module")
def mail() -> Iterator[tuple[Post, Relay]]:
    """Dovecot and Postfix alone."""
    if missing := [name for name in ("postfix", "dovecot-lmtpd") if name in packages.missing()]:
        pytest.skip(f"not installed: {', '.join(missing)}. As root: make acceptance, or {packages.command()}")
    with tempfile.TemporaryDirectory(prefix="vigie-mail-") as name, dovecot.running(Path(name)) as box:
        with postfix.running(Path(name), box.lmtp_port, box.mailboxes) as relay:
            yield box, relay


@pytest.fixture
def desk(factory: sessionmaker[Session], now: dt.datetime, tmp_path: Path) -> Desk:
    """A host that answers nobody any more beside the usual one; our own mailbox is Dovecot's."""
    made = stage.set_up(factory, now, tmp_path)
    known = [*made.catalogue.platforms.values(), stage.platform("gone", domain=NOBODY_THERE)]
    platforms = MappingProxyType({one.id: one for one in known})
    settings = replace(made.settings, smtp_sender=SENDER)
    return replace(made, settings=settings, catalogue=replace(made.catalogue, platforms=platforms))


def send(desk: Desk, relay: Relay, url: str) -> tuple[str, OutgoingMessage]:
    """A letter about a page, approved and handed over; gives the dispatch and what was handed over."""
    channel = Noted(MailChannel("127.0.0.1", relay.port, "none"))
    with transaction(desk.factory) as session:
        notice = desk.draft(session, [stage.track_of(session, desk.content(session, url)).id], office=OFFICE)
        desk.ready(session, notice)
        dispatch = desk.approve(session, notice)
    assert dispatch is not None
    desk.clock.forward(minutes=11)
    assert desk.send(dispatch, channel) == "sent"
    (given,) = channel.given
    return dispatch, given


def delivered(relay: Relay, given: OutgoingMessage) -> EmailMessage:
    """The one message under the id of the one handed over."""
    found = relay.delivered(but=dovecot.USER)
    (arrived,) = [one for one in found if str(one["Message-ID"]).strip() == given.message_id]  # the id may be folded
    return arrived


def test_an_approved_letter_arrives_with_its_headers_its_words_and_its_pdf_byte_for_byte(
    desk: Desk, mail: tuple[Post, Relay]
) -> None:
    _, given = send(desk, mail[1], stage.URL)
    arrived = delivered(mail[1], given)
    assert (arrived["From"], arrived["To"], arrived["Reply-To"], arrived["Subject"]) == (
        given.sender, given.to, given.reply_to, given.subject,
    )  # fmt: skip
    body = arrived.get_body(("plain",))
    assert body is not None
    assert body.get_content() == given.text
    assert [(one.get_filename(), one.get_content()) for one in arrived.iter_attachments()] == [
        (one.name, one.data) for one in given.attachments
    ]


def test_dots_accents_and_bytes_of_an_attachment_survive_the_way(mail: tuple[Post, Relay]) -> None:
    given = message(sender=SENDER, to="notice@images.example", message_id="<dots@passerelle.example>")
    MailChannel("127.0.0.1", mail[1].port, "none").deliver(given)
    arrived = delivered(mail[1], given)
    body = arrived.get_body(("plain",))
    assert body is not None
    assert body.get_content() == given.text
    (sheet,) = arrived.iter_attachments()
    assert sheet.get_content() == given.attachments[0].data


def test_the_servers_own_report_that_nobody_is_there_is_a_bounce_of_that_dispatch_and_no_other(
    desk: Desk, mail: tuple[Post, Relay]
) -> None:
    box, relay = mail
    arrived, _ = send(desk, relay, stage.URL)
    lost, _ = send(desk, relay, f"https://{NOBODY_THERE}/p/1")
    relay.settle()
    inbox = ImapInbox("127.0.0.1", box.imap_port, dovecot.USER, dovecot.PASSWORD, "none")
    with transaction(desk.factory) as session:
        row = post.prepare(session, desk.clock(), inbox)
    post.run(desk.factory, row, owner="worker", clock=desk.clock, inbox=inbox, catalogue=desk.catalogue,
             server=dovecot.SERVER)  # fmt: skip
    with transaction(desk.factory) as session:
        (reply,) = session.query(ReplyRow).all()
        assert (reply.kind, reply.notice_id) == ("bounce", session.get_one(DispatchRow, lost).notice_id)
        notice = session.get_one(NoticeRow, session.get_one(DispatchRow, arrived).notice_id)
        assert notice.status == "sent"
        (track,) = store.tracks_of(session, reply.notice_id)
        assert track.status == "to_act"
