"""What an organisation changed: its templates and records beside ours, as differences a lawyer can read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.catalogue import KINDS
from config.catalogue import SHIPPED as RECORDS
from takedown.letterbook import SHIPPED as TEMPLATES

READ = (".toml", ".j2", ".typ")


@dataclass(frozen=True)
class Difference:
    """One file of the overlay: replaces ours, or is new; `lines` is the unified difference."""

    file: str
    state: str
    lines: tuple[str, ...]


def differences(overlay: Path) -> Iterator[Difference]:
    """Every template and record of the overlay (VIGIE_CONFIG_DIR), beside the shipped one of the same name."""
    roots = [("templates", TEMPLATES), *((kind, RECORDS / kind) for kind in KINDS)]
    for folder, shipped in roots:
        for path in sorted((overlay / folder).rglob("*")):
            if path.is_file() and path.suffix in READ:
                yield _difference(f"{folder}/{path.relative_to(overlay / folder).as_posix()}", path, shipped, overlay)


def _difference(name: str, path: Path, shipped: Path, overlay: Path) -> Difference:
    ours = shipped / path.relative_to(overlay / name.partition("/")[0])
    before = ours.read_text(encoding="utf-8").splitlines() if ours.is_file() else []
    after = path.read_text(encoding="utf-8").splitlines()
    lines = tuple(difflib.unified_diff(before, after, "shipped", name, lineterm=""))
    state = "new" if not ours.is_file() else "replaces" if lines else "same"
    return Difference(name, state, lines)
