"""What a computed deadline is made of: the answer, and the steps of its working in French and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from config import messages
from config.dates import WEEKDAY, written
from takedown.calendars import Closed

Moment = date | datetime
Kind = Literal["legal", "indicative", "none"]


@dataclass(frozen=True)
class Working:
    """One step of the working: a code of config/texts/deadlines.toml and its parameters."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """The sentence in one language, with dates written out, weekday included."""
        words = {name: _word(name, value, lang) for name, value in self.params.items()}
        return messages.render(self.code, words, lang)

    def both(self) -> dict[str, str]:
        """The sentence in French and in English."""
        return {lang: self.text(lang) for lang in ("fr", "en")}

    def to_json(self) -> dict[str, Any]:
        """`{code, params, text: {fr, en}}`, with dates in ISO form in the parameters."""
        return {"code": self.code, "params": {k: iso(v) for k, v in self.params.items()}, "text": self.both()}


@dataclass(frozen=True)
class DeadlineAnswer:
    """What a rule says for one start. `due` is the day or instant to hold; `legal_due` the one that the law sets.

    `kind` is "legal", "indicative" (operational, never law) or "none"; `latest` the furthest the end can be; `opens`
    when the next step may be taken. Dates are local to `zone`, and a day ends there at midnight.
    """

    rule: str
    kind: Kind
    start: Moment | None
    zone: str
    unit: str
    value: int | None
    article: str
    source: str
    confidence: str
    means: Mapping[str, str]
    due: Moment | None = None
    legal_due: Moment | None = None
    latest: Moment | None = None
    opens: Moment | None = None
    alerts: tuple[Moment, ...] = ()
    skipped: tuple[Closed, ...] = ()
    working: tuple[Working, ...] = ()

    def due_at(self) -> datetime | None:
        """The instant (UTC) at which the time is over: the due instant, or the midnight that ends the due day."""
        if self.due is None:
            return None
        if isinstance(self.due, datetime):
            return self.due.astimezone(UTC)
        return datetime.combine(self.due + timedelta(days=1), time(), ZoneInfo(self.zone)).astimezone(UTC)

    def to_json(self) -> dict[str, Any]:
        """The document of design.md section 8, "Deadline rule"."""
        return {
            "rule": self.rule,
            "kind": self.kind,
            "from": "unknown" if self.start is None else iso(self.start),
            "due": iso(self.due),
            "legal_due": iso(self.legal_due),
            "latest": iso(self.latest),
            "opens": iso(self.opens),
            "alerts": [iso(alert) for alert in self.alerts],
            "zone": self.zone,
            "unit": self.unit,
            "value": self.value,
            "skipped": [closed.to_json() for closed in self.skipped],
            "article": self.article,
            "source": self.source,
            "confidence": self.confidence,
            "means": dict(self.means),
            "working": [step.to_json() for step in self.working],
        }


def iso(value: Any) -> Any:
    """A date or an instant in ISO 8601; anything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


def say_moment(value: Moment, lang: str) -> str:
    """A date with its weekday, or an instant with its offset, written out in one language."""
    return written(value, f"{WEEKDAY} HH:mm ZZZZ" if isinstance(value, datetime) else WEEKDAY, lang)


def _word(name: str, value: Any, lang: str) -> str:
    """A parameter in words: a moment written out; a trigger, a unit or a reason by its code."""
    if isinstance(value, date):
        return say_moment(value, lang)
    if name in ("trigger", "unit", "reason"):
        return messages.render(f"deadline.{name}.{value}", {}, lang)
    return str(value)
