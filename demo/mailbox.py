"""A mail server on loopback that keeps what it is sent, and can refuse, ask to wait, or break off (RFC 5321)."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal, Self

from demo import replies

Mode = Literal["accept", "later", "refuse", "cut"]
ANSWERS: Final[dict[Mode, bytes]] = {
    "accept": b"250 2.0.0 Ok",
    "later": b"451 4.3.0 Reessayez plus tard",
    "refuse": b"550 5.7.1 Message refuse",
}
MAX_LINE: Final = 4096  # bytes of a command or of a line of a message


@dataclass(frozen=True)
class Envelope:
    """One message as it came, dots unstuffed: who sent it, to whom, and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


class Mailbox:
    """Runs until `stop`. `mode`: accept; later and refuse answer 4xx and 5xx at `at`; cut breaks off after DATA.

    A message cut off is kept all the same: the sender cannot know, and that is the point.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.messages: list[Envelope] = []
        self.mode: Mode = "accept"
        self.at: Literal["RCPT", "DATA"] = "DATA"
        self._server = _Server((host, 0), _talk_of(self))
        self.host, self.port = host, int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="demo-mailbox", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server; what it received stays readable."""
        self._server.shutdown()
        self._server.server_close()

    def reply(self, kind: str, to_message: bytes, sender: str, dmarc: bool = True) -> bytes:
        """What `sender` answers to a message that was received here: see `demo.replies.compose`."""
        return replies.compose(kind, to_message, sender, dmarc=dmarc)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _talk_of(mailbox: Mailbox) -> type[socketserver.StreamRequestHandler]:
    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _Session(mailbox, self._line, self._say).run()

        def _line(self) -> bytes:
            return self.rfile.readline(MAX_LINE)

        def _say(self, words: bytes) -> None:
            self.wfile.write(words + b"\r\n")

    return Talk


class _Session:
    """One connection, command by command."""

    def __init__(self, mailbox: Mailbox, line: Callable[[], bytes], say: Callable[[bytes], None]) -> None:
        self._mailbox, self._line, self._say = mailbox, line, say
        self._sender: str | None = None
        self._recipients: list[str] = []

    def run(self) -> None:
        self._say(b"220 boite.exemple.invalid ESMTP")
        while line := self._line():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if not self._obey(verb.upper(), rest):
                return

    def _obey(self, verb: str, rest: str) -> bool:
        """Answer one command; False ends the connection."""
        if verb == "DATA":
            return self._data()
        if verb in ("EHLO", "HELO", "RSET", "MAIL"):
            self._sender, self._recipients = (_address(rest) if verb == "MAIL" else None), []
        if verb == "EHLO":
            self._say(b"250-boite.exemple.invalid")
            self._say(b"250 8BITMIME")
        elif verb == "RCPT":
            self._recipient(rest)
        elif verb == "QUIT":
            self._say(b"221 2.0.0 Au revoir")
        else:
            self._say(b"250 2.0.0 Ok" if verb in ("HELO", "RSET", "MAIL", "NOOP") else b"502 5.5.2 Commande inconnue")
        return verb != "QUIT"

    def _recipient(self, rest: str) -> None:
        if self._sender is None:
            self._say(b"503 5.5.1 MAIL d'abord")
            return
        refused = self._mailbox.at == "RCPT" and self._mailbox.mode in ("later", "refuse")
        if not refused:
            self._recipients.append(_address(rest))
        self._say(ANSWERS[self._mailbox.mode] if refused else ANSWERS["accept"])

    def _data(self) -> bool:
        if self._sender is None or not self._recipients:
            self._say(b"503 5.5.1 RCPT d'abord")
            return True
        self._say(b"354 Finissez par un point seul")
        data = self._body()
        mode = self._mailbox.mode
        if data is not None and mode in ("accept", "cut"):
            self._mailbox.messages.append(Envelope(self._sender, tuple(self._recipients), data))
        self._sender, self._recipients = None, []
        if data is None or mode == "cut":
            return False
        self._say(ANSWERS[mode])
        return True

    def _body(self) -> bytes | None:
        """The message up to the lone dot; None when the line breaks before."""
        lines: list[bytes] = []
        while (line := self._line()) not in (b".\r\n", b".\n"):
            if not line:
                return None
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


def _address(rest: str) -> str:
    """The address of FROM:<...> or TO:<...>, without parameters."""
    return rest.partition("<")[2].partition(">")[0]
