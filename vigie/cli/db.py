"""`vigie db`: bring the database to this version, or say how it differs."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.output import Exit, emit, fail, say

app = typer.Typer(help="Upgrade or check the database.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command()
def upgrade(json: Json = False) -> None:
    """Bring the database to this version; nothing is lost, and it may be run again."""
    from storage.migrate import current
    from vigie import wiring

    loaded = wiring.load(migrate=True)
    revision = current(loaded.engine)
    emit({"revision": revision}) if json else say(f"The database is at revision {revision}.")


@app.command()
def check(json: Json = False) -> None:
    """Compare the database with what this version expects; exit code 1 when they differ."""
    from storage.migrate import check as compare
    from vigie import wiring

    differences = compare(wiring.load().engine, wiring.metadata())
    if json:
        emit({"differences": differences})
    elif not differences:
        say("The database is as this version expects it.")
    if differences:
        fail("\n".join([*differences, "Run `vigie db upgrade`."]), Exit.FAILURE)
