"""Something seen at an address at a time, and the media it shows (design.md section 8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from fingerprints.signal import Signal

FIELD_NAMES: Final = (
    "title", "text", "description", "alt", "caption", "link", "handle", "jsonld", "url", "transcript",
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A named piece of extracted text; matches quote positions in it as code points."""

    name: str
    text: str


@dataclass(frozen=True)
class Author:
    """Who a page says published it."""

    handle: str | None = None
    name: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Media:
    """A picture or video that a page shows: its address and signals, never its bytes; `refused` is a code."""

    url: str
    thumb_url: str | None = None
    mime: str | None = None
    width: int | None = None
    height: int | None = None
    alt: str | None = None
    bytes: int | None = None
    sha256: str | None = None
    md5: str | None = None
    signals: tuple[Signal, ...] = ()
    refused: str | None = None
    says: tuple[tuple[str, str], ...] = ()  # (code, name) of what the file says of its own making

    def to_json(self) -> dict[str, Any]:
        """The object of the contract; `says` only when the file says something."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "says" or self.says}
        return plain | {"signals": [signal.to_json() for signal in self.signals]}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Media:
        """The same from the contract's object; raises TypeError on an unknown key."""
        signals = tuple(Signal.from_json(signal) for signal in row.get("signals", ()))
        says = tuple((str(code), str(name)) for code, name in row.get("says", ()))
        return cls(**{**row, "signals": signals, "says": says})


@dataclass(frozen=True)
class Sighting:
    """What was seen; `published_at` is an ISO instant in UTC, or what the page gives when it names no zone."""

    source: str
    url: str
    final_url: str
    status: int
    fields: tuple[Field, ...]
    fetched_at: dt.datetime
    native_id: str | None = None
    author: Author | None = None
    published_at: str | None = None
    lang: str | None = None
    query_id: str | None = None
    via: str | None = None
    media: tuple[Media, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object of the contract."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {
            "fields": [asdict(field) for field in self.fields],
            "author": asdict(self.author) if self.author else None,
            "fetched_at": self.fetched_at.isoformat(),
            "media": [media.to_json() for media in self.media],
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Sighting:
        """The same from the contract's object (a `type` key is ignored); raises TypeError on an unknown key."""
        read = {
            "fields": tuple(Field(**field) for field in row["fields"]),
            "author": Author(**row["author"]) if row.get("author") else None,
            "fetched_at": dt.datetime.fromisoformat(row["fetched_at"]),
            "media": tuple(Media.from_json(media) for media in row.get("media", ())),
        }
        return cls(**{name: value for name, value in row.items() if name != "type"} | read)
