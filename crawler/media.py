"""A small pool of limited workers through which the bytes of pictures pass, from memory to memory, and end."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any, Final

from crawler.media_worker import FULL_SIZE, ONE_WAY
from crawler.process import environment

_NOTHING: Final[dict[str, Any]] = {"signals": [], "width": None, "height": None, "mime": None}
LOST: Final[dict[str, Any]] = {**_NOTHING, "refused": "worker_lost"}
TOO_SLOW: Final[dict[str, Any]] = {**_NOTHING, "refused": "too_slow"}


class _Worker:
    def __init__(self, arguments: Sequence[str], seconds: float) -> None:
        self._seconds = seconds
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crawler.media_worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd="/",
        )

    def reduce(self, data: bytes) -> dict[str, Any] | None:
        """The worker's answer, or None when it died or had to be killed."""
        watchdog = threading.Timer(self._seconds, self._process.kill)
        watchdog.start()
        try:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(len(data).to_bytes(8, "big"))
            self._process.stdin.write(data)
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline() or b"null")
        except (OSError, ValueError):
            return None
        finally:
            watchdog.cancel()
        return answer if isinstance(answer, dict) else None

    def close(self) -> bool:
        """End the worker; True when the system had already ended it for the time that it used."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe:
                    pipe.close()
            except OSError:
                continue  # what was still in the buffer of a killed worker's pipe cannot be written any more
        return self._process.wait() in (-signal.SIGXCPU, -signal.SIGPROF)


class Pool:
    """Workers for the given signal types; `seconds` is the longest one picture may take by the wall clock.

    As it stands for pictures that were met: eight orientations, and a JPEG may be decoded smaller. `full_size` and
    `one_way` are for pictures that are registered or exported.
    """

    def __init__(
        self,
        types: Sequence[str],
        size: int = 2,
        seconds: float = 20.0,
        *,
        full_size: bool = False,
        one_way: bool = False,
    ) -> None:
        options = [*([FULL_SIZE] if full_size else []), *([ONE_WAY] if one_way else [])]
        self._arguments, self._seconds = (*types, *options), seconds
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)  # started when first needed: many pages show no picture

    def reduce(self, data: bytes) -> dict[str, Any]:
        """`{signals, width, height, mime, refused}` of one picture; waits for a free worker, never raises on data."""
        worker = self._idle.get()
        try:
            worker = worker or _Worker(self._arguments, self._seconds)
            answer = worker.reduce(data)
            if answer is None:
                answer, worker = (TOO_SLOW if worker.close() else LOST), None
            return answer
        except OSError:  # no worker could be started: the machine is short of memory or processes
            return LOST
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End every idle worker."""
        while not self._idle.empty():
            if worker := self._idle.get():
                worker.close()
