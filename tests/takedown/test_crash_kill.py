"""A process killed by SIGKILL anywhere between the draft and the receipt: no letter is lost, none leaves twice."""

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

from storage.database import open_engine, session_factory, transaction
from storage.vault import Vault, prepare_instance
from takedown import outbox
from takedown.tables import DispatchRow, NoticeRow, TrackRow
from tests.takedown.crash_child import BOUNDARIES, KEY, carry_on, channel, open_desk, taken
from tests.takedown.desk import set_up

ROOT = Path(__file__).parents[2]
IN_FLIGHT = range(9, 13)
"""Boundaries after the commit of departure and up to the commit of arrival: the only ones that may leave a doubt."""


@pytest.fixture(scope="module")
def begun(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A database with a case, a signed letterbook and a content whose evidence is sealed; nothing drafted yet."""
    folder = tmp_path_factory.mktemp("begun")
    path = folder / "vigie.db"
    shutil.copyfile(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    factory, now = session_factory(engine, Vault(KEY)), dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)  # a Tuesday
    with transaction(factory) as session:
        prepare_instance(session, now)
    desk = set_up(factory, now, folder)
    with transaction(factory) as session:
        desk.content(session)
    engine.dispose()  # the last connection writes the log back into the file that is copied
    return {"path": path, "now": now.isoformat(), "case_id": desk.case_id, "agent": desk.agent, "lead": desk.lead,
            "lawyer": desk.lawyer}  # fmt: skip


def killed(begun: dict[str, Any], folder: Path, kind: str, point: int) -> dict[str, Any]:
    """Start the process on a copy of the database and let it die; gives what is needed to open its desk again."""
    shutil.copyfile(begun["path"], folder / "vigie.db")
    about = {**begun, "database": f"sqlite:///{folder / 'vigie.db'}", "folder": str(folder), "kind": kind,
             "point": point, "path": None}  # fmt: skip
    child = subprocess.run(
        [sys.executable, "-m", "tests.takedown.crash_child"], input=json.dumps(about), text=True, cwd=ROOT,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert child.returncode == (-signal.SIGKILL if point < BOUNDARIES else 0), child.stderr
    return about


@pytest.mark.parametrize(
    ("kind", "point"),
    [*(("email", point) for point in range(BOUNDARIES + 1)), *(("file", point) for point in (7, *IN_FLIGHT, 13))],
)
def test_a_killed_process_loses_no_letter_and_sends_none_twice(
    begun: dict[str, Any], tmp_path: Path, kind: str, point: int
) -> None:
    desk, out = open_desk(killed(begun, tmp_path, kind, point)), tmp_path / "out"
    way = channel(kind, out)
    for _ in range(3):  # whoever comes back does what is left to do, hours later
        desk.clock.forward(hours=1)
        carry_on(desk, way)
    with transaction(desk.factory) as session:
        (row,) = session.query(DispatchRow)
        doubt = [one.id for one in outbox.doubtful(session, desk.case_id)]
    assert (row.status, doubt) == (("in_doubt", [row.id]) if point in IN_FLIGHT else ("sent", []))
    assert len(taken(kind, out)) == (0 if point == IN_FLIGHT.start or point == IN_FLIGHT.start + 1 else 1)
    if doubt:
        with transaction(desk.factory) as session:
            left = bool(taken(kind, out))
            outbox.resolve_doubt(session, desk.clock(), row.id, sent=left, actor=desk.lead, catalogue=desk.catalogue)
        carry_on(desk, way)
    with transaction(desk.factory) as session:
        assert [one.status for one in session.query(NoticeRow)] == ["sent"]
        assert [one.status for one in session.query(TrackRow)] == ["waiting"]
    assert len(taken(kind, out)) == 1
