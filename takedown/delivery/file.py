"""Delivery into files: the mail, the letter and its PDF in one folder per reference, written whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from takedown.delivery.envelope import build
from takedown.delivery.message import OutgoingMessage, Receipt, TryLater


@dataclass(frozen=True)
class FileChannel:
    """Writes below `folder`; the names come from the dispatch key, so a second try overwrites the first."""

    folder: Path
    kind: str = "file"

    def deliver(self, message: OutgoingMessage) -> Receipt:
        """Write <folder>/<reference>/<key>.eml, .txt and the attachments; raises `TryLater` when the disk refuses."""
        place, name = self.folder / message.reference, message.key[:16]
        files = {f"{name}.txt": message.text.encode(), f"{name}.eml": build(message)}
        for number, attached in enumerate(message.attachments, 1):
            files[f"{name}-{number}{Path(attached.name).suffix}"] = attached.data
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            for file_name, data in files.items():
                _write(place / file_name, data)
        except OSError as error:
            raise TryLater("The outbox folder cannot be written: free some space.", "disk") from error
        return Receipt(self.kind, message.date, {"files": sorted(files)})


def _write(path: Path, data: bytes) -> None:
    """Atomically: a reader sees the old file, the new one, or none."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
