"""`vigie watch`: what to look for, read from one JSON document; never from the command line's words."""

from __future__ import annotations

import json as json_module
from typing import Annotated, Any

import typer

from vigie.cli.output import Exit, emit, fail, progress, read_input, say

app = typer.Typer(help="What to look for: names, handles, fingerprints, and where.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command()
def add(
    file: Annotated[str, typer.Argument(help="A JSON document, or - for standard input.")] = "-",
    age_on_image: Annotated[str, typer.Option(help="adult, minor or unknown: for every fingerprint.")] = "",
    active: Annotated[bool, typer.Option("--active", help="Personal mode: attest and activate at once.")] = False,
    json: Json = False,
) -> None:
    """Register a watch. In organisation mode it starts as a draft that is attested and reviewed by two people."""
    from monitor import document, watch
    from vigie.cli.desk import at_desk

    parsed = document.parse(read_input(file))
    if age_on_image:
        parsed = parsed.model_copy(update={"age_on_image": document.age(age_on_image)})
    with at_desk() as desk:
        case = desk.case(parsed.case, "watch.add")
        _known_sources(desk.wiring.catalogue.sources, parsed.sources)
        added = watch.add(desk.session, desk.now, case_id=case.id, document=parsed, actor=desk.actor.id)
        state = "draft"
        if active:
            state = desk.activate(added.watch_id)
    _warn(parsed.terms)
    _report(added, state, json)


def _warn(terms: tuple[Any, ...]) -> None:
    """Say of each term that finds too much what to do; the term itself is not repeated."""
    from config.messages import render
    from monitor.index import term
    from monitor.names.preview import warnings

    for number, part in enumerate(terms, 1):
        for code in warnings(term(str(number), part.kind, part.model_dump(include={"value", "aliases", "context"}))):
            progress(f"Term {number}: {render(code, {}, 'en')}")


def _known_sources(known: Any, asked: tuple[str, ...]) -> None:
    unknown = [name for name in asked if name not in known]
    if unknown:
        fail(f"No source named {', '.join(unknown)}: see `vigie source list`. Nothing was changed.", Exit.USAGE)


def _report(added: Any, state: str, json: bool) -> None:
    if json:
        emit(
            {
                "watch": added.watch_id,
                "state": state,
                "terms": added.terms,
                "fingerprints": added.fingerprints,
                "refused": list(added.refused),
            }
        )
    else:
        say(f"Watch {added.watch_id} ({state}): {added.terms} terms, {added.fingerprints} fingerprints.")
    if added.refused:
        from config.messages import render

        for refusal in added.refused:
            progress(f"{refusal['type']} not taken: {render(refusal['code'], {}, 'en')}")
        raise SystemExit(int(Exit.PARTIAL))


@app.command("list")
def list_watches(case: Annotated[str, typer.Option(help="Number or id of the case.")], json: Json = False) -> None:
    """The watches of a case."""
    from monitor import watch
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        rows = watch.of_case(desk.session, desk.case(case, "watch.read").id)
        documents = [watch.summary(desk.session, row) for row in rows]
    if json:
        emit(documents)
    for document in [] if json else documents:
        say(
            f"{document['id']}  {document['status']:<8}  {document['terms']} terms, {document['fingerprints']} prints, "
            f"sources: {', '.join(document['sources'])}"
        )


@app.command()
def variants(watch_id: str, json: Json = False) -> None:
    """What each term will match: surely, misspelled, for a person to look at, and only beside a context word."""
    from config.messages import both
    from monitor import watch
    from monitor.index import term
    from monitor.names import preview
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.watch(watch_id, "watch.read")
        terms = [
            term(row.id, row.kind, watch.words(desk.session, row)) for row in watch.terms_of(desk.session, [watch_id])
        ]
    rows = [
        {
            "term": each.id,
            "kind": each.kind,
            "forms": (found := preview.preview(each)).pop("strong"),
            **found,
            "warnings": [{"code": code, "text": both(code, {})} for code in preview.warnings(each)],
        }
        for each in terms
    ]
    if json:
        emit(rows)
    for row in [] if json else rows:
        _show_variants(row)


def _show_variants(row: dict[str, Any]) -> None:
    say(f"{row['kind']}: {', '.join(row['forms'])}")
    for key, told in (
        ("misspelled", "words in which letters may differ"),
        ("looked_at", "shown to a person"),
        ("with_context", "only beside a context word"),
    ):
        if row[key]:
            say(f"  {told}: {', '.join(row[key])}")
    for warning in row["warnings"]:
        say(f"  {warning['text']['en']}")


@app.command("test")
def try_text(
    watch_id: str,
    file: Annotated[str, typer.Argument(help="A text to try, or - for standard input.")] = "-",
    json: Json = False,
) -> None:
    """Try a watch on a text of your own: what would be found, and why."""
    from monitor import watch
    from monitor.index import term
    from monitor.names import NameIndex
    from vigie.cli.desk import at_desk

    text = read_input(file)
    with at_desk() as desk:
        desk.watch(watch_id, "watch.read")
        rows = watch.terms_of(desk.session, [watch_id])
        index = NameIndex([term(row.id, row.kind, watch.words(desk.session, row)) for row in rows])
    found = [match.to_json("text") for match in index.match([("text", text)], rejected=True)]
    if json:
        emit(found)
    for match in [] if json else found:
        say(json_module.dumps({key: match[key] for key in ("band", "score", "matched", "variant")}, ensure_ascii=False))
    if not found and not json:
        say("Nothing in this text would be found.")


def _move(watch_id: str, act: str, json: bool) -> None:
    from monitor import watch
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.watch(watch_id, f"watch.{act}")
        waived = desk.personal
        state = watch.move(desk.session, desk.now, watch_id, act, actor=desk.actor.id, waived=waived)
    emit({"watch": watch_id, "state": state}) if json else say(f"Watch {watch_id} is {state}.")


@app.command()
def attest(watch_id: str, json: Json = False) -> None:
    """Declare, under the penalties that the portal shows, that this watch is for the person it names."""
    _move(watch_id, "attest", json)


@app.command()
def review(watch_id: str, json: Json = False) -> None:
    """A second person confirms a watch."""
    _move(watch_id, "review", json)


@app.command()
def activate(watch_id: str, json: Json = False) -> None:
    """Start, or start again, to look."""
    _move(watch_id, "activate", json)


@app.command()
def pause(watch_id: str, json: Json = False) -> None:
    """Stop looking until it is activated again."""
    _move(watch_id, "pause", json)


@app.command()
def remove(term_id: str, json: Json = False) -> None:
    """Stop looking for one term; `vigie watch variants` shows the ids."""
    from monitor import watch
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.term(term_id, "watch.add")
        watch.remove_term(desk.session, desk.now, term_id, actor=desk.actor.id)
    emit({"removed": term_id}) if json else say("The term is removed.")
