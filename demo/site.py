"""Serves one invented site on loopback: its pages, what was deleted or walled since, and how often it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from demo import markup

OPEN_TO_ALL: Final = "User-agent: *\nAllow: /\n"
MAX_FORM: Final = 1024 * 1024  # bytes of a form that are read
AGAIN: Final = "<p>Remis en ligne par son auteur.</p>"
HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """One request: `base` is the site's address without a final slash, `path` is decoded."""

    base: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """One answer; `mime` carries the charset of texts."""

    body: bytes
    mime: str = HTML
    status: int = 200


@dataclass(frozen=True)
class Document:
    """A page as a search engine keeps it: `target` is its path with its query, `picture` the path of its picture."""

    target: str
    title: str
    text: str
    published: str | None = None
    picture: str | None = None


class Pages(Protocol):
    """What a site consists of."""

    def answer(self, asked: Asked, board: Board) -> Answer | None:
        """The answer to a request; None where there is no such page."""

    def documents(self) -> Iterable[Document]:
        """The pages that a search engine may know."""


class Board:
    """What happened to a site's pages since it started; a page takes what lies below it along (its picture)."""

    def __init__(self) -> None:
        self._gone: set[str] = set()
        self._walled: set[str] = set()
        self._again: set[str] = set()

    def delete(self, target: str) -> None:
        self._gone.add(target)

    def wall(self, target: str) -> None:
        self._walled.add(target)

    def restore(self, target: str) -> None:
        """Take back both; a page that was gone says that it is back, as pages do."""
        if target in self._gone:
            self._again.add(target)
        self._gone.discard(target)
        self._walled.discard(target)

    def gone(self, target: str) -> bool:
        return _covered(target, self._gone)

    def walled(self, target: str) -> bool:
        return _covered(target, self._walled)

    def again(self, target: str) -> bool:
        return target in self._again


def _covered(target: str, marked: set[str]) -> bool:
    path = target.partition("?")[0]
    return any(target == each or path == each or path.startswith(each.rstrip("/") + "/") for each in marked)


class Site:
    """A site that runs in threads of its own until `stop`; `delay` is in seconds, robots.txt is answered at once."""

    def __init__(self, name: str, host: str, pages: Pages, *, robots: str = OPEN_TO_ALL, delay: float = 0) -> None:
        self.name, self.pages, self.board = name, pages, Board()
        self.requests = 0
        self._robots, self._delay, self._count = robots, delay, threading.Lock()
        self._server = ThreadingHTTPServer((host, 0), _handler_of(self))
        self.base = f"http://{host}:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name=f"demo-{name}", daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def respond(self, asked: Asked, target: str) -> Answer:
        """Count the request and answer it."""
        with self._count:
            self.requests += 1
        if asked.path == "/robots.txt":
            return Answer(self._robots.encode(), "text/plain; charset=utf-8")
        if self._delay:
            time.sleep(self._delay)
        if self.board.gone(target):
            return Answer(markup.not_found(), status=404)
        if self.board.walled(target):
            return Answer(markup.login_wall())
        answer = self.pages.answer(asked, self.board) or Answer(markup.not_found(), status=404)
        return _back(answer) if self.board.again(target) else answer


def _back(answer: Answer) -> Answer:
    return Answer(answer.body.replace(b"</main>", f"{AGAIN}</main>".encode()), answer.mime, answer.status)


def _handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server_version = "Inventee/1"

        def do_GET(self) -> None:
            self._answer("GET", {})

        def do_HEAD(self) -> None:
            self._answer("HEAD", {})

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), MAX_FORM)
            self._answer("POST", _pairs(self.rfile.read(length).decode(errors="replace")))

        def _answer(self, method: str, form: Mapping[str, str]) -> None:
            parts = urlsplit(self.path)
            asked = Asked(site.base, unquote(parts.path), _pairs(parts.query), method, form)
            answer = site.respond(asked, target_of(self.path))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.mime)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if method != "HEAD":
                self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """Nothing is printed: a request may carry a name."""

    return Handler


def target_of(url: str) -> str:
    """The path of an address with its query, as the board knows it."""
    parts = urlsplit(url)
    return (unquote(parts.path) or "/") + (f"?{parts.query}" if parts.query else "")


def _pairs(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))
