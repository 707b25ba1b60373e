"""What our own mail server proved of a sender: its own header alone, and nothing a sender can write."""

from __future__ import annotations

import pytest

from takedown import sender_proof
from takedown.sender_proof import UNPROVED, Trusted

US = "mx.passerelle.example"


def mail(*results: str) -> bytes:
    lines = "".join(f"Authentication-Results: {one}\r\n" for one in results)
    return f"{lines}From: a@images.example\r\nSubject: x\r\n\r\nx\r\n".encode()


@pytest.mark.parametrize(
    "value",
    [
        f"{US}; dmarc=pass header.from=images.example",
        f"{US} 1; spf=pass smtp.mailfrom=b.example; dmarc=pass (p=reject dis=none) header.from=images.example",
        f"{US};\r\n\tdkim=pass header.d=images.example;\r\n\tDMARC = pass header.From = moderation@images.example",
        f"{US.upper()}; dmarc/1=pass header.from=Images.Example.",
        f"(a comment; dmarc=fail (deep)) {US}; dmarc=pass header.from=images.example",
    ],
)
def test_a_pass_of_our_own_server_proves_the_domain(value: str) -> None:
    assert sender_proof.of(mail(value), US) == Trusted(True, "images.example", True)


@pytest.mark.parametrize(
    "value",
    [
        f"{US}; dmarc=fail header.from=images.example",
        f"{US}; dmarc=none header.from=images.example",
        f"{US}; spf=pass smtp.mailfrom=images.example; dkim=pass header.d=images.example",
        f"{US}; dmarc=pass",
        f"{US}; none",
        f"{US}; dmarc=pass header.from=evil.example; dmarc=pass header.from=images.example",
        f'{US}; dkim=fail reason="; dmarc=pass header.from=images.example"',
        f"{US}; dkim=fail (; dmarc=pass header.from=images.example)",
    ],
)
def test_anything_else_of_our_own_server_proves_nothing(value: str) -> None:
    assert sender_proof.of(mail(value), US) == Trusted(False, "", True)


@pytest.mark.parametrize("server", [None, "", "other.example"])
def test_nobody_is_proved_by_another_server_or_without_one(server: str | None) -> None:
    assert sender_proof.of(mail(f"{US}; dmarc=pass header.from=images.example"), server) == UNPROVED


def test_a_header_that_the_sender_brought_along_lies_below_and_is_not_read() -> None:
    ours, forged = f"{US}; dmarc=fail header.from=images.example", f"{US}; dmarc=pass header.from=images.example"
    assert not sender_proof.of(mail("mx.elsewhere.example; dmarc=pass", ours, forged), US).dmarc


def test_bytes_that_are_no_message_prove_nothing() -> None:
    assert sender_proof.of(b"\x00\xff", US) == UNPROVED
