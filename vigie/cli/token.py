"""`vigie token`: tokens for commands and the API in organisation mode; shown once, kept as a hash."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.output import emit, say

app = typer.Typer(help="Tokens for commands and the API.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command()
def create(account: str, json: Json = False) -> None:
    """Make a token for an account; give it to commands as VIGIE_TOKEN."""
    from cases import tokens
    from vigie.cli.desk import at_desk

    with at_desk(setting_up=True) as desk:
        desk.must("token.create")
        token_id, secret = tokens.create(desk.session, desk.now, account_id=account)
    if json:
        emit({"id": token_id, "token": secret})
    else:
        say(f"{secret}\nShown once: note it now. To end it: vigie token revoke {token_id}")


@app.command()
def revoke(token_id: str, json: Json = False) -> None:
    """End a token."""
    from cases import tokens
    from vigie.cli.desk import at_desk

    with at_desk(setting_up=True) as desk:
        desk.must("token.create")
        tokens.revoke(desk.session, desk.now, token_id)
    emit({"revoked": token_id}) if json else say("The token is ended.")
