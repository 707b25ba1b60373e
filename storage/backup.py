"""One file that holds a whole instance except its key: every row of every table, and the sealed evidence files.

A gzipped tar: `manifest.json` last, with the SHA-256 of every member; one JSON-lines file per table; the files of the
state folder. It is written from one snapshot, and read back into SQLite or PostgreSQL alike.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from sqlalchemy import Connection, Engine, MetaData, Table, func, select, text

from storage import migrate
from storage.database import StorageError
from storage.vault import INSTANCE, SealBroken, Vault

FORMAT = 1
MANIFEST = "manifest.json"
FOLDERS = ("evidence", "outbox")
"""What of the state folder belongs to the instance; the key and the settings never do."""
BATCH = 500
PAUSE_DISPATCHES = (
    "UPDATE dispatch SET status = 'sending', lease_until = NULL"
    " WHERE status = 'queued' AND channel IN ('email', 'file')"
)
PAUSE_NOTICES = (
    "UPDATE notice SET status = 'sending'"
    " WHERE status = 'queued' AND id IN (SELECT notice_id FROM dispatch WHERE status = 'sending')"
)
"""A dispatch that is leaving without anybody's lease is not sent again by itself: takedown.outbox takes it for cut."""


class BackupError(StorageError):
    """A backup cannot be written, or is not what it says; the message tells a person what to do next."""


@dataclass(frozen=True)
class Summary:
    """What a backup holds."""

    made_at: str
    version: str
    revision: str
    rows: Mapping[str, int]
    files: int
    opens: bool | None = None  # whether the instance's key opens it; None when that was not asked

    def to_json(self) -> dict[str, Any]:
        return {**self.__dict__, "rows": dict(self.rows)}


def create(engine: Engine, state_dir: Path, target: Path, now: dt.datetime, version: str) -> Summary:
    """Write a backup beside nothing: it takes its name only once it is whole and on disk."""
    if target.exists():
        raise BackupError(f"{target} exists already: choose another name, nothing was overwritten.")
    revision = migrate.current(engine)
    if revision is None:
        raise BackupError("This database is empty: there is nothing to keep yet.")
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as out:
            os.fchmod(out.fileno(), 0o600)
            summary = _write(engine, state_dir, out, {"made_at": now.isoformat(), "version": version,
                                                      "revision": revision})  # fmt: skip
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except OSError as error:
        raise BackupError(f"The backup cannot be written ({error.strerror}): free some space. None was made.") from None
    finally:
        part.unlink(missing_ok=True)
    return summary


def verify(source: Path, vault: Vault | None = None) -> Summary:
    """Read a backup to its end and compare every hash; with the vault, also whether its key opens what is sealed.

    Raises `BackupError` with the first thing that is wrong.
    """
    manifest, hashes, sizes = None, {}, {}
    opens: bool | None = None
    for name, data in _members(source):
        if name == MANIFEST:
            manifest = _manifest(data)
            continue
        hashes[name] = hashlib.sha256(data).hexdigest()
        sizes[name] = data.count(b"\n")
        if name == "tables/case_key.jsonl" and vault is not None:
            opens = _opens(vault, data)
    if manifest is None:
        raise BackupError("This backup has no end: it was cut while it was written or copied. Use another one.")
    if hashes != manifest["sha256"]:
        wrong = sorted(set(hashes.items()) ^ set(manifest["sha256"].items()))[0][0]
        raise BackupError(f"{wrong} is not what was written into this backup: use another one.")
    counted = {name.split("/")[1].removesuffix(".jsonl"): n for name, n in sizes.items() if name.startswith("tables/")}
    if counted != manifest["rows"]:
        raise BackupError("The number of rows is not what the backup says: use another one.")
    return Summary(manifest["made_at"], manifest["version"], manifest["revision"], counted, manifest["files"], opens)


def restore(
    source: Path,
    engine: Engine,
    state_dir: Path,
    vault: Vault,
    *,
    upgrade: Callable[[str], None],
) -> Summary:
    """Put a verified backup into an empty database and state folder, then bring it to this version.

    `upgrade(revision)` runs the history up to a revision. What waited to leave is taken for having begun to leave, in
    the same transaction: nothing is sent from a restored database before somebody looked.
    """
    summary = verify(source, vault)
    if summary.opens is False:
        raise BackupError("The key of this instance does not open this backup: put the right one into VIGIE_KEY_FILE.")
    if migrate.current(engine) is not None:
        raise BackupError("This database is not empty: choose an empty one, so that nothing is overwritten.")
    for name, data in _members(source):
        if name.startswith("files/"):
            _put(state_dir, PurePosixPath(name).relative_to("files"), data)
    upgrade(summary.revision)
    with engine.begin() as connection:
        _fill(connection, source)
        for statement in (PAUSE_DISPATCHES, PAUSE_NOTICES):
            connection.execute(text(statement))
    upgrade("head")
    return summary


def _write(engine: Engine, state_dir: Path, out: IO[bytes], about: Mapping[str, str]) -> Summary:
    hashes: dict[str, str] = {}
    rows: dict[str, int] = {}
    with gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w|") as archive:
        with _snapshot(engine) as connection:
            for table in _tables(connection):
                data = b"".join(_lines(connection, table))
                rows[table.name] = data.count(b"\n")
                hashes[f"tables/{table.name}.jsonl"] = _add(archive, f"tables/{table.name}.jsonl", data)
        files = list(_files(state_dir))
        for path in files:
            name = f"files/{path.relative_to(state_dir).as_posix()}"
            hashes[name] = _add(archive, name, path.read_bytes())
        manifest = {"format": FORMAT, **about, "rows": rows, "files": len(files), "sha256": hashes}
        _add(archive, MANIFEST, json.dumps(manifest, sort_keys=True).encode())
    return Summary(about["made_at"], about["version"], about["revision"], rows, len(files))


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """One moment of the database: SQLite locks writers out, PostgreSQL reads repeatably."""
    isolation = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**isolation) as connection, connection.begin():
        yield connection


def _tables(connection: Connection) -> Sequence[Table]:
    """The tables as they are in this database, parents before children; the history's own mark is in the manifest."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings():
        yield json.dumps({name: _plain(value) for name, value in row.items()}, sort_keys=True).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"b64": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, dt.datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return {"at": aware.astimezone(dt.UTC).isoformat()}
    return {"on": value.isoformat()} if isinstance(value, dt.date) else value


def _value(plain: Any, *, aware: bool) -> Any:
    if not isinstance(plain, dict):
        return plain
    ((kind, text_of),) = plain.items()
    if kind == "b64":
        return base64.b64decode(text_of)
    if kind == "on":
        return dt.date.fromisoformat(text_of)
    instant = dt.datetime.fromisoformat(text_of)
    return instant if aware else instant.replace(tzinfo=None)


def _files(state_dir: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted(path for path in (state_dir / folder).rglob("*") if path.is_file() and path.suffix != ".part")


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> str:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))
    return hashlib.sha256(data).hexdigest()


def _members(source: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each member; anything that is no plain file under a name of ours is refused."""
    try:
        with gzip.open(source) as packed:
            with tarfile.open(fileobj=packed, mode="r|") as archive:
                for member in archive:
                    _ours(source, member)
                    file = archive.extractfile(member)
                    yield member.name, file.read() if file else b""
            packed.read()  # to the very end, where the sum over everything stands
    except (OSError, EOFError, ValueError, zlib.error, tarfile.TarError) as error:
        raise BackupError(f"{source} cannot be read to its end ({type(error).__name__}): use another backup.") from None


def _ours(source: Path, member: tarfile.TarInfo) -> None:
    parts = PurePosixPath(member.name).parts
    known = member.name == MANIFEST or (parts[:1] in (("tables",), ("files",)) and len(parts) > 1)
    if not member.isreg() or ".." in parts or not known:
        raise BackupError(f"{source} holds something that Vigie does not write: it is no backup of ours.")


def _manifest(data: bytes) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(data)
        known = manifest["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        raise BackupError("The end of this backup cannot be read: use another one.") from None
    if not known:
        raise BackupError("This backup was made by a newer version of Vigie: restore it with that version.")
    return manifest


def _opens(vault: Vault, keys: bytes) -> bool:
    for line in keys.splitlines():
        row = json.loads(line)
        if row["case_id"] == INSTANCE and row["wrapped"]:
            try:
                vault.unwrap(INSTANCE, _value(row["wrapped"], aware=True))
            except SealBroken:
                return False
    return True


def _put(state_dir: Path, name: PurePosixPath, data: bytes) -> None:
    if name.parts[0] not in FOLDERS:
        raise BackupError("This backup holds files outside evidence and letters: it is no backup of ours.")
    path = state_dir / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.chmod(0o600)
    part.replace(path)


def _fill(connection: Connection, source: Path) -> None:
    aware = connection.dialect.name == "postgresql"
    tables = {table.name: table for table in _tables(connection)}
    kept = {name: data for name, data in _members(source) if name.startswith("tables/")}
    for table in tables.values():
        lines = kept.get(f"tables/{table.name}.jsonl", b"").splitlines()
        rows = [{name: _value(one, aware=aware) for name, one in json.loads(line).items()} for line in lines]
        connection.execute(table.delete())  # what the history itself put in is in the backup too
        for start in range(0, len(rows), BATCH):
            connection.execute(table.insert(), rows[start : start + BATCH])
        if aware:
            _numbers_go_on(connection, table)


def _numbers_go_on(connection: Connection, table: Table) -> None:
    """PostgreSQL's sequences continue behind the highest number that was put in."""
    for column in table.primary_key.columns:
        asked = text("SELECT pg_get_serial_sequence(:table, :column)")
        sequence = connection.scalar(asked, {"table": table.name, "column": column.name})
        highest = connection.scalar(select(func.max(column))) if sequence else None
        if highest:
            connection.execute(text("SELECT setval(:sequence, :value)"), {"sequence": sequence, "value": highest})
