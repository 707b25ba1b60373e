"""The loops over registered hashes, compiled where the extra `fast` (numba) is installed; otherwise faiss or numpy."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Numbers = NDArray[np.int64]
_AT_ONCE = 512  # hashes that stay in the fastest memory while every query is compared with them
popcount: Any = None  # what the loops below call, once they are compiled
distance: Any = None
extremes: Any = None
cell: Any = None


@cache
def compiled() -> Any:
    """The loops `scan`, `probe` and `place`, or None without the extra; asked for only where the bank is large.

    Loading numba takes half a second and compiling one, more than a small bank ever costs.
    """
    global popcount, distance, extremes, cell
    try:
        numba: Any = import_module("numba")
    except ImportError:
        return None
    uint64 = numba.types.uint64
    popcount = numba.extending.intrinsic(lambda typing, bits: (uint64(uint64), _generate))
    jit = numba.njit(nogil=True)
    distance, extremes, cell = jit(_distance), jit(_extremes), jit(_cell)
    return SimpleNamespace(scan=jit(_scan), probe=jit(_probe), place=jit(_place))


@cache
def flat() -> Any:
    """The library faiss, or None without the extra `images`."""
    try:
        return import_module("faiss")
    except ImportError:
        return None


def _generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
    """The processor's own instruction for the number of bits that are set."""
    return builder.ctpop(arguments[0])


def _distance(columns: Words, at: int, query: Words) -> Any:
    """How many bits a hash is from a query; `columns` is (4, hashes)."""
    return (
        popcount(columns[0, at] ^ query[0])
        + popcount(columns[1, at] ^ query[1])
        + popcount(columns[2, at] ^ query[2])
        + popcount(columns[3, at] ^ query[3])
    )


def _extremes(columns: Words, start: int, count: int, query: Words) -> Any:
    """The least and the greatest distance among some hashes: one loop without a branch, eight hashes at a time."""
    a, b, c, d = columns[0, start:], columns[1, start:], columns[2, start:], columns[3, start:]
    first, second, third, fourth = query[0], query[1], query[2], query[3]
    least, most = np.uint64(300), np.uint64(0)
    for at in range(count):
        bits = popcount(a[at] ^ first) + popcount(b[at] ^ second) + popcount(c[at] ^ third) + popcount(d[at] ^ fourth)
        least, most = min(least, bits), max(most, bits)
    return least, most


def _scan(columns: Words, count: int, queries: Words, low: int, high: int, out: Numbers) -> int:
    """Write (hash, query, distance) where the distance is at most `low` or at least `high`; give how many there are."""
    found = 0
    for start in range(0, count, _AT_ONCE):
        end = min(start + _AT_ONCE, count)
        for query in range(queries.shape[0]):
            least, most = extremes(columns, start, end - start, queries[query])
            if least <= low or most >= high:
                for at in range(start, end):
                    bits = distance(columns, at, queries[query])
                    if bits <= low or bits >= high:
                        if found < out.shape[0]:
                            out[found, 0], out[found, 1], out[found, 2] = at, query, bits
                        found += 1
    return found


def _probe(
    rows: Words, query: Words, cells: Numbers, starts: NDArray[np.int32], ids: NDArray[np.int32], low: int, out: Numbers
) -> int:
    """Write (hash, distance) for every hash that stands in one of the cells and is near; one may come twice.

    Each step reads memory at many unrelated places; without a branch in its loop the processor reads ahead, which is
    what makes ten million hashes bearable.
    """
    firsts, lasts = np.empty(len(cells), np.int32), np.empty(len(cells), np.int32)
    total, touched = 0, np.int64(0)
    for at in range(len(cells)):
        firsts[at], lasts[at] = starts[cells[at]], starts[cells[at] + 1]
        total += lasts[at] - firsts[at]
    for at in range(len(cells)):
        touched += ids[min(firsts[at], len(ids) - 1)]
    near, filled = np.empty(total, np.int32), 0
    for at in range(len(cells)):
        for place in range(firsts[at], lasts[at]):
            near[filled] = ids[place]
            filled += 1
    distances = np.empty(total, np.uint64)
    for at in range(total):
        row = near[at]
        distances[at] = (
            popcount(rows[row, 0] ^ query[0])
            + popcount(rows[row, 1] ^ query[1])
            + popcount(rows[row, 2] ^ query[2])
            + popcount(rows[row, 3] ^ query[3])
        )
    found = 0
    for at in range(total):
        if distances[at] <= low:
            if found < out.shape[0]:
                out[found, 0], out[found, 1] = near[at], distances[at]
            found += 1
    return found if touched >= 0 else -1


def _place(rows: Words, word: int, shift: int, mask: int, starts: NDArray[np.int32], ids: NDArray[np.int32]) -> None:
    """Sort the hashes into the cells of one part: `starts` and `ids` are that part's and are filled here."""
    for at in range(rows.shape[0]):
        starts[cell(rows, at, word, shift, mask) + 1] += 1
    for at in range(1, starts.shape[0]):
        starts[at] += starts[at - 1]
    for at in range(rows.shape[0]):
        here = cell(rows, at, word, shift, mask)
        ids[starts[here]] = at
        starts[here] += 1
    for at in range(starts.shape[0] - 1, 0, -1):
        starts[at] = starts[at - 1]
    starts[0] = 0


def _cell(rows: Words, at: int, word: int, shift: int, mask: int) -> Any:
    value = rows[at, word] >> np.uint64(shift)
    if shift > 0 and word < 3:
        value |= rows[at, word + 1] << np.uint64(64 - shift)
    return np.int64(value & np.uint64(mask))
