"""What a source's kind says: ask this, open that, searched, something went wrong, remember this (pure vocabulary)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from crawler.job import Job, Query
from crawler.page import Page
from crawler.sighting import Author, Field, Media


@dataclass(frozen=True)
class Ask:
    """Request the source itself: an interface, a feed, a list. `robots` is off only for documented interfaces."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    query_id: str | None = None
    robots: bool = True
    note: Any = None  # whatever the kind wants back with the reply


@dataclass(frozen=True)
class Reply:
    """What came back for an Ask; `status` may be anything, the body is decoded from its packing."""

    url: str
    status: int
    mime: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    charset: str | None = None


@dataclass(frozen=True)
class Open:
    """Open this page and make a sighting of it; what the source already told is added to what the page says.

    `quiet` is for pages met by following links: a sign-in page among them is no error. `rank` is higher for what is to
    be read first.
    """

    url: str
    via: str | None = None
    query_id: str | None = None
    native_id: str | None = None
    published_at: str | None = None
    author: Author | None = None
    fields: tuple[Field, ...] = ()
    media: tuple[Media, ...] = ()
    depth: int = 0
    quiet: bool = False
    rank: int = 0


@dataclass(frozen=True)
class Seen:
    """The source itself holds the whole content (an entry of a feed): a sighting without opening anything."""

    url: str
    fields: tuple[Field, ...]
    native_id: str | None = None
    published_at: str | None = None
    author: Author | None = None
    media: tuple[Media, ...] = ()
    query_id: str | None = None
    via: str | None = None


@dataclass(frozen=True)
class Searched:
    """A query was answered in the expected shape; `proof` says how that is known."""

    query_id: str | None
    count: int
    proof: Mapping[str, Any]


@dataclass(frozen=True)
class Trouble:
    """Something was not seen, and why (`crawler.trouble.CLASSES`); `retry_after` in seconds, when the server asked."""

    error_class: str
    message: str
    query_id: str | None = None
    status: int | None = None
    retry_after: int | None = None


@dataclass(frozen=True)
class Cursor:
    """What the next run must be given to go on from here."""

    value: str


@dataclass(frozen=True)
class Gap:
    """Something was published in between that can no longer be read."""

    since: str
    until: str


Step = Ask | Open | Seen | Searched | Trouble | Cursor | Gap


class Reader:
    """One run of one kind of source: it decides, the crawler fetches. A kind overrides what it needs."""

    def start(self, queries: Sequence[Query]) -> Iterator[Step]:  # noqa: ARG002
        """The first steps."""
        return iter(())

    def answer(self, ask: Ask, reply: Reply) -> Iterator[Step]:  # noqa: ARG002
        """What follows from the answer to an Ask."""
        return iter(())

    def opened(self, opening: Open, page: Page) -> Iterator[Step]:  # noqa: ARG002
        """What follows from an opened page, which is a sighting by itself."""
        return iter(())

    def unchanged(self, page: Page) -> bool:  # noqa: ARG002
        """Whether this page was already given in the same words in an earlier run."""
        return False

    def finish(self) -> Iterator[Step]:
        """The last steps, once nothing is left to fetch."""
        return iter(())


class Kind(Protocol):
    """A module of `crawler.sources`."""

    KIND: str
    EXAMPLES: Sequence[Any]

    def reader(self, job: Job) -> Reader:
        """Begin a run; raises `CrawlerError` when a setting is missing or wrong."""
        ...
