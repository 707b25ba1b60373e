"""Adds to the signals of a whole picture those that recognise its parts: `local-1` and `crop-pdq-1`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fingerprints import decode, local
from fingerprints.crop import crop_pdq, seen_in
from fingerprints.reduce import BYTE_TYPES, PIXEL_TYPES, Reduction
from fingerprints.reduce import reduce as of_whole
from fingerprints.signal import Refused, Signal

PART_TYPES = ("local-1", "crop-pdq-1")
TYPES = (*BYTE_TYPES, *PIXEL_TYPES, *PART_TYPES)


def reduce(data: bytes, types: Sequence[str], orientations: bool = False) -> Reduction:
    """As `fingerprints.reduce.reduce`, with the two types of parts as well.

    For a picture that was met (`orientations`) `local-1` keeps more points, and `crop-pdq-1` is one signal for each
    box in which another picture may have been put.
    """
    whole = of_whole(data, [kind for kind in types if kind not in PART_TYPES], orientations)
    asked = [kind for kind in types if kind in PART_TYPES]
    if not asked or whole.refused not in (None, "low_quality"):
        return whole
    try:
        rgb = decode.picture(data)
    except Refused as refusal:
        return replace(whole, refused=refusal.code)
    parts = [signal for kind in asked for signal in _of_parts(kind, rgb, orientations)]
    return replace(whole, signals=(*whole.signals, *parts))


def _of_parts(kind: str, rgb: decode.Pixels, met: bool) -> list[Signal]:
    if kind == "crop-pdq-1" and met:
        return seen_in(rgb)
    found = crop_pdq(rgb) if kind == "crop-pdq-1" else local.local(rgb, local.MET if met else local.REGISTERED)
    return [found] if found else []
