"""Keeps the worker process of `vigie serve` alive: started with it, restarted when it dies, stopped with it."""

from __future__ import annotations

import subprocess
import sys
import threading

import structlog

log = structlog.get_logger()
FIRST_PAUSE = 1.0  # seconds before the first restart; doubles up to LAST_PAUSE
LAST_PAUSE = 60.0


class Supervisor:
    """Runs `vigie worker` as a child process."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the worker to stop; it may be killed at any time without harm, so it is not waited for long."""
        self._stopping.set()
        if self._child and self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(5)
            except subprocess.TimeoutExpired:
                self._child.kill()

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            self._child = subprocess.Popen([sys.executable, "-m", "vigie", "worker"])
            code = self._child.wait()
            if not self._stopping.is_set():
                log.error("worker.ended", status=code)
            self._stopping.wait(pause)
            pause = min(pause * 2, LAST_PAUSE)
