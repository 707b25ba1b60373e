"""`vigie hash video`: reduces videos and animated pictures to moments on this machine; nothing leaves it but lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from vigie.cli.errors import as_exit
from vigie.cli.output import Exit, emit_lines, fail, progress, say


def video(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Videos, animated GIF or WebP pictures.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line: the lines of a bank.")] = False,
    name: Annotated[str, typer.Option("--id", help="The id to print, in place of the SHA-256 of the file.")] = "",
) -> None:
    """Print the signals of videos; one that cannot be used is printed as refused, and the exit code is 3."""
    if name and len(files) > 1:
        fail("--id names one video: give one file with it.", Exit.USAGE)
    for file in files:
        _must_be_readable(file)
    refused = False

    def lines() -> Iterator[dict[str, Any]]:
        nonlocal refused
        for number, file in enumerate(files, 1):
            progress(f"video {number} of {len(files)} …")
            for row in _lines(file, name):
                refused = refused or bool(row["refused"])
                yield row

    with as_exit():
        emit_lines(lines()) if jsonl else _tell(lines())
    if refused:
        raise typer.Exit(int(Exit.PARTIAL))


def _must_be_readable(file: Path) -> None:
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        fail(f"Cannot read {file}: {error.strerror}. Give video files; nothing was done.", Exit.USAGE)


def _lines(file: Path, name: str) -> Iterator[dict[str, Any]]:
    from config import messages
    from fingerprints import video as reducing
    from fingerprints.signal import Refused

    with file.open("rb") as stream:
        digests = {kind: _digest(stream, kind) for kind in ("sha256", "md5")}
        row_id = name or digests["sha256"]
        try:
            moments = reducing.registered(stream)
        except Refused as refusal:
            text = messages.both(f"picture.{refusal.code}", {})
            refused = {"code": refusal.code, "text": text}
            yield {"id": row_id, "type": None, "value": None, "quality": None, "refused": refused}
            return
    for kind, value in digests.items():
        yield {"id": row_id, "type": kind, "value": value, "quality": None, "refused": None}
    yield {"id": row_id, **moments.to_json(), "refused": None}


def _digest(stream: BinaryIO, kind: str) -> str:
    stream.seek(0)
    digest = hashlib.sha256() if kind == "sha256" else hashlib.md5(usedforsecurity=False)
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def _tell(rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        if row["refused"]:
            progress(f"video: {row['refused']['text']['en']}")
        elif row["type"] == "vpdq":
            say(f"vpdq     {row['value'].count(',') // 3 + 1} hashes  quality {row['quality']}")
        else:
            say(f"{row['type']:<8} {row['value']}")
