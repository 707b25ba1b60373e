"""`vigie serve`: one command, two processes: the portal here, the clock and the workers in a child."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.output import Exit, fail, progress

app = typer.Typer(help="The portal, the clock and the workers.", invoke_without_command=True)


@app.callback()
def serve(
    host: Annotated[str, typer.Option(help="Address to bind; the default is this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the portal.")] = 8000,
    workers: Annotated[bool, typer.Option(help="Also run the clock and the workers.")] = True,
) -> None:
    """Serve the portal until interrupted."""
    import ipaddress

    import uvicorn

    from vigie import logs, wiring
    from vigie.supervisor import Supervisor
    from vigie.web import application

    logs.configure()
    loaded = wiring.load()
    if loaded.settings.mode == "personal" and not ipaddress.ip_address(host).is_loopback:
        fail("In personal mode the portal listens on this machine only: leave --host out.", Exit.REFUSED)
    _free(host, port)
    supervisor = Supervisor() if workers and loaded.settings.workers == "embedded" else None
    if supervisor:
        supervisor.start()
    progress(f"The portal is at http://{host}:{port}/")
    try:
        uvicorn.run(application(loaded), host=host, port=port, log_level="warning", access_log=False)
    finally:
        if supervisor:
            supervisor.stop()


def _free(host: str, port: int) -> None:
    """Say so at once when somebody else has the port."""
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fail(f"The port {port} cannot be used ({error.strerror}): choose another with --port.")
