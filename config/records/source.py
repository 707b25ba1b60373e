"""Sources: how to ask one place for pages, without saying anything about whom we look for."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from config.records.record import Id, Record, Text


class Source(Record):
    """One place the crawler may ask. `kind` is the module in crawler/sources that speaks to it; it reads `settings`.

    `secrets` are names only, their values come from the environment. `queries` says whether the place receives the
    watched term as a query; `delay_seconds`, `requests_per_day` and `interval_hours` are our manners towards it.
    """

    name: Text
    kind: Id
    settings: dict[str, Any] = Field(default_factory=dict)
    secrets: list[Text] = Field(default_factory=list)
    delay_seconds: float = Field(ge=0)
    requests_per_day: int = Field(ge=1)
    interval_hours: float = Field(gt=0)
    enabled: bool
    risk: Literal["none", "csam"] = "none"
    terms_url: Text | None = None
    contact: Text | None = None
    queries: bool
