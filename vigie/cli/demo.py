"""`vigie demo`: the whole story on an invented web, with no key and no network."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.output import Exit, emit, fail, progress, say

if TYPE_CHECKING:
    from vigie.story.stage import Stage

app = typer.Typer(help="The whole story on an invented web.", invoke_without_command=True)


@app.callback()
def demo(
    fast_forward: Annotated[
        str, typer.Option(help="How long the story goes on after the letters left, such as 60d.")
    ] = "60d",
    keep: Annotated[bool, typer.Option("--keep", help="Afterwards keep the portal open on what happened.")] = False,
    port: Annotated[int, typer.Option(help="Port of the portal with --keep; 0 takes a free one.")] = 8000,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON document.")] = False,
) -> None:
    """Watch, look, judge, seal, write, approve, send, wait, verify; every person and every site is invented."""
    from vigie.story.play import play
    from vigie.story.stage import set_up

    days = _days(fast_forward)
    tell = progress if json else say
    folder, started = Path(tempfile.mkdtemp(prefix="vigie-demo-")), time.monotonic()
    tell(f"A scratch instance in {folder}; an invented web on this machine only.")
    stage = set_up(folder)
    try:
        figures = play(stage, tell, days)
        tell(f"The letters, stamped SPÉCIMEN: {folder / 'letters'}")
        tell(f"Told in {time.monotonic() - started:.0f} seconds.")
        if json:
            emit(figures)
        if keep:
            _keep_open(stage, port)
    finally:
        stage.close()
        shutil.rmtree(folder / "state", ignore_errors=True)
    if figures["missed"] or figures["false_alarms"] or figures["double_sends"] or not figures["ledger_intact"]:
        raise SystemExit(int(Exit.FAILURE))


def _days(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)d?", text.strip())
    if found is None or float(found[1]) > 366:
        fail("--fast-forward is a number of days up to 366, such as 60d. Nothing was started.", Exit.USAGE)
    return float(found[1])


def _keep_open(stage: Stage, port: int) -> None:
    """Serve the portal on what happened, and say who may sign in."""
    import socket

    import uvicorn

    from vigie.web import application

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        chosen = int(probe.getsockname()[1])
    say(f"The portal: http://127.0.0.1:{chosen}/   (Ctrl-C ends it and forgets everything)")
    say(f"Receipt code of the person: {stage.case.receipt_code}")
    for role, word in stage.give_passwords().items():
        say(f"Sign in as {role}@exemple.invalid with the password {word}")
    uvicorn.run(application(stage.wiring), host="127.0.0.1", port=chosen, log_level="warning", access_log=False)
