"""What every command shares: results on stdout, progress and errors on stderr, exit codes with a meaning."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn


class Exit(IntEnum):
    """The exit codes of design.md section 6."""

    DONE = 0
    FAILURE = 1
    USAGE = 2
    PARTIAL = 3
    NOTHING_TO_DO = 4
    REFUSED = 5


def emit(document: Any) -> None:
    """Print one JSON document on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def emit_lines(documents: Iterable[Any]) -> int:
    """Print a stream of JSON objects, one a line, each flushed; gives back how many."""
    count = 0
    for count, document in enumerate(documents, 1):  # noqa: B007 - the count outlives the loop on purpose
        print(json.dumps(document, ensure_ascii=False, default=str), flush=True)
    return count


def say(sentence: str) -> None:
    """A line for a person, on stdout."""
    print(sentence)


def progress(sentence: str) -> None:
    """A line of progress, on stderr."""
    print(sentence, file=sys.stderr, flush=True)


def fail(sentence: str, code: Exit = Exit.FAILURE) -> NoReturn:
    """Stop with a sentence on stderr that says what to do next."""
    print(sentence, file=sys.stderr)
    raise SystemExit(int(code))


def read_input(name: str) -> str:
    """The text of a file, or of stdin for `-`; a file that cannot be read stops the command with a sentence."""
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        fail(f"Cannot read {name}: {why}. Give a readable UTF-8 file, or - for standard input.", Exit.USAGE)
