"""When to remind that data about an author may vanish: days 1, 7 and 30, then each month while they may be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from config.records import DeadlineRule, Offence
from takedown.deadlines import compute

FIRST_DAYS = (1, 7, 30)
"""Days after the content was known at which the first reminders fall (OP)."""
HEARD_FOR = timedelta(days=7)
"""How long a reminder stays before the eyes of those at work (OP)."""
RULE = "data.ip"


@dataclass(frozen=True)
class EvidenceClock:
    """The reminders of one content. `erased_on` is the last day of retention, None when its start is not known.

    `past` and `coming` are days; a complaint is the only act that can have the data preserved (law.md 24.2).
    """

    past: tuple[date, ...]
    coming: tuple[date, ...]
    erased_on: date | None
    article: str

    def rings(self, today: date) -> bool:
        """Whether a reminder fell within the last week, this day included."""
        return bool(self.past) and self.past[-1] > today - HEARD_FOR

    @property
    def next(self) -> date | None:
        """The next reminder; None once the retention is over."""
        return self.coming[0] if self.coming else None


def clock_of(
    offences: Sequence[Offence], known_on: date, today: date, rule: DeadlineRule, *, posted_on: date | None = None
) -> EvidenceClock | None:
    """The reminders of a content known since `known_on`; None where no connection data can be asked for.

    Only an offence that carries a year of prison leads to identification: for plain insult or defamation nothing is
    promised (law.md 24.2). Data are kept one year from the connection (law.md 3.2).
    """
    if not any(one.identifies for one in offences):
        return None
    erased = compute(rule, posted_on).due if posted_on else None
    last = erased or compute(rule, known_on).due
    marks = [day for day in reminders(known_on) if last is None or day <= last]
    return EvidenceClock(
        past=tuple(day for day in marks if day <= today), coming=tuple(day for day in marks if day > today),
        erased_on=erased, article=rule.article,
    )  # fmt: skip


def reminders(known_on: date) -> Iterator[date]:
    """Days 1, 7 and 30, then the same day of each following month, for a year."""
    for days in FIRST_DAYS:
        yield known_on + timedelta(days=days)
    for months in range(2, 13):
        yield known_on + relativedelta(months=months)
