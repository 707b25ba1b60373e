"""`vigie import`: a list of addresses, as a spreadsheet or a text editor writes it, becomes contents of a case."""

from __future__ import annotations

import json as json_module
import sys
from pathlib import Path
from typing import Annotated

import typer

from vigie.cli import exchange
from vigie.cli.output import Exit, emit, fail, read_input, say

app = typer.Typer(help="Take lists in.", no_args_is_help=True)
app.command("signals")(exchange.take_in)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.callback()
def main() -> None:
    """Take lists in."""


@app.command()
def addresses(
    file: Annotated[str, typer.Argument(help="A CSV file, or - for standard input.")],
    case: Annotated[str, typer.Option(help="Number or id of the case.")],
    columns: Annotated[str, typer.Option("--map", help='JSON file: {"address": "column", "harm": "column", …}.')] = "",
    harm: Annotated[str, typer.Option(help="The harm of the lines that say none.")] = "",
    age: Annotated[str, typer.Option(help="Age on the image of the lines that say none: adult, minor, unknown.")] = "",
    errors: Annotated[Path | None, typer.Option(help="Where the wrong lines go, each with what is wrong.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; keep nothing.")] = False,
    json: Json = False,
) -> None:
    """Open a content for each address of a list, once; wrong lines are given back, none is lost."""
    from takedown import importing
    from vigie.cli.desk import at_desk

    lines = importing.read(_bytes(file), _mapping(columns))
    with at_desk() as desk:
        case_id = desk.case(case, "content.add").id
        result = importing.take_in(desk.session, desk.now, lines, case_id=case_id, actor=desk.actor.id,
                                   catalogue=desk.wiring.catalogue, harm=harm, age_on_image=age)  # fmt: skip
        if dry_run:
            desk.session.rollback()
    if errors and result.wrong:
        errors.write_text(importing.faults_file(result), encoding="utf-8-sig")
    told = {"opened": len(result.opened), "known": result.known, "wrong": len(result.wrong), "kept": not dry_run}
    if json:
        emit({**told, "problems": [{"line": line.number, "problem": why} for line, why in result.wrong]})
    else:
        say(f"{told['opened']} opened, {told['known']} known already, {told['wrong']} wrong.")
        for line, why in result.wrong[: 0 if errors else 20]:
            print(f"line {line.number}: {why}", file=sys.stderr)  # noqa: T201 - what is wrong goes to stderr
    if result.wrong:
        raise SystemExit(int(Exit.PARTIAL if result.opened or result.known else Exit.FAILURE))


def _mapping(name: str) -> dict[str, str] | None:
    if not name:
        return None
    try:
        given = json_module.loads(read_input(name))
    except ValueError as error:
        fail(f"The mapping is not JSON ({error}). Nothing was taken in.", Exit.USAGE)
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        fail('The mapping is an object such as {"address": "name of the column"}. Nothing was taken in.', Exit.USAGE)
    return given


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        fail(f"Cannot read {name}: {error}. Nothing was taken in.", Exit.USAGE)
