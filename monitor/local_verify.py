"""Verifies that a registered picture, or a part of it, is inside a picture that was met, point by point (pure).

One affine change (shift, turn, scale, stretch) must carry enough distinct points of the registered picture onto points
that look the same in the one met (after Lowe 2004). The share of both areas that the points span and the best rival
place are told too, so that letters, logos and a repeated pattern do not make a match by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprints.local import STEP, Features
from monitor.near import faiss

NEAR = 0.5 * STEP * STEP  # squared distance of two codes taken for one spot
REACH = 6.0  # pixels, at 640, between where a point should be and where it is

_PAIRS = 2  # registered points that one point met may be paired with
_PEAKS = 3  # agreements on turn and scale that are tried
_MOST = 250  # pairs of one peak
_GRAIN = 4  # pixels: points nearer to each other than this count once
_ROWS = 16
_UNLIKE = 0.3  # mean squared distance, where 2 means nothing in common
_FREEDOM = 8  # inliers from which a stretch may be fitted, too
_STRETCH = 2.2  # one direction against the other
_SMALLEST, _LARGEST = 0.08, 8.0  # scale
_PRECISE = 2.0  # pixels, at 640, that a point of one and the same photograph is off: another one's are off by more
_TURNED, _SCALED = 12.0, 0.35  # degrees and octaves by which its own turn and scale may differ from the change

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Verified:
    """How well one change explains the pairs: distinct `inliers`, and the shares of both areas that they span.

    `strength` counts the inliers again, each by how alike its two descriptors are: two faces in the same pose have many
    points at the same places, but they are less alike than those of one photograph. `thin` is the width of the band in
    which the inliers lie against its length; `rows` is how many of 16 rows of the registered picture hold inliers, and
    `gap` how many empty ones lie between two that do; `rival` counts the inliers of the best other place with the same
    turn and scale, which a pattern that repeats itself has as well.
    """

    inliers: int
    strength: float
    exact: int
    area_registered: float
    area_met: float
    thin: float
    rows: int
    gap: int
    rival: int


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Points of two pictures that look alike: their places, the turn and the scale (log2) that each pair proposes."""

    a: Floats
    b: Floats
    turn: Floats
    scale: Floats
    distance: Floats

    def __len__(self) -> int:
        return len(self.turn)

    def only(self, which: NDArray[np.bool_] | Ints) -> _Pairs:
        return _Pairs(*(getattr(self, name)[which] for name in self.__slots__))


def verify(registered: Features, met: Features) -> Verified | None:
    """The best change from a registered picture onto one met, or None when no three points agree on one."""
    pairs = _paired(registered, met)
    best: Verified | None = None
    for peak in _peaks(pairs):
        found = _explained(peak, registered, met)
        if found and (best is None or found.inliers > best.inliers):
            best = found
    return best


def _paired(registered: Features, met: Features) -> _Pairs:
    keep = min(_PAIRS, len(registered))
    if not keep or not len(met):
        return _Pairs(*(np.empty(shape) for shape in ((0, 2), (0, 2), 0, 0, 0)))
    near, nearest = faiss.knn(met.codes.astype(np.float32), registered.codes.astype(np.float32), keep)
    second, column = np.nonzero(near < NEAR)
    first, near = nearest[second, column], near[second, column]
    return _Pairs(
        registered.places[first].astype(np.float64),
        met.places[second].astype(np.float64),
        (met.angles[second].astype(np.float64) - registered.angles[first]) % 360,
        np.log2(met.sizes[second].astype(np.float64) / registered.sizes[first]),
        near.astype(np.float64) / STEP**2,
    )


def _peaks(pairs: _Pairs) -> Iterator[_Pairs]:
    """The pairs around the fullest bins of turn (30 degrees) and scale (a factor of sqrt 2), the fullest first."""
    if len(pairs) < 3:
        return
    turn = np.floor(pairs.turn / 30).astype(np.int64) % 12
    scale = np.clip(np.floor(pairs.scale * 2).astype(np.int64), -8, 7) + 8
    counts = np.zeros((12, 16))
    np.add.at(counts, (turn, scale), 1)
    around = counts + np.roll(counts, 1, 0)
    around[:, 1:] += around[:, :-1]
    for _ in range(_PEAKS):
        t, s = divmod(int(np.argmax(around)), 16)
        if around[t, s] < 3:
            return
        around[np.ix_(((t - 1) % 12, t, (t + 1) % 12), range(max(0, s - 1), min(16, s + 2)))] = 0
        off = np.abs((pairs.turn - 30 * t + 180) % 360 - 180)
        near = np.flatnonzero((off < 40) & (np.abs(pairs.scale - (s - 8) / 2) < 0.8))
        yield pairs.only(near[np.argsort(pairs.distance[near], kind="stable")][:_MOST])


def _explained(peak: _Pairs, registered: Features, met: Features) -> Verified | None:
    trial = _trial(peak)
    if trial is None:
        return None
    change, inside = _refined(trial, peak)
    inliers = _distinct(peak.only(inside))
    if inliers < 3 or not _is_plausible(change):
        return None
    kept = peak.only(inside)
    return Verified(
        inliers,
        _strength(kept, inliers),
        _exact(change, kept),
        _span(kept.a, registered),
        _span(kept.b, met),
        _thinness(kept.a),
        *_rows(kept.a, registered),
        _rival(change, peak),
    )


def _trial(pairs: _Pairs) -> Floats | None:
    """The similarity, given by one pair's own turn and scale, that most pairs agree with; (2, 3)."""
    if len(pairs) < 3:
        return None
    radians, factor = np.radians(pairs.turn), np.exp2(pairs.scale)
    linear = factor * np.exp(1j * radians)
    a, b = pairs.a @ np.array([1, 1j]), pairs.b @ np.array([1, 1j])
    off = np.abs(linear[:, None] * (a[None] - a[:, None]) - (b[None] - b[:, None]))
    reach = 2 * REACH + 0.08 * np.abs(b[None] - b[:, None])  # a keypoint's own turn and scale are rough
    votes = (off < reach).sum(axis=1)
    best = int(np.argmax(votes))
    if votes[best] < 3:
        return None
    shift = b[best] - linear[best] * a[best]
    return _matrix(linear[best], shift)


def _matrix(linear: complex, shift: complex) -> Floats:
    return np.array([[linear.real, -linear.imag, shift.real], [linear.imag, linear.real, shift.imag]])


def _refined(change: Floats, pairs: _Pairs) -> tuple[Floats, NDArray[np.bool_]]:
    """The change fitted again and again to the pairs that it explains, within a reach that shrinks.

    The last fits look at the nearer half only, so that a few wrong pairs at the edge do not pull it from its place.
    """
    for reach in (5 * REACH, 3 * REACH, 2 * REACH, REACH, REACH, REACH / 2, REACH / 2):
        near = _off(change, pairs) < reach
        if near.sum() < 3:
            break
        change = _fitted(pairs.only(near))
    return change, _off(change, pairs) < REACH


def _off(change: Floats, pairs: _Pairs) -> Floats:
    """How far each pair is from where the change puts it, in pixels."""
    off: Floats = np.linalg.norm(pairs.a @ change[:, :2].T + change[:, 2] - pairs.b, axis=1)
    return off


def _fitted(pairs: _Pairs) -> Floats:
    """A change with a stretch where many points allow one; points along a line would allow any."""
    if _distinct(pairs) >= _FREEDOM and _is_plausible(stretched := _affine(pairs)):
        return stretched
    return _similarity(pairs)


def _affine(pairs: _Pairs) -> Floats:
    rows = np.column_stack([pairs.a, np.ones(len(pairs))])
    return np.asarray(np.linalg.lstsq(rows, pairs.b, rcond=None)[0].T)


def _similarity(pairs: _Pairs) -> Floats:
    a, b = pairs.a @ np.array([1, 1j]), pairs.b @ np.array([1, 1j])
    centred = a - a.mean()
    weight = (np.abs(centred) ** 2).sum()
    linear = complex((centred.conj() * (b - b.mean())).sum() / weight) if weight else 1 + 0j
    return _matrix(linear, complex(b.mean() - linear * a.mean()))


def _is_plausible(change: Floats) -> bool:
    large, small = np.linalg.svd(change[:, :2], compute_uv=False)
    upright = np.linalg.det(change[:, :2]) > 0
    return bool(upright and large < _STRETCH * small and small > _SMALLEST and large < _LARGEST)


def _distinct(pairs: _Pairs) -> int:
    """Points that are several pixels apart on both sides, so that many pairs of one spot count once."""
    fields = (np.floor(side / _GRAIN).astype(np.int64) @ (1 << 20, 1) for side in (pairs.a, pairs.b))
    return min(len(np.unique(each)) for each in fields)


def _strength(pairs: _Pairs, inliers: int) -> float:
    """From 0 to `inliers`: a pair counts fully when its descriptors are the same, and not at all from `_UNLIKE` on."""
    return round(inliers * float(np.maximum(0, 1 - pairs.distance / _UNLIKE).mean()), 1)


def _exact(change: Floats, pairs: _Pairs) -> int:
    """Distinct pairs that fit the change to a pixel or two, and whose descriptors turn and grow as it does."""
    linear = complex(change[0, 0] + change[1, 1], change[1, 0] - change[0, 1]) / 2  # its turn and scale, no stretch
    turned = np.abs((pairs.turn - np.degrees(np.angle(linear)) + 180) % 360 - 180)
    scaled = np.abs(pairs.scale - np.log2(max(abs(linear), 1e-6)))
    precise = (_off(change, pairs) < _PRECISE) & (turned < _TURNED) & (scaled < _SCALED)
    return _distinct(pairs.only(precise)) if precise.any() else 0


def _span(points: Floats, picture: Features) -> float:
    """The share of a picture in the ellipse that two standard deviations of the points draw."""
    spread = np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(points.T)), 0))
    return round(min(1.0, 4 * np.pi * float(spread[0] * spread[1]) / (picture.width * picture.height)), 3)


def _thinness(points: Floats) -> float:
    small, large = np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(points.T)), 0))
    return round(float(small / large), 3) if large else 0.0


def _rows(points: Floats, picture: Features) -> tuple[int, int]:
    """How many of 16 rows of a picture hold at least two points, and the most empty ones between two of them."""
    counts = np.bincount(np.minimum(points[:, 1] * _ROWS / picture.height, _ROWS - 1).astype(np.int64), minlength=_ROWS)
    held = np.flatnonzero(counts >= 2)
    return len(held), int(np.diff(held).max() - 1) if len(held) > 1 else 0


def _rival(change: Floats, pairs: _Pairs) -> int:
    """The most pairs that agree on one and the same place elsewhere."""
    off = pairs.b - pairs.a @ change[:, :2].T - change[:, 2]
    elsewhere = np.hypot(off[:, 0], off[:, 1]) > 4 * REACH
    if not elsewhere.any():
        return 0
    _, counts = np.unique(np.floor(off[elsewhere] / (2 * REACH)), axis=0, return_counts=True)
    return int(counts.max())
