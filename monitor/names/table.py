"""A hash table in two arrays, from 64-bit keys to 32-bit references, that changes at once and is asked for thousands.

Open addressing with linear probing and no wrap-around, at most four fifths full; a small filter (a Bloom filter whose
three bits of a key stand in one word) turns most absent keys away. A key may stand more than once. A removed entry
leaves a tombstone; the table is packed again when a quarter of it is tombstones.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np

TOMBSTONE = 0xFFFFFFFF
_TAIL = 4096  # slots after the last home, so that no probe wraps around
_FULLEST = 0.8
_PACKED = 0.68  # how full a table is when it was made again
_LEAST = 64  # slots
_SLOTS_A_WORD = 8  # of the filter, which has eight bits for each slot
_FEW = 24  # keys that are cheaper to follow one by one
_HALF = np.uint64(32)
_NOTHING = (np.array([], np.uint64), np.array([], np.uint32))


class Table:
    """Keys are mixed hashes (never 0), references are below `TOMBSTONE`."""

    def __init__(self, expected: int = 40) -> None:
        self.slots = max(_LEAST, int(expected / _PACKED) + 1)  # homes; the arrays are longer by the tail
        self.counts = array("Q", (0, 0))  # slots used, and of these removed: where the compiled loops count too
        self.version = 0
        self._make()

    def _make(self) -> None:
        self.version += 1  # the arrays are others from here on
        self.words = self.slots // _SLOTS_A_WORD + 1  # of the filter
        self.keys = np.zeros(self.slots + _TAIL, np.uint64)
        self.refs = np.zeros(self.slots + _TAIL, np.uint32)
        self.filter = np.zeros(self.words, np.uint64)
        # The same memory, one number at a time: several times quicker than an array for a single entry.
        self._keys = self.keys.data
        self._refs = self.refs.data
        self._filter = self.filter.data

    @property
    def nbytes(self) -> int:
        return int(self.keys.nbytes + self.refs.nbytes + self.filter.nbytes)

    def __len__(self) -> int:
        return self.counts[0] - self.counts[1]

    def _home(self, key: int) -> int:
        """Where the search for a key begins: its upper half as a fraction of the slots."""
        return ((key >> 32) * self.slots) >> 32

    def add(self, key: int, ref: int) -> None:
        """Add one entry; the key may already be there."""
        if self.counts[0] + 1 > _FULLEST * self.slots:
            self._rebuild(*_NOTHING)
        at, keys = self._home(key), self._keys
        while keys[at]:
            at += 1
        if at == len(keys) - 1:  # the last slot stays empty: every search ends there
            self._rebuild(np.array([key], np.uint64), np.array([ref], np.uint32))
            return
        keys[at], self._refs[at] = key, ref
        self._filter[((key >> 32) * self.words) >> 32] |= _mask(key)
        self.counts[0] += 1

    def add_all(self, keys: np.ndarray, refs: np.ndarray) -> None:
        """Add many entries in one go."""
        self._rebuild(keys, refs)

    def _rebuild(self, keys: np.ndarray, refs: np.ndarray, more: int = 0) -> None:
        """Pack what stands and what comes into a table that is large enough: sorted by home, each at the next free."""
        alive = np.flatnonzero((self.keys != 0) & (self.refs != TOMBSTONE))
        keys = np.concatenate([self.keys[alive], keys.astype(np.uint64)])
        refs = np.concatenate([self.refs[alive], refs.astype(np.uint32)])
        order = np.argsort(keys, kind="stable")
        keys, refs = keys[order], refs[order]
        rank = np.arange(len(keys))
        self.slots = max(_LEAST, int((len(keys) + more + 1) / _PACKED) + 1)
        while True:
            home = ((keys >> _HALF) * np.uint64(self.slots) >> _HALF).astype(np.int64)
            place = np.maximum.accumulate(home - rank) + rank
            if not len(place) or place[-1] < self.slots + _TAIL - 1:
                break
            self.slots += self.slots // 4
        self._make()
        self.keys[place], self.refs[place] = keys, refs
        np.bitwise_or.at(self.filter, ((keys >> _HALF) * np.uint64(self.words) >> _HALF).astype(np.int64), _masks(keys))
        self.counts[0], self.counts[1] = len(keys), 0

    def slots_of(self, key: int) -> Iterator[int]:
        """Where the entries of a key stand."""
        at, keys, refs = self._home(key), self._keys, self._refs
        while seen := keys[at]:
            if seen == key and refs[at] != TOMBSTONE:
                yield at
            at += 1

    def first(self, key: int) -> int | None:
        """Where the first entry of a key stands."""
        return next(self.slots_of(key), None)

    def ref(self, slot: int) -> int:
        """The reference that stands at a slot."""
        return self._refs[slot]

    def set_ref(self, slot: int, ref: int) -> None:
        """Let another reference stand at a slot."""
        self._refs[slot] = ref

    def get(self, key: int) -> list[int]:
        """The references of one key."""
        return [self._refs[at] for at in self.slots_of(key)]

    def remove(self, key: int, ref: int) -> bool:
        """Remove one entry; whether it was there."""
        for at in self.slots_of(key):
            if self._refs[at] == ref:
                self._refs[at] = TOMBSTONE
                self.counts[1] += 1
                self.pack()
                return True
        return False

    def pack(self) -> None:
        """Make the table again when a quarter of it is tombstones."""
        used, removed = self.counts
        if removed > 1000 and removed * 4 > used:
            self._rebuild(*_NOTHING)

    def reserve(self, more: int) -> None:
        """Have room for so many more entries before they come."""
        if self.counts[0] + more > _FULLEST * self.slots:
            self._rebuild(*_NOTHING, more)

    def fit(self) -> None:
        """Give back the room that is not needed, after many entries have come."""
        if self.slots > len(self) / _PACKED * 1.05 + _LEAST:
            self._rebuild(*_NOTHING)

    def _from(self, start: int, key: int) -> list[int]:
        """The references of a key from a slot on."""
        found: list[int] = []
        at, keys, refs = start, self._keys, self._refs
        while seen := keys[at]:
            if seen == key and refs[at] != TOMBSTONE:
                found.append(refs[at])
            at += 1
        return found

    def find(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(index into `keys`, reference) of every entry of every key, by index."""
        upper, masks = keys >> _HALF, _masks(keys)
        asked = np.flatnonzero((self.filter[upper * np.uint64(self.words) >> _HALF] & masks) == masks)
        at = (upper[asked] * np.uint64(self.slots) >> _HALF).astype(np.int64)
        found_index, found_ref = [], []
        while len(asked) > _FEW:
            seen = self.keys[at]
            hit = np.flatnonzero(seen == keys[asked])
            if len(hit):
                refs = self.refs[at[hit]]
                alive = refs != TOMBSTONE
                found_index.append(asked[hit[alive]])
                found_ref.append(refs[alive])
            going = np.flatnonzero(seen)
            asked, at = asked[going], at[going] + 1
        few = [
            (one, ref)
            for one, start, key in zip(asked.tolist(), at.tolist(), keys[asked].tolist(), strict=True)
            for ref in self._from(start, key)
        ]
        if few:
            found_index.append(np.array([one for one, _ in few], np.int64))
            found_ref.append(np.array([ref for _, ref in few], np.uint32))
        if not found_index:
            return np.array([], np.int64), np.array([], np.uint32)
        index, ref = np.concatenate(found_index), np.concatenate(found_ref)
        order = np.argsort(index, kind="stable")
        return index[order], ref[order]


def _mask(key: int) -> int:
    """The three bits of a key in its word of the filter."""
    return 1 << (key >> 1 & 63) | 1 << (key >> 7 & 63) | 1 << (key >> 13 & 63)


def _masks(keys: np.ndarray) -> np.ndarray:
    one, low = np.uint64(1), np.uint64(63)
    masks: np.ndarray = one << (keys >> one & low)
    masks |= one << (keys >> np.uint64(7) & low)
    masks |= one << (keys >> np.uint64(13) & low)
    return masks
