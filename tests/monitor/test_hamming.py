"""Every way of searching finds exactly what a plain loop finds, whatever is installed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import hamming, kernels
from monitor.hamming import Cells, Plain
from monitor.kernels import Words

WAYS = ("numpy", "faiss", "numba")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each means of searching, on a bank of any size; skips where its library is not installed."""
    monkeypatch.setattr(hamming, "LARGE", 0 if request.param != "numpy" else 10**12)
    if request.param == "faiss":
        if not kernels.flat():
            pytest.skip("faiss is not installed (extra images)")
        monkeypatch.setattr(kernels, "compiled", lambda: None)
    if request.param == "numba" and not kernels.compiled():
        pytest.skip("numba is not installed (extra fast)")
    return str(request.param)


def hashes(count: int, seed: int, width: int = 4) -> Words:
    return np.random.default_rng(seed).integers(0, 2**64, (count, width), dtype=np.uint64)


def near(row: Words, bits: int, seed: int) -> Words:
    """The hash with that many bits changed."""
    flat = np.unpackbits(row.view(np.uint8))
    flat[np.random.default_rng(seed).choice(flat.size, bits, replace=False)] ^= 1
    return np.packbits(flat).view(np.uint64)


def loop(rows: Words, query: Words) -> list[int]:
    return [sum(int(a ^ b).bit_count() for a, b in zip(row, query, strict=True)) for row in rows.tolist()]


@pytest.mark.parametrize("limit", [0, 31, 70, 128])
def test_every_hash_within_the_limit_is_found_near_and_negative(way: str, limit: int) -> None:
    rows = hashes(700, 1)
    queries = np.stack([near(rows[at], bits, at) for at, bits in ((3, 0), (90, 31), (600, 70), (7, 256), (8, 230))])
    index = Plain(256)
    index.add(rows)
    found = {tuple(row) for row in index.within(queries, limit, complements=True).tolist()}
    wanted = set()
    for at, query in enumerate(queries):
        for number, distance in enumerate(loop(rows, query.tolist())):
            if distance <= limit:
                wanted.add((number, at, distance))
            elif distance >= 256 - limit:
                wanted.add((number, -1 - at, 256 - distance))
    assert found == wanted
    assert len(found) >= 2


def test_more_hits_than_expected_are_all_given(way: str) -> None:
    index = Plain(256)
    index.add(np.repeat(hashes(1, 4), 3000, axis=0))
    assert len(index.within(hashes(1, 4), 31)) == 3000


def test_hashes_fill_block_after_block_and_can_be_removed_and_added(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = hashes(2 * hamming.BLOCK + 5, 2)
    index = Plain(256)
    assert index.add(rows[:10]) == range(10)
    assert index.add(rows[10:]) == range(10, len(rows))
    for number in (0, hamming.BLOCK - 1, hamming.BLOCK, len(rows) - 1):
        assert index.within(rows[number : number + 1], 0).tolist() == [[number, 0, 0]]
        index.remove(number)
        assert index.within(rows[number : number + 1], 0).tolist() == []
        (again,) = index.add(rows[number : number + 1])
        assert index.within(rows[number : number + 1], 0).tolist() == [[again, 0, 0]]
    assert len(index) == len(rows)


@pytest.mark.parametrize("many", [True, False])
def test_among_cells_nothing_within_31_bits_is_missed_wherever_the_wrong_bits_are(
    way: str, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hamming, "MANY", 1 if many else 10**9)
    rows = hashes(400, 3)
    rows[200:300] = rows[200]  # a crowded cell
    index = Cells(rows)
    for bits in range(40):
        query = near(rows[bits], bits, bits)
        wanted = {(n, d) for n, d in enumerate(loop(rows, query.tolist())) if d <= 31}
        assert {tuple(row) for row in index.within(query).tolist()} == wanted
    assert len(index.within(rows[200])) == 100


@given(st.lists(st.integers(0, 255), min_size=31, max_size=31, unique=True))
def test_any_31_wrong_bits_leave_a_part_that_is_looked_up(bits: list[int]) -> None:
    for sizes in (hamming.FEW_PARTS, hamming.MANY_PARTS):
        parts = hamming._parts(sizes)
        masks = [set(part.tolist()) for part in hamming._masks(parts, 31)]
        change = sum(1 << bit for bit in bits)
        seen = [(change >> start) % 2**size for start, size, _ in parts]
        assert any(value in mask for value, mask in zip(seen, masks, strict=True))
        assert sum(size for _, size, _ in parts) == 256


def test_what_is_added_to_cells_or_removed_is_seen_by_the_next_search(way: str) -> None:
    rows, late = hashes(50, 5), hashes(3, 6)
    index = Cells(rows)
    index.remove(7)
    assert index.add(late) == range(50, 53)
    index.remove(51)
    assert index.within(rows[7]).tolist() == []
    assert index.within(late[0]).tolist() == [[50, 0]]
    assert index.within(late[1]).tolist() == []


def test_an_empty_index_finds_nothing() -> None:
    assert len(Plain(256).within(hashes(1, 1), 256)) == 0
    assert len(Cells(hashes(0, 1)).within(hashes(1, 1)[0])) == 0
