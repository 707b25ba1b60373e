"""The child process: `python -m crawler.run` reads one job on stdin and writes what it sees on stdout (JSON lines)."""

from __future__ import annotations

import importlib
import io
import json
import os
import signal
import sys
import time
from collections.abc import Iterable
from typing import Any, Final, TextIO

from crawler import capture, discovery, log
from crawler.clock import anchored
from crawler.header import read_header, read_query
from crawler.job import Job, Query
from crawler.steps import Reader
from crawler.trouble import CrawlerError

_FAULT: Final = "A fault of ours ended this run: it is started again at the next one; report it if it comes back."
GRACE = 20  # seconds beyond its own limit after which a child that hangs is ended by the kernel


class Outgoing:
    """stdout as the protocol: one JSON object a line; anything else that prints goes to stderr."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def emit(self, message: dict[str, Any]) -> None:
        """Write one message at once; a parent that went away ends the run."""
        line = json.dumps(message, ensure_ascii=True) + "\n"
        try:
            self._stream.write(line)
            self._stream.flush()
        except OSError:
            os._exit(1)

    def error(self, error: CrawlerError) -> None:
        """Say what cannot be done."""
        said = {"class": error.error_class, "status": None, "message": str(error), "query_id": None}
        self.emit({"type": "error", **said})


def main() -> int:
    """Run the job on stdin; exit code 0, 2 for a job that cannot be understood or obeyed, 1 for a fault of ours.

    Whatever happens, `done` is the last line, and a fault is an `error` before it.
    """
    outgoing = _own_stdout()
    log.to_stderr(sys.stderr)
    started = time.monotonic()
    pages, size, code = 0, 0, 0
    try:
        job, queries = _read(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace"))
        signal.alarm(int(job.seconds) + GRACE)
        pages, size = _look(job, queries, outgoing)
    except CrawlerError as error:
        outgoing.error(error)
        code = 2
    except Exception as error:  # noqa: BLE001 - the parent must hear of any fault, and where it was goes to stderr
        sys.excepthook(type(error), error, error.__traceback__)
        outgoing.error(CrawlerError(_FAULT, "transient"))
        code = 1
    outgoing.emit({"type": "done", "pages": pages, "bytes": size, "seconds": round(time.monotonic() - started, 3)})
    return code


def _own_stdout() -> Outgoing:
    mine = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints must not break the protocol
    return Outgoing(mine)


def _read(lines: Iterable[str]) -> tuple[Job, list[Query]]:
    given = [line for line in lines if line.strip()]
    if not given:
        raise CrawlerError("No job came on stdin: send one header line, then one query a line.", "bad_query")
    return read_header(given[0]), [read_query(line) for line in given[1:]]


def _look(job: Job, queries: list[Query], outgoing: Outgoing) -> tuple[int, int]:
    if job.kind in ("capture", "check"):
        return _capture(job, outgoing)
    reader = _reader(job)
    # Scrapy takes a quarter of a second to import: a capture does not pay for it
    crawling, looking = (importlib.import_module(f"crawler.{name}") for name in ("crawling", "looking"))
    pages, size = crawling.crawl(job, reader, queries, looking.Outlet(outgoing.emit, anchored(job.now)))
    return int(pages), int(size)


def _reader(job: Job) -> Reader:
    kind = discovery.find(job.kind)
    try:
        return kind.reader(job)
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError):
        message = "A setting of this source is not of the form its kind expects: compare it with the shipped record."
        raise CrawlerError(message, "bad_query") from None


def _capture(job: Job, outgoing: Outgoing) -> tuple[int, int]:
    address = job.settings.get("address")
    if not isinstance(address, str) or not address.strip():
        raise CrawlerError("A capture or check needs the setting address.", "bad_query")
    asked = capture.Asked(
        address.strip(),
        job.allow,
        frozenset(job.deny),
        job.secrets.get("deny_key", ""),
        bool(job.settings.get("headers_only", False)),
        job.seconds,
        str(job.settings.get("contact", "")),
    )
    exchange = capture.fetch(asked, anchored(job.now))
    outgoing.emit({"type": "exchange", **exchange.to_json()})
    return len(exchange.hops), exchange.body_bytes


if __name__ == "__main__":
    sys.exit(main())
