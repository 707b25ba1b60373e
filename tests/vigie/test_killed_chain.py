"""SIGKILL at every boundary of the chain, on both databases: nothing lost, nothing doubled, every doubt is shown."""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from cases.tables import CaseFile
from evidence import capture, custody
from evidence.tables import Exhibit
from monitor import document, store, watch
from monitor.tables import Run, WatchSource
from storage import ledger, migrate
from storage.database import open_engine, session_factory, transaction
from storage.vault import Vault, prepare_instance
from takedown import outbox, unmatched
from takedown.tables import DispatchRow, EventRow, NoticeRow, ReplyRow, TrackRow
from tests import size
from tests.conftest import NOW, SERVER, invent_world
from tests.monitor import stage
from tests.takedown.desk import set_up
from tests.vigie.kill_child import KEY
from tests.vigie.killed_chain import left, opened

ROOT = Path(__file__).parents[2]
Killed = Callable[[dict[str, Any], int], int]
BOUNDARIES = 97
"""Before and after every commit of run, judgement, intake, sealing, draft, ready, approval, sending, reading of the
mailbox and three looks; before and after each effect outside (package, delivery, fetch)."""
STAGES = {"scan", "judgement", "seal", "draft", "send", "reply", "follow-up"}
FEWEST = 80  # issue 3, "Failure"
ONCE = ("notice.drafted", "notice.approved", "notice.sent", "notice.acknowledged", "notice.answered", "track.opened",
        "track.resolved", "track.reappeared")  # fmt: skip
KINDS = ("sqlite", "postgresql")
POINTS = [(kind, point) for kind in KINDS for point in range(1, BOUNDARIES + 1)]
CHOSEN = size.chosen(sampled=POINTS[::7], deep=POINTS)


def fill(url: str, folder: Path) -> dict[str, Any]:
    """One run and one exhibit are due in Camille's watched case, and a letter can be written in another one."""
    engine = open_engine(url)
    vault = Vault(KEY)
    migrate.upgrade(engine, vault)
    factory = session_factory(engine, vault)
    with transaction(factory) as session:
        prepare_instance(session, NOW)
        world = invent_world(session, factory, NOW)
        parsed = document.parse(stage_document(world.case.id))
        added = watch.add(session, NOW, case_id=world.case.id, document=parsed, actor=world.agent)
        for act, who in (("attest", world.agent), ("review", world.lead), ("activate", world.lead)):
            watch.move(session, NOW, added.watch_id, act, actor=who)
        exhibit = capture.request(
            session, NOW, case_id=world.case.id, about="content", address="http://forum.example/s/12",
            reason="before_notice", age_on_image="adult", actor=world.agent,
        )  # fmt: skip
        pair = session.scalar(select(WatchSource.id))
    desk = set_up(factory, NOW, folder)
    with transaction(factory) as session:
        desk.content(session)
        session.execute(update(CaseFile).values(frozen=False))  # one name in two associations: both were frozen
    engine.dispose()
    return {"now": NOW.isoformat(), "pair": pair, "exhibit": exhibit, "watched": world.case.id, "agent": desk.agent,
            "lead": desk.lead, "lawyer": desk.lawyer, "takedown": desk.case_id}  # fmt: skip


def stage_document(case_id: str) -> str:
    return json.dumps(stage.document(case_id, fingerprints=[], sources=["search"]))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """The database before the chain, once of each kind: a file that is copied, a PostgreSQL template."""
    folder = tmp_path_factory.mktemp("begun")
    found = {"sqlite": {"source": str(folder / "vigie.db"), **fill(f"sqlite:///{folder / 'vigie.db'}", folder)}}
    name = f"vigie_chain_{secrets.token_hex(4)}"
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except SQLAlchemyError:
        yield found
        return
    url = server.url.set(database=name).render_as_string(hide_password=False)
    found["postgresql"] = {"source": name, **fill(url, folder)}
    yield found
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def about(begun: dict[str, dict[str, Any]], tmp_path: Path) -> Iterator[Any]:
    """Makes a copy of the database to be killed on."""
    made: list[str] = []
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")

    def copy(kind: str) -> dict[str, Any]:
        if kind not in begun:
            pytest.skip("no PostgreSQL answers for the tests; set VIGIE_TEST_POSTGRES")
        folder = tmp_path / secrets.token_hex(3)
        folder.mkdir()
        if kind == "sqlite":
            shutil.copyfile(begun[kind]["source"], folder / "vigie.db")
            url = f"sqlite:///{folder / 'vigie.db'}"
        else:
            made.append(f"vigie_chain_{secrets.token_hex(4)}")
            with server.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {made[-1]} TEMPLATE {begun[kind]['source']}"))
            url = server.url.set(database=made[-1]).render_as_string(hide_password=False)
        return {**begun[kind], "folder": str(folder), "database": url}

    yield copy
    for name in made:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="module")
def killed() -> Iterator[Killed]:
    """Runs the chain in a process that dies at a boundary; gives how it ended."""
    forker = subprocess.Popen(
        [sys.executable, "-m", "tests.vigie.chain_forker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=ROOT,
    )  # fmt: skip
    assert forker.stdin is not None
    assert forker.stdout is not None
    questions, answers = forker.stdin, forker.stdout

    def ask(about: dict[str, Any], point: int) -> int:
        questions.write(json.dumps({"about": about, "point": point}) + "\n")
        questions.flush()
        return int(answers.readline())

    yield ask
    questions.close()
    forker.wait()


@pytest.mark.parametrize("kind", KINDS)
def test_the_boundaries_are_counted(about: Any, killed: Killed, kind: str) -> None:
    there = about(kind)
    assert killed(there, 0) == 0
    said = (Path(there["folder"]) / "count").read_text()
    assert said.startswith("{"), said
    counted = json.loads(said)
    assert set(counted) == STAGES
    assert sum(counted.values()) == BOUNDARIES >= FEWEST


@pytest.mark.parametrize(("kind", "point"), CHOSEN)
def test_killed_anywhere_the_chain_is_finished_by_whoever_comes_back(
    about: Any, killed: Killed, kind: str, point: int
) -> None:
    there = about(kind)
    assert killed(there, point) == -signal.SIGKILL
    with opened(there, lambda: None, later=True) as chain:
        with transaction(chain.desk.factory) as session:
            session.get_one(WatchSource, there["pair"]).due_at = NOW  # a run that had ended is done again
            seen = {row.status for row in session.query(DispatchRow)} | {"none"}
        assert len(left(there)) <= 1
        assert not left(there) or seen & {"sending", "in_doubt", "sent"}  # what left is never shown as waiting
        chain.run()
        with transaction(chain.desk.factory) as session:
            ours = {"case_id": there["takedown"]}
            happened = Counter(row.code for row in session.query(EventRow).filter_by(**ours))
            assert Counter(row.code for row in session.query(EventRow).filter_by(case_id=there["watched"])) == {
                "content.opened": 2, "track.opened": 2,
            }  # fmt: skip
            assert {code: happened[code] for code in ONCE} == dict.fromkeys(ONCE, 1)
            assert (happened["reply.taken_in"], happened["reply.unverified"]) == (2, 0)
            assert [row.status for row in session.query(DispatchRow)] == ["sent"]
            assert [row.status for row in session.query(NoticeRow)] == ["answered"]
            assert [row.status for row in session.query(TrackRow).filter_by(**ours)] == ["to_act"]
            assert (session.query(ReplyRow).count(), len(unmatched.waiting(session))) == (2, 1)
            assert outbox.doubtful(session) == []
            assert len(store.hits(session, there["watched"])) == 2
            assert "running" not in [row.status for row in session.query(Run)]
            watched = session.query(Exhibit).filter_by(case_id=there["watched"])
            assert [row.state for row in watched] == ["sealed"] * 3
            assert all(ledger.verify(session, case).intact for case in (there["watched"], there["takedown"]))
            custody.sweep(session, Path(there["folder"]))
            named = {row.file_name for row in session.query(Exhibit) if row.file_name}
        assert len(left(there)) == 1
        assert {path.name for path in (Path(there["folder"]) / "evidence").iterdir()} == named
        assert len(named) >= 3  # and a fourth where the page that came back was sealed again
