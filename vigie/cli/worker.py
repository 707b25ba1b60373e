"""`vigie worker`: the clock and the workers, without the portal."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.output import Exit, progress

app = typer.Typer(help="The clock and the workers without the portal.", invoke_without_command=True)


@app.callback()
def worker(
    threads: Annotated[int, typer.Option(min=1, max=16, help="How many pieces of work at once.")] = 2,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then stop.")] = False,
) -> None:
    """Ring for due work every fifteen seconds, when this process leads, and do it."""
    import os
    import socket

    from vigie import logs, wiring
    from vigie.workers import Crew, Workshop

    logs.configure()
    workshop = Workshop(wiring.load(), f"{socket.gethostname()}:{os.getpid()}")
    if once:
        done = workshop.once()
        progress(", ".join(f"{kind} {count}" for kind, count in sorted(done.items())) or "Nothing is due.")
        raise SystemExit(int(Exit.PARTIAL if any(kind.endswith(".failed") for kind in done) else Exit.DONE))
    crew = Crew(workshop, threads)
    crew.start()
    try:
        crew.wait()
    except KeyboardInterrupt:
        progress("Stopped.")
