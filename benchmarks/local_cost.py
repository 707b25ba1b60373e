"""What the local stage costs per picture met, with 1,000 and 10,000 registered photographs, against brute force.

`python -m benchmarks.local_cost [--points 600] [--sizes 1000 10000]`. The registered points are drawn from real
descriptors of generated landscapes, moved a little, so that they lie as dense as those of photographs do.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from demo.pictures import landscape, pattern
from fingerprints import local
from monitor.local_index import NEIGHBOURS, VOTERS, LocalIndex
from monitor.local_verify import Verified, verify
from monitor.near import faiss

ROUNDS = 5


def drawn(source: local.Features, count: int, chance: np.random.Generator) -> local.Features:
    """`count` points of a pool, their descriptors moved by one step in a third of their numbers."""
    rows = chance.integers(0, len(source), count)
    moved = source.codes[rows].astype(np.int16) + chance.integers(-1, 2, (count, 128))
    codes = np.clip(moved, 0, 15).astype(np.uint8)
    return local.Features(640, 480, source.places[rows], source.sizes[rows], source.angles[rows], codes)


def pool() -> local.Features:
    made = [local.features(np.asarray(make(seed)), 1200) for seed in range(20) for make in (landscape, pattern)]
    parts = (np.concatenate([getattr(each, name) for each in made]) for name in ("places", "sizes", "angles", "codes"))
    return local.Features(640, 480, *parts)


def cost(act: Callable[[], object]) -> float:
    """The median processor time in milliseconds."""
    act()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        act()
        times.append((time.process_time() - start) * 1000)
    return float(np.median(times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=600, help="of one registered photograph")
    parser.add_argument("--sizes", type=int, nargs=2, default=(1000, 10_000))
    asked = parser.parse_args()
    chance, source = np.random.default_rng(5), pool()
    rgb = np.asarray(landscape(77))
    met = local.features(rgb, local.MET)
    extract = cost(lambda: local.features(rgb, local.MET))
    costs = []
    for size in asked.sizes:
        index = LocalIndex()
        for _ in range(size):
            index.add(drawn(source, asked.points, chance))
        index.candidates(met)
        search = cost(partial(index.candidates, met))
        checks = cost(partial(_checked, index, met))
        costs.append((search, checks))
        print(f"{size:>7} photographs of {asked.points} points: look-up {search:.1f} ms, verified {checks:.1f} ms")
        if size == asked.sizes[0]:
            brute = _brute(index, size, met)
            print(f"{'':>7} brute force over the same points: {brute:.1f} ms; look-up x{search / brute:.3f} (goal 1/3)")
    print(f"extraction of the picture met {extract:.1f} ms")
    alone = costs[1][0] / costs[0][0]
    whole = (costs[1][1] + extract) / (costs[0][1] + extract)
    print(f"{asked.sizes[1]} against {asked.sizes[0]}: look-up x{alone:.2f}, whole stage x{whole:.2f} (goal 2)")


def _checked(index: LocalIndex, met: local.Features) -> list[Verified | None]:
    return [verify(index.picture(each.number), met.seen_as(each.variant)) for each in index.candidates(met)]


def _brute(index: LocalIndex, size: int, met: local.Features) -> float:
    """Every point met, in the four variants that the index looks up, against every registered point."""
    known = np.concatenate([index.picture(number).codes for number in range(size)]).astype(np.float32)
    voters = met.strongest(VOTERS)
    asked = np.concatenate([voters.seen_as(variant).codes for variant in local.VARIANTS]).astype(np.float32)
    start = time.process_time()
    faiss.knn(asked, known, NEIGHBOURS)
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    main()
