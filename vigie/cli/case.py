"""`vigie case`: open, list, show, pause, resume, close, export and erase a case."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from vigie.cli.output import Exit, emit, fail, read_input, say

app = typer.Typer(help="Open, list, show, pause, close, export, erase a case.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command("open")
def open_case(
    file: Annotated[str, typer.Argument(help="A JSON document with the name, or - for standard input.")] = "-",
    json: Json = False,
) -> None:
    """Open a case. The document: {"name", "lang", "contact": {"letters": a mailbox that letters may show},
    "under_18_today", "ex_partner", "danger", "residence"}."""
    from cases import case, document, duplicates, people
    from vigie.cli.desk import at_desk

    asked = document.parse(read_input(file)).answers()
    with at_desk() as desk:
        desk.must("case.open")
        organisation = desk.actor.organisation_id or desk.first_organisation()
        opened = case.open_case(desk.session, desk.now, organisation_id=organisation, actor=desk.actor.id, **asked)
        if desk.actor.role in ("agent", "lead", "lawyer"):
            people.join(desk.session, desk.now, opened.id, desk.actor.id, part=desk.actor.role, actor=desk.actor.id)
        others = duplicates.twins(desk.session, opened.id) if desk.actor.role in duplicates.STAFF else []
    if json:
        emit({**dataclasses.asdict(opened), "twins": [one.number for one in others]})
        return
    say(f"Case {opened.number}\nReceipt code: {opened.receipt_code} (shown once; it cannot be recovered)")
    for one in others:
        say(f"The same person may have case {one.number}: if so, `vigie case join` the two.")


@app.command("list")
def list_cases(json: Json = False) -> None:
    """The cases that you take part in (all of them in personal mode); numbers, not names."""
    from cases import case
    from takedown import statistics
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        account = None if desk.actor.role == "owner" else desk.actor.id
        rows = [
            {"number": one.number, "id": one.id, "status": one.status, **statistics.counts(desk.session, one.id)}
            for one in case.list_cases(desk.session, account, now=desk.now)
        ]
    if json:
        emit(rows)
    for row in [] if json else rows:
        say(
            f"{row['number']}  {row['status']:<7} "
            + "  ".join(f"{key} {row[key]}" for key in row if key not in ("number", "id", "status"))
        )


@app.command()
def show(reference: str, lang: str = "fr", json: Json = False) -> None:
    """One case: its figures and what happened, newest first; reading it is entered in the ledger."""
    from config.messages import render
    from takedown import statistics
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        found = desk.case(reference, "case.read")
        desk.read(found.id, "case.read")
        counts, timeline = statistics.counts(desk.session, found.id), statistics.timeline(desk.session, found.id)
    if json:
        emit({"case": dataclasses.asdict(found), "counts": counts, "timeline": timeline})
        return
    say(f"{found.number}  {found.status}")
    say("  ".join(f"{key} {value}" for key, value in counts.items()))
    for event in reversed(timeline):
        say(f"{event['at']}  {render(event['code'], event['params'], lang)}")


def _act(reference: str, act: str, done: str, json: bool) -> None:
    from cases import case
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        found = desk.case(reference, f"case.{act}")
        getattr(case, act)(desk.session, desk.now, found.id, actor=desk.actor.id)
    emit({"case": found.number, "done": act}) if json else say(f"Case {found.number} {done}.")


@app.command()
def pause(reference: str, json: Json = False) -> None:
    """Stop looking and sending for a while."""
    _act(reference, "pause", "is paused", json)


@app.command()
def resume(reference: str, json: Json = False) -> None:
    """Go on."""
    _act(reference, "resume", "is open again", json)


@app.command()
def close(reference: str, json: Json = False) -> None:
    """End the work; the case stays readable."""
    _act(reference, "close", "is closed", json)


@app.command()
def erase(
    reference: str,
    yes: Annotated[str, typer.Option(help="The case's number, to confirm without being asked.")] = "",
    json: Json = False,
) -> None:
    """Erase a case for good by destroying its key; asks for the number first."""
    confirmed = yes or typer.prompt("This cannot be undone. Type the case's number")
    if confirmed.strip().upper() != reference.strip().upper():
        fail("The number typed is not that of this case. Nothing was erased.", Exit.USAGE)
    _act(reference, "erase", "is erased", json)
    _remove_evidence()


def _remove_evidence() -> None:
    """The sealed files that no exhibit names any more go at once; without the case's key they are noise already."""
    from evidence import custody
    from storage.database import transaction
    from vigie import wiring

    loaded = wiring.load()
    with transaction(loaded.factory) as session:
        custody.sweep(session, loaded.settings.state_dir)


@app.command()
def export(reference: str) -> None:
    """All that is known of a case, as one JSON document on standard output: the person may ask for it at any time."""
    from cases import case
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        found = desk.case(reference, "case.export")
        document = case.export(desk.session, desk.now, found.id, actor=desk.actor.id)
    emit(document)


@app.command()
def duplicates(reference: str, json: Json = False) -> None:
    """Contents that may be one page under two addresses; the first of each pair is proposed to be kept."""
    from takedown import merging
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        pairs = merging.likely(desk.session, desk.case(reference, "content.read").id)
    if json:
        emit([dataclasses.asdict(pair) for pair in pairs])
    for pair in [] if json else pairs:
        say(f"{pair.keep}  {pair.keep_address}\n{pair.other}  {pair.other_address}\n")


@app.command()
def merge(
    reference: str,
    keep: Annotated[str, typer.Option(help="The content that goes on.")],
    other: Annotated[str, typer.Option(help="The content that is the same page; its open tracks are closed.")],
    json: Json = False,
) -> None:
    """Say that two contents are one page; nothing is deleted."""
    from takedown import merging, store
    from takedown.tables import ContentRow
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        found = desk.case(reference, "content.add")
        if store.get(desk.session, ContentRow, keep).case_id != found.id:
            fail("This content belongs to another case. Nothing was changed.", Exit.USAGE)
        merging.merge(desk.session, desk.now, keep, other, actor=desk.actor.id)
    emit({"kept": keep, "merged": other}) if json else say("Merged: only the first one goes on.")


@app.command()
def twins(reference: str, json: Json = False) -> None:
    """Other open cases of your organisation on the same person; only their numbers."""
    from cases import duplicates as same_person
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        found = same_person.twins(desk.session, desk.case(reference, "case.merge").id)
    if json:
        emit([dataclasses.asdict(one) for one in found])
    for one in [] if json else found:
        say(one.number)


@app.command()
def join(
    keep: Annotated[str, typer.Argument(help="The case that is kept.")],
    other: Annotated[str, typer.Argument(help="The other case of the same person: it ends what runs there.")],
    json: Json = False,
) -> None:
    """Say that two cases are of one person; nothing is moved, and nothing is looked for or asked twice."""
    from cases import view
    from cases.entitlement import may
    from takedown import one_person
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        kept, joined = desk.case(keep, "case.merge"), desk.case(other, "case.merge")
        lift = may(desk.actor, "case.release", view.of(desk.session, desk.now, desk.actor, kept.id))
        done = one_person.merge(desk.session, desk.now, kept.id, joined.id, lift=lift, actor=desk.actor.id)
    if json:
        emit({"kept": kept.number, "joined": joined.number, **dataclasses.asdict(done)})
        return
    say(f"Joined: what is new goes into {kept.number}; {joined.number} ends what runs there.")
    say(f"No longer looked for twice: {done.repeated}. Pages that both had: {done.same_pages}.")


@app.command()
def release(reference: str, json: Json = False) -> None:
    """Let a case go on that was held back because two people were registered under one name; first see who asked."""
    from cases import claims
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        found = desk.case(reference, "case.release")
        claims.release(desk.session, desk.now, found.id, actor=desk.actor.id)
    emit({"case": found.number, "done": "release"}) if json else say(f"Case {found.number} goes on.")
