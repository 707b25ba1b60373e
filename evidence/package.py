"""The package of one exhibit: its members, their manifest, and one ZIP that is the same bytes for the same content."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any

from evidence.errors import EvidenceError
from evidence.record import as_bytes

FORMAT = "vigie-exhibit-1"
MEMBERS = ("exchange.json", "page.txt", "capture.warc.gz")
MANIFEST, SEAL = "manifest.json", "manifest.json.sha256"
ALL = (*MEMBERS, MANIFEST, SEAL)


def complete(members: Mapping[str, bytes], about: Mapping[str, Any]) -> dict[str, bytes]:
    """The members with their manifest (SHA-256 and size of each, and what `about` says) and the manifest's own hash."""
    files = {name: {"sha256": sha256(members[name]), "bytes": len(members[name])} for name in MEMBERS}
    manifest = as_bytes({"format": FORMAT, "files": files, **about})
    return {**members, MANIFEST: manifest, SEAL: seal_line(manifest)}


def seal_line(manifest: bytes) -> bytes:
    """The manifest's hash as `sha256sum` prints it, so that anybody can check it without this program."""
    return f"{sha256(manifest)}  {MANIFEST}\n".encode()


def pack(members: Mapping[str, bytes]) -> bytes:
    """One ZIP, uncompressed, in a fixed order, without dates: the same members always make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in ALL:
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o600 << 16  # else they would tell the operating system
            archive.writestr(entry, members[name])
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The members of a package; raises `EvidenceError` for anything that `pack` would not have made byte for byte."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # read by our own list of names: no path from the archive is ever followed
            members = {name: archive.read(name) for name in ALL}
        same = pack(members) == data
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise EvidenceError("This is not a package of an exhibit, or it was damaged: export it again.") from error
    if not same:
        raise EvidenceError("The package was changed after it was made: export it again.")
    return members


def sha256(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
