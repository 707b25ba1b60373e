"""Invented exchanges for the tests of this room."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any

from crawler.exchange import Exchange, Hop

AT = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)  # a Tuesday
URL = "http://forum.example/sujet/12?page=2"
HTML = "<html><head><title>Un sujet</title></head><body><p>Camille Exemple, phrase inventée.</p></body></html>".encode()


def exchange(**changes: Any) -> Exchange:
    """A forum page that answered, reached through one redirection."""
    answered = Exchange(
        asked="http://forum.example/s/12", hops=(
            Hop("http://forum.example/s/12", 302, "/sujet/12?page=2", "203.0.113.7", 80, None),
            Hop(URL, 200, None, "203.0.113.7", 80, None),
        ),
        final_url=URL, status=200, headers=(("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")),
        request_headers=(("User-Agent", "Vigie"), ("Host", "forum.example")), mime="text/html", charset="utf-8",
        body=HTML, body_sha256=hashlib.sha256(HTML).hexdigest(), body_bytes=len(HTML), cut=(), started_at=AT,
        ended_at=AT + dt.timedelta(seconds=1), dns=("203.0.113.7",), error_class=None,
    )  # fmt: skip
    return replace(answered, **changes)


class Web:
    """A fake of `crawler.child.fetch` that notes how it was asked."""

    def __init__(self, **changes: Any) -> None:
        self.changes = changes
        self.asked: list[dict[str, Any]] = []

    def __call__(self, address: str, **how: Any) -> Exchange:
        self.asked.append({"address": address, **how})
        changes = self.changes | ({"body": None, "body_sha256": None, "body_bytes": 0} if how["headers_only"] else {})
        return exchange(**changes)
