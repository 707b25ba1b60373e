"""The parent's side: launches the child process, hands it a job, yields what it says, and ends it in time."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import IO, Any, Final, Literal

from crawler.clock import anchored
from crawler.exchange import Exchange, unanswered
from crawler.job import Job, Query
from crawler.process import environment

__all__ = ["Job", "Query", "fetch", "run"]

_START: Final = 5.0  # seconds a child may take beyond its limit, to start and to end by itself
_TYPES: Final = ("sighting", "searched", "error", "cursor", "progress", "gap", "exchange", "done")
_log = logging.getLogger("vigie.crawler")


def run(job: Job, queries: Iterable[Query] = ()) -> Iterator[dict[str, Any]]:
    """The messages of one run (design.md section 8), `done` always last.

    The child's whole process group is killed at the deadline and when this generator is closed; its death is an `error`
    of class transient. Never raises for anything remote.
    """
    messages = _lines(job, [*queries])
    with contextlib.closing(messages):
        for line in messages:
            message = _message(line)
            yield message
            if message["type"] == "done":
                return
        yield _error(
            "transient", "The crawling process ended before its work did: it is started again at the next run."
        )
        yield {"type": "done", "pages": 0, "bytes": 0, "seconds": 0}


def fetch(
    address: str,
    *,
    allow: Sequence[str] = (),
    deny: Sequence[str] = (),
    deny_key: str = "",
    headers_only: bool = False,
    purpose: Literal["capture", "check"] = "capture",
    seconds: float = 30,
    now: dt.datetime | None = None,
    contact: str = "",
) -> Exchange:
    """Fetch one known address in a child; remote behaviour ends in `Exchange.error_class`, never in an exception.

    `headers_only` closes the connection after the headers and refuses addresses that look like media.
    """
    settings = {"address": address, "headers_only": headers_only, "contact": contact}
    clock = anchored(now)
    job = Job(
        purpose,
        purpose,
        settings,
        {"deny_key": deny_key},
        1,
        seconds=seconds,
        allow=tuple(allow),
        deny=tuple(deny),
        now=clock(),
    )
    error_class = "transient"
    exchange: Exchange | None = None
    for message in run(job):
        if message["type"] == "exchange":
            exchange = Exchange.from_json(message)
        elif message["type"] == "error":
            error_class = str(message["class"])
    return exchange or unanswered(address, error_class, clock())


def _lines(job: Job, queries: list[Query]) -> Generator[str, None, None]:
    until = time.monotonic() + job.seconds + _START
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd="/",
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    said: queue.Queue[bytes | None] = queue.Queue(maxsize=256)
    stopped = threading.Event()
    threads = [
        threading.Thread(target=_listen, args=(process.stdout, said, stopped), daemon=True),
        threading.Thread(target=_drain, args=(process.stderr,), daemon=True),
        threading.Thread(target=_hand_over, args=(process.stdin, job, queries), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        while (line := said.get(timeout=max(0.0, until - time.monotonic()))) is not None:
            yield line.decode("utf-8", errors="replace")
    except queue.Empty:
        _log.warning("A crawling process was ended at its deadline.")
    finally:
        stopped.set()
        _end(process)
        for thread in threads:
            thread.join(timeout=5)
        for pipe in (process.stdout, process.stderr):
            pipe.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    # before wait(): until the leader is reaped its group number cannot belong to anybody else
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _listen(stream: IO[bytes], said: queue.Queue[bytes | None], stopped: threading.Event) -> None:
    for line in _until_none(stream):
        while not stopped.is_set():
            try:
                said.put(line, timeout=0.5)
                break
            except queue.Full:
                continue


def _until_none(stream: IO[bytes]) -> Iterator[bytes | None]:
    with contextlib.suppress(ValueError, OSError):
        yield from stream
    yield None


def _drain(stream: IO[bytes]) -> None:
    with contextlib.suppress(ValueError, OSError):
        for line in stream:
            _log.info("child: %s", line.decode("utf-8", errors="replace").rstrip())


def _hand_over(stream: IO[bytes], job: Job, queries: list[Query]) -> None:
    asked = [json.dumps({"query_id": query.query_id, "text": query.text}) for query in queries]
    with contextlib.suppress(OSError, ValueError):  # a child that died says so by its silence
        stream.write("".join(f"{line}\n" for line in [job.to_header(), *asked]).encode())
        stream.close()


def _message(line: str) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if not isinstance(message, dict) or message.get("type") not in _TYPES:
        return _error("shape", "The crawling process said something outside its protocol: report it.")
    return message


def _error(error_class: str, text: str) -> dict[str, Any]:
    return {"type": "error", "class": error_class, "status": None, "message": text, "query_id": None}
