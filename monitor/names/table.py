"""A hash table in two arrays, from 64-bit keys to 32-bit references, that changes at once and is asked for thousands.

Open addressing with linear probing and no wrap-around; a bitmap turns most absent keys away. A key may stand more
than once. A removed entry leaves a tombstone; the table is packed again when a quarter of it is tombstones.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

TOMBSTONE = 0xFFFFFFFF
_TAIL = 4096  # slots after the last home, so that no probe wraps around
_FULLEST = 0.7
_BITS_A_SLOT = 8
_FEW = 12  # keys that are cheaper to follow one by one


class Table:
    """Keys are mixed hashes (never 0), references are below `TOMBSTONE`."""

    def __init__(self, expected: int = 1000) -> None:
        self.size = 10
        while expected > _FULLEST * (1 << self.size):
            self.size += 1
        self.used = self.removed = self.version = 0
        self._make()

    def _make(self) -> None:
        self.version += 1  # the arrays are others from here on
        self.keys = np.zeros((1 << self.size) + _TAIL, np.uint64)
        self.refs = np.zeros((1 << self.size) + _TAIL, np.uint32)
        self.bitmap = np.zeros((_BITS_A_SLOT << self.size) // 8, np.uint8)
        # The same memory, one number at a time: several times quicker than an array for a single entry.
        self._keys = self.keys.data
        self._refs = self.refs.data
        self._bits = self.bitmap.data

    @property
    def nbytes(self) -> int:
        return int(self.keys.nbytes + self.refs.nbytes + self.bitmap.nbytes)

    def __len__(self) -> int:
        return self.used - self.removed

    def _bit(self, key: int) -> int:
        return key >> (64 - self.size - 3)

    def add(self, key: int, ref: int) -> None:
        """Add one entry; the key may already be there."""
        if self.used + 1 > _FULLEST * (1 << self.size):
            self._rebuild(np.array([], np.uint64), np.array([], np.uint32))
        at, keys = key >> (64 - self.size), self._keys
        while keys[at]:
            at += 1
        if at == len(keys) - 1:  # the last slot stays empty: every search ends there
            self._rebuild(np.array([key], np.uint64), np.array([ref], np.uint32))
            return
        keys[at], self._refs[at] = key, ref
        bit = self._bit(key)
        self._bits[bit >> 3] |= 1 << (bit & 7)
        self.used += 1

    def add_all(self, keys: np.ndarray, refs: np.ndarray) -> None:
        """Add many entries in one go."""
        self._rebuild(keys, refs)

    def _rebuild(self, keys: np.ndarray, refs: np.ndarray) -> None:
        """Pack what stands and what comes into a table that is large enough: sorted by home, each at the next free."""
        alive = np.flatnonzero((self.keys != 0) & (self.refs != TOMBSTONE))
        keys = np.concatenate([self.keys[alive], keys.astype(np.uint64)])
        refs = np.concatenate([self.refs[alive], refs.astype(np.uint32)])
        while len(keys) + 1 > _FULLEST * 0.8 * (1 << self.size):
            self.size += 1
        while True:
            home = (keys >> np.uint64(64 - self.size)).astype(np.int64)
            order = np.argsort(home, kind="stable")
            rank = np.arange(len(keys))
            place = np.maximum.accumulate(home[order] - rank) + rank
            if not len(place) or place[-1] < (1 << self.size) + _TAIL - 1:
                break
            self.size += 1
        self._make()
        self.keys[place], self.refs[place] = keys[order], refs[order]
        bits = (keys >> np.uint64(64 - self.size - 3)).astype(np.int64)
        np.bitwise_or.at(self.bitmap, bits >> 3, (1 << (bits & 7)).astype(np.uint8))
        self.used, self.removed = len(keys), 0

    def slots(self, key: int) -> Iterator[int]:
        """Where the entries of a key stand."""
        at, keys, refs = key >> (64 - self.size), self._keys, self._refs
        while seen := keys[at]:
            if seen == key and refs[at] != TOMBSTONE:
                yield at
            at += 1

    def first(self, key: int) -> int | None:
        """Where the first entry of a key stands."""
        at, keys, refs = key >> (64 - self.size), self._keys, self._refs
        while seen := keys[at]:
            if seen == key and refs[at] != TOMBSTONE:
                return at
            at += 1
        return None

    def ref(self, slot: int) -> int:
        """The reference that stands at a slot."""
        return self._refs[slot]

    def set_ref(self, slot: int, ref: int) -> None:
        """Let another reference stand at a slot."""
        self._refs[slot] = ref

    def get(self, key: int) -> list[int]:
        """The references of one key."""
        return [self._refs[at] for at in self.slots(key)]

    def remove(self, key: int, ref: int) -> bool:
        """Remove one entry; whether it was there."""
        for at in self.slots(key):
            if self._refs[at] == ref:
                self._refs[at] = TOMBSTONE
                self.removed += 1
                if self.removed > 1000 and self.removed * 4 > self.used:
                    self._rebuild(np.array([], np.uint64), np.array([], np.uint32))
                return True
        return False

    def _from(self, start: int, key: int) -> list[int]:
        """The references of a key from a slot on."""
        found: list[int] = []
        while True:
            part = self.keys[start : start + 64]
            end = int(np.argmax(part == 0)) if not part.all() else len(part)
            refs = self.refs[start : start + end][part[:end] == key]
            found += [ref for ref in refs.tolist() if ref != TOMBSTONE]
            if end < len(part) or not len(part):
                return found
            start += len(part)

    def find(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(index into `keys`, reference) of every entry of every key, by index."""
        bits = (keys >> np.uint64(64 - self.size - 3)).astype(np.int64)
        asked = np.flatnonzero((self.bitmap[bits >> 3] >> (bits & 7).astype(np.uint8)) & 1)
        at = (keys[asked] >> np.uint64(64 - self.size)).astype(np.int64)
        found_index, found_ref = [], []
        while len(asked) > _FEW:
            seen = self.keys[at]
            hit = seen == keys[asked]
            refs = self.refs[at]
            hit &= refs != TOMBSTONE
            if hit.any():
                found_index.append(asked[hit])
                found_ref.append(refs[hit])
            going = seen != 0
            asked, at = asked[going], at[going] + 1
        few = [
            (one, ref)
            for one, start in zip(asked.tolist(), at.tolist(), strict=True)
            for ref in self._from(start, keys[one])
        ]
        if few:
            found_index.append(np.array([one for one, _ in few], np.int64))
            found_ref.append(np.array([ref for _, ref in few], np.uint32))
        if not found_index:
            return np.array([], np.int64), np.array([], np.uint32)
        index, ref = np.concatenate(found_index), np.concatenate(found_ref)
        order = np.argsort(index, kind="stable")
        return index[order], ref[order]
