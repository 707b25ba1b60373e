"""`vigie worker`: the clock and the workers, without the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.output import Exit, progress

if TYPE_CHECKING:
    from vigie.rings import Bells
    from vigie.wiring import Wiring
    from vigie.workers import Workshop

app = typer.Typer(help="The clock and the workers without the portal.", invoke_without_command=True)


@app.callback()
def worker(
    threads: Annotated[int, typer.Option(min=1, max=16, help="How many pieces of work at once.")] = 2,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then stop.")] = False,
) -> None:
    """Ring for due work every fifteen seconds, when this process leads, and do what is rung for.

    With VIGIE_WORKERS=procrastinate, start one on each machine: they share the work, and one of them leads.
    """
    from vigie import logs, wiring
    from vigie.rings import Clockwork
    from vigie.workers import Workshop

    logs.configure()
    loaded = wiring.load()
    workshop = Workshop(loaded, _owner())
    if once:
        done = workshop.once()
        progress(", ".join(f"{kind} {count}" for kind, count in sorted(done.items())) or "Nothing is due.")
        raise SystemExit(int(Exit.PARTIAL if any(kind.endswith(".failed") for kind in done) else Exit.DONE))
    bells = _bells(loaded, workshop, threads)
    clockwork = Clockwork(workshop, bells, loaded.factory, loaded.clock)
    clockwork.start()
    try:
        bells.serve()
    except KeyboardInterrupt:
        progress("Stopped.")
    finally:
        clockwork.stop()


def _owner() -> str:
    """A name for this process that no other has: two containers may share a host name and a process number."""
    import os
    import secrets
    import socket

    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


def _bells(loaded: Wiring, workshop: Workshop, threads: int) -> Bells:
    """How rings reach the workers: within this process, or over PostgreSQL to every machine."""
    if loaded.settings.workers == "procrastinate":
        from vigie.machines import Machines

        return Machines(workshop, loaded.engine, threads)
    from vigie.threads import Threads

    return Threads(workshop, threads)
