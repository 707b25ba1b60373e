"""Finds which registered pictures share distinctive points with a picture that was met: a voting index (pure).

Every registered point lies in one of many short lists (an inverted file of faiss whose number of lists grows with the
points), so that a look-up costs nearly the same however many pictures are registered. Memory of one photograph of 600
points: 93 kB for its own features, and 50 kB in the lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerprints.local import STEP, VARIANTS, Features
from monitor.near import faiss

NEAR = 0.45 * STEP * STEP  # squared distance of two codes that may show the same spot
NEIGHBOURS = 4  # registered points looked at for each point met
VOTERS = 400  # the strongest points of a picture that vote
CANDIDATES = 10  # pictures whose geometry is then verified
FEWEST = 3  # votes that agree on a turn and a scale

_FLAT = 20_000  # up to so many points every one is compared
_LIST = 64  # points in one list, on average
_PROBES = 8  # lists looked into
_BRANCHES = 128  # first level of the lists
_TURNS, _SCALES = 12, 16  # bins of a vote: 30 degrees, and a factor of sqrt(2)

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registered picture that may be in the one met, seen as `variant`, with the `votes` that agree roughly."""

    number: int
    variant: str
    votes: int


class LocalIndex:
    """The points of all registered pictures; a picture is known by the number that it was given."""

    def __init__(self) -> None:
        self._pictures: dict[int, Features] = {}
        self._waiting: list[int] = []
        self._next = 0
        self._lay_out()

    def __len__(self) -> int:
        return len(self._pictures)

    def picture(self, number: int) -> Features:
        """The features of a registered picture."""
        return self._pictures[number]

    def add(self, picture: Features) -> int:
        """Register one more: the next search sees it."""
        number, self._next = self._next, self._next + 1
        self._pictures[number] = picture
        self._waiting.append(number)
        return number

    def remove(self, number: int) -> None:
        """The next search does not see it; its points leave the lists when these are made anew."""
        del self._pictures[number]
        if number in self._waiting:
            self._waiting.remove(number)

    def candidates(self, met: Features) -> list[Candidate]:
        """The registered pictures with most votes that agree on a turn and a scale, at most `CANDIDATES`."""
        if not self._pictures or len(met) < FEWEST:
            return []
        self._take_in()
        seen = [met.strongest(VOTERS).seen_as(variant) for variant in VARIANTS]
        distances, points = self._points.search(np.vstack([_vectors(each) for each in seen]), NEIGHBOURS)
        rows, columns = np.nonzero((distances < NEAR) & (points >= 0))
        point = points[rows, columns]
        turns = np.concatenate([each.angles for each in seen])[rows] - self._angles[point]
        scales = np.log2(np.concatenate([each.sizes for each in seen])[rows] / self._sizes[point])
        variants, voters = np.divmod(rows, len(seen[0]))
        sides = self._owner[point].astype(np.int64) * len(VARIANTS) + variants
        return self._elected(_bins(sides, turns, scales), voters)

    def _elected(self, bins: NDArray[np.int64], voters: NDArray[np.int64]) -> list[Candidate]:
        """Each voter counts once in a bin, and each picture by its best bin."""
        votes = np.unique(bins * VOTERS + voters[:, None])
        places, counts = np.unique(votes // VOTERS, return_counts=True)
        elected: dict[int, Candidate] = {}
        for at in np.argsort(-counts, kind="stable"):
            if counts[at] < FEWEST or len(elected) == CANDIDATES:
                break
            number, variant = divmod(int(places[at]) // (_TURNS * _SCALES), len(VARIANTS))
            if number in self._pictures:
                elected.setdefault(number, Candidate(number, VARIANTS[variant], int(counts[at])))
        return list(elected.values())

    def _take_in(self) -> None:
        """What waits goes into the lists; when the points have doubled the lists are made anew."""
        more = sum(len(self._pictures[number]) for number in self._waiting)
        if len(self._owner) + more > max(_FLAT, 2 * self._laid_out):
            self._lay_out()
        elif self._waiting:
            self._points.add(np.concatenate([_vectors(self._pictures[number]) for number in self._waiting]))
            self._note(self._waiting)
        self._waiting = []

    def _lay_out(self) -> None:
        self._owner, self._sizes, self._angles = np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.float32)
        vectors = [_vectors(picture) for picture in self._pictures.values()] or [np.empty((0, 128), np.float32)]
        self._points = _lists(np.concatenate(vectors))
        self._note(list(self._pictures))
        self._laid_out = len(self._owner)

    def _note(self, numbers: Sequence[int]) -> None:
        """What is known of each point beside its descriptor, in the order of the points in the lists."""
        pictures = [self._pictures[number] for number in numbers]
        owners = np.repeat(np.array(numbers, np.int32), [len(picture) for picture in pictures])
        self._owner = np.concatenate([self._owner, owners])
        self._sizes = np.concatenate([self._sizes, *(picture.sizes for picture in pictures)])
        self._angles = np.concatenate([self._angles, *(picture.angles for picture in pictures)])


def _bins(sides: NDArray[np.int64], turns: Vectors, scales: Vectors) -> NDArray[np.int64]:
    """The four bins of turn and scale around each vote, so that a border between two bins parts nobody."""
    turn = np.floor(turns / 30 - 0.5).astype(np.int64)[:, None] + np.array([0, 1, 0, 1])
    scale = np.floor(scales * 2 - 0.5).astype(np.int64)[:, None] + np.array([0, 0, 1, 1])
    scale = np.clip(scale + _SCALES // 2, 0, _SCALES - 1)
    bins: NDArray[np.int64] = (sides[:, None] * _TURNS + turn % _TURNS) * _SCALES + scale
    return bins


def _vectors(picture: Features) -> Vectors:
    return picture.codes.astype(np.float32) + np.float32(0.5)  # the middle of each step, as faiss gives it back


def _lists(vectors: Vectors) -> Any:
    """A flat index for few points; else short lists around centres found on two levels."""
    if len(vectors) <= _FLAT:
        index = faiss.IndexScalarQuantizer(128, faiss.ScalarQuantizer.QT_4bit_uniform)
        index.train(_range())
    else:
        centres = _centres(vectors, len(vectors) // _LIST)
        nearest = faiss.IndexHNSWFlat(128, 16)
        nearest.hnsw.efSearch = 2 * _PROBES
        nearest.add(centres)
        index = faiss.IndexIVFScalarQuantizer(nearest, 128, len(centres), faiss.ScalarQuantizer.QT_4bit_uniform)
        index.referenced_objects = [nearest]
        index.by_residual = False
        index.train(_range(len(centres)))
        index.nprobe = _PROBES
    index.add(vectors)
    return index


def _range(rows: int = 2) -> Vectors:
    """What faiss must see to keep every code from 0 to 15 as it is."""
    return np.tile(np.array([[0.0], [15.0]], np.float32), (max(1, rows // 2 + 1), 128))


def _centres(vectors: Vectors, count: int) -> Vectors:
    """`count` centres, about: the points are parted in branches, and each branch in its share of lists."""
    chance = np.random.default_rng(7)
    sample = vectors[chance.permutation(len(vectors))[: 24 * count]]
    first = _means(sample, min(_BRANCHES, count))
    _, branch = faiss.knn(sample, first, 1)
    found = []
    for number in range(len(first)):
        members = sample[branch[:, 0] == number]
        if len(members):
            found.append(_means(members, max(1, round(count * len(members) / len(sample)))))
    return np.concatenate(found)


def _means(vectors: Vectors, count: int) -> Vectors:
    trained = faiss.Kmeans(128, count, niter=6, seed=7, min_points_per_centroid=1, max_points_per_centroid=64)
    trained.train(vectors)
    return np.asarray(trained.centroids)
