"""Verifies an exported exhibit or bundle offline: no database, no key, no network, only the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evidence import bundle, package
from evidence.errors import EvidenceError
from evidence.report import Problem, Report, changed, names, parse
from evidence.verify_exhibit import exhibit, zipped
from storage.ledger import GENESIS, digest

LARGEST = 512 * 1024 * 1024  # bytes of one file; nothing that was exported comes near
Entry = Mapping[str, Any]


def verify(path: Path) -> Report:
    """Verify an exhibit (its ZIP or its unpacked folder) or a bundle's folder; raises `EvidenceError` for neither."""
    if path.is_file():
        return Report("exhibit", 1, None, tuple(zipped(path.name, _bytes(path))))
    if path.is_dir() and any((path / name).exists() for name in (bundle.SCHEDULE, bundle.SUMS, bundle.JOURNAL)):
        return _verify_bundle(_files(path))
    if path.is_dir() and any((path / name).exists() for name in package.ALL):
        return Report("exhibit", 1, None, tuple(exhibit("", _files(path))))
    raise EvidenceError("There is no exhibit and no bundle here: give the exported ZIP or folder.")


def _verify_bundle(files: dict[str, bytes]) -> Report:
    schedule, journal = _schedule(files), _journal(files)
    lines = schedule["exhibits"] if schedule else []
    head = schedule["head"] if schedule else {}
    problems = [*_sums(files), *names("", files, _expected(lines))]
    problems += [changed("", bundle.SCHEDULE)] if schedule is None else []
    problems += [changed("", bundle.JOURNAL)] if journal is None else []
    for line in lines:
        problems += _listed(line, files, journal or [])
    problems += _chain(journal or [], head)
    return Report("bundle", len(lines), head.get("hash"), tuple(problems))


def _schedule(files: Mapping[str, bytes]) -> dict[str, Any] | None:
    document = parse(files.get(bundle.SCHEDULE, b""))
    if not isinstance(document, dict) or document.get("format") != bundle.FORMAT:
        return None
    fits = isinstance(document.get("head"), dict) and _objects(document.get("exhibits"))
    return document if fits else None


def _journal(files: Mapping[str, bytes]) -> list[Entry] | None:
    document = parse(files.get(bundle.JOURNAL, b""))
    return document if _objects(document) else None


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _expected(lines: list[Entry]) -> set[str]:
    return {
        bundle.SCHEDULE,
        bundle.SCHEDULE_TEXT,
        bundle.JOURNAL,
        bundle.SUMS,
        *(str(line.get("file")) for line in lines),
    }


def _sums(files: dict[str, bytes]) -> Iterator[Problem]:
    """Every file against the list of sums; and the list against what it would be, to the byte."""
    others = {name: data for name, data in files.items() if name != bundle.SUMS}
    noted = dict(_pairs(files.get(bundle.SUMS, b"")))
    different = [name for name, data in others.items() if noted.get(name) != package.sha256(data)]
    yield from (changed("", name) for name in different)
    if not different and files.get(bundle.SUMS) != bundle.sums(others):
        yield changed("", bundle.SUMS)


def _pairs(data: bytes) -> Iterator[tuple[str, str]]:
    for line in data.decode(errors="replace").split("\n"):
        total, _, name = line.partition("  ")
        yield name, total


def _listed(line: Entry, files: dict[str, bytes], journal: list[Entry]) -> list[Problem]:
    """One line of the schedule: its package is whole, is the one named, and the chain says when it was sealed."""
    name = str(line.get("file"))
    if name not in files:
        return []  # reported as missing already
    if problems := list(zipped(name, files[name])):
        return problems
    manifest = package.unpack(files[name])[package.MANIFEST]
    total, previous = package.sha256(manifest), parse(manifest).get("previous_ledger_hash")
    sealed = [entry for entry in journal if (entry.get("act"), entry.get("subject_id")) == ("exhibit.sealed", total)]
    if line.get("manifest_sha256") != total or [entry.get("previous_hash") for entry in sealed] != [previous]:
        return [Problem("evidence.not_in_ledger", {"file": name})]
    return []


def _chain(journal: list[Entry], head: Entry) -> Iterator[Problem]:
    previous = GENESIS
    for number, entry in enumerate(journal, 1):
        if (entry.get("seq"), entry.get("previous_hash"), entry.get("hash")) != (number, previous, _hash_of(entry)):
            yield Problem("evidence.chain_broken", {"number": number})
            return
        previous = entry["hash"]
    if (head.get("entries"), head.get("hash")) != (len(journal), previous):
        yield Problem("evidence.chain_broken", {"number": len(journal) + 1})


def _hash_of(entry: Entry) -> str:
    fields = ("case_id", "seq", "at", "actor", "act", "subject_table", "subject_id", "detail_sha256", "previous_hash")
    return digest(*(str(entry.get(name)) for name in fields))


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: _bytes(path) if path.is_file() else b"" for path in folder.iterdir()}


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise EvidenceError("A file here is larger than anything that was exported: it was not read.")
    return path.read_bytes()
