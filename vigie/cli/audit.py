"""`vigie audit`: verify the sealed ledger."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from vigie.cli.output import emit, fail, say

app = typer.Typer(help="Verify the sealed ledger.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.callback()
def _group() -> None:
    """Keeps `verify` a sub-command although it is the only one."""


@app.command()
def verify(json: Json = False) -> None:
    """Walk the chain of every case and of the instance; exit code 1 when one does not hold together."""
    from cases import audit
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("audit.verify")
        reports = list(audit.chains(desk.session))
    broken = [report for report in reports if not report.intact]
    if json:
        emit({"intact": not broken, "chains": [dataclasses.asdict(report) for report in reports]})
    for report in [] if json else reports:
        state = "intact" if report.intact else f"BROKEN at entry {report.broken_at}"
        say(f"{report.case_id}  {report.entries} entries  {state}  {report.head}")
    if broken:
        fail(
            "The ledger was changed from outside. Stop working, keep this machine as it is, restore a backup beside it."
        )
    if not json:
        say("Note these hashes elsewhere: compared with a later run, they show that nothing was taken away.")
