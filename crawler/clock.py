"""The clock of a child process: anchored on the instant its parent gave, so that the demo's offset holds here too."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable


def anchored(now: dt.datetime | None) -> Callable[[], dt.datetime]:
    """A clock in UTC that starts at `now` and runs on; without `now`, at the machine's time (a child run by hand)."""
    start = now or dt.datetime.now(dt.UTC)
    began = time.monotonic()
    return lambda: start + dt.timedelta(seconds=time.monotonic() - began)
