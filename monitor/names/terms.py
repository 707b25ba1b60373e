"""All watched terms in little memory: their words in one run of bytes, and the first words of their context apart."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np

from monitor.names import hashing
from monitor.names.context import opening_words
from monitor.names.fold import UNSPACED
from monitor.names.postings import ranges
from monitor.names.term import KINDS, Term


class TermStore:
    """Terms by number. A removed number is given again; the bytes it leaves are packed when they are a quarter."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._begin = array("Q")
        self._length = array("I")  # 0: nobody
        self._kind = array("B")  # places in KINDS
        self._free: list[int] = []
        self._wasted = 0
        self._context = array("I")
        self._context_begin = array("I")
        self._context_count = array("H")
        self.first_words: Callable[[tuple[str, ...]], Sequence[int]] = (
            first_words  # or the same from the compiled loops
        )

    def __len__(self) -> int:
        return len(self._length) - len(self._free)

    def __getitem__(self, number: int) -> Term:
        begin = self._begin[number]
        written = self._bytes[begin : begin + self._length[number]].decode("utf-8", "surrogatepass")
        key, value, aliases, context, exclude = _unpacked(written)
        return Term.stored(key, self.kind(number), value, tuple(aliases), tuple(context), tuple(exclude))

    def add(self, term: Term) -> int:
        """Keep a term; gives its number."""
        kept = packed(term)
        if self._free:
            number = self._free.pop()
        else:
            number = len(self._length)
            for column in (self._begin, self._length, self._kind, self._context_begin, self._context_count):
                column.append(0)
        self._begin[number], self._length[number] = len(self._bytes), len(kept)
        self._kind[number] = _PLACES[term.kind]
        self._bytes += kept
        if term.context:
            firsts = self.first_words(term.context)
            self._context_begin[number], self._context_count[number] = len(self._context), len(firsts)
            self._context.extend(firsts)
        return number

    def columns(self) -> tuple[bytearray, array[int], array[int], array[int]]:
        """The bytes of all terms, and by number where they begin, how many they are, and the place of the kind."""
        return self._bytes, self._begin, self._length, self._kind

    def remove(self, number: int) -> None:
        """Forget a term."""
        self._wasted += self._length[number]
        begin = self._begin[number]
        self._bytes[begin : begin + self._length[number]] = bytes(self._length[number])
        self._length[number] = self._context_count[number] = 0
        self._free.append(number)
        if self._wasted > 1_000_000 and self._wasted * 4 > len(self._bytes):
            self._pack()

    def _pack(self) -> None:
        kept, context = bytearray(), array("I")
        for number, length in enumerate(self._length):
            begin, first = self._begin[number], self._context_begin[number]
            self._begin[number], self._context_begin[number] = len(kept), len(context)
            kept += self._bytes[begin : begin + length]
            context.extend(self._context[first : first + self._context_count[number]])
        self._bytes, self._context, self._wasted = kept, context, 0

    def kind(self, number: int) -> str:
        """What kind of term it is, without reading it again."""
        return KINDS[self._kind[number]]

    def may_have_context(self, numbers: np.ndarray, page: np.ndarray) -> np.ndarray:
        """Of which terms the first word of some context may stand on a page, given as the page's bits."""
        begins = np.frombuffer(self._context_begin, np.uint32)[numbers].astype(np.int64)
        counts = np.frombuffer(self._context_count, np.uint16)[numbers].astype(np.int64)
        firsts = np.frombuffer(self._context, np.uint32)[ranges(begins, counts)]
        seen, ends = np.append(0, np.cumsum(page[firsts])), np.cumsum(counts)
        found: np.ndarray = seen[ends] > seen[ends - counts]
        return found

    @property
    def nbytes(self) -> int:
        columns = (self._begin, self._length, self._kind, self._context, self._context_begin, self._context_count)
        return len(self._bytes) + sum(column.itemsize * len(column) for column in columns)


_PARTS, _ITEMS = "\x1e", "\x1f"  # what control characters are for; a text that holds them is kept as JSON


def packed(term: Term) -> bytes:
    """A term as it is kept, its kind apart; equal terms are kept in equal bytes."""
    return _written(term).encode("utf-8", "surrogatepass")


def _written(term: Term) -> str:
    aliases, context, exclude = term.aliases, term.context, term.exclude
    if not (aliases or context or exclude):
        written, items = f"{term.id}{_PARTS}{term.value}{_PARTS * 3}", 0
    else:
        lists = (aliases, context, exclude)
        written = _PARTS.join((term.id, term.value, *map(_ITEMS.join, lists)))
        items = sum([len(each) - 1 for each in lists if each])
        if "" in aliases or "" in context or "" in exclude:
            items = -1
    if written[:1] != "[" and written.count(_PARTS) == 4 and written.count(_ITEMS) == items:
        return written
    return _ENCODE([term.id, term.value, aliases, context, exclude])


def _unpacked(written: str) -> Sequence[Any]:
    if written[:1] == "[":
        return list(json.loads(written))
    key, value, *lists = written.split(_PARTS)
    return [key, value, *(each.split(_ITEMS) if each else [] for each in lists)]


_PLACES = {kind: place for place, kind in enumerate(KINDS)}
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
BITS = 18  # the words of a page are kept as so many bits to the power of two: few stand for two words of one page
_TOKEN = re.compile(f"[{UNSPACED}]|[^{UNSPACED}]+")  # in a script without spaces every letter is a word of its own


class PageBits:
    """The words of one page at a time, as bits: the memory is taken once and wiped of each page."""

    def __init__(self) -> None:
        self._bits = np.zeros(1 << BITS, bool)

    @contextmanager
    def of(self, hashes: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
        """The bits of a page, from the mixed hashes of its words by field."""
        places = np.concatenate(hashes) >> np.uint64(64 - BITS)
        self._bits[places] = True
        try:
            yield self._bits
        finally:
            self._bits[places] = False


@lru_cache(maxsize=1_000)  # the terms of one person share their context
def first_words(context: tuple[str, ...]) -> list[int]:
    """The first words of some context, as the bits of a page that tell of them."""
    openings = (opening for word in context for opening in opening_words.__wrapped__(word))
    firsts = list(dict.fromkeys(found[0] for opening in openings if (found := _TOKEN.match(opening))))
    hashes = hashing.mix(hashing.hash_all(firsts, collapsed=False), hashing.KNOWN)
    return [int(each) for each in hashes >> np.uint64(64 - BITS)]
