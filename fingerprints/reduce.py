"""Reduces the bytes of one picture to signals: the one place where they are read, then dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from fingerprints import decode, pdq, phash
from fingerprints.provenance import Claim, claims
from fingerprints.signal import FingerprintError, Refused, Signal

BYTE_TYPES = ("sha256", "md5")
PIXEL_TYPES = ("pdq", "phash64", "dhash64")
_CLASSIC = MappingProxyType({"phash64": phash.phash64, "dhash64": phash.dhash64})


@dataclass(frozen=True, slots=True)
class Reduction:
    """What is left of a picture: its signals, what it declared, why it was refused, what it says of itself.

    `low_quality` keeps the signals (a plain picture has a hash, but one that matches too much); every other refusal
    leaves only the hashes of the bytes.
    """

    signals: tuple[Signal, ...]
    width: int | None
    height: int | None
    mime: str | None
    refused: str | None
    says: tuple[Claim, ...] = ()


def reduce(
    data: bytes,
    types: Sequence[str],
    orientations: bool = False,
    *,
    full_size: bool | None = None,
    picture: Callable[[bytes], decode.Pixels] = decode.picture,
) -> Reduction:
    """The signals of the types asked, in that order; never raises on a bad picture.

    `orientations` is for a picture that was met: PDQ in its eight variants, and a JPEG may be decoded smaller unless
    `full_size` is asked for. Without it the picture is read at full size and PDQ is exact: what may be registered.
    `picture` decodes at full size, for who needs the pixels too.
    Raises FingerprintError for a type that this function cannot make, MemoryError under a limit of memory.
    """
    for kind in types:
        if kind not in BYTE_TYPES + PIXEL_TYPES:
            raise FingerprintError(f"No {kind!r} signal can be made here. Use: {', '.join(BYTE_TYPES + PIXEL_TYPES)}.")
    pixel_types = [kind for kind in types if kind in PIXEL_TYPES]
    declared, made, dull = None, dict[str, list[Signal]](), False
    try:
        declared = decode.declare(data)
        if pixel_types:
            at_full_size = not orientations if full_size is None else full_size
            pixels = picture(data) if at_full_size else decode.luma(data)
            made, dull = _pixels(pixels, pixel_types, orientations, at_full_size)
    except Refused as refusal:
        return _unreadable(data, types, declared, refusal.code)
    signals = tuple(signal for kind in types for signal in made.get(kind) or [_of_bytes(kind, data)])
    dull = dull or any(signal.type == "pdq" and (signal.quality or 0) < pdq.QUALITY_FLOOR for signal in signals)
    return Reduction(
        signals, declared.width, declared.height, declared.mime, "low_quality" if dull else None, claims(data)
    )


def _pixels(
    pixels: decode.Pixels | decode.Luma, types: Sequence[str], orientations: bool, full_size: bool
) -> tuple[dict[str, list[Signal]], bool]:
    """The signals of each type, and whether the picture is too plain to be told from others."""
    made = _classic(pixels, types)
    if "pdq" in types:
        grid = pdq.exact(pixels) if full_size else pdq.seen(pixels)
        made["pdq"] = pdq.signals(grid) if orientations else pdq.signals(grid, ("identity",))
    return made, pdq.two_shades(pixels)


def _classic(pixels: decode.Pixels | decode.Luma, types: Sequence[str]) -> dict[str, list[Signal]]:
    return {kind: [_CLASSIC[kind](pixels)] for kind in types if kind in _CLASSIC}


def _unreadable(data: bytes, types: Sequence[str], declared: decode.Declared | None, code: str) -> Reduction:
    signals = tuple(_of_bytes(kind, data) for kind in types if kind in BYTE_TYPES)
    if declared is None:
        return Reduction(signals, None, None, None, code)
    return Reduction(signals, declared.width, declared.height, declared.mime, code)


def _of_bytes(kind: str, data: bytes) -> Signal:
    digest = hashlib.sha256(data) if kind == "sha256" else hashlib.md5(data, usedforsecurity=False)
    return Signal(kind, digest.hexdigest())
