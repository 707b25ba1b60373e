"""Explains what can be done: first, in parallel, next, what is left out and why, with deadlines and warnings."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from config import messages
from config.records import DeadlineRule, Ground, Platform, Route, Step
from takedown.deadlines import DeadlineError
from takedown.ladder import Event, next_step, route_of, steps_of
from takedown.protection import Matter, why_not
from takedown.running import clocks_of, days_left, press_clock
from takedown.situation import RecourseError, Situation, read_situation
from takedown.warnings import warnings_of

__all__ = ["Event", "Parts", "RecourseError", "explain", "next_step", "route_of"]

PARIS = ZoneInfo("Europe/Paris")
LEGAL_WAITS = {"L12": "gdpr12.answer", "L13": "lil51.minor", "conseil_d_etat": "cnil.info"}
"""Steps that a legal period opens, with its rule; every other wait of a ladder is operational."""

OWN_NAME = ("L01", "L01D", "L01M", "L02", "L03", "L19")
"""Letters that an association may sign without the person's mandate (law.md 22.1)."""


class Parts(Protocol):
    """The parts of config.catalogue.Catalogue that this module reads."""

    @property
    def routes(self) -> Mapping[str, Route]:
        """Ladders by id."""

    @property
    def platforms(self) -> Mapping[str, Platform]:
        """Platforms by id."""

    @property
    def grounds(self) -> Mapping[str, Ground]:
        """Grounds by id."""

    @property
    def deadlines(self) -> Mapping[str, DeadlineRule]:
        """Deadline rules by id."""


def explain(document: Mapping[str, Any], parts: Parts, now: datetime) -> dict[str, Any]:
    """The document of design.md section 8 (`vigie recourse explain`). `now` is used when the situation names none.

    Information, not advice: it lists ways and reasons, the person chooses. Raises RecourseError.
    """
    situation = read_situation(document)
    try:
        matter = _matter(situation, parts, situation.now or now)
        clocks = clocks_of(matter, parts.deadlines)
    except DeadlineError as error:
        raise RecourseError(str(error)) from error
    plan = _Plan(matter, parts)
    for step in steps_of(matter, parts.routes):
        plan.place(step)
    return {
        "first": plan.first,
        "parallel": plan.parallel,
        "next": plan.next,
        "excluded": plan.excluded,
        "deadlines": [answer.to_json() for answer in clocks],
        "warnings": warnings_of(matter, plan.letters),
        "signers": plan.signers,
    }


def _matter(situation: Situation, parts: Parts, now: datetime) -> Matter:
    platform = _platform(situation.platform, parts.platforms)
    press = press_clock(situation, parts.deadlines, now)
    return Matter(situation, platform, press, days_left(press, now), now)


def _platform(name: str | None, platforms: Mapping[str, Platform]) -> Platform | None:
    if name is None:
        return None
    if name not in platforms:
        near = ", ".join(difflib.get_close_matches(name, platforms, n=3)) or "see `vigie platform list`"
        raise RecourseError(
            f'The key "platform" names no known record. Nearest: {near}. Write null when it is another.'
        )
    return platforms[name]


class _Plan:
    """Sorts the steps of one ladder into what `explain` prints."""

    def __init__(self, matter: Matter, parts: Parts) -> None:
        self.matter = matter
        self.grounds = parts.grounds
        self.first: list[dict[str, Any]] = []
        self.parallel: list[dict[str, Any]] = []
        self.next: list[dict[str, Any]] = []
        self.excluded: list[dict[str, Any]] = []
        self.signers: list[dict[str, Any]] = []
        self.letters: list[str] = []

    def place(self, step: Step) -> None:
        """Put one step where it belongs; a step already taken is not proposed again."""
        reason = why_not(self.matter, step)
        if reason:
            why = self._text(f"recourse.excluded.{reason}")
            self.excluded.append({"what": step.do, "to": step.to, "why": why, "code": reason})
        elif not self._taken(step):
            self._propose(step)

    def _propose(self, step: Step) -> None:
        self.letters.append(step.do)
        if step.signers and all(entry["do"] != step.do for entry in self.signers):
            self.signers.append({"do": step.do, "who": self._who(step)})
        if step.when == "always":
            (self.parallel if step.parallel else self.first).append(self._shown(step))
        elif self._ready(step):
            self.first.append(self._shown(step))
        else:
            self.next.append(self._wait(step) | self._shown(step))

    def _shown(self, step: Step) -> dict[str, Any]:
        return {
            "do": step.do,
            "to": step.to,
            "ground": self._grounds(step),
            "channel": step.channel,
            "article": step.article,
            "step": step.id,
            "text": self._text(f"recourse.do.{step.do}"),
        }

    def _grounds(self, step: Step) -> list[str]:
        """The step's own grounds, else those whose record serves this harm with this letter."""
        if step.ground:
            return list(step.ground)
        harm = self.matter.situation.ladder_harm
        serving = [ground for ground in self.grounds.values() if harm in ground.harms]
        return [g.id for g in serving if any(letter.partition(".")[0] == step.do for letter in g.letters)]

    def _wait(self, step: Step) -> dict[str, Any]:
        legal = LEGAL_WAITS.get(step.do)
        kind = "legal" if legal else ("indicative" if step.after_hours else "none")
        return {"when": step.when, "kind": kind, "after_hours": step.after_hours, "rule": legal}

    def _ready(self, step: Step) -> bool:
        """Whether what the step waits for has happened: a decision, a return, or a silence that lasted long enough."""
        outcomes = {earlier.outcome for earlier in self.matter.situation.earlier}
        if step.when == "back":
            return "back" in outcomes
        if step.when in ("refusal", "decision"):
            return bool(outcomes & {"refusal", "decision"})
        waited = self._since_first_act()
        if not outcomes & {"none", "silence"} or waited is None:
            return False
        return "silence" in outcomes if step.after_hours is None else waited >= timedelta(hours=step.after_hours)

    def _since_first_act(self) -> timedelta | None:
        starts = [
            at if isinstance(at, datetime) and at.tzinfo else datetime(at.year, at.month, at.day, tzinfo=PARIS)
            for at in (earlier.date for earlier in self.matter.situation.earlier)
        ]
        return self.matter.now - min(starts) if starts else None

    def _taken(self, step: Step) -> bool:
        if step.when == "back":
            return False
        return any(earlier.step in (step.id, step.do) for earlier in self.matter.situation.earlier)

    def _who(self, step: Step) -> list[str]:
        """Who may sign; without its mandate an association signs only what it may sign in its own name."""
        mandated = self.matter.situation.mandate == "association" or step.do in OWN_NAME
        return [who for who in step.signers if who != "association" or mandated]

    def _text(self, code: str) -> str:
        return messages.render(code, {}, self.matter.situation.lang)
