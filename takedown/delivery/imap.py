"""The mailbox that answers come to, read by IMAP (RFC 3501) without changing anything in it."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from takedown.errors import TakedownError

SECONDS = 30.0
BIGGEST = 25 * 1024 * 1024  # bytes of a message that is read whole; of a bigger one only the beginning
BEGINNING = 1024 * 1024


class MailboxError(TakedownError):
    """The mailbox cannot be read now; `error_class` is a short code without any address."""

    def __init__(self, error_class: str) -> None:
        super().__init__("The mailbox of replies cannot be read: check VIGIE_IMAP_* with `vigie doctor`.")
        self.error_class = error_class


@dataclass(frozen=True)
class ImapInbox:
    """One folder of one account; the password never shows in a representation."""

    host: str
    port: int
    user: str = field(repr=False)
    password: str = field(repr=False)
    tls: Literal["none", "starttls", "tls"] = "tls"
    folder: str = "INBOX"
    context: ssl.SSLContext | None = None

    @property
    def name(self) -> str:
        """What tells this mailbox from another one; personal, so only its blind index is kept."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"

    @contextmanager
    def opened(self) -> Iterator[OpenInbox]:
        """Sign in, look, sign out; raises `MailboxError` whatever breaks."""
        try:
            with self._server().login(self.user, self.password, initial_folder=None) as box:
                box.folder.set(self.folder, readonly=True)
                yield OpenInbox(box, self.folder)
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
            raise MailboxError(type(error).__name__[:24]) from None

    def _server(self) -> BaseMailBox:
        context = self.context or ssl.create_default_context()
        if self.tls == "tls":
            return MailBox(self.host, self.port, timeout=SECONDS, ssl_context=context)
        if self.tls == "starttls":
            return MailBoxStartTls(self.host, self.port, timeout=SECONDS, ssl_context=context)
        return MailBoxUnencrypted(self.host, self.port, timeout=SECONDS)


@dataclass(frozen=True)
class OpenInbox:
    """A folder opened for reading."""

    box: BaseMailBox
    folder: str

    def validity(self) -> int:
        """The folder's UIDVALIDITY: while it stays the same, a number means the same message."""
        return int(self.box.folder.status(self.folder, ["UIDVALIDITY"])["UIDVALIDITY"])

    def after(self, uid: int) -> list[int]:
        """The numbers of the messages that came after this one, oldest first."""
        # a range that ends in * always holds the newest message, even when its number is below the range
        return sorted(number for number in map(int, self.box.uids(f"UID {uid + 1}:*")) if number > uid)

    def message(self, uid: int) -> bytes | None:
        """One message as it lies there, left unread; of a very big one its beginning; None when it is gone."""
        head = self._fetch(uid, "(RFC822.SIZE)")
        size = next((int(found[1]) for one in head if (found := re.search(rb"RFC822\.SIZE (\d+)", _line(one)))), 0)
        part = "(BODY.PEEK[])" if size <= BIGGEST else f"(BODY.PEEK[]<0.{BEGINNING}>)"
        return next((bytes(one[1]) for one in self._fetch(uid, part) if isinstance(one, tuple)), None)

    def _fetch(self, uid: int, what: str) -> list[tuple[bytes, bytes] | bytes]:
        kind, answer = self.box.client.uid("FETCH", str(uid), what)
        if kind != "OK":
            raise MailboxError("fetch")
        return [one for one in answer if one]


def _line(one: tuple[bytes, bytes] | bytes) -> bytes:
    return one[0] if isinstance(one, tuple) else one
