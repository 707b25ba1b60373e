"""The lists of `vigie deadline` that read the cases: press limits, evidence reminders, the calendar file."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping

from cases import case as cases
from cases import view
from cases.case import Case
from cases.entitlement import may
from takedown import calendar_feed, evidence_clocks, statistics, store
from takedown import press as press_law
from takedown.answer import iso, say_moment
from takedown.tables import TrackRow
from vigie.cli.desk import Desk, at_desk
from vigie.cli.output import emit, say


def press(reference: str, *, as_json: bool) -> None:
    """Print every press limit of the cases this person may read, the most urgent first."""
    with at_desk() as desk:
        desk.must("press.read")
        mine = _mine(desk, reference)
        found = press_law.limits(desk.session, desk.now, list(mine), desk.wiring.catalogue.deadlines)
    rows = [
        {"case": mine[one.case_id].number, "content": one.content_id, "harm": one.harm, "audience": one.audience,
         "source": one.source, "state": one.state, "days_left": one.left, **one.answer.to_json()}
        for one in found
    ]  # fmt: skip
    if as_json:
        emit(rows)
        return
    for one in found:
        due = say_moment(one.answer.due, "fr") if one.answer.due else one.answer.means["fr"]
        say(f"{one.state:<9} {mine[one.case_id].number}  {one.answer.rule:<17} {one.source:<9} {due}")
    if not found:
        say("No content of your cases falls under press law.")


def published(track_id: str, on: dt.date | None, *, source: str, audience: str | None) -> None:
    """Keep the first posting of a track's content; raises `TakedownError` for what cannot be believed."""
    with at_desk() as desk:
        row = store.get(desk.session, TrackRow, track_id)
        desk.must("content.add", row.case_id)
        press_law.say_published(
            desk.session, desk.now, row.content_id, on=on, source=source, audience=audience, actor=desk.actor.id
        )


def evidence(reference: str, *, as_json: bool) -> None:
    """Print when data about the authors may vanish, for contents without a complaint."""
    with at_desk() as desk:
        mine = _mine(desk, reference)
        found = evidence_clocks.reminders(desk.session, desk.now, list(mine), desk.wiring.catalogue)
    rows = [
        {"case": mine[one.case_id].number, "content": one.content_id, "next": iso(one.clock.next),
         "past": [iso(day) for day in one.clock.past], "erased_on": iso(one.clock.erased_on),
         "article": one.clock.article, "do": "police_complaint"}
        for one in found
    ]  # fmt: skip
    if as_json:
        emit(rows)
        return
    for row in rows:
        say(f"{row['case']}  next {row['next'] or '-'}  erased {row['erased_on'] or 'on an unknown day'}")
    say("Only a complaint can have these data kept. A private request stops no clock.")


def ics(reference: str) -> None:
    """Print the calendar file."""
    with at_desk() as desk:
        mine = _mine(desk, reference)
        lines = [*statistics.late(desk.session, desk.now), *statistics.coming(desk.session, desk.now)]
        limits = press_law.limits(desk.session, desk.now, list(mine), desk.wiring.catalogue.deadlines)
        shown = limits if may(desk.actor, "press.read") else []
        numbers = {key: one.number for key, one in mine.items()}
        made = calendar_feed.ics(desk.now, numbers, lines, shown)
    sys.stdout.write(made.decode())


def _mine(desk: Desk, reference: str) -> Mapping[str, Case]:
    """The case that was named, else every case this person may read today."""
    if reference:
        named = desk.case(reference, "deadline.read")
        return {named.id: named}
    desk.must("dashboard.read")
    owner = desk.actor.role == "owner"
    listed = cases.list_cases(desk.session, None if owner else desk.actor.id, now=desk.now)
    return {
        one.id: one for one in listed
        if may(desk.actor, "deadline.read", view.of(desk.session, desk.now, desk.actor, one.id))
    }  # fmt: skip
