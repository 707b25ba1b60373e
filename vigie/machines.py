"""Rings between machines: Procrastinate carries them over the same PostgreSQL that holds the rows.

The engine's own tables lie in a schema of their own, named after its version, and hold nothing but kinds, row ids and
locks: they can be dropped at any time, for rows are what is due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from sqlalchemy import Engine, text

from storage.database import StorageError
from vigie.rings import Duty, Ring

try:
    from procrastinate import App, PsycopgConnector
    from procrastinate.jobs import Status
    from procrastinate.schema import SchemaManager
except ImportError:
    raise StorageError("VIGIE_WORKERS=procrastinate needs the extra: pip install 'vigie[postgres]'.") from None

TASK = "ring"
SILENCE = 30.0  # seconds without a heartbeat after which a worker counts as dead; three of its beats
LOOK = 1.0  # seconds between two looks for a ring whose lock was taken: nothing tells a worker that it is free
GRACE = 20.0  # seconds that a stopping worker gives to what it is doing
INSTALLING = 7_381_045_112  # the advisory lock under which the schema is made once


class Machines:
    """`VIGIE_WORKERS=procrastinate`: any `vigie worker` on any machine answers the rings of the one that leads."""

    def __init__(self, duty: Duty, engine: Engine, count: int = 2, silence: float = SILENCE) -> None:
        self._engine = engine
        self._duty = duty
        self._count = count
        self._silence = silence
        self.schema = f"rings_{version('procrastinate').replace('.', '_')}"
        self._install()

    def ring(self, due: Sequence[Ring]) -> None:
        asyncio.run(self._ring(due))

    def serve(self) -> None:
        app = self._app()

        @app.task(name=TASK)
        def answer(kind: str, row: str) -> None:
            self._duty.do(kind, row)

        asyncio.run(self._serve(app))

    async def _serve(self, app: App) -> None:
        async with app.open_async():
            await app.run_worker_async(
                name=self._duty.owner,
                concurrency=self._count,
                delete_jobs="always",
                fetch_job_polling_interval=LOOK,
                shutdown_graceful_timeout=GRACE,
                update_heartbeat_interval=self._silence / 3,
                stalled_worker_timeout=self._silence,
            )

    async def _ring(self, due: Sequence[Ring]) -> None:
        app = self._app()
        async with app.open_async():
            await self._bury(app)
            rung = [
                (job.task_kwargs["kind"], job.task_kwargs["row"])
                for status in ("todo", "doing")
                for job in await app.job_manager.list_jobs_async(task=TASK, status=status)
            ]
            for ring in due:
                if (ring.kind, ring.row) not in rung:
                    await app.configure_task(TASK, lock=ring.lock).defer_async(kind=ring.kind, row=ring.row)

    async def _bury(self, app: App) -> None:
        """Drop what dead workers were doing: it would hold its lock for ever; the row's own lease ends by itself."""
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._silence):
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    def _app(self) -> App:
        """An application with connections of its own: each event loop needs one."""
        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        options = {"options": f"-c search_path={self.schema}"}
        return App(connector=PsycopgConnector(conninfo=url, kwargs=options, min_size=1))

    def _install(self) -> None:
        """Make the engine's schema unless it is there; machines that start together make it once."""
        with self._engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": INSTALLING})
            there = text("SELECT 1 FROM information_schema.schemata WHERE schema_name = :name")
            if connection.execute(there, {"name": self.schema}).first() is None:
                connection.execute(text(f"CREATE SCHEMA {self.schema}"))
                connection.execute(text(f"SET LOCAL search_path TO {self.schema}"))
                driver: Any = connection.connection.driver_connection
                driver.execute(SchemaManager.get_schema())  # many statements at once: only the driver itself takes them
