"""The only place that reads the time; every other room gets it as a parameter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def real_clock(offset: dt.timedelta = dt.timedelta(0)) -> Clock:
    """The machine's clock in UTC, moved by `offset` (only in the demo and in acceptance runs)."""
    return lambda: dt.datetime.now(dt.UTC) + offset


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
