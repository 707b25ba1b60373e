"""Processes of the acceptance tests: each in its own group, on a free port of loopback, ended as a whole."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx

FREE = range(20_000, 32_000)


class ServerError(Exception):
    """A server did not start or a command of its own failed; the message holds the end of what it said."""


def free_port(host: str = "127.0.0.1") -> int:
    """A port of an address of loopback that nobody listens on now, and that the system gives to no outgoing connection.

    Those come from 32768 on (ip(7), ip_local_port_range): a port from there may be taken before its server listens.
    """
    for port in random.SystemRandom().sample(FREE, len(FREE)):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise ServerError(f"No port of {host} is free between {FREE.start} and {FREE.stop}.")


@contextlib.contextmanager
def serving(
    command: Sequence[str], *, ready: str, log: Path, environ: Mapping[str, str], seconds: float = 30
) -> Iterator[None]:
    """Run a server while the block lasts; it is ready once the address `ready` answers. Its group dies at the end."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environ, cwd=log.parent,
            start_new_session=True,
        )  # fmt: skip
    try:
        _wait(process, ready, log, seconds)
        yield
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server with everything it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait(process: subprocess.Popen[bytes], ready: str, log: Path, seconds: float) -> None:
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(ready, timeout=5, trust_env=False).status_code < 500:
                return
        time.sleep(0.1)
    raise ServerError(f"{process.args!r} did not answer at {ready}:\n{log.read_text(errors='replace')[-2000:]}")


def run(command: Sequence[str], *, environ: Mapping[str, str]) -> str:
    """What a server's own maintenance command printed; raises `ServerError` when it failed."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environ, timeout=120, check=False
    )
    if done.returncode != 0:
        raise ServerError(f"{' '.join(command)} failed:\n{done.stdout[-1000:]}\n{done.stderr[-1000:]}")
    return done.stdout
