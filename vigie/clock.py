"""The only place that reads the time; every other room gets it as a parameter."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path

Clock = Callable[[], dt.datetime]
_LOADED = time.monotonic()


def real_clock(offset: dt.timedelta = dt.timedelta(0)) -> Clock:
    """The machine's clock in UTC, moved by `offset` (only in the demo and in acceptance runs)."""
    return lambda: dt.datetime.now(dt.UTC) + offset


def since_start() -> float:
    """Seconds since this process was started, from Linux's own record of it; elsewhere since this module was loaded."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])  # proc(5), field 22: starttime
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError, IndexError):
        return time.monotonic() - _LOADED


class MovableClock:
    """A clock that runs on its own and can be moved forward: the demo's sixty days pass in seconds."""

    def __init__(self, start: dt.datetime) -> None:
        self._started = dt.datetime.now(dt.UTC)
        self._start = start

    def __call__(self) -> dt.datetime:
        return self._start + (dt.datetime.now(dt.UTC) - self._started)

    def forward(self, step: dt.timedelta) -> None:
        """Move forward; a clock never goes back."""
        if step < dt.timedelta(0):
            raise ValueError("The clock only moves forward.")
        self._start += step
