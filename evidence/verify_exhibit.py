"""Verifies the members of one exhibit: manifest, hashes, and that the archive of the page can be read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from warcio.exceptions import ArchiveLoadFailed

from evidence import package, warc
from evidence.errors import EvidenceError
from evidence.record import as_bytes
from evidence.report import Problem, at, changed, names, parse

WARC = "capture.warc.gz"


def zipped(name: str, data: bytes) -> Iterator[Problem]:
    """The problems of a package as it was exported."""
    try:
        members = package.unpack(data)
    except EvidenceError:
        yield Problem("evidence.package_changed", {"file": name})
        return
    yield from exhibit(name, members)


def exhibit(place: str, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """The problems of an exhibit's members, wherever they lie."""
    yield from names(place, files, set(package.ALL))
    data = files.get(package.MANIFEST, b"")
    manifest = _manifest(data)
    if manifest is None or files.get(package.SEAL) != package.seal_line(data):
        yield changed(place, package.MANIFEST)
    noted = manifest["files"] if manifest else {}
    for name in package.MEMBERS:
        if name in files and noted.get(name) != {"sha256": package.sha256(files[name]), "bytes": len(files[name])}:
            yield changed(place, name)
    if WARC in files and not _readable(files[WARC]):
        yield Problem("evidence.warc_unreadable", {"file": at(place, WARC)})


def _manifest(data: bytes) -> dict[str, Any] | None:
    document = parse(data)
    right = isinstance(document, dict) and document.get("format") == package.FORMAT and data == as_bytes(document)
    return document if right and isinstance(document.get("files"), dict) else None


def _readable(data: bytes) -> bool:
    try:
        records = warc.read(data)
    except (ArchiveLoadFailed, ValueError, zlib.error, EOFError, OSError):
        return False
    return bool(records) and all(record.digest_fits for record in records)
