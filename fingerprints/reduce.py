"""Reduces the bytes of one picture to signals: the one place where they are read, then dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from fingerprints import decode, pdq, phash
from fingerprints.signal import FingerprintError, Refused, Signal

BYTE_TYPES = ("sha256", "md5")
PIXEL_TYPES = ("pdq", "phash64", "dhash64")


@dataclass(frozen=True, slots=True)
class Reduction:
    """What is left of a picture: its signals, what it declared, and the code of the refusal if there is one.

    `low_quality` keeps the signals (a plain picture has a hash, but one that matches too much); every other refusal
    leaves only the hashes of the bytes.
    """

    signals: tuple[Signal, ...]
    width: int | None
    height: int | None
    mime: str | None
    refused: str | None


def reduce(data: bytes, types: Sequence[str], orientations: bool = False) -> Reduction:
    """The signals of the types asked, in that order; never raises on a bad picture.

    `orientations` gives PDQ in its eight variants (for a picture that was met; one is enough for a registered one).
    Raises FingerprintError for a type that this function cannot make.
    """
    for kind in types:
        if kind not in BYTE_TYPES + PIXEL_TYPES:
            raise FingerprintError(f"No {kind!r} signal can be made here. Use: {', '.join(BYTE_TYPES + PIXEL_TYPES)}.")
    declared = None
    try:
        declared = decode.declare(data)
        rgb = decode.picture(data) if any(kind in PIXEL_TYPES for kind in types) else None
    except Refused as refusal:
        return _unreadable(data, types, declared, refusal.code)
    signals = tuple(signal for kind in types for signal in _of_type(kind, data, rgb, orientations))
    plain = any(signal.type == "pdq" and (signal.quality or 0) < pdq.QUALITY_FLOOR for signal in signals)
    height, width = (declared.height, declared.width) if rgb is None else rgb.shape[:2]
    return Reduction(signals, width, height, declared.mime, "low_quality" if plain else None)


def _unreadable(data: bytes, types: Sequence[str], declared: decode.Declared | None, code: str) -> Reduction:
    signals = tuple(_of_bytes(kind, data) for kind in types if kind in BYTE_TYPES)
    if declared is None:
        return Reduction(signals, None, None, None, code)
    return Reduction(signals, declared.width, declared.height, declared.mime, code)


def _of_type(kind: str, data: bytes, rgb: decode.Pixels | None, orientations: bool) -> list[Signal]:
    if rgb is None or kind in BYTE_TYPES:
        return [_of_bytes(kind, data)]
    if kind == "pdq":
        return pdq.dihedral(rgb) if orientations else [pdq.pdq(rgb)]
    return [phash.phash64(rgb) if kind == "phash64" else phash.dhash64(rgb)]


def _of_bytes(kind: str, data: bytes) -> Signal:
    digest = hashlib.sha256(data) if kind == "sha256" else hashlib.md5(data, usedforsecurity=False)
    return Signal(kind, digest.hexdigest())
