"""A worker that reduces pictures to signals: one after the other, from stdin to stdout, under hard limits.

Protocol: eight bytes of length (big-endian) and the picture on stdin; one JSON line on stdout. No file is ever written
(RLIMIT_FSIZE 0, no core dump), so that the bytes of a picture exist in this memory only.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any, BinaryIO, Final

MEMORY: Final = 1024 * 1024 * 1024  # bytes of address space; numpy and 25 million pixels need about 700 MiB of it
CPU_SECONDS: Final = 10  # for one picture


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


# before numpy and Pillow are imported, and before any byte of a picture arrives
if __name__ == "__main__":
    _limit()

from fingerprints import parts as reducing  # noqa: E402
from fingerprints.signal import FingerprintError  # noqa: E402


def _more_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _reduce(data: bytes, types: list[str]) -> dict[str, Any]:
    try:
        done = reducing.reduce(data, types, orientations=True)
    except FingerprintError:
        return _refused("signal_type")
    except MemoryError:
        return _refused("too_much_memory")
    signals = [signal.to_json() for signal in done.signals]
    return {"signals": signals, "width": done.width, "height": done.height, "mime": done.mime, "refused": done.refused}


def _refused(code: str) -> dict[str, Any]:
    return {"signals": [], "width": None, "height": None, "mime": None, "refused": code}


def serve(types: list[str], incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Reduce pictures until stdin ends."""
    while len(head := incoming.read(8)) == 8:
        _more_time()
        answer = _reduce(incoming.read(int.from_bytes(head, "big")), types)
        outgoing.write(json.dumps(answer).encode() + b"\n")
        outgoing.flush()


if __name__ == "__main__":
    serve(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer)
