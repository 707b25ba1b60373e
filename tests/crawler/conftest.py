"""A small invented web on loopback, and a canary that must never be reached."""

from __future__ import annotations

import http.server
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crawler.process import environment

Handler = http.server.BaseHTTPRequestHandler
Route = Callable[[Handler], None]


class Web:
    """A site on 127.0.0.1: routes by path, and the paths that were asked for."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[str] = []
        web = self

        class Serve(Handler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # noqa: N802
                web.asked.append(self.path)
                self.close_connection = True
                route = web.routes.get(self.path.partition("?")[0])
                try:
                    (route or answer(404, b"absent", "text/plain"))(self)
                except OSError:
                    return  # the client went away: for many tests here that is the point

            def do_POST(self) -> None:  # noqa: N802
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Serve)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.allow = (f"127.0.0.1:{self.port}",)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def page(self, path: str, html: str) -> str:
        self.routes[path] = answer(200, html.encode(), "text/html; charset=utf-8")
        return self.url(path)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def answer(status: int, body: bytes, mime: str, **headers: str) -> Route:
    def send(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", mime)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


class Canary:
    """A listener where nobody may ever knock; it counts who did."""

    def __init__(self, port: int) -> None:
        self.knocks = 0
        self._socket = socket.create_server(("127.0.0.2", port))
        threading.Thread(target=self._listen, daemon=True).start()
        self.url = f"http://127.0.0.2:{port}/"

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.knocks += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def web() -> Iterator[Web]:
    site = Web()
    yield site
    site.close()


@pytest.fixture
def canary(web: Web) -> Iterator[Canary]:
    bird = Canary(web.port)
    yield bird
    bird.close()


@pytest.fixture
def serve() -> Callable[..., Route]:
    return answer


@pytest.fixture
def child_says() -> Callable[..., tuple[list[dict[str, Any]], int, str]]:
    """Run the child by hand with these stdin lines; its messages, exit code and stderr."""

    def say(*lines: str, program: str = "", env: dict[str, str] | None = None) -> tuple[list[dict[str, Any]], int, str]:
        command = [sys.executable, "-c", program] if program else [sys.executable, "-m", "crawler.run"]
        done = subprocess.run(
            command,
            input="\n".join(lines),
            capture_output=True,
            text=True,
            timeout=60,
            env=env or environment(),
            cwd=os.sep,
        )
        return [json.loads(line) for line in done.stdout.splitlines()], done.returncode, done.stderr

    return say
