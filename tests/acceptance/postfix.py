"""A Postfix of Debian on loopback: what leaves goes through it into Dovecot's maildirs, or comes back as a report.

It has its own folder, queue and port, and no public side: every domain is handed to Dovecot by LMTP, except the one
whose server knows nobody (RFC 5321, 550), about which Postfix itself writes to the sender (RFC 3464).
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import grp
import os
import pwd
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

POSTFIX: Final = "/usr/sbin/postfix"
QUEUES: Final = ("maildrop", "incoming", "active", "deferred")
NOBODY_THERE: Final = "gone.exemple.invalid"
MAIN: Final = """
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = relay.exemple.invalid
mydestination =
local_recipient_maps =
alias_maps =
relay_domains =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = permit_mynetworks, reject
strict_rfc821_envelopes = yes
disable_dns_lookups = yes
smtp_host_lookup = native
smtp_tls_security_level = none
transport_maps = inline:{{ {{ {gone} = smtp:[127.0.0.1]:{refuser} }} }}
default_transport = lmtp:inet:127.0.0.1:{lmtp}
lmtp_destination_recipient_limit = 1
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
"""
SERVICES: Final = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class NobodyHere:
    """The server of a domain whose mailbox is gone."""

    async def handle_RCPT(self, _server: SMTP, _session: Session, _envelope: Envelope, *_asked: object) -> str:  # noqa: N802
        """The name is aiosmtpd's."""
        return "550 5.1.1 No such mailbox here"


@dataclass(frozen=True)
class Relay:
    """The running Postfix, and the mailboxes it fills."""

    port: int
    queue: Path
    mailboxes: Path

    def delivered(self, *, but: str) -> list[EmailMessage]:
        """What lies in all mailboxes but one, oldest first, once nothing is under way any more."""
        self.settle()
        found = [path for path in self.mailboxes.glob("*/new/*") if path.parts[-3] != but]
        found.sort(key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in found]

    def settle(self, seconds: float = 30) -> None:
        """Wait until the queue is empty; raises `ServerError` when a message stays in it."""
        until = time.monotonic() + seconds
        while under_way := [path for name in QUEUES for path in (self.queue / name).rglob("*") if path.is_file()]:
            if time.monotonic() > until:
                raise servers.ServerError(f"Postfix still holds {len(under_way)} messages after {seconds} seconds.")
            time.sleep(0.05)


@contextlib.contextmanager
def running(folder: Path, lmtp_port: int, mailboxes: Path) -> Iterator[Relay]:
    """Run a Postfix of its own while the block lasts; needs root, which `postfix start` asks for."""
    place, port, refuser = folder / "postfix", servers.free_port(), servers.free_port()
    queue = place / "queue"
    for part in ("queue", "data"):
        (place / part).mkdir(parents=True)
    os.chown(place / "data", pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postfix").gr_gid)
    filled = MAIN.format(folder=place, queue=queue, gone=NOBODY_THERE, refuser=refuser, lmtp=lmtp_port)
    (place / "main.cf").write_text(filled, encoding="utf-8")
    (place / "master.cf").write_text(SERVICES.format(port=port), encoding="utf-8")
    log = place / "postfix.log"
    refusing = Controller(NobodyHere(), hostname="127.0.0.1", port=refuser)
    with (place / "start.log").open("wb") as out:
        process = subprocess.Popen([POSTFIX, "-c", str(place), "start-fg"], stdout=out, stderr=out,
                                   start_new_session=True)  # fmt: skip
    try:
        _wait(process, port, place / "start.log", log)
        refusing.start()
        try:
            yield Relay(port, queue, mailboxes)
        finally:
            refusing.stop()
    finally:
        subprocess.run([POSTFIX, "-c", str(place), "abort"], capture_output=True, check=False)
        servers.end(process)


def _wait(process: subprocess.Popen[bytes], port: int, *logs: Path) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as door:
            if door.recv(64).startswith(b"220"):
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    said = "".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())
    raise servers.ServerError(f"Postfix did not answer on port {port}:\n{said}")
