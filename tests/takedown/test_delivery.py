"""The two ways out: what a mail server takes and refuses, phase by phase; what lies in the outbox folder."""

from __future__ import annotations

import datetime as dt
import email
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from pathlib import Path

import pytest

from takedown.delivery.envelope import build
from takedown.delivery.file import FileChannel
from takedown.delivery.mail import MailChannel
from takedown.delivery.message import Attachment, Doubtful, OutgoingMessage, Rejected, TryLater

TEXT = "Madame, Monsieur,\n\n.un point au début\n..deux points\nÀ Lyon, le 24 novembre 2026.\n"


def message(**changed: str) -> OutgoingMessage:
    given = {
        "key": "k" * 64, "reference": "N-2345-6789-ABCD", "message_id": "<kkkk@passerelle.example>",
        "sender": "notifications@passerelle.example", "reply_to": "notice+n-2345-6789-abcd@passerelle.example",
        "to": "notice@images.example", "subject": "Notification N-2345-6789-ABCD", "text": TEXT, "lang": "fr",
        **changed,
    }  # fmt: skip
    sheet = Attachment("N-2345-6789-ABCD.pdf", "application/pdf", b"%PDF-1.7 invented\n%%EOF")
    return OutgoingMessage(date=dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC), attachments=(sheet,), **given)


class Script:
    """A mail server on loopback that answers each verb as it is told; `None` cuts the line."""

    def __init__(self, **answers: str | None) -> None:
        self.answers: dict[str, str | None] = {
            "hello": "220 ready", "EHLO": "250 ok", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go",
            "body": "250 queued as 1", "QUIT": "221 bye", **answers,
        }  # fmt: skip
        self.taken: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def serve(self) -> None:
        line, _ = self.listener.accept()
        with line, line.makefile("rb") as lines:
            if not self._say(line, "hello"):
                return
            for verb in lines:
                name = verb.split()[0].decode().upper()
                if not self._say(line, name) or name == "QUIT":
                    return
                if name == "DATA" and str(self.answers["DATA"]).startswith("354"):
                    self.taken.append(self._body(lines))
                    if not self._say(line, "body"):
                        return

    def _body(self, lines: Iterator[bytes]) -> bytes:
        body = b""
        for part in lines:
            if part == b".\r\n":
                break
            body += part.removeprefix(b".") if part.startswith(b"..") else part
        return body

    def _say(self, line: socket.socket, name: str) -> bool:
        answer = self.answers.get(name)
        if answer is not None:
            line.sendall(f"{answer}\r\n".encode())
        return answer is not None


@contextmanager
def server(**answers: str | None) -> Iterator[Script]:
    script = Script(**answers)
    thread = threading.Thread(target=script.serve, daemon=True)
    thread.start()
    yield script
    script.listener.close()
    thread.join(timeout=5)


def channel(script: Script) -> MailChannel:
    return MailChannel("127.0.0.1", script.port, "none")


def test_a_letter_arrives_whole_with_dots_and_accents() -> None:
    with server() as script:
        receipt = channel(script).deliver(message())
    mail = email.message_from_bytes(script.taken[0], policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == TEXT
    assert [part.get_filename() for part in mail.iter_attachments()] == ["N-2345-6789-ABCD.pdf"]
    assert receipt.detail["code"] == 250
    assert script.taken[0].isascii()


def test_its_headers_are_neutral_and_the_same_on_every_try() -> None:
    once, twice = build(message()), build(message())
    assert once == twice
    mail = email.message_from_bytes(once, policy=policy.default)
    assert mail["Message-ID"] == "<kkkk@passerelle.example>"
    assert mail["Auto-Submitted"] == "no"
    assert mail["Reply-To"] == "notice+n-2345-6789-abcd@passerelle.example"
    assert mail["Subject"] == "Notification N-2345-6789-ABCD"
    assert "User-Agent" not in mail
    assert "X-Mailer" not in mail


@pytest.mark.parametrize(
    "answers",
    [
        {"hello": "421 busy"}, {"MAIL": "451 later"}, {"RCPT": "450 later"}, {"DATA": "451 later"},
        {"body": "452 full"}, {"MAIL": None}, {"RCPT": None}, {"DATA": None}, {"hello": None},
    ],
)  # fmt: skip
def test_what_breaks_before_the_letter_was_taken_is_tried_again(answers: dict[str, str | None]) -> None:
    with server(**answers) as script, pytest.raises(TryLater):
        channel(script).deliver(message())


@pytest.mark.parametrize(
    "answers", [{"MAIL": "553 no"}, {"RCPT": "550 unknown"}, {"DATA": "554 no"}, {"body": "554 spam"}]
)
def test_a_refusal_for_good_is_one(answers: dict[str, str | None]) -> None:
    with server(**answers) as script, pytest.raises(Rejected):
        channel(script).deliver(message())


def test_a_line_cut_after_the_letter_is_a_doubt() -> None:
    with server(body=None) as script, pytest.raises(Doubtful) as caught:
        channel(script).deliver(message())
    assert len(script.taken) == 1
    assert "@" not in str(caught.value)


def test_a_server_that_hangs_up_instead_of_saying_goodbye_changes_nothing() -> None:
    with server(QUIT=None) as script:
        assert channel(script).deliver(message()).detail["code"] == 250
    assert len(script.taken) == 1


def test_nobody_listening_means_later() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    with pytest.raises(TryLater):
        MailChannel("127.0.0.1", port, "none").deliver(message())


def test_the_password_shows_nowhere() -> None:
    shown = repr(MailChannel("mail.example", 587, "starttls", "user", "a secret word"))
    assert "secret" not in shown


def test_a_server_without_tls_is_not_spoken_to_when_tls_is_asked() -> None:
    with server(STARTTLS="454 no") as script, pytest.raises(TryLater):
        MailChannel("127.0.0.1", script.port, "starttls").deliver(message())
    assert script.taken == []


def test_a_second_try_into_files_overwrites_the_first(tmp_path: Path) -> None:
    way = FileChannel(tmp_path)
    first, second = way.deliver(message()), way.deliver(message())
    assert first == second
    files = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert files == ["kkkkkkkkkkkkkkkk-1.pdf", "kkkkkkkkkkkkkkkk.eml", "kkkkkkkkkkkkkkkk.txt"]
    assert (tmp_path / "N-2345-6789-ABCD" / "kkkkkkkkkkkkkkkk.txt").read_text() == TEXT
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*") if path.is_file())


def test_a_disk_that_refuses_means_later(tmp_path: Path) -> None:
    (tmp_path / "N-2345-6789-ABCD").write_text("in the way")
    with pytest.raises(TryLater):
        FileChannel(tmp_path).deliver(message())
