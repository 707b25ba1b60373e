"""`vigie serve`: one command, two processes: the portal here, the clock and the workers in a child."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.output import progress

app = typer.Typer(help="The portal, the clock and the workers.", invoke_without_command=True)


@app.callback()
def serve(
    host: Annotated[str, typer.Option(help="Address to bind; the default is this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the portal.")] = 8000,
    workers: Annotated[bool, typer.Option(help="Also run the clock and the workers.")] = True,
) -> None:
    """Serve the portal until interrupted."""
    import uvicorn

    from vigie import logs, wiring
    from vigie.supervisor import Supervisor
    from vigie.web import application

    logs.configure()
    loaded = wiring.load()
    supervisor = Supervisor() if workers and loaded.settings.workers == "embedded" else None
    if supervisor:
        supervisor.start()
    progress(f"The portal is at http://{host}:{port}/")
    try:
        uvicorn.run(application(loaded), host=host, port=port, log_level="warning", access_log=False)
    finally:
        if supervisor:
            supervisor.stop()
