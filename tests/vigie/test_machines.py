"""Many machines on one PostgreSQL: they share the work, ask a place one at a time, and may die at any time."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage import migrate
from tests.vigie.machine import SILENCE, Files
from vigie import wiring
from vigie.machines import Machines
from vigie.rings import Ring

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds: only a machine that never answers reaches them
Machine = Callable[[str], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(postgres_engine: Engine, tmp_path: Path) -> Iterator[Machine]:
    """Starts a machine under a name, in a process of its own; all are killed at the end."""
    started: list[subprocess.Popen[bytes]] = []
    url = postgres_engine.url.render_as_string(hide_password=False)

    def machine(owner: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.vigie.machine", url, str(tmp_path), owner]
        started.append(subprocess.Popen(command, cwd=ROOT))
        return started[-1]

    yield machine
    for each in started:
        each.kill()
        each.wait()
    with postgres_engine.begin() as connection:
        connection.execute(text("DELETE FROM leader"))


def put(folder: Path, row: str, lock: str | None = None) -> None:
    (folder / f"{row}.due").write_text(lock or f"file:{row}")


def until(true: Callable[[], bool]) -> None:
    """Wait for it."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.1)


def log(folder: Path, row: str) -> list[tuple[str, str, float]]:
    """(began or ended, machine, instant) of one row."""
    path = folder / f"{row}.log"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(what, owner, float(at)) for what, owner, at in (line.split() for line in lines)]


def test_two_machines_share_the_work_and_do_each_row_once(start: Machine, tmp_path: Path) -> None:
    for number in range(30):
        put(tmp_path, f"row{number}")
    start("north"), start("south")
    until(lambda: not list(tmp_path.glob("*.due")))
    logs = [log(tmp_path, f"row{number}") for number in range(30)]
    assert [len(each) for each in logs] == [2] * 30
    assert {owner for each in logs for _, owner, _ in each} == {"north", "south"}


def test_one_place_is_asked_by_one_machine_at_a_time(start: Machine, tmp_path: Path) -> None:
    for number in range(6):
        put(tmp_path, f"row{number}", "host:forum.example")
    start("north"), start("south")
    until(lambda: not list(tmp_path.glob("*.due")))
    visits = sorted((log(tmp_path, f"row{number}")[0][2], log(tmp_path, f"row{number}")[1][2]) for number in range(6))
    assert all(ended <= began for (_, ended), (began, _) in itertools.pairwise(visits))


def test_the_work_of_a_machine_killed_in_the_middle_is_done_by_another(start: Machine, tmp_path: Path) -> None:
    put(tmp_path, "hangs", "host:forum.example")
    first = start("north")
    until(lambda: len(log(tmp_path, "hangs")) == 1)
    start("south")
    first.kill()
    put(tmp_path, "behind", "host:forum.example")
    until(lambda: not list(tmp_path.glob("*.due")))
    assert [(what, owner) for what, owner, _ in log(tmp_path, "hangs")] == [
        ("began", "north"), ("began", "south"), ("ended", "south"),
    ]  # fmt: skip
    assert [owner for _, owner, _ in log(tmp_path, "behind")] == ["south", "south"]


def test_a_row_that_waits_is_not_rung_again(postgres_engine: Engine, tmp_path: Path) -> None:
    bells = Machines(Files(tmp_path, "north"), postgres_engine, silence=SILENCE)
    for _ in range(2):
        bells.ring([Ring("file", "row", "file:row")])
    with postgres_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL search_path TO {bells.schema}"))
        count = connection.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"))
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    assert count == 1


def test_the_engines_tables_are_none_of_the_databases_own(postgres_engine: Engine, tmp_path: Path) -> None:
    Machines(Files(tmp_path, "north"), postgres_engine)
    assert migrate.check(postgres_engine, wiring.metadata()) == []
