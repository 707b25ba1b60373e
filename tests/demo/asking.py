"""What a browser would do with the invented web."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Got:
    """An answer as a browser sees it."""

    status: int
    mime: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def get(url: str, /, **query: str) -> Got:
    """Open an address."""
    return _open(urllib.request.Request(f"{url}?{urlencode(query)}" if query else url))


def post(url: str, /, **form: str) -> Got:
    """Send a form."""
    return _open(urllib.request.Request(url, data=urlencode(form).encode()))


def _open(request: urllib.request.Request) -> Got:
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return Got(answer.status, answer.headers["Content-Type"], answer.read())
    except urllib.error.HTTPError as answer:
        return Got(answer.code, answer.headers["Content-Type"], answer.read())
