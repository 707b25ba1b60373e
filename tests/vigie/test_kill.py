"""A process killed by SIGKILL anywhere in a run or a sealing: afterwards there are two hits and one exhibit."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from evidence import capture, custody
from evidence.tables import Exhibit
from monitor import document, store, watch
from monitor.tables import Run, WatchSource
from storage.database import open_engine, session_factory, transaction
from storage.vault import Vault, prepare_instance
from tests.conftest import NOW, invent_world
from tests.monitor import stage
from tests.vigie.kill_child import BOUNDARIES, KEY, work

ROOT = Path(__file__).parents[2]
AFTER_THE_LEASE = dt.timedelta(minutes=30)


@pytest.fixture(scope="module")
def begun(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A database where one run and one exhibit are due."""
    path = tmp_path_factory.mktemp("begun") / "vigie.db"
    shutil.copyfile(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    factory = session_factory(engine, Vault(KEY))
    with transaction(factory) as session:
        prepare_instance(session, NOW)
        world = invent_world(session, factory, NOW)
        parsed = document.parse(json.dumps(stage.document(world.case.id, fingerprints=[], sources=["search"])))
        added = watch.add(session, NOW, case_id=world.case.id, document=parsed, actor=world.agent)
        for act, who in (("attest", world.agent), ("review", world.lead), ("activate", world.lead)):
            watch.move(session, NOW, added.watch_id, act, actor=who)
        exhibit = capture.request(
            session, NOW, case_id=world.case.id, about="content", address="http://forum.example/s/12",
            reason="before_notice", age_on_image="adult", actor=world.agent,
        )  # fmt: skip
        pair = session.scalar(select(WatchSource.id))
    engine.dispose()
    return {"path": str(path), "now": NOW.isoformat(), "pair": pair, "exhibit": exhibit, "case": world.case.id}


def killed(begun: dict[str, Any], folder: Path, point: int) -> tuple[dict[str, Any], subprocess.CompletedProcess[str]]:
    shutil.copyfile(begun["path"], folder / "vigie.db")
    about = {**begun, "database": f"sqlite:///{folder / 'vigie.db'}", "folder": str(folder), "point": point}
    child = subprocess.run(
        [sys.executable, "-m", "tests.vigie.kill_child"], input=json.dumps(about), text=True, cwd=ROOT,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return about, child


def test_the_count_of_boundaries_is_right(begun: dict[str, Any], tmp_path: Path) -> None:
    _, child = killed(begun, tmp_path, 0)
    assert (child.returncode, child.stdout.strip()) == (0, str(BOUNDARIES)), child.stderr


@pytest.mark.parametrize("point", range(1, BOUNDARIES + 1))
def test_killed_anywhere_nothing_is_lost_and_nothing_is_doubled(
    begun: dict[str, Any], tmp_path: Path, point: int
) -> None:
    about, child = killed(begun, tmp_path, point)
    assert child.returncode == -signal.SIGKILL, child.stderr
    engine = open_engine(about["database"])
    factory = session_factory(engine, Vault(KEY))
    with transaction(factory) as session:
        pair = session.get_one(WatchSource, about["pair"])
        pair.due_at = NOW  # as if the interval were over: a run that ended is done again, and must double nothing
    work(about, None, "worker-2", AFTER_THE_LEASE)
    with transaction(factory) as session:
        assert len(store.hits(session, about["case"])) == 2
        assert [exhibit.state for exhibit in session.scalars(select(Exhibit))] == ["sealed"]
        assert "running" not in [run.status for run in session.scalars(select(Run))]
        custody.sweep(session, tmp_path)
    assert len(list((tmp_path / "evidence").iterdir())) == 1
    engine.dispose()
