"""`vigie hash verify --candidates`: a person decides on her own machine whether a doubtful picture is hers.

The points of the doubtful pictures come to her as a file; her pictures are read here and stay here. What is printed,
and may go back, says for each candidate whether it was found and by how many points: nothing of her picture.
"""

from __future__ import annotations

import json as json_format
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vigie.cli.output import Exit, emit_lines, fail, read_input, say


def candidates(name: str, pictures: list[Path], jsonl: bool) -> None:
    """Compare each candidate of a file (`-` for standard input) with each of the pictures."""
    from fingerprints import local
    from monitor import near

    if not (local.available() and near.available()):
        fail("Comparing points needs OpenCV and faiss: install Vigie with the extra `images`.", Exit.FAILURE)
    if not pictures:
        fail("Give your own pictures with --picture: they are read here and stay here.", Exit.USAGE)
    listed = list(_listed(name))
    rows = _compared(listed, pictures)
    if jsonl:
        emit_lines(rows)
        return
    for row in rows:
        say(f"{row['id']}: {row['band']} ({row['inliers']} points)")


def _listed(name: str) -> Iterator[tuple[str, Any]]:
    from fingerprints.signal import FingerprintError, Signal

    for number, line in enumerate(read_input(name).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json_format.loads(line)
            signal = Signal.from_json(row)
            candidate = str(row["id"])
        except (ValueError, KeyError, AttributeError, FingerprintError):
            fail(f"{name}, line {number}: expected a candidate with id, type, value. Nothing was done.", Exit.USAGE)
        if signal.type == "local-1":
            yield candidate, signal


def _compared(listed: list[tuple[str, Any]], pictures: list[Path]) -> Iterator[dict[str, Any]]:
    from monitor.local_stage import LocalStage

    entries = [entry for number, picture in enumerate(pictures) if (entry := _points(number, picture))]
    stage = LocalStage(entries)
    for candidate, signal in listed:
        found = next(iter(stage.match([signal], [entry.bank_id for entry in entries])), None)
        yield {
            "id": candidate,
            "band": found.band if found else "rejected",
            "inliers": found.inliers if found else 0,
            "reasons": [reason.to_json() for reason in found.reasons] if found else [],
        }


def _points(number: int, picture: Path) -> Any:
    """The points of one of her pictures as a bank entry that only carries its number; None when it has too few."""
    from fingerprints import decode, local
    from fingerprints.signal import Refused
    from monitor.images import BankEntry

    try:
        signal = local.local(decode.picture(picture.read_bytes()), 2 * local.REGISTERED)
    except (OSError, Refused):
        fail(f"Picture {number + 1} cannot be read: give the picture itself. Nothing was done.", Exit.USAGE)
    return signal and BankEntry(str(number), str(number), "local-1", signal.value)
