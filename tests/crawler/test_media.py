"""The workers through which pictures pass: limited, replaced when they die, and unable to write a file."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from crawler.media import LOST, TOO_SLOW, Pool
from crawler.process import environment


@pytest.fixture
def pool() -> Iterator[Pool]:
    workers = Pool(("pdq", "phash64"), size=1)
    yield workers
    workers.close()


def picture(side: int = 100) -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((side, side), (-2, -1, 1, 1), 40).convert("RGB").save(out, "PNG")
    return out.getvalue()


def bomb(side: int) -> bytes:
    """A small PNG that claims, and is, side x side pixels of nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"\0" * ((side // 8 + 1) * side), 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_picture_becomes_signals_in_all_its_turns(pool: Pool) -> None:
    done = pool.reduce(picture())
    assert [each["type"] for each in done["signals"]] == ["pdq"] * 8 + ["phash64"]
    assert (done["width"], done["height"], done["mime"], done["refused"]) == (100, 100, "image/png", None)


def test_a_worker_serves_one_picture_after_the_other(pool: Pool) -> None:
    assert pool.reduce(picture())["signals"] == pool.reduce(picture())["signals"]
    assert pool.reduce(b"rien")["refused"] == "not_a_picture"
    assert pool.reduce(b"")["refused"] == "empty"
    assert pool.reduce(picture())["refused"] is None


def test_a_bomb_is_refused_and_the_worker_goes_on(pool: Pool) -> None:
    assert pool.reduce(bomb(30_000))["refused"] == "too_many_pixels"
    assert pool.reduce(picture())["refused"] is None


def test_the_largest_picture_allowed_fits_into_the_memory_allowed(pool: Pool) -> None:
    out = io.BytesIO()
    Image.effect_mandelbrot((250, 250), (-2, -1, 1, 1), 40).convert("RGB").resize((4990, 4990)).save(out, "JPEG")
    assert pool.reduce(out.getvalue())["refused"] is None


def test_a_worker_that_is_killed_or_hangs_is_replaced(tmp_path: Path) -> None:
    workers = Pool(("pdq",), size=1)
    assert workers.reduce(picture())["refused"] is None
    (first,) = _workers()
    os.kill(first, signal.SIGKILL)
    assert workers.reduce(picture()) == LOST
    assert workers.reduce(picture())["refused"] is None
    (second,) = _workers()
    assert second != first
    workers.close()
    hurried = Pool(("pdq",), size=1, seconds=3)
    hurried.reduce(picture())
    (third,) = _workers()
    os.kill(third, signal.SIGSTOP)
    assert hurried.reduce(picture()) == LOST
    hurried.close()
    assert _workers() == []


COMPUTES = """
import sys, time
from crawler import media_worker
media_worker.CPU_SECONDS = 1
media_worker._more_time()
if sys.argv[1] == "computes":
    while True:
        pass
time.sleep(2.5)
"""


@pytest.mark.parametrize(("what", "end"), [("computes", -signal.SIGPROF), ("waits", 0)])
def test_the_limit_of_a_picture_is_processor_time_and_not_time_by_the_clock(what: str, end: int) -> None:
    asked = [sys.executable, "-c", COMPUTES, what]
    assert subprocess.run(asked, env=environment(), cwd="/", check=False).returncode == end


@pytest.mark.parametrize("ended_by", [signal.SIGPROF, signal.SIGXCPU])
def test_a_worker_that_the_system_ended_for_its_time_is_told_apart_and_replaced(ended_by: signal.Signals) -> None:
    workers = Pool(("pdq",), size=1)
    workers.reduce(picture())
    os.kill(_workers()[0], ended_by)
    assert workers.reduce(picture()) == TOO_SLOW
    assert workers.reduce(picture())["refused"] is None
    workers.close()


def _workers() -> list[int]:
    numbers: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread may end while the list is read
            numbers += map(int, (task / "children").read_text().split())
    return [number for number in numbers if b"media_worker" in Path(f"/proc/{number}/cmdline").read_bytes()]


def test_several_pictures_at_once_wait_for_a_free_worker(pool: Pool) -> None:
    with ThreadPoolExecutor(6) as threads:
        done = list(threads.map(pool.reduce, [picture(80 + number) for number in range(6)]))
    assert [each["width"] for each in done] == [80, 81, 82, 83, 84, 85]


def test_an_unknown_signal_type_is_said() -> None:
    workers = Pool(("face",), size=1)
    assert workers.reduce(picture())["refused"] == "signal_type"
    workers.close()


LIMITS = """
import resource
from crawler import media_worker
media_worker._limit()
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
assert resource.getrlimit(resource.RLIMIT_DATA)[0] == media_worker.MEMORY <= 512 * 1024 * 1024
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with open({path!r}, "wb") as file:
        file.write(b"pixels"); file.flush()
except OSError:
    raise SystemExit(7)
"""


def test_a_worker_cannot_write_a_file(tmp_path: Path) -> None:
    path = tmp_path / "fuite"
    done = subprocess.run(
        [sys.executable, "-c", LIMITS.format(path=str(path))], env=environment(), cwd="/", check=False
    )
    assert done.returncode == 7
    assert path.stat().st_size == 0
