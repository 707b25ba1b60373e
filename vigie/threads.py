"""Rings within one process: threads answer them, first come first served, one at a time for each lock."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from vigie.rings import Duty, Ring


class Threads:
    """`VIGIE_WORKERS=embedded`: this process's own threads answer the rings of its clock."""

    def __init__(self, duty: Duty, count: int = 2) -> None:
        self._duty = duty
        self._waiting: list[Ring] = []
        self._busy: set[Ring] = set()
        self._turn = threading.Condition()
        self._threads = [threading.Thread(target=self._answer, daemon=True) for _ in range(count)]

    def ring(self, due: Sequence[Ring]) -> None:
        with self._turn:
            self._waiting += [ring for ring in due if ring not in self._waiting and ring not in self._busy]
            self._turn.notify_all()

    def serve(self) -> None:
        for thread in self._threads:
            thread.start()
        while all(thread.is_alive() for thread in self._threads):
            time.sleep(1)

    def _answer(self) -> None:
        while True:
            ring = self._take()
            self._duty.do(ring.kind, ring.row)
            with self._turn:
                self._busy.discard(ring)
                self._turn.notify_all()

    def _take(self) -> Ring:
        """The first ring whose lock is free; waits for one."""
        with self._turn:
            while (ring := self._first_free()) is None:
                self._turn.wait()
            self._waiting.remove(ring)
            self._busy.add(ring)
            return ring

    def _first_free(self) -> Ring | None:
        locked = {ring.lock for ring in self._busy}
        return next((ring for ring in self._waiting if ring.lock not in locked), None)
