"""The rules that keep a step away from a person whom it could harm, or that the law does not open to her."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from config.records import Platform, Step
from takedown.answer import DeadlineAnswer
from takedown.situation import Situation

PRESS = ("defamation", "insult", "hate_speech")
TO_PERSONS = ("author", "publisher")
DIRECT_LETTERS = ("L16", "L17", "L18", "L20", "L28")
NO_PLATFORM = ("host", "search", "archive", "cdn", "registrar")
"""Kinds of provider that art. 20 never binds: it speaks of online platforms only (law.md 10.2)."""
NOTICES = ("L01", "L01D", "L01M", "L03")
DSA_LETTERS = ("L01", "L01D", "L02", "L03", "L04", "L05", "L06")
DATA_REQUESTS = ("L07", "L08", "L09", "L11", "erasure", "objection", "delist")
"""Requests under data protection law, by letter or step id: their refusal opens the CNIL, not the DSA's ways."""
REFUSED = ("refusal", "decision")
NEAR = 30
"""Days before the end of the press limit under which no waiting step is proposed (law.md 2.8)."""


@dataclass(frozen=True)
class Matter:
    """A situation with what is known about it: platform record, press clock, today's instant."""

    situation: Situation
    platform: Platform | None
    press: DeadlineAnswer | None
    press_days: int | None
    now: datetime

    @property
    def kind(self) -> str | None:
        """What the addressee is: said in the situation, else by its record."""
        return self.situation.platform_kind or (self.platform.kind if self.platform else None)

    @property
    def small(self) -> str:
        """Whether the provider is a micro or small enterprise, outside DSA articles 20 to 28."""
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
    def nothing_inside(self) -> bool:
        """Whether a refusal came and no complaint to the provider is left: it owes none, or refused that one too."""
        refused = {earlier.step for earlier in self.situation.earlier if earlier.outcome in REFUSED}
        notices = refused - set(DATA_REQUESTS)
        return bool(notices and self.outside_art20) or bool({"L04", "internal"} & notices)

    @property
    def data_refused(self) -> bool:
        """Whether a request under data protection law was refused, which opens the CNIL at once (GDPR 12(4), 77)."""
        return any(earlier.step in DATA_REQUESTS and earlier.outcome in REFUSED for earlier in self.situation.earlier)

    @property
    def press_near(self) -> bool:
        """Whether waiting could lose the press action: few days left, or a start that nobody knows."""
        if self.situation.harm not in PRESS:
            return False
        return self.press_days is None or 0 <= self.press_days < NEAR


def _known(said: str, recorded: str) -> str:
    return recorded if said == "unknown" else said


Rule = Callable[[Matter, Step], bool]

RULES: tuple[tuple[str, Rule], ...] = (
    (
        "ex_partner",
        lambda m, s: m.situation.guarded and (s.to in TO_PERSONS or s.do in DIRECT_LETTERS),
    ),
    ("author_may_control", lambda m, s: m.situation.author_controls_addressee != "no" and s.to == "publisher"),
    ("frozen", lambda m, s: m.situation.complaint_filed == "yes" and _frozen(s)),
    ("already_filed", lambda m, s: s.do == "L14" and m.situation.complaint_filed == "yes"),
    ("author_unknown", lambda m, s: s.do == "L18" and m.situation.author == "unknown"),
    ("search_engine", lambda m, s: m.kind == "search" and s.do in NOTICES),
    ("small_provider", lambda m, s: s.do in ("L04", "L05") and m.small == "yes"),
    ("no_internal_complaint", lambda m, s: s.do in ("L04", "L05") and m.outside_art20),
    ("not_covered", lambda m, s: s.do == "L21" and (m.tida == "no" or _engine_not_covered(m))),
    ("other_regulator", lambda m, s: s.do == "L06" and m.situation.residence.upper().partition("-")[0] != "FR"),
    ("private_messaging", lambda m, s: m.situation.audience == "private" and s.do in DSA_LETTERS),
    ("direct_comments", lambda m, s: s.do == "L17" and m.kind == "platform"),
    ("couples_only", lambda m, s: s.do == "L25" and m.situation.ex_partner == "no"),
    ("danger_only", lambda m, s: s.do == "119" and m.situation.danger == "no"),
    ("adults_only", lambda m, s: s.do == "stopncii" and _not_adult(m)),
    ("press_waiting", lambda m, s: m.press_near and s.when == "silence" and bool(s.after_hours)),
)
"""Why a step is left out, first reason first: law.md 2, 10.2, 10.3, 11.3, 14.1, 19.4, 22.2 and 24.10."""


def why_not(matter: Matter, step: Step) -> str | None:
    """The code of the first rule that forbids the step, or None."""
    return next((code for code, forbids in RULES if forbids(matter, step)), None)


def _frozen(step: Step) -> bool:
    """A pending complaint freezes letters to persons; L10 to a platform or host stays open (law.md 24.10)."""
    return step.do in ("L16", "L18", "L28") or (step.do == "L10" and step.to in TO_PERSONS)


def _engine_not_covered(matter: Matter) -> bool:
    """The US act is about services that publish what users post: an engine counts only if a record says so."""
    return matter.kind == "search" and matter.tida != "yes"


def _not_adult(matter: Matter) -> bool:
    return matter.situation.under_18_today == "yes" or matter.situation.minor_ladder
