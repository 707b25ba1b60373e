"""Times two ways of doing the same thing side by side, in turns, so that a busy machine is busy for both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """One row of the table: our median and the peer's, in milliseconds of processor time, and what they measure."""

    what: str
    ours: float
    peer_name: str
    peer: float
    bound: float | None = None

    def line(self) -> str:
        ratio = self.ours / self.peer
        verdict = (
            "" if self.bound is None else f"  (at most {self.bound}: {'held' if ratio <= self.bound else 'NOT HELD'})"
        )
        return f"{self.what:<46} {self.ours:10.3f} ms  {self.peer_name:<34} {self.peer:10.3f} ms  x{ratio:.3f}{verdict}"


def versus(
    what: str,
    ours: Callable[[], object],
    peer_name: str,
    peer: Callable[[], object],
    *,
    rounds: int = 7,
    bound: float | None = None,
) -> Ratio:
    """The medians of `rounds` interleaved rounds after one warm-up each."""
    ours(), peer()
    times: dict[Callable[[], object], list[float]] = {ours: [], peer: []}
    for _ in range(rounds):
        for act in (ours, peer):
            start = time.process_time()
            act()
            times[act].append((time.process_time() - start) * 1000)
    return Ratio(what, statistics.median(times[ours]), peer_name, statistics.median(times[peer]), bound)
