"""When a source is asked again, and how much of its daily allowance a background run may take. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

BACKGROUND_SHARE = (
    0.8  # the last fifth of an allowance is kept for a case somebody is working on (sources.md section 1)
)
FIRST_BACK_OFF = dt.timedelta(minutes=5)
LAST_BACK_OFF = dt.timedelta(hours=1)


def allowance(requests_per_day: int, used_today: int, *, background: bool = True) -> int:
    """How many requests are left today; background runs stop at four fifths."""
    limit = int(requests_per_day * BACKGROUND_SHARE) if background else requests_per_day
    return max(limit - used_today, 0)


def next_due(now: dt.datetime, interval_hours: float, *, failures: int, errors: Collection[str]) -> dt.datetime:
    """The interval after a good run; after a failed one a back-off that doubles, from five minutes to an hour.

    A failure that asking again cannot cure (a wrong key, a bad query, a robots rule) waits the whole interval.
    """
    interval = dt.timedelta(hours=interval_hours)
    if failures == 0 or set(errors) & {"auth", "bad_query", "robots", "refused"}:
        return now + interval
    doubled: int = 2 ** min(failures - 1, 10)
    return now + min(FIRST_BACK_OFF * doubled, LAST_BACK_OFF, interval)


def tomorrow(now: dt.datetime) -> dt.datetime:
    """The start of the next day in UTC, when daily allowances begin anew."""
    return dt.datetime.combine(now.astimezone(dt.UTC).date() + dt.timedelta(days=1), dt.time(0), tzinfo=dt.UTC)


def place(source: str, settings: Mapping[str, Any]) -> str:
    """The one host that a source's settings name, else the source itself: what two runs must not ask at once."""
    values = [each for value in settings.values() for each in (value if isinstance(value, list) else [value])]
    addresses = [urlsplit(value) for value in values if isinstance(value, str) and value.startswith("http")]
    hosts = {address.netloc.rpartition("@")[2].lower() for address in addresses}
    return f"host:{hosts.pop()}" if len(hosts) == 1 else f"source:{source}"
