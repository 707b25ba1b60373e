"""Exact search among registered hashes: nothing within the distance is missed, an addition is seen at once (pure).

Two ways that find the same: `Plain` looks at every hash (any distance, the fastest way beyond 31 bits), `Cells` only at
those that agree in one of their parts (Norouzi, Punjani, Fleet: "Fast exact search in Hamming space with multi-index
hashing", 2014), which is far faster at 31 bits among very many.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor import kernels
from monitor.kernels import Numbers, Words

BLOCK = 65_536  # hashes that are stored together: adding one never moves more than these
MANY = 300_000  # from here on, fewer and longer parts are better
FEW_PARTS = (16,) * 16  # bits: two hashes within 31 differ in at most one bit of some part
MANY_PARTS = (22,) * 8 + (20,) * 4  # ... in at most two bits of one of the first eight, or in one of the last four
LINE = 64  # bytes that the processor fetches together
LARGE = 20_000  # from here on, compiled loops are worth being loaded


def words(value: str) -> Words:
    """A hexadecimal hash as 64-bit words."""
    return np.frombuffer(bytes.fromhex(value), dtype=np.uint64)


def aligned(rows: Words) -> Words:
    """The same hashes, so that none lies across two lines of the processor's memory; copied only where one would."""
    if rows.flags.c_contiguous and rows.ctypes.data % LINE == 0:
        return rows
    moved = room(len(rows), rows.shape[1])
    moved[:] = rows
    return moved


def room(count: int, width: int = 4) -> Words:
    """Place for hashes that begins where a line of the processor's memory does."""
    memory = np.empty(count * width + LINE // 8, np.uint64)
    start = (-memory.ctypes.data % LINE) // 8
    return memory[start : start + count * width].reshape(count, width)


class Plain:
    """Hashes of `bits` bits, all looked at in every search, by the fastest means that is installed."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self._blocks: list[_Block] = []
        self._count = 0

    def __len__(self) -> int:
        return sum(int(block.alive[: block.count].sum()) for block in self._blocks)

    @property
    def untouched(self) -> bool:
        """Whether nothing was ever added."""
        return not self._blocks

    def add(self, rows: Words) -> range:
        """Register hashes, (n, words); gives their numbers."""
        first = self._count
        for start in range(0, len(rows), BLOCK):
            self._fill(rows[start : start + BLOCK])
        return range(first, self._count)

    def _fill(self, rows: Words) -> None:
        while len(rows):
            if self._count == len(self._blocks) * BLOCK:
                self._blocks.append(_Block(self.bits // 64))
            taken = self._blocks[-1].add(rows)
            self._count, rows = self._count + taken, rows[taken:]

    def remove(self, number: int) -> None:
        """Forget the hash with this number."""
        self._blocks[number // BLOCK].alive[number % BLOCK] = False

    def within(self, queries: Words, limit: int, *, complements: bool = False) -> Numbers:
        """Rows (number, query, distance) at most `limit` apart; with `complements` also those as far as a negative is.

        For a negative the distance given is that to the complement of the query, and the query's number is -1 - number.
        """
        high = self.bits - limit if complements else self.bits + 1
        large = self._count >= LARGE
        found = [block.within(queries, limit, high, at * BLOCK, large) for at, block in enumerate(self._blocks)]
        rows = np.concatenate(found) if found else np.empty((0, 3), np.int64)
        negative = rows[:, 2] > limit
        rows[negative, 1] = -1 - rows[negative, 1]
        rows[negative, 2] = self.bits - rows[negative, 2]
        return rows


class _Block:
    """Up to BLOCK hashes, stored word by word."""

    def __init__(self, width: int) -> None:
        self.columns = np.empty((width, BLOCK), np.uint64)
        self.alive = np.zeros(BLOCK, np.bool_)
        self.count = 0
        self._flat: Any = None  # the same once more for faiss, where that is what searches

    def add(self, rows: Words) -> int:
        rows = rows[: BLOCK - self.count]
        end = self.count + len(rows)
        self.columns[:, self.count : end] = rows.T
        self.alive[self.count : end] = True
        self.count = end
        return len(rows)

    def within(self, queries: Words, low: int, high: int, first: int, large: bool) -> Numbers:
        wide = large and len(self.columns) == 4
        if wide and kernels.compiled():
            rows = self._by_kernel(queries, low, high)
        elif wide and kernels.flat():
            rows = self._by_faiss(queries, low, high)
        else:
            rows = self._by_numpy(queries, low, high)
        rows = rows[self.alive[rows[:, 0]]]
        rows[:, 0] += first
        return rows

    def _by_kernel(self, queries: Words, low: int, high: int) -> Numbers:
        scan, limits = kernels.compiled().scan, (np.uint64(low), np.uint64(high))
        out = np.empty((1024, 3), np.int64)
        found = scan(self.columns, self.count, queries, *limits, out)
        if found > len(out):
            out = np.empty((found, 3), np.int64)
            scan(self.columns, self.count, queries, *limits, out)
        return out[:found]

    def _by_faiss(self, queries: Words, low: int, high: int) -> Numbers:
        """Faiss knows "near" only: a far one is near the complement. Its radius is exclusive."""
        if self._flat is None:
            self._flat = kernels.flat().IndexBinaryFlat(256)
        fresh = self.columns[:, self._flat.ntotal : self.count].T
        if len(fresh):
            self._flat.add(np.ascontiguousarray(fresh).view(np.uint8))
        asked, bits = (queries, ~queries), len(self.columns) * 64
        parts = []
        for number, query in enumerate(asked[: 2 if high <= bits else 1]):
            limit = bits - high if number else low
            for at in range(len(query)):  # one by one: its batches are slower
                _, distances, near = self._flat.range_search(query[at : at + 1].view(np.uint8), limit + 1)
                far = bits - distances if number else distances
                parts.append(np.stack([near, np.full(len(near), at), far], axis=1).astype(np.int64))
        return np.concatenate(parts) if parts else np.empty((0, 3), np.int64)

    def _by_numpy(self, queries: Words, low: int, high: int) -> Numbers:
        parts = []
        for at, query in enumerate(queries):
            distances = np.zeros(self.count, np.uint16)
            for column, word in zip(self.columns, query, strict=True):
                distances += np.bitwise_count(column[: self.count] ^ word)
            near = np.flatnonzero((distances <= low) | (distances >= high))
            parts.append(np.stack([near, np.full(len(near), at), distances[near]], axis=1).astype(np.int64))
        return np.concatenate(parts) if parts else np.empty((0, 3), np.int64)


class Cells:
    """256-bit hashes that are looked for within a small `limit` only; what is added later is kept in a `Plain` beside.

    A hash is cut into parts. Two hashes within `limit` bits agree in at least one part but for few bits: so few that
    all the values it may have there can be looked up.
    """

    def __init__(self, rows: Words, limit: int = 31) -> None:
        self.limit = limit
        self._rows = aligned(rows)
        self._alive = np.ones(len(rows), np.bool_)
        self._late = Plain(256)
        self._parts = _parts(MANY_PARTS if len(rows) >= MANY else FEW_PARTS)
        masks = _masks(self._parts, limit)
        self._flips = np.concatenate(masks)
        self._part_of = np.repeat(np.arange(len(masks)), [len(each) for each in masks])
        self._bases = np.array([base for _, _, base in self._parts])[self._part_of]
        self._cut = _Cut(self._parts)
        self._starts, self._ids = _sorted_into_cells(self._rows, self._parts)

    def add(self, rows: Words) -> range:
        """Register hashes; gives their numbers."""
        late = self._late.add(rows)
        return range(len(self._rows) + late.start, len(self._rows) + late.stop)

    def remove(self, number: int) -> None:
        """Forget the hash with this number."""
        if number < len(self._rows):
            self._alive[number] = False
        else:
            self._late.remove(number - len(self._rows))

    def within(self, query: Words) -> Numbers:
        """Rows (number, distance) of the hashes at most `limit` apart from the query."""
        cells = self._bases + (self._cut.values(query)[self._part_of] ^ self._flips)
        large = len(self._rows) >= LARGE and kernels.compiled()
        found = self._by_kernel(query, cells) if large else self._by_numpy(query, cells)
        found = found[self._alive[found[:, 0]]]
        if len(found) > 1:
            found = np.unique(found, axis=0)
        if self._late.untouched:
            return found
        late = self._late.within(query[None], self.limit)[:, [0, 2]]
        late[:, 0] += len(self._rows)
        return np.concatenate([found, late])

    def _by_kernel(self, query: Words, cells: Numbers) -> Numbers:
        probe, limit = kernels.compiled().probe, np.uint64(self.limit)
        out = np.empty((1024, 2), np.int64)
        found = probe(self._rows, query, cells, self._starts, self._ids, limit, out)
        if found > len(out):
            out = np.empty((found, 2), np.int64)
            probe(self._rows, query, cells, self._starts, self._ids, limit, out)
        return out[:found]

    def _by_numpy(self, query: Words, cells: Numbers) -> Numbers:
        starts = self._starts[cells]
        counts = self._starts[cells + 1] - starts
        ends = np.cumsum(counts)
        places = np.arange(ends[-1]) + np.repeat(starts - (ends - counts), counts)
        near = self._ids[places]
        distances = np.bitwise_count(self._rows[near] ^ query).sum(axis=1, dtype=np.int64)
        kept = distances <= self.limit
        return np.stack([near[kept], distances[kept]], axis=1).astype(np.int64)


class _Cut:
    """All parts of one hash at once."""

    def __init__(self, parts: Sequence[tuple[int, int, int]]) -> None:
        starts, sizes = (np.array([part[at] for part in parts]) for at in (0, 1))
        self._word, self._next = starts // 64, np.minimum(starts // 64 + 1, 3)
        self._shift = (starts % 64).astype(np.uint64)
        self._back = np.uint64(63) - self._shift  # and one more: a shift by all 64 bits is not defined
        self._mask = (2**sizes - 1).astype(np.uint64)

    def values(self, query: Words) -> Numbers:
        low = query[self._word] >> self._shift
        high = (query[self._next] << np.uint64(1)) << self._back
        values: Numbers = ((low | high) & self._mask).astype(np.int64)
        return values


def _parts(sizes: Sequence[int]) -> list[tuple[int, int, int]]:
    """(first bit, bits, first cell) of each part of a 256-bit hash."""
    firsts = np.cumsum([0, *sizes])
    bases = np.cumsum([0, *(2**size for size in sizes)])
    return [(int(firsts[at]), size, int(bases[at])) for at, size in enumerate(sizes)]


def _masks(parts: Sequence[tuple[int, int, int]], limit: int) -> list[Numbers]:
    """For each part, the changes to look up: one more wrong bit than that in every part would be over `limit`."""
    least, more = divmod(limit, len(parts))
    return [_flips(size, least if at <= more else least - 1) for at, (_, size, _) in enumerate(parts)]


def _flips(size: int, most: int) -> Numbers:
    return np.array(
        [sum(1 << bit for bit in chosen) for count in range(most + 1) for chosen in combinations(range(size), count)],
        np.int64,
    )


def _part(rows: Words, start: int, size: int) -> Numbers:
    """Some bits of each hash as a number."""
    word, shift = divmod(start, 64)
    values = rows[:, word] >> np.uint64(shift)
    if shift + size > 64:
        values = values | (rows[:, word + 1] << np.uint64(64 - shift))
    return (values & np.uint64(2**size - 1)).astype(np.int64)


def _sorted_into_cells(
    rows: Words, parts: Sequence[tuple[int, int, int]]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where each cell starts, and the numbers of the hashes cell after cell, part after part."""
    if len(rows) * len(parts) >= 2**31:
        raise ValueError("Too many hashes for one index: divide them among several.")
    starts = np.zeros(parts[-1][2] + 2 ** parts[-1][1] + 1, np.int32)
    ids = np.empty(len(rows) * len(parts), np.int32)
    for number, (start, size, base) in enumerate(parts):
        cells, sorted_ids = starts[base : base + 2**size + 1], ids[number * len(rows) : (number + 1) * len(rows)]
        if len(rows) >= LARGE and kernels.compiled():
            cells[:] = 0
            kernels.compiled().place(rows, *divmod(start, 64), 2**size - 1, cells, sorted_ids)
        else:
            values = _part(rows, start, size).astype(np.int32)
            cells[:] = np.concatenate([[0], np.cumsum(np.bincount(values, minlength=2**size))])
            sorted_ids[:] = np.argsort(values, kind="stable")
        cells += number * len(rows)
    return starts, ids
