"""What a verification reports: problems as codes, with their sentences in French and English."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.messages import both


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it was exported: a code of `config/texts/evidence.toml`, with its parameters."""

    code: str
    params: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The problem with its sentences."""
        return {"code": self.code, "params": dict(self.params), "text": both(self.code, self.params)}


@dataclass(frozen=True)
class Report:
    """What was looked at and what is wrong; `head` is the chain's newest hash, to compare with one noted before."""

    kind: str
    exhibits: int
    head: str | None
    problems: tuple[Problem, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """The report as one document."""
        return {"kind": self.kind, "exhibits": self.exhibits, "head": self.head, "intact": self.intact,
                "problems": [problem.to_json() for problem in self.problems]}  # fmt: skip


def changed(place: str, name: str) -> Problem:
    """A file whose bytes are not the ones that were sealed."""
    return Problem("evidence.file_changed", {"file": at(place, name)})


def names(place: str, files: Mapping[str, bytes], expected: set[str]) -> Iterator[Problem]:
    """Files that are missing, and files that do not belong."""
    for name in sorted(expected - files.keys()):
        yield Problem("evidence.file_missing", {"file": at(place, name)})
    for name in sorted(files.keys() - expected):
        yield Problem("evidence.file_unexpected", {"file": at(place, name)})


def at(place: str, name: str) -> str:
    """A member's name, with the package it lies in."""
    return f"{place}/{name}" if place else name


def parse(data: bytes) -> Any:
    """JSON, or None for bytes that are none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
