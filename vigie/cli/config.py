"""`vigie config`: are the settings, the records and the texts of this instance usable?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from config import catalogue, consistency, messages
from config.errors import ConfigError
from config.settings import Settings
from vigie.cli.output import Exit, emit, say
from vigie.clock import real_clock
from vigie.environment import environ

app = typer.Typer(help="Check settings and records.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.callback()
def group() -> None:
    """Keeps `check` a sub-command while it is the only one."""


@app.command()
def check(
    json: Json = False,
    records_only: Annotated[
        bool, typer.Option("--records-only", help="Leave the settings of this machine out.")
    ] = False,
) -> None:
    """Read settings, records and texts; exit 1 and one sentence per problem when something must be corrected."""
    settings, problems = (None, []) if records_only else _settings()
    folder = environ().get("VIGIE_CONFIG_DIR")
    known, faults = catalogue.survey(Path(folder).expanduser() if folder else None)
    today = real_clock(settings.clock_offset if settings else timedelta(0))().date()
    problems += faults + consistency.problems(known, today) + _texts()
    counts = {kind: len(getattr(known, kind)) for kind in catalogue.KINDS}
    _tell(json, problems, counts, settings)
    if problems:
        raise SystemExit(int(Exit.FAILURE))


def _settings() -> tuple[Settings | None, list[str]]:
    try:
        return Settings.load(environ()), []
    except ConfigError as error:
        return None, [str(error)]


def _texts() -> list[str]:
    try:
        messages.messages()
    except ConfigError as error:
        return str(error).splitlines()
    return []


def _tell(json: bool, problems: list[str], counts: dict[str, int], settings: Settings | None) -> None:
    mode = settings.mode if settings else None
    document: dict[str, Any] = {"usable": not problems, "mode": mode, "records": counts, "problems": problems}
    if json:
        emit(document)
        return
    for problem in problems:
        say(problem)
    say(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    say("Something must be corrected." if problems else f"Usable, in {mode} mode." if mode else "Usable.")
