"""`vigie init`: prepare this machine: a commented settings file, a key, the database, the first account."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.output import Exit, fail, say

app = typer.Typer(help="Prepare this machine.", invoke_without_command=True)

SETTINGS = """# Settings of this instance of Vigie. Shell variables of the same name win over these lines.
# personal: one person, on her own machine. organisation: accounts, roles, mandates, review by somebody else.
VIGIE_MODE={mode}
# The master key: without it nothing in the database can be read. Keep a copy somewhere else, never beside a backup.
VIGIE_KEY_FILE={key}
# The database: SQLite in this folder, or postgresql+psycopg://user@host/name
VIGIE_DATABASE_URL={database}
# A folder of your own records and templates (sources/, platforms/, templates/...), laid over the shipped ones.
{config}
# Mail. Without these lines letters are written to files, and you send them yourself.
# VIGIE_SMTP_HOST=mail.example
# VIGIE_SMTP_SENDER=notifications@association.example
# VIGIE_SMTP_TLS=starttls
"""


@app.callback()
def init(
    mode: Annotated[str, typer.Option(help="personal or organisation.")] = "personal",
    database: Annotated[str, typer.Option(help="Address of the database; SQLite in the state folder when empty.")] = "",
    config: Annotated[str, typer.Option(help="Folder of your own records; made when missing.")] = "",
    name: Annotated[str, typer.Option(help="Organisation mode: its public name.")] = "",
) -> None:
    """Write the settings, make the key, prepare the database. Never overwrites what exists."""
    from vigie.environment import settings_file

    path = settings_file()
    if path.exists():
        fail(f"{path} exists already: edit it, or choose another VIGIE_STATE_DIR. Nothing was changed.", Exit.USAGE)
    if mode not in ("personal", "organisation"):
        fail("The mode is personal or organisation.", Exit.USAGE)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = _make_key(path.parent / "key")
    folder = _overlay(config)
    address = database or f"sqlite:///{path.parent / 'vigie.db'}"
    path.write_text(SETTINGS.format(mode=mode, key=key, database=address, config=folder), encoding="utf-8")
    path.chmod(0o600)
    _prepare(mode, name)
    say(f"Settings: {path}\nKey: {key} (keep a copy elsewhere)\nNext: vigie doctor, then vigie serve.")


def _make_key(path: Path) -> Path:
    """A new random key, readable by its owner only; an existing one is kept."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(base64.b64encode(secrets.token_bytes(32)).decode() + "\n", encoding="ascii")
    return path


def _overlay(config: str) -> str:
    if not config:
        return "# VIGIE_CONFIG_DIR=/etc/vigie"
    Path(config).mkdir(parents=True, exist_ok=True)
    return f"VIGIE_CONFIG_DIR={Path(config).absolute()}"


def _prepare(mode: str, name: str) -> None:
    """The database, and the organisation that cases will belong to."""
    from cases import people
    from storage import vault
    from storage.database import transaction
    from vigie import wiring

    loaded = wiring.load(migrate=True)
    kind = "personal" if mode == "personal" else "association"
    with transaction(loaded.factory) as session:
        vault.prepare_instance(session, loaded.clock())
        people.add_organisation(session, loaded.clock(), kind=kind, name=name or kind)
