"""A backup holds everything but the key, is refused when one bit is wrong, and sends nothing when it is restored."""

from __future__ import annotations

import gzip
import io
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, select

from storage import backup, ledger, migrate
from storage.backup import BackupError
from storage.database import open_engine, session_factory, transaction
from storage.vault import Vault
from takedown import outbox
from takedown.tables import DispatchRow, NoticeRow
from tests.storage.emptied import database
from tests.takedown.desk import Desk, Postman, track_of


def everything(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as plain values."""
    found = MetaData()
    with engine.connect() as connection:
        found.reflect(connection)
        return {
            table.name: sorted(
                ({name: backup._plain(value) for name, value in row.items()}
                 for row in connection.execute(select(table)).mappings()),
                key=repr,
            )
            for table in found.sorted_tables
        }  # fmt: skip


@pytest.fixture
def full(desk: Desk, tmp_path: Path) -> Desk:
    """One letter sent, one queued, one form that waits for a person, and an evidence file."""
    desk.sent()
    with transaction(desk.factory) as session:
        second = desk.content(session, "https://images.example/p/2")
        notice = desk.draft(session, [track_of(session, second).id])
        desk.ready(session, notice)
        desk.approve(session, notice)
    (tmp_path / "state" / "evidence").mkdir(parents=True)
    (tmp_path / "state" / "evidence" / "a.sealed").write_bytes(b"\x00sealed\xff")
    (tmp_path / "state" / "key").write_text("the master key")
    return desk


@pytest.fixture
def made(full: Desk, tmp_path: Path) -> Path:
    path = tmp_path / "vigie.backup"
    backup.create(engine_of(full), tmp_path / "state", path, full.clock(), "test")
    return path


def engine_of(desk: Desk) -> Engine:
    with desk.factory() as session:
        bound = session.get_bind()
    assert isinstance(bound, Engine)
    return bound


def restored(made: Path, url: str, state: Path, vault: Vault) -> Engine:
    engine = open_engine(url)
    backup.restore(made, engine, state, vault, upgrade=lambda to: migrate.upgrade(engine, vault, to))
    return engine


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_everything_comes_back_in_either_database_and_nothing_leaves_twice(
    full: Desk, made: Path, vault: Vault, tmp_path: Path, kind: str
) -> None:
    before = everything(engine_of(full))
    with database(kind, tmp_path) as url:
        engine = restored(made, url, tmp_path / "new", vault)
        after = everything(engine)
        assert before.keys() == after.keys()
        for table in before.keys() - {"dispatch", "notice"}:
            assert before[table] == after[table], table
        assert (tmp_path / "new" / "evidence" / "a.sealed").read_bytes() == b"\x00sealed\xff"
        assert not (tmp_path / "new" / "key").exists()
        there = replace(full, factory=session_factory(engine, vault))
        with transaction(there.factory) as session:
            assert outbox.pause_restored(session, there.clock()) == 1
            statuses = sorted(row.status for row in session.query(DispatchRow))
            assert statuses == ["in_doubt", "sent"]
            assert ledger.verify(session, full.case_id).intact
        there.clock.forward(hours=1)
        postman = Postman()
        with transaction(there.factory) as session:
            rows = outbox.due(session, there.clock())
        for row in rows:
            there.send(row, postman)
        assert postman.given == []
        engine.dispose()


def test_a_restore_that_died_before_its_last_step_still_sends_nothing(
    full: Desk, made: Path, vault: Vault, tmp_path: Path
) -> None:
    engine = restored(made, f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "new", vault)
    there, postman = replace(full, factory=session_factory(engine, vault)), Postman()
    there.clock.forward(hours=1)
    with transaction(there.factory) as session:
        rows = outbox.due(session, there.clock())
    assert [there.send(row, postman) for row in rows] == ["in_doubt"]
    assert postman.given == []
    with transaction(there.factory) as session:
        assert sorted(row.status for row in session.query(NoticeRow)) == ["in_doubt", "sent"]
    engine.dispose()


def test_a_backup_tells_what_it_holds_and_whether_the_key_opens_it(made: Path, vault: Vault) -> None:
    found = backup.verify(made, vault)
    assert (found.opens, found.files, found.rows["dispatch"]) == (True, 1, 2)
    assert backup.verify(made, Vault(b"another key, of at least 32 bytes!")).opens is False
    assert backup.verify(made).opens is None


def test_neither_the_key_nor_a_word_of_the_case_is_in_it(made: Path) -> None:
    clear = gzip.decompress(made.read_bytes())
    assert not [word for word in (b"Camille", b"images.example/p", b"the master key") if word in clear]


def test_the_wrong_key_and_a_database_in_use_are_refused_and_nothing_is_changed(
    full: Desk, made: Path, vault: Vault, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match="key"):
        restored(made, f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "a", Vault(b"another key, of at least 32 bytes!"))
    engine, before = engine_of(full), everything(engine_of(full))
    with pytest.raises(BackupError, match="not empty"):
        backup.restore(made, engine, tmp_path / "a", vault, upgrade=lambda to: None)
    assert everything(engine) == before
    with pytest.raises(BackupError, match="exists already"):
        backup.create(engine, tmp_path, made, full.clock(), "test")


def test_one_wrong_bit_or_a_missing_end_is_always_seen(made: Path, tmp_path: Path) -> None:
    whole, other = made.read_bytes(), tmp_path / "other"
    for place in range(20, len(whole), max(1, len(whole) // 60)):
        other.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(BackupError):
            assert backup.verify(other) == place
    for length in range(0, len(whole) - 1, max(1, len(whole) // 20)):
        other.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            backup.verify(other)


@pytest.mark.parametrize("name", ["files/../../evil", "/files/evil", "files/key/../x", "elsewhere/x"])
def test_an_archive_that_would_write_elsewhere_is_refused(made: Path, tmp_path: Path, name: str) -> None:
    other = tmp_path / "other"
    with tarfile.open(other, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(BackupError):
        backup.verify(other)


def test_a_full_disk_leaves_no_half_backup(full: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_add", full_disk)
    with pytest.raises(BackupError, match="free some space"):
        backup.create(engine_of(full), tmp_path, tmp_path / "new.backup", full.clock(), "test")
    assert not [path for path in tmp_path.iterdir() if "new.backup" in path.name]
