"""The message that leaves, the receipt that comes back, and the three ways in which leaving can go wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Protocol

from takedown.errors import TakedownError


@dataclass(frozen=True)
class Attachment:
    """A file that goes with the message; the guard has looked into it."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class OutgoingMessage:
    """What one dispatch sends. `key` and `message_id` are the same on every try; the subject tells nothing.

    `ours` are the SHA-256 of the pictures that may stand inside: an office's letterhead and signature, nothing else.
    """

    key: str
    reference: str
    message_id: str
    sender: str
    reply_to: str
    to: str
    subject: str
    text: str
    date: dt.datetime
    lang: str
    attachments: tuple[Attachment, ...] = ()
    ours: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Receipt:
    """Proof of handing over: by which channel, when, and what the far side (or the disk) said."""

    channel: str
    at: dt.datetime
    detail: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {"channel": self.channel, "at": self.at.isoformat(), "detail": self.detail}


class Channel(Protocol):
    """A way out. `deliver` gives a receipt, or raises one of the three errors below and nothing else on purpose."""

    @property
    def kind(self) -> str:
        """Which channel of a dispatch it serves."""
        ...

    def deliver(self, message: OutgoingMessage) -> Receipt:
        """Hand the message over once."""
        ...


class DeliveryError(TakedownError):
    """Delivery did not end with a receipt; `error_class` is a short code without any address."""

    def __init__(self, sentence: str, error_class: str) -> None:
        super().__init__(sentence)
        self.error_class = error_class


class TryLater(DeliveryError):
    """Nothing left: the same message may be tried again."""


class Rejected(DeliveryError):
    """The far side refused for good: a person must choose another way."""


class Doubtful(DeliveryError):
    """It may or may not have left: a person must look before anything is sent again."""
