"""`vigie backup`: the whole instance in one file, without its key; verified, and put back into an empty place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.output import emit, say

app = typer.Typer(help="Keep the whole instance in one file, and put it back.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command()
def create(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    json: Json = False,
) -> None:
    """Write every row and every sealed evidence file into one file. The key is not in it: keep a copy elsewhere."""
    from storage import backup
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("backup.manage")
        wiring, now = desk.wiring, desk.now
    made = backup.create(wiring.engine, wiring.settings.state_dir, file, now, wiring.version)
    found = backup.verify(file)  # what was not read back was not kept
    assert found.rows == made.rows
    rows = sum(made.rows.values())
    emit({"file": str(file), **made.to_json()}) if json else say(
        f"{file}: {rows} rows, {made.files} files, read back and whole. The key is not in it: keep it elsewhere."
    )


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    json: Json = False,
) -> None:
    """Read a backup to its end, compare every hash, and see whether this machine's key opens it."""
    from config.errors import ConfigError
    from config.settings import Settings
    from storage import backup
    from storage.vault import Vault
    from vigie.environment import environ

    try:
        vault: Vault | None = Vault(Settings.load(environ()).key)
    except ConfigError:
        vault = None  # a machine that holds no key can still see whether the file is whole
    found = backup.verify(file, vault)
    words = {True: "this machine's key opens it", False: "this machine's key does NOT open it", None: "no key here"}
    emit({"file": str(file), "whole": True, **found.to_json()}) if json else say(
        f"{file}: whole, made {found.made_at}, {sum(found.rows.values())} rows, {found.files} files; "
        f"{words[found.opens]}."
    )
    if found.opens is False:
        raise SystemExit(1)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    json: Json = False,
) -> None:
    """Put a backup into an empty database and bring it to this version.

    Letters that had not left are paused: each is in doubt until somebody says whether the other machine sent it.
    """
    from sqlalchemy.orm import Session

    from config.settings import Settings
    from storage import backup, migrate
    from storage.database import open_engine
    from storage.vault import Vault
    from takedown import outbox
    from vigie.clock import real_clock
    from vigie.environment import environ

    settings = Settings.load(environ())
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine, vault = open_engine(settings.database_url), Vault(settings.key)
    found = backup.restore(
        file, engine, settings.state_dir, vault, upgrade=lambda to: migrate.upgrade(engine, vault, to)
    )
    with Session(engine, info={"vault": vault}) as session, session.begin():
        paused = outbox.pause_restored(session, real_clock(settings.clock_offset)())
    if json:
        emit({**found.to_json(), "paused": paused})
    else:
        say(f"Restored: {sum(found.rows.values())} rows, {found.files} files, made {found.made_at}.")
        say(f"{paused} letters are in doubt: look whether they left, then say so. Next: vigie doctor.")
