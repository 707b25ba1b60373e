"""`vigie user`: accounts of those who sign in; names and passwords are asked for, never taken from argv."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.output import Exit, emit, fail, say

app = typer.Typer(help="Accounts: add, reset a password, change a role.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def ask(question: str, *, secret: bool = False, once: bool = False) -> str:
    """A line from the person at the terminal, or from standard input when there is no terminal."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        if not line:
            fail(f"Nothing was given for “{question}”. Give it on standard input, one line an answer.", Exit.USAGE)
        return line.strip()
    answer: str = typer.prompt(question, hide_input=secret, confirmation_prompt=secret and not once)
    return answer.strip()


@app.command()
def add(
    role: Annotated[str, typer.Argument(help="agent, lead, lawyer, relative, operator or auditor.")],
    organisation: Annotated[str, typer.Option(help="Id of the organisation; the first one when empty.")] = "",
    json: Json = False,
) -> None:
    """Add an account: asks for login, name and password (three lines on standard input in a script)."""
    from cases import people
    from vigie.cli.desk import at_desk

    login, name, password = ask("Login"), ask("Name shown"), ask("Password", secret=True)
    with at_desk(setting_up=True) as desk:
        desk.must("account.add")
        account = people.add_account(
            desk.session,
            desk.now,
            organisation_id=organisation or desk.first_organisation(),
            role=role,
            login=login,
            name=name,
            password=password,
            actor=desk.actor.id,
        )
    emit({"account": account, "role": role}) if json else say(f"Account {account} ({role}) added.")


@app.command()
def organisation(
    kind: Annotated[str, typer.Argument(help="association or law_office.")],
    name: Annotated[str, typer.Argument(help="Its public name.")],
    two_people: Annotated[bool, typer.Option(help="Every approval needs a second person.")] = False,
    json: Json = False,
) -> None:
    """Add an association or a law office."""
    from cases import people
    from vigie.cli.desk import at_desk

    with at_desk(setting_up=True) as desk:
        desk.must("account.add")
        row = people.add_organisation(desk.session, desk.now, kind=kind, name=name, two_people=two_people)
    emit({"organisation": row}) if json else say(f"Organisation {row} added.")


@app.command("list")
def list_users(json: Json = False) -> None:
    """All accounts with their roles."""
    from cases import people
    from vigie.cli.desk import at_desk

    with at_desk(setting_up=True) as desk:
        desk.must("account.read")
        rows = [
            {"account": one.id, "role": one.role, "login": one.login, "disabled": one.disabled}
            for one in people.list_accounts(desk.session)
        ]
    if json:
        emit(rows)
    for row in [] if json else rows:
        say(f"{row['account']}  {row['role']:<9} {row['login']}{'  (disabled)' if row['disabled'] else ''}")


@app.command()
def reset(account: str, json: Json = False) -> None:
    """Give an account a new password (asked for); its sessions end."""
    from cases import people
    from vigie.cli.desk import at_desk

    password = ask("New password", secret=True)
    with at_desk(setting_up=True) as desk:
        desk.must("account.disable")
        people.set_password(desk.session, desk.now, account, password, actor=desk.actor.id)
    emit({"account": account}) if json else say("The password is changed; open sessions of this account are ended.")


@app.command()
def role(account: str, new_role: str, json: Json = False) -> None:
    """Give an account another role."""
    from cases import people
    from vigie.cli.desk import at_desk

    with at_desk(setting_up=True) as desk:
        desk.must("account.add")
        people.set_role(desk.session, desk.now, account, new_role, actor=desk.actor.id)
    emit({"account": account, "role": new_role}) if json else say(f"Account {account} is now {new_role}.")


@app.command()
def paper(
    kind: Annotated[str, typer.Argument(help="letterhead or signature.")],
    picture: Annotated[Path | None, typer.Argument(help="A PNG or JPEG file; none with --remove.")] = None,
    own: Annotated[bool, typer.Option("--own", help="Your own signature, not the office's.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="No letter approved from now on carries it.")] = False,
    json: Json = False,
) -> None:
    """Put a letterhead or a signature on the letters that your office signs; it is written anew and kept encrypted."""
    from takedown import letterhead
    from vigie.cli.desk import at_desk

    if kind not in letterhead.KINDS or (picture is None) != remove:
        fail("Say letterhead or signature, and give either a picture or --remove. Nothing was changed.", Exit.USAGE)
    try:
        data = picture.read_bytes() if picture else b""
    except OSError as error:
        fail(f"Cannot read {picture}: {error}. Nothing was changed.", Exit.USAGE)
    with at_desk() as desk:
        desk.must("office.change")
        if desk.actor.organisation_id is None:
            fail("In personal mode letters are signed in your own name, without a letterhead.", Exit.REFUSED)
        office, actor = desk.actor.organisation_id, desk.actor.id
        if picture is not None:
            letterhead.give(desk.session, desk.now, kind=kind, data=data, organisation=office, actor=actor, own=own)
        elif not letterhead.take_away(desk.session, desk.now, kind=kind, organisation=office, actor=actor, own=own):
            fail("There was none: nothing was changed.", Exit.NOTHING_TO_DO)
    emit({"kind": kind, "there": not remove}) if json else say("Done: it counts for letters approved from now on.")
