"""`vigie init`: prepare this machine: a commented settings file, a key, the database, the first account."""

from __future__ import annotations

import base64
import secrets
import sys
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

# Letters by mail. Without a server they are written to files, and you send them yourself.
{smtp}
# starttls (port 587), tls (port 465) or none (port 25, on this machine only)
# VIGIE_SMTP_TLS=starttls
# VIGIE_SMTP_USER=
# VIGIE_SMTP_PASSWORD=
# A letter can be taken back for this long after its approval.
# VIGIE_UNDO_MINUTES=10

# Answers by mail. Use a mailbox that nothing else comes to; answers arrive at name+reference@, so the server must
# deliver such addresses to it (RFC 5233). Messages are read, never changed. Without it, record answers by hand.
{imap}
# VIGIE_IMAP_TLS=tls
# VIGIE_IMAP_USER=
# VIGIE_IMAP_PASSWORD=
# VIGIE_IMAP_FOLDER=INBOX
# The mailbox that answers reach, where it is not the sender's.
# VIGIE_SMTP_REPLY_TO=
# The name of your mail server in its Authentication-Results header (look at any message you received). Without it no
# sender counts as proved, and every answer waits for a person.
# VIGIE_IMAP_AUTHSERV_ID=
"""
QUESTIONS = (
    ("mode", "1/5 For one person on this machine (personal), or for several people (organisation)?"),
    ("name", "2/5 The public name of the organisation (empty in personal mode)"),
    ("database", "3/5 The database: empty for a file here, or postgresql+psycopg://user@host/name"),
    ("smtp", "4/5 The mail server for letters and their sender, as mail.example,letters@example.org (empty: files)"),
    ("imap", "5/5 The mailbox for answers, as imap.example (empty: recorded by hand)"),
)
"""Asked one after the other at a terminal; each has an option of the same name."""


@app.callback()
def init(
    mode: Annotated[str, typer.Option(help="personal or organisation.")] = "personal",
    database: Annotated[str, typer.Option(help="Address of the database; SQLite in the state folder when empty.")] = "",
    config: Annotated[str, typer.Option(help="Folder of your own records; made when missing.")] = "",
    name: Annotated[str, typer.Option(help="Organisation mode: its public name.")] = "",
    smtp: Annotated[str, typer.Option(help="Mail server for letters and their sender: host,address.")] = "",
    imap: Annotated[str, typer.Option(help="Server of the mailbox for answers.")] = "",
    ask: Annotated[
        bool | None, typer.Option("--ask/--no-ask", help="Ask five questions; by default at a terminal.")
    ] = None,
) -> None:
    """Write the settings, make the key, prepare the database. Never overwrites what exists."""
    from vigie.environment import settings_file

    path = settings_file()
    if path.exists():
        fail(f"{path} exists already: edit it, or choose another VIGIE_STATE_DIR. Nothing was changed.", Exit.USAGE)
    given = {"mode": mode, "name": name, "database": database, "smtp": smtp, "imap": imap}
    if sys.stdin.isatty() if ask is None else ask:
        given = {field: _asked(question, given[field]) for field, question in QUESTIONS}
    mode, name, database = given["mode"], given["name"], given["database"]
    if mode not in ("personal", "organisation"):
        fail("The mode is personal or organisation.", Exit.USAGE)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = _make_key(path.parent / "key")
    folder = _overlay(config)
    address = database or f"sqlite:///{path.parent / 'vigie.db'}"
    filled = SETTINGS.format(mode=mode, key=key, database=address, config=folder, smtp=_smtp(given["smtp"]),
                             imap=f"# VIGIE_IMAP_HOST={given['imap'] or 'imap.example'}")  # fmt: skip
    path.write_text(filled, encoding="utf-8")
    path.chmod(0o600)
    _prepare(mode, name)
    say(f"Settings: {path}\nKey: {key} (keep a copy elsewhere)\nNext: vigie doctor, then vigie serve.")


def _asked(question: str, default: str) -> str:
    return str(typer.prompt(question, default=default, show_default=bool(default))).strip()


def _line(variable: str, value: str, example: str) -> str:
    """A setting, or the same line as a comment that shows how it is written."""
    return f"{variable}={value}" if value else f"# {variable}={example}"


def _smtp(given: str) -> str:
    host, _, sender = (part.strip() for part in given.partition(","))
    if host and "@" not in sender:
        fail("Letters need a sender: write the mail server and the address, as mail.example,letters@example.org.")
    lines = (_line("VIGIE_SMTP_HOST", host, "mail.example"), _line("VIGIE_SMTP_SENDER", sender, "letters@example.org"))
    return "\n".join(lines)


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
