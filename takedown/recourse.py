"""Explains what can be done: first, in parallel, next, what is left out and why, with deadlines and warnings."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from config import messages
from config.records import DeadlineRule, Ground, Offence, Platform, Requalification, Route, Step
from takedown.deadlines import DeadlineError
from takedown.ladder import route_of, steps_of
from takedown.matter import COMPLAINTS, NOTICES, Matter, act_of
from takedown.protection import why_not
from takedown.requalifying import requalified
from takedown.running import clocks_of, days_left, press_clock
from takedown.situation import Earlier, RecourseError, Situation, read_situation
from takedown.waits import Wait, wait_of
from takedown.warnings import Plan, warnings_of

__all__ = ["Parts", "RecourseError", "explain", "route_of"]

TOO_LATE_TO_WAIT = "press_waiting"
FIRST_NOTICES = ("L01", "L01D", "L02")
WITH_THE_NOTICE = ("platform_form", "L21")
"""What is filed together with the first notice, and beside every later step (law.md 7.1)."""


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

    @property
    def requalifications(self) -> Mapping[str, Requalification]:
        """Questions that may show another harm, by id."""

    @property
    def offences(self) -> Mapping[str, Offence]:
        """Offences by id."""


def explain(document: Mapping[str, Any], parts: Parts, now: datetime, own_name: Collection[str] = ()) -> dict[str, Any]:
    """The document of design.md section 8 (`vigie recourse explain`). `now` is used when the situation names none.

    `own_name` are the letters that an association may sign without the person's mandate (`Letterbook.own_name`).

    Information, not advice: it lists ways and reasons, the person chooses. Raises RecourseError.
    """
    situation = read_situation(document)
    try:
        matter = _matter(situation, parts, situation.now or now)
        plan = _Plan(matter, parts, steps_of(matter, parts.routes), own_name)
        clocks = clocks_of(matter, parts.deadlines, plan.offences, press_question=plan.about.press_question)
    except DeadlineError as error:
        raise RecourseError(str(error)) from error
    return {
        "first": plan.first,
        "parallel": plan.parallel,
        "next": plan.next,
        "excluded": plan.excluded,
        "deadlines": [answer.to_json() for answer in clocks],
        "warnings": [*warnings_of(matter, plan.about), *requalified(situation, parts.requalifications)],
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

    def __init__(self, matter: Matter, parts: Parts, ladder: Sequence[Step], own_name: Collection[str]) -> None:
        self.matter, self.parts, self.ladder, self.own_name = matter, parts, ladder, own_name
        self.first: list[dict[str, Any]] = []
        self.parallel: list[dict[str, Any]] = []
        self.next: list[dict[str, Any]] = []
        self.excluded: list[dict[str, Any]] = []
        self.signers: list[dict[str, Any]] = []
        self.letters: list[str] = []
        named = [name for step in ladder for name in step.offences]
        self.offences = [parts.offences[name] for name in dict.fromkeys(named) if name in parts.offences]
        self.lacks_reference = False
        taken = _taken(ladder, matter.situation.earlier)
        for step in ladder:
            self._place(step, taken=step.id in taken)

    @property
    def about(self) -> Plan:
        """What the warnings depend on: the letters and acts proposed, the offences they name."""
        question = route_of(self.matter.situation, self.parts.routes).press_question
        text = question or self.matter.situation.age_on_image == "none"
        return Plan(
            tuple(self.letters), tuple(self.offences), press_question=text, lacks_reference=self.lacks_reference
        )

    def _place(self, step: Step, *, taken: bool) -> None:
        """Put one step where it belongs; a step already taken is not proposed again."""
        wait = wait_of(self.matter, step, self.ladder, self.parts.deadlines)
        forbidden = None if taken and step.do not in COMPLAINTS else why_not(self.matter, step)
        reason = forbidden or (TOO_LATE_TO_WAIT if not taken and self._waits_too_long(step, wait) else None)
        if reason:
            why = self._text(f"recourse.excluded.{reason}")
            left_out = {"what": step.do, "to": step.to, "why": why, "code": reason}
            self.excluded += [] if left_out in self.excluded else [left_out]
        elif not taken:
            self._propose(step, wait)

    def _waits_too_long(self, step: Step, wait: Wait) -> bool:
        """Near the press limit nothing is waited for, neither an answer nor a silence (law.md 2.8)."""
        return self.matter.press_near and step.when != "back" and not wait.open and not wait.lacks_reference

    def _propose(self, step: Step, wait: Wait) -> None:
        self.letters.append(step.do)
        if step.signers and all(entry["do"] != step.do for entry in self.signers):
            self.signers.append({"do": step.do, "who": self._who(step)})
        self.lacks_reference = self.lacks_reference or wait.lacks_reference
        if step.when == "always":
            (self.parallel if step.parallel or self._late(step) else self.first).append(self._shown(step))
        elif wait.open:
            self.first.append(self._shown(step))
        else:
            self.next.append(self._wait(step, wait) | self._shown(step))

    def _late(self, step: Step) -> bool:
        """A form that goes with the first notice stands beside what comes next, once that notice has left."""
        notified = any(act_of(one) in NOTICES or one.step == "notice" for one in self.matter.situation.earlier)
        return notified and step.do in WITH_THE_NOTICE

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
        serving = [ground for ground in self.parts.grounds.values() if harm in ground.harms]
        return [g.id for g in serving if any(letter.partition(".")[0] == step.do for letter in g.letters)]

    def _wait(self, step: Step, wait: Wait) -> dict[str, Any]:
        until = wait.until.isoformat() if wait.until else None
        when = "reference" if wait.lacks_reference else step.when
        return {"when": when, "kind": wait.kind, "after_hours": step.after_hours, "rule": step.rule, "until": until}

    def _who(self, step: Step) -> list[str]:
        """Who may sign: an association without mandate only in its own name; for somebody under 18, the guardian."""
        mandated = self.matter.situation.mandate == "association" or step.do in self.own_name
        who = [one for one in step.signers if one != "association" or mandated]
        by_guardian = self.matter.situation.under_18_today == "yes" or self.matter.situation.mandate == "guardian"
        if by_guardian and "subject" in who:
            who.insert(who.index("subject"), "guardian")
            who = who if step.do == "L01M" else [one for one in who if one != "subject"]
        return who

    def _text(self, code: str) -> str:
        return messages.render(code, {}, self.matter.situation.lang)


def _is_this(step: Step, earlier: Earlier) -> bool:
    """Whether a step taken is this one. A first notice is one notice, whichever of its letters it was written with."""
    act = act_of(earlier)
    same_notice = step.when == "always" and step.do in FIRST_NOTICES and act in FIRST_NOTICES
    return step.id == earlier.step or step.do == act or same_notice


def _taken(ladder: Sequence[Step], earlier: Sequence[Earlier]) -> set[str]:
    """Ids of the steps taken. An act that stands twice on a ladder is taken once for each time it was done."""
    done: set[str] = set()
    left = list(earlier)
    for step in ladder:
        if step.when == "back":
            continue
        found = next((one for one in left if _is_this(step, one)), None)
        if found is not None:
            left.remove(found)
            done.add(step.id)
    return done
