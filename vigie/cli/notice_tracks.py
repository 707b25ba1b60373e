"""The part of `vigie notice` on tracks: what each waits for, a look made by a person, delisting beside removal."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Annotated

import typer

from vigie.cli.output import Exit, emit, fail, say

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def tracks(case: Annotated[str, typer.Option(help="Number or id of the case.")], json: Json = False) -> None:
    """The ways by which each content is to disappear, and what each waits for."""
    from takedown import listing
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        rows = listing.tracks(desk.session, desk.case(case, "content.read").id)
    if json:
        emit([dataclasses.asdict(row) for row in rows])
    for row in [] if json else rows:
        say(f"{row.id}  {row.status:<8} {row.place:<7} {row.target}  {row.address}")


def check(
    track: str,
    saw: Annotated[str, typer.Option(help="What you saw: down, hidden, moved, replaced, still_up or unclear.")],
    json: Json = False,
) -> None:
    """Record that you looked yourself whether the content is gone."""
    from takedown import checks, notices
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("check.add", notices.case_of(desk.session, [track]))
        status = checks.made(
            desk.session,
            desk.now,
            track_id=track,
            code=saw,
            by=desk.actor.id,
            confirm_after=desk.wiring.settings.confirm_after,
        )
    emit({"track": track, "status": status}) if json else say(f"Recorded; the track is now {status}.")


def delist(
    track: Annotated[str, typer.Argument(help="A track of the content.")],
    engine: Annotated[str, typer.Option(help="The engine's record: google_search, bing...")],
    done: Annotated[str, typer.Option(help="The form you sent: the step's id, such as L09 or ncii_search_form.")] = "",
    number: Annotated[str, typer.Option(help="The number that the form gave.")] = "",
    on: Annotated[str, typer.Option(help="The day, YYYY-MM-DD; today when empty.")] = "",
    json: Json = False,
) -> None:
    """Ask a search engine to delist a content, beside its removal; with --done, record the engine's form."""
    from takedown import delisting, notices, store
    from takedown.tables import TrackRow
    from vigie.cli.desk import at_desk

    try:
        day = dt.date.fromisoformat(on) if on else None
    except ValueError:
        fail("The day is written YYYY-MM-DD. Nothing was changed.", Exit.USAGE)
    with at_desk() as desk:
        desk.must("check.add", notices.case_of(desk.session, [track]))
        content_id = store.get(desk.session, TrackRow, track).content_id
        row = delisting.begin(
            desk.session, desk.now, content_id, engine, actor=desk.actor.id, catalogue=desk.wiring.catalogue
        )
        if done:
            delisting.form_sent(desk.session, desk.now, row.id, act=done, number=number,
                                done_on=day or desk.now.date(), actor=desk.actor.id,
                                catalogue=desk.wiring.catalogue, letterbook=desk.wiring.letterbook)  # fmt: skip
        told = {"track": row.id, "status": row.status, "due_at": row.due_at}
    emit(told) if json else say(f"{told['track']}  {told['status']}")
