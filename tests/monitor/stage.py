"""Invented pages and sources for the tests of watches and runs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from config.records import Source

PRINT = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"


class Hands:
    """A clock that a test moves by hand."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


def source(name: str, *, queries: bool) -> Source:
    return Source(
        id=name, name=name, kind="searxng" if queries else "feed", delay_seconds=0, requests_per_day=100,
        interval_hours=12, enabled=True, queries=queries, source="a test", checked_on=dt.date(2026, 11, 20),
        confidence="M",
    )  # fmt: skip


def document(case_id: str, **changed: Any) -> dict[str, Any]:
    return {
        "case": case_id,
        "terms": [{"kind": "name", "value": "Camille Exemple", "context": ["Aubeville"], "exclude": ["maire"]}],
        "fingerprints": [{"type": "pdq", "value": PRINT, "quality": 100, "age_on_image": "adult"}],
        "sources": ["search", "feed"],
        **changed,
    }


def sighting(address: str, text: str, *, media: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "type": "sighting", "source": "search", "native_id": None, "url": address, "final_url": address, "status": 200,
        "fields": [{"name": "title", "text": "Une page"}, {"name": "text", "text": text}], "author": None,
        "published_at": None, "fetched_at": "2026-11-24T09:00:00+00:00", "lang": "fr", "query_id": None, "via": None,
        "media": media or [],
    }  # fmt: skip


def picture(value: str, variant: str = "identity") -> dict[str, Any]:
    signal = {"type": "pdq", "value": value, "quality": 100}
    return {
        "url": "https://images.example/1.jpg",
        "signals": [signal if variant == "identity" else {**signal, "variant": variant}],
    }


def done(pages: int = 1) -> dict[str, Any]:
    return {"type": "done", "pages": pages, "bytes": 1000, "seconds": 1}
