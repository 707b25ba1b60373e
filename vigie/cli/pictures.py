"""Reads picture files through the limited workers, several at once, in order: a hostile file costs a worker, not us."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vigie.cli.output import progress

if TYPE_CHECKING:
    from fingerprints.reduce import Reduction

EVERY = 250  # files between two lines of progress


def reduced(
    files: Iterable[str | Path], types: Sequence[str], *, full_size: bool = False, one_way: bool = False
) -> Iterator[tuple[str | Path, str, Reduction]]:
    """(file, SHA-256 of what was read, what is left of it) of each file, in their order; `-` is standard input.

    `full_size` and `one_way` are for pictures to register; without them, as for pictures that were met.
    """
    from crawler.media import Pool

    workers = min(4, os.cpu_count() or 1)
    pool = Pool(types, workers, full_size=full_size, one_way=one_way)
    waiting = deque[tuple[str | Path, Future[tuple[str, Any]]]]()
    with ThreadPoolExecutor(workers) as threads:
        try:
            for count, file in enumerate(files, 1):
                waiting.append((file, threads.submit(_one, pool, file)))
                if len(waiting) > 2 * workers:
                    yield _told(*waiting.popleft())
                if count % EVERY == 0 and sys.stderr.isatty():
                    progress(f"{count} pictures read …")
            while waiting:
                yield _told(*waiting.popleft())
        finally:
            threads.shutdown(cancel_futures=True)
            pool.close()


def refusal(reduction: Reduction) -> dict[str, Any] | None:
    """The code of a refusal and its sentence in both languages; None for a picture that can be used."""
    from config import messages

    if reduction.refused is None:
        return None
    return {"code": reduction.refused, "text": messages.both(f"picture.{reduction.refused}", {})}


def _one(pool: Any, file: str | Path) -> tuple[str, Any]:
    data = _bytes(file)
    return sha256(data).hexdigest(), pool.reduce(data)


def _told(file: str | Path, done: Future[tuple[str, Any]]) -> tuple[str | Path, str, Reduction]:
    from fingerprints.provenance import Claim
    from fingerprints.reduce import Reduction
    from fingerprints.signal import Signal

    digest, answer = done.result()
    signals = tuple(Signal.from_json(row) for row in answer["signals"])
    says = tuple(Claim(*each) for each in answer.get("says", ()))
    told = {key: answer[key] for key in ("width", "height", "mime", "refused")}
    return file, digest, Reduction(signals, **told, says=says)


def _bytes(file: str | Path) -> bytes:
    """At most one byte more than a picture may have: enough to refuse it. What cannot be read is an empty file."""
    from fingerprints.decode import MAX_BYTES

    if file == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError:
        return b""
