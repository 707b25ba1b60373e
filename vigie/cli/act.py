"""`vigie act`: forms, reports and calls that a person makes elsewhere, guided field by field, then recorded."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from typing import Annotated

import typer

from config import messages
from vigie.cli.output import Exit, emit, fail, read_input, say

app = typer.Typer(help="Guided acts: reports and forms made elsewhere.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Lang = Annotated[str, typer.Option(help="fr or en.")]
Track = Annotated[str, typer.Option(help="Which track of the case (`vigie notice tracks`).")]


@app.command("list")
def list_acts(
    track: Annotated[str, typer.Option(help="Those recorded for this track, instead of those that are known.")] = "",
    lang: Lang = "fr",
    json: Json = False,
) -> None:
    """The guided acts that are known; with --track, those that were recorded for it."""
    from takedown import guided, store
    from takedown.tables import TrackRow
    from vigie import wiring
    from vigie.cli.desk import at_desk

    if track:
        with at_desk() as desk:
            desk.must("content.read", store.get(desk.session, TrackRow, track).case_id)
            done = guided.of_track(desk.session, track)
        if json:
            emit(done)
        for one in [] if json else done:
            say(f"{one['on']}  {one['act']:<28} {one['outcome']:<8} {one['number']}")
        return
    records = wiring.load().catalogue.guided_acts.values()
    if json:
        emit([record.model_dump(mode="json") for record in records])
    for record in [] if json else records:
        say(f"{record.id:<28} {record.confidence:<3} {messages.render(f'recourse.do.{record.id}', {}, lang)}")


@app.command()
def show(act: str, track: Track, lang: Lang = "fr", json: Json = False) -> None:
    """One act for one track: where, and the form's fields in their order with what to copy into them."""
    from takedown import guiding, store
    from takedown.tables import TrackRow
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        row = store.get(desk.session, TrackRow, track)
        desk.must("content.read", row.case_id)
        sheet = guiding.sheet(desk.session, row, act, desk.wiring.catalogue, lang=lang)
    if json:
        lines = [dataclasses.asdict(line) for line in sheet.lines]
        emit({"act": act, "link": sheet.link, "discloses_to": sheet.discloses_to, "fields": lines})
        return
    say(messages.render(f"recourse.do.{act}", {}, lang))
    say(sheet.link or getattr(sheet.act.place, lang))
    say(messages.render(f"discloses_to.{sheet.discloses_to}", {}, lang))
    for number, line in enumerate(sheet.lines, 1):
        say(f"{number}. {line.label}: {line.value or line.hint}".rstrip(": "))


@app.command()
def record(
    act: str,
    track: Track,
    on: Annotated[str, typer.Option(help="The day it was done, as YYYY-MM-DD; today when empty.")] = "",
    refused: Annotated[bool, typer.Option("--refused", help="They refused to take it.")] = False,
    copy: Annotated[bool, typer.Option("--copy", help="A copy or receipt was handed over.")] = False,
    json: Json = False,
) -> None:
    """Record that it was done; standard input holds the number on its first line, the service on its second."""
    from takedown import guided, store
    from takedown.tables import TrackRow
    from vigie.cli.desk import at_desk

    said = "" if sys.stdin.isatty() else read_input("-")
    number, _, service = (part.strip() for part in said.partition("\n"))
    with at_desk() as desk:
        if act not in desk.wiring.catalogue.guided_acts:
            fail(f"No guided act is named {act}: see `vigie act list`.", Exit.USAGE)
        desk.must("check.add", store.get(desk.session, TrackRow, track).case_id)
        guided.record(
            desk.session,
            desk.now,
            track_id=track,
            act=act,
            number=number,
            service=service,
            copy=copy,
            refused=refused,
            done_on=_day(on) if on else desk.now.date(),
            actor=desk.actor.id,
        )
    emit({"act": act, "track": track, "refused": refused}) if json else say("Recorded.")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fail("--on is no day: write it as YYYY-MM-DD.", Exit.USAGE)
