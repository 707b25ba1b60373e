"""A small pool of limited workers through which the bytes of pictures pass, from memory to memory, and end."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any, Final

from crawler.process import environment

LOST: Final[dict[str, Any]] = {"signals": [], "width": None, "height": None, "mime": None, "refused": "worker_lost"}


class _Worker:
    def __init__(self, types: Sequence[str], seconds: float) -> None:
        self._seconds = seconds
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crawler.media_worker", *types],
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

    def close(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe:
                    pipe.close()
            except OSError:
                continue  # what was still in the buffer of a killed worker's pipe cannot be written any more
        self._process.wait()


class Pool:
    """Workers for the given signal types; `seconds` is the longest one picture may take by the wall clock."""

    def __init__(self, types: Sequence[str], size: int = 2, seconds: float = 20.0) -> None:
        self._types, self._seconds = tuple(types), seconds
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)  # started when first needed: many pages show no picture

    def reduce(self, data: bytes) -> dict[str, Any]:
        """`{signals, width, height, mime, refused}` of one picture; waits for a free worker, never raises on data."""
        worker = self._idle.get()
        try:
            worker = worker or _Worker(self._types, self._seconds)
            answer = worker.reduce(data)
            if answer is None:
                worker.close()
                worker = None
            return answer or LOST
        except OSError:  # no worker could be started: the machine is short of memory or processes
            return LOST
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End every idle worker."""
        while not self._idle.empty():
            if worker := self._idle.get():
                worker.close()
