"""A worker that reduces pictures to signals: one after the other, from stdin to stdout, under hard limits.

Protocol: eight bytes of length (big-endian) and the picture on stdin; one JSON line on stdout. No file is ever written
(RLIMIT_FSIZE 0, no core dump), so that the bytes of a picture exist in this memory only.
"""

from __future__ import annotations

import json
import math
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, BinaryIO, Final

MEMORY: Final = 440 * 1024 * 1024  # bytes that may be written to; the code of the libraries comes to it: 512 MiB in all
ADDRESSES: Final = 2 * 1024 * 1024 * 1024  # address space: reserved, not used; a fence against anything else
CPU_SECONDS: Final = 5  # for one picture or video
VIDEO_SECONDS: Final = 3.5  # after which the reading of a video ends, and what was read counts
FULL_SIZE: Final = "--full-size"
ONE_WAY: Final = "--one-way"  # as it is stored only, not turned and mirrored


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))


# before numpy and Pillow are imported, and before any byte of a picture arrives
if __name__ == "__main__":
    _limit()

from fingerprints import parts as reducing  # noqa: E402
from fingerprints.signal import FingerprintError  # noqa: E402


def _more_time() -> None:
    """Processor time, not time by the clock: on a busy machine a picture may wait as long as it must.

    The timer ends the worker to the hundredth of a second; the limit of the system knows whole seconds only, and
    stands behind it.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)


def _reduce(data: bytes, types: list[str], options: list[str]) -> dict[str, Any]:
    try:
        done = reducing.reduce(data, types, ONE_WAY not in options, _later(), full_size=FULL_SIZE in options)
    except FingerprintError:
        return _refused("signal_type")
    except MemoryError:
        return _refused("too_much_memory")
    return {
        "signals": [each.to_json() for each in done.signals],
        "width": done.width,
        "height": done.height,
        "mime": done.mime,
        "refused": done.refused,
        **({"says": [[claim.code, claim.name] for claim in done.says]} if done.says else {}),
    }


def _later() -> Callable[[], bool]:
    """Whether the time for a video is used up: processor time, so that a busy machine reads as far as an idle one."""
    end = time.process_time() + VIDEO_SECONDS
    return lambda: time.process_time() >= end


def _refused(code: str) -> dict[str, Any]:
    return {"signals": [], "width": None, "height": None, "mime": None, "refused": code}


def serve(words: list[str], incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Reduce pictures to the types and with the options named in `words`, until stdin ends."""
    types, options = [word for word in words if word[:2] != "--"], [word for word in words if word[:2] == "--"]
    while len(head := incoming.read(8)) == 8:
        _more_time()
        answer = _reduce(incoming.read(int.from_bytes(head, "big")), types, options)
        outgoing.write(json.dumps(answer).encode() + b"\n")
        outgoing.flush()


if __name__ == "__main__":
    serve(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer)
