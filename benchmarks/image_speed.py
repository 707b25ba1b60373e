"""How fast pictures are reduced and searched, each against its peer in one run: `python -m benchmarks.image_speed`.

`--full` adds ten million registered pictures; `--photos DIR` names where real photographs are (default: those of the
packages of this machine). Times are processor time of one thread unless said otherwise. A peer that is not installed
is named and left out: pdqhash (built from source) and threatexchange are no dependency of Vigie.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
from PIL import Image

from benchmarks.timing import Ratio, versus
from fingerprints import decode, pdq
from fingerprints.signal import Refused, Signal, distance
from monitor import kernels
from monitor.hamming import Cells, room
from monitor.images import FALSE_MATCHES_PER_IMAGE, MEASURES, BankEntry, ImageBank
from monitor.kernels import Words
from monitor.stages import assembled

PLACES = ("/usr/share/backgrounds", "/usr/share/wallpapers", "/usr/share/doc", "/usr/lib/python3", sys.prefix)
MILLION = 1_000_000


def peer(name: str) -> Any:
    """A library that is only measured against, or None."""
    try:
        return import_module(name)
    except ImportError:
        return None


def photographs(places: Sequence[str]) -> list[bytes]:
    """The JPEG files of 0.4 to 9 million pixels, quality 50 or more, of some folders."""
    paths = [path for place in places if Path(place).is_dir() for path in sorted(Path(place).rglob("*.jp*g"))]
    files = [path.read_bytes() for path in paths if path.is_file() and not path.is_symlink()]
    return [data for data in files if _fits(data)]


def _fits(data: bytes) -> bool:
    try:
        declared = decode.declare(data)
        good = declared.mime == "image/jpeg" and 0.4e6 <= declared.width * declared.height <= 9e6
        return good and (pdq.signals(pdq.seen(decode.luma(data)))[0].quality or 0) >= pdq.QUALITY_FLOOR
    except Refused:
        return False


def rgb(data: bytes) -> Any:
    """The plain full decoding that every peer starts from."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def reducing(photos: Sequence[bytes]) -> Iterator[Ratio | str]:
    """From bytes to hashes, with the distance that the speed costs."""
    off = [distance(_seen(data)[0].value, pdq.pdq(decode.picture(data)).value) for data in photos]
    yield f"{len(photos)} photographs, bits off when met: median {statistics.median(off)}, worst {max(off)}"
    reference = peer("pdqhash")

    def met() -> object:
        return [_seen(data) for data in photos]

    if reference is None:
        yield "pdqhash is not installed (pip install pdqhash, with a compiler): its rows are left out"
    else:
        yield versus(
            "bytes to 8 orientations",
            met,
            "pdqhash.compute_dihedral",
            lambda: [reference.compute_dihedral(rgb(data)) for data in photos],
            rounds=3,
            bound=1 / 1.3,
        )
        yield versus(
            "bytes to one exact hash",
            lambda: [pdq.pdq(decode.picture(data)) for data in photos],
            "pdqhash.compute",
            lambda: [reference.compute(rgb(data)) for data in photos],
            rounds=3,
        )
    yield versus(
        "bytes to 8 orientations", met, "imagehash.phash, once",
        lambda: [imagehash.phash(Image.open(io.BytesIO(data))) for data in photos], rounds=3,
    )  # fmt: skip


def _seen(data: bytes) -> list[Signal]:
    return pdq.signals(pdq.seen(decode.luma(data)))


def drawn(count: int, seed: int = 7) -> Words:
    """Invented hashes, made piece by piece so that the drawing takes no memory beside them."""
    chance, rows = np.random.default_rng(seed), room(count)
    for start in range(0, count, 100_000):
        part = rows[start : start + 100_000]
        part[:] = chance.integers(0, 2**64, part.shape, dtype=np.uint64)
    return rows


def planted(rows: Words, count: int = 64) -> Words:
    """Queries at 0 to 31 wrong bits from registered hashes."""
    chance = np.random.default_rng(8)
    bits = np.unpackbits(rows[chance.integers(0, len(rows), count)].view(np.uint8), axis=1)
    for number, line in enumerate(bits):
        line[chance.choice(256, number % 32, replace=False)] ^= 1
    return np.packbits(bits, axis=1).view(np.uint64)


def searching(count: int) -> Iterator[Ratio | str]:
    """Everything within 31 bits of one query, against every index that is installed."""
    rows = drawn(count)
    queries = planted(rows)
    cells, turn = Cells(rows), iter(range(10**9))
    found = sum(len(cells.within(query)) > 0 for query in queries)
    yield f"{count:,} registered, distance 31: {found} of {len(queries)} planted queries found"

    def ours() -> object:
        return cells.within(queries[next(turn) % len(queries)])

    faiss = peer("faiss")
    if faiss is not None:
        faiss.omp_set_num_threads(1)
        flat = faiss.IndexBinaryFlat(256)
        flat.add(rows.view(np.uint8))
        asked = queries.view(np.uint8)
        yield versus(f"one search in {count:,}", ours, "faiss flat, range search",
                     lambda: flat.range_search(asked[next(turn) % 64][None], 32), rounds=41, bound=1.0)  # fmt: skip
    if peer("threatexchange") is not None:
        index = import_module("threatexchange.signal_type.pdq.pdq_index").PDQIndex()
        index.add_all([(row.tobytes().hex(), None) for row in rows])
        yield versus(f"one search in {count:,}", ours, "threatexchange PDQIndex",
                     lambda: index.query(queries[next(turn) % 64].tobytes().hex()), rounds=41, bound=1.0)  # fmt: skip
    if count <= 100_000:
        hashes = [imagehash.ImageHash(np.unpackbits(row.view(np.uint8)).astype(bool).reshape(16, 16)) for row in rows]
        many = versus(f"one search in {count:,}, of 64", lambda: [cells.within(query) for query in queries],
                      "a loop over imagehash", lambda: [each for each in hashes if each - hashes[0] <= 31], rounds=5,
                      bound=1 / 1000)  # fmt: skip
        yield replace(many, ours=many.ours / len(queries))  # a single one is too short beside the loop to be timed


def global_stage(photos: Sequence[bytes]) -> Iterator[Ratio | str]:
    """All that is done with one crawled picture once it is decoded, at the widest distance shown to a person."""
    rows = drawn(MILLION)
    bank = ImageBank([BankEntry(str(at), str(at), "pdq", row.tobytes().hex(), 90) for at, row in enumerate(rows)])
    signals, turn = [_seen(data) for data in photos], iter(range(10**9))
    yield f"{MILLION:,} registered: a person is shown up to {bank.limit('pdq')} bits"
    yield versus("global stage of one picture", lambda: bank.match(signals[next(turn) % len(photos)]), "its decoding",
                 lambda: decode.luma(photos[next(turn) % len(photos)]), rounds=41, bound=3.0)  # fmt: skip
    yield versus("global stage of one picture", lambda: bank.match(signals[next(turn) % len(photos)]),
                 "its plain full decoding", lambda: rgb(photos[next(turn) % len(photos)]), rounds=41)  # fmt: skip
    yield changing(bank, f"{MILLION:,} hashes")
    every = assembled(
        BankEntry(str(at), str(at), "pdq", row.tobytes().hex(), 90) for at, row in enumerate(rows[:100_000])
    )
    yield changing(every, "100,000 hashes with every stage")


def changing(bank: ImageBank, what: str) -> str:
    """What adding and removing one image costs, each seen by the very next search."""
    words = drawn(1000, seed=9)
    fresh = [BankEntry(f"n{at}", f"n{at}", "pdq", row.tobytes().hex(), 90) for at, row in enumerate(words)]
    added, gone, seen = [], [], 0
    for number, each in enumerate(fresh):
        added.append(_milliseconds(partial(bank.add, each)))
        asked = [Signal("pdq", each.value, 90)] if number % 50 == 0 else []
        seen += bool(asked) and any(match.bank_id == each.bank_id for match in bank.match(asked))
        gone.append(_milliseconds(partial(bank.remove, each.id)))
        seen += bool(asked) and all(match.bank_id != each.bank_id for match in bank.match(asked))
    added.sort(), gone.sort()
    verdict = "held" if max(added[990], gone[990]) <= 1 and seen == 40 else "NOT HELD"
    return (
        f"among {what}: add one: median {added[500]:.3f} ms, 99 % within {added[990]:.3f}, worst {added[-1]:.3f}; "
        f"remove one: {gone[500]:.3f}, {gone[990]:.3f}, {gone[-1]:.3f}; {seen} of 40 next searches saw it "
        f"(at most 1 ms: {verdict})"
    )


def _milliseconds(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


def ten_million() -> Iterator[str]:
    """As fast as two threads go, and what memory the process ever had."""
    rows = drawn(10 * MILLION)
    cells, queries = Cells(rows), planted(rows, 2048)
    cells.within(queries[0])
    spent, start = time.process_time(), time.perf_counter()
    with ThreadPoolExecutor(2) as threads:
        found = sum(len(rows) > 0 for rows in threads.map(cells.within, queries))
    wall, spent = time.perf_counter() - start, time.process_time() - spent
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    compiled = "with the extra fast" if kernels.compiled() else "without the extra fast"
    per_second = len(queries) / wall
    yield (
        f"10,000,000 registered, distance 31, {compiled}: {found} of {len(queries)} found, {per_second:,.0f} a second "
        f"by the clock on two threads ({2 * len(queries) / spent:,.0f} when both cores are free), sixteen readings of "
        f"a picture {per_second / 16:,.0f} a second, {memory:.2f} GB at most (at least 1,000 a second, at most 1.2 GB)"
    )


def bands() -> Iterator[str]:
    """What each band lets through, expected from the model in `monitor.images`."""
    measure = MEASURES["pdq"]
    for size in (1_000, 100_000, MILLION):
        limit = measure.limit(size)
        yield (
            f"{size:>9,} registered: automatic up to {measure.close} bits, {measure.expected(measure.close, size):.1e} "
            f"false matches expected a crawled picture; shown up to {limit}, {measure.expected(limit, size):.1e} "
            f"(at most {FALSE_MATCHES_PER_IMAGE})"
        )


def main() -> None:
    """Print every row."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--full", action="store_true")
    asked.add_argument("--photos", action="append", default=[])
    options = asked.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    photos = photographs(options.photos or PLACES)[:150]
    rows: list[Iterator[Ratio | str] | Iterator[str]] = [bands()]
    if photos:
        rows.append(reducing(photos))
    else:
        print("no photographs found: give --photos DIR")
    rows += [searching(100_000), searching(MILLION)]
    if photos:
        rows.append(global_stage(photos))
    if options.full:
        rows.append(ten_million())
    for part in rows:
        for row in part:
            print(row.line() if isinstance(row, Ratio) else row, flush=True)


if __name__ == "__main__":
    main()
