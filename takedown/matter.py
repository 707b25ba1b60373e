"""A situation with what is known about it: the service's record, the press clock, today's instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from config.records import Platform
from takedown.answer import DeadlineAnswer
from takedown.situation import Earlier, Situation

PARIS = ZoneInfo("Europe/Paris")
PRESS = ("defamation", "insult", "hate_speech")
NO_PLATFORM = ("host", "search", "archive", "cdn", "registrar", "site")
"""Kinds of provider that owe no internal complaint: only online platforms do (law.md 10.2)."""
DATA_REQUESTS = ("L07", "L08", "L09", "L11", "erasure", "objection", "delist", "data_reminder")
"""Requests under data protection law, by letter or step id: their refusal opens the CNIL, not the DSA's ways."""
COMPLAINTS = ("L14", "police_complaint", "complaint", "station", "blackmail")
"""A criminal complaint, by letter to the prosecutor or in person, by letter, act or step id."""
NOTICES = ("L01", "L01D", "L01M", "L02", "L03")
REFUSED = ("refusal", "decision")
OPEN = ("none", "silence", "acknowledged")
NEAR = 30
"""Days before the end of the press limit under which no waiting step is proposed (law.md 2.8)."""


@dataclass(frozen=True)
class Matter:
    """One matter, as every rule of this package sees it."""

    situation: Situation
    platform: Platform | None
    press: DeadlineAnswer | None
    press_days: int | None
    now: datetime

    @property
    def today(self) -> date:
        """The day in Paris."""
        return self.now.astimezone(PARIS).date()

    @property
    def kind(self) -> str | None:
        """What the addressee is: said in the situation, else by its record."""
        return self.situation.platform_kind or (self.platform.kind if self.platform else None)

    @property
    def small(self) -> str:
        """Whether the provider is a micro or small enterprise, which owes no internal complaint (law.md 10.2)."""
        return _known(self.situation.micro_or_small, self.platform.small_provider if self.platform else "unknown")

    @property
    def tida(self) -> str:
        """Whether the platform is covered by the US act."""
        return _known(self.situation.covered_tida, self.platform.covered_tida if self.platform else "unknown")

    @property
    def outside_art20(self) -> bool:
        """Whether the provider owes no internal complaint: a micro or small enterprise, or no online platform."""
        recorded = self.platform is not None and not self.platform.art20
        return self.small == "yes" or recorded or self.kind in NO_PLATFORM

    @property
    def archive_out_of_reach(self) -> bool:
        """Whether it is an archive of which no channel is known: its host and registrar are written to (law.md 21)."""
        record = self.platform
        return record is not None and record.kind == "archive" and not record.channels and not record.address

    @property
    def nothing_inside(self) -> bool:
        """Whether a refusal came and no complaint to the provider is left: it owes none, or refused that one too."""
        refused = {said for earlier in self.refusals() for said in (act_of(earlier), earlier.step)}
        notices = refused - set(DATA_REQUESTS) - set(COMPLAINTS) - {"L12", "L13", "L06", "L05"}
        return bool(notices and self.outside_art20) or bool({"L04", "internal"} & notices)

    @property
    def complaint_refused(self) -> bool:
        """Whether a police station refused to take the complaint."""
        return any(earlier.step in COMPLAINTS or act_of(earlier) in COMPLAINTS for earlier in self.refusals())

    @property
    def complaint_filed(self) -> bool:
        """Whether a complaint is filed: it was said, or is among the steps taken and was not refused."""
        taken = any(act_of(one) in COMPLAINTS and one.outcome != "refusal" for one in self.situation.earlier)
        return self.situation.complaint_filed == "yes" or taken

    @property
    def press_over(self) -> bool:
        """Whether the press action is extinct: the legal day itself has passed, not only the eve of it."""
        if self.press is None or self.press.legal_due is None:
            return False
        last = self.press.legal_due
        return (last.date() if isinstance(last, datetime) else last) < self.today

    @property
    def press_near(self) -> bool:
        """Whether waiting could lose the press action: few days left, or a start that nobody knows."""
        if self.situation.harm not in PRESS or self.press_over:
            return False
        return self.press_days is None or self.press_days < NEAR

    @property
    def press_starts_later(self) -> bool:
        """Whether the day given for the first posting lies after today: it cannot be right."""
        said = self.situation.first_published
        return self.press is not None and said is not None and said.day is not None and said.day > self.today

    @property
    def removed(self) -> bool:
        """Whether the content was last heard of as removed."""
        heard = [one for one in self.situation.earlier if one.outcome in ("removed", "back")]
        return bool(heard) and max(heard, key=at_of).outcome == "removed"

    def refusals(self) -> Iterator[Earlier]:
        """The steps taken that were refused or decided."""
        return (earlier for earlier in self.situation.earlier if earlier.outcome in REFUSED)


def act_of(earlier: Earlier) -> str:
    """The letter or act that was taken, without the variant of the letter."""
    return earlier.step.partition(".")[0]


def at_of(earlier: Earlier) -> datetime:
    """The instant of a step taken; a bare day counts from its first minute in Paris."""
    at = earlier.date
    if isinstance(at, datetime):
        return at if at.tzinfo else at.replace(tzinfo=PARIS)
    return datetime(at.year, at.month, at.day, tzinfo=PARIS)


def _known(said: str, recorded: str) -> str:
    return recorded if said == "unknown" else said
