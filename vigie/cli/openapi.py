"""`vigie openapi`: the description of the portal's JSON API, as one document."""

from __future__ import annotations

import typer

from vigie.cli.output import emit

app = typer.Typer(help="The description of the JSON API.", invoke_without_command=True)


@app.callback()
def openapi() -> None:
    """Print the OpenAPI 3.1 document on standard output."""
    from vigie import wiring
    from vigie.web import application

    emit(application(wiring.load()).openapi())
