"""From a key to the terms that have it: one reference in the table itself, several in a row of cells of their own."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np

from monitor.names.table import TOMBSTONE, Table

SHARED = 0x8000_0000  # highest bit of a reference: several terms have the key, and the rest says where their row is
HEADER = 2  # cells in front of a row: how many references it holds, and how many it has room for
_ROOM = 4  # references that a new row has room for


class Postings:
    """Key -> one or more references, in the order in which they came."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.version = 0
        self.counts = array("Q", (0, 0))  # cells used, and of these left: where the compiled loops count too
        self._keep(np.zeros(64, np.uint32))

    def _keep(self, cells: np.ndarray) -> None:
        self.version += 1
        self.cells = cells
        self._cells = cells.data  # the same memory, one number at a time

    def add(self, key: int, ref: int) -> None:
        """Add one reference."""
        slot = self.table.first(key)
        if slot is None:
            self.table.add(key, ref)
            return
        known = self.table.ref(slot)
        if not known & SHARED:
            self.table.set_ref(slot, SHARED | self._row([known, ref], _ROOM))
            return
        row, cells = known ^ SHARED, self._cells
        count, room = cells[row], cells[row + 1]
        if count < room:
            cells[row + HEADER + count] = ref
            cells[row] = count + 1
        else:
            self.table.set_ref(slot, SHARED | self._row([*self.all_of(known), ref], count + count // 2))
            self._waste(room)

    def _row(self, refs: Sequence[int], room: int) -> int:
        """Where a new row with these references begins."""
        begin = self.counts[0]
        end = begin + HEADER + room
        if end > len(self.cells):
            self._lengthen(end - begin)
        self._cells[begin], self._cells[begin + 1] = len(refs), room
        self.cells[begin + HEADER : begin + HEADER + len(refs)] = refs
        self.counts[0] = end
        return begin

    def _waste(self, room: int) -> None:
        """A row was left."""
        self.counts[1] += HEADER + room
        self.pack()

    def pack(self) -> None:
        """Move the rows together, and the table, when a quarter of what they take was left."""
        self.table.pack()
        end, left = self.counts
        if left > 10_000 and left * 4 > end:
            self._move_together()

    def fit(self) -> None:
        """Give back the room that is not needed, after many references have come."""
        self.table.fit()
        self._move_together()

    def reserve(self, more: int) -> None:
        """Have room for so many more references, unless they lengthen long rows."""
        self.table.reserve(more)
        if self.counts[0] + more * (HEADER + _ROOM) > len(self.cells):
            self._lengthen(more * (HEADER + _ROOM))

    def _lengthen(self, more: int) -> None:
        """Have so many free cells, and some beyond."""
        used = self.cells[: self.counts[0]]
        self._keep(np.concatenate([used, np.zeros(more + len(used) // 8, np.uint32)]))

    def _move_together(self) -> None:
        slots = np.flatnonzero((self.table.refs >= SHARED) & (self.table.refs != TOMBSTONE))
        rows = (self.table.refs[slots] ^ np.uint32(SHARED)).astype(np.int64)
        counts = self.cells[rows].astype(np.int64)
        self.table.refs[slots] = self._filled(counts, self.cells[ranges(rows + HEADER, counts)])

    def _filled(self, counts: np.ndarray, refs: np.ndarray) -> np.ndarray:
        """Begin again with rows of these lengths, full; gives their references."""
        begins = np.cumsum(counts + HEADER) - counts - HEADER
        self.counts[0], self.counts[1] = end, _ = int(counts.sum()) + HEADER * len(counts), 0
        cells = np.zeros(max(64, end + end // 16), np.uint32)
        cells[begins] = cells[begins + 1] = counts
        cells[ranges(begins + HEADER, counts)] = refs
        self._keep(cells)
        shared: np.ndarray = begins.astype(np.uint32) | np.uint32(SHARED)
        return shared

    def add_all(self, keys: np.ndarray, refs: np.ndarray) -> None:
        """Add to an empty table everything it starts with."""
        order = np.argsort(keys, kind="stable")
        keys, refs = keys[order], refs[order]
        heads = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.array([], np.int64)
        counts = np.diff(np.append(heads, len(keys)))
        firsts, several = refs[heads], np.flatnonzero(counts > 1)
        firsts[several] = self._filled(counts[several], refs[ranges(heads[several], counts[several])])
        self.table.add_all(keys[heads], firsts)

    def remove(self, key: int, ref: int) -> None:
        """Take one reference away."""
        slot = self.table.first(key)
        if slot is None:
            return
        known = self.table.ref(slot)
        if not known & SHARED:
            self.table.remove(key, ref)
            return
        row = known ^ SHARED
        standing = list(self.all_of(known))
        if ref in standing:
            standing.remove(ref)
            self.cells[row + HEADER : row + HEADER + len(standing)] = standing
            self._cells[row] = len(standing)
        if len(standing) == 1:
            room = self._cells[row + 1]
            self.table.set_ref(slot, standing[0])
            self._waste(room)

    def all_of(self, ref: int) -> Sequence[int]:
        """The references behind one that was found."""
        if not ref & SHARED:
            return (ref,)
        row = ref ^ SHARED
        return self._cells[row + HEADER : row + HEADER + self._cells[row]].tolist()

    def expanded(self, refs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(index into `refs`, reference) of all the references behind some that were found, in order."""
        shared = np.flatnonzero(refs >= SHARED)
        rows = refs[shared] ^ SHARED
        counts = np.ones(len(refs), np.int64)
        counts[shared] = self.cells[rows]
        index = np.repeat(np.arange(len(refs)), counts)
        found = refs[index]
        found[np.repeat(refs >= SHARED, counts)] = self.cells[ranges(rows + HEADER, counts[shared])]
        return index, found

    @property
    def nbytes(self) -> int:
        return int(self.table.nbytes + self.cells.nbytes)


def ranges(begins: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """All the places begin, begin + 1, ... of some runs, one run after another."""
    ends = np.cumsum(counts)
    places: np.ndarray = np.repeat(begins - ends + counts, counts) + np.arange(int(ends[-1]) if len(ends) else 0)
    return places
