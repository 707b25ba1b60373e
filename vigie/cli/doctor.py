"""`vigie doctor`: what is present, what is missing, what each absence disables, and what waits for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.output import Exit, emit, say

app = typer.Typer(help="Say what is present and what is missing.", invoke_without_command=True)
MARKS = {"ok": "ok     ", "absent": "absent ", "problem": "PROBLEM"}


@app.callback()
def doctor(json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Look at everything that the work depends on; exit code 1 when something is wrong."""
    from vigie.doctor import examine

    findings = examine()
    if json:
        emit([finding.__dict__ for finding in findings])
    for finding in [] if json else findings:
        say(f"{MARKS[finding.state]} {finding.what}: {finding.words}")
    if any(finding.state == "problem" for finding in findings):
        raise SystemExit(int(Exit.FAILURE))
