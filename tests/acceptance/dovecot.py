"""A Dovecot of Debian on loopback: a mailbox for whoever is written to, LMTP in, IMAP out, and our own border server.

The border server is aiosmtpd: it hands what comes for our domain over to Dovecot by LMTP, and writes the
Authentication-Results header on it after taking away any of its own name (RFC 8601, 5).
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import os
import pwd
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.acceptance import servers

USER: Final = "notifications"
PASSWORD: Final = "une-phrase-pour-la-boite"
DOMAIN: Final = "association.exemple.invalid"
SERVER: Final = f"mx.{DOMAIN}"
"""Our border server's name in its Authentication-Results header."""
PROVED: Final = frozenset({"wiki.exemple.invalid", "blog.exemple.invalid", "cite.exemple.invalid"})
"""Domains whose mail passes DMARC here: the invented addressees'."""

CONFIG: Final = """
protocols = imap lmtp
base_dir = {folder}/run
state_dir = {folder}/state
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = {folder}/dovecot.log
default_internal_user = dovecot
default_login_user = dovenull
default_internal_group = dovecot
recipient_delimiter = +
mail_location = maildir:{folder}/mail/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%n allow_all_users=yes
}}
first_valid_uid = 1
mail_uid = {uid}
mail_gid = {gid}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
auth_username_format = %Ln
"""


@dataclass
class Post:
    """The running mail system: where others write to us, the doors of our own mailbox, and everybody's maildirs."""

    smtp_port: int
    imap_port: int
    lmtp_port: int
    mailboxes: Path

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The name is aiosmtpd's. Mail for our domain goes to Dovecot; for any other one there is no relay here."""
        raw = envelope.original_content
        assert raw is not None
        if not all(one.endswith(f"@{DOMAIN}") for one in envelope.rcpt_tos):
            return "554 5.7.1 Relay access denied"
        self._deliver(envelope.mail_from or "", envelope.rcpt_tos, raw)
        return "250 taken in"

    def _deliver(self, sender: str, here: list[str], raw: bytes) -> None:
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as dovecot:
            dovecot.sendmail(sender, here, _examined(raw))

    def answer(self, letter: EmailMessage, text: str, *, sender: str) -> None:
        """What an addressee's desk does: answer to the Reply-To of a letter, through our border server."""
        mail = EmailMessage()
        mail["From"], mail["To"] = sender, str(letter["Reply-To"])
        mail["Subject"] = f"Re: {letter['Subject']}"
        mail["Message-ID"] = f"<{time.monotonic_ns()}@{sender.rpartition('@')[2]}>"
        mail["In-Reply-To"] = str(letter["Message-ID"])
        mail.set_content(text)
        self.post(mail)

    def post(self, mail: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as server:
            server.send_message(mail)


def _examined(raw: bytes) -> bytes:
    """The message with our own verdict on top, and without any header of our name that came along."""
    mail = email.message_from_bytes(raw, policy=email.policy.SMTP)
    brought = [value for value in mail.get_all("Authentication-Results", []) if not value.startswith(SERVER)]
    del mail["Authentication-Results"]
    for value in brought:
        mail["Authentication-Results"] = value
    domain = str(mail["From"]).rpartition("@")[2].rstrip(">")
    result = "pass" if domain in PROVED else "fail"
    return f"Authentication-Results: {SERVER}; dmarc={result} header.from={domain}\r\n".encode() + mail.as_bytes()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Post]:
    """Serve SMTP, LMTP and IMAP while the block lasts."""
    place = folder / "dovecot"
    for part in ("run", "state", "mail"):
        (place / part).mkdir(parents=True)
    imap, lmtp, smtp = servers.free_port(), servers.free_port(), servers.free_port()
    config = place / "dovecot.conf"
    owner = pwd.getpwnam("dovecot")
    filled = CONFIG.format(folder=place, uid=owner.pw_uid, gid=owner.pw_gid, password=PASSWORD, imap=imap, lmtp=lmtp)
    config.write_text(filled, encoding="utf-8")
    os.chown(place / "mail", owner.pw_uid, owner.pw_gid)
    folder.chmod(0o711)  # its processes run as users of their own
    process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(config)], start_new_session=True)
    post = Post(smtp, imap, lmtp, place / "mail")
    border = Controller(post, hostname="127.0.0.1", port=smtp)
    try:
        _wait(process, imap, place / "dovecot.log")
        border.start()
        try:
            yield post
        finally:
            border.stop()
    finally:
        servers.end(process)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(30):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as door:
            if door.recv(64).startswith(b"* OK"):
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    said = log.read_text(errors="replace")[-2000:] if log.exists() else "nothing"
    raise servers.ServerError(f"Dovecot did not answer on port {port}:\n{said}")
