"""Adds to the signals of a whole picture those that recognise its parts: `local-1` and `crop-pdq-1`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from io import BytesIO

from fingerprints import decode, local, video
from fingerprints import reduce as whole
from fingerprints.crop import crop_pdq, seen_in
from fingerprints.reduce import BYTE_TYPES, Reduction
from fingerprints.signal import FingerprintError, Refused, Signal

__all__ = ["BYTE_TYPES", "PIXEL_TYPES", "reduce"]

PART_TYPES = ("local-1", "crop-pdq-1")
PIXEL_TYPES = (*whole.PIXEL_TYPES, *PART_TYPES)


def reduce(
    data: bytes,
    types: Sequence[str],
    orientations: bool = False,
    enough: Callable[[], bool] = lambda: False,
    **size: bool,
) -> Reduction:
    """As `fingerprints.reduce.reduce`, with the two types of parts, and `vpdq` of an animated picture or a video.

    For a picture that was met (`orientations`) `local-1` keeps more points, and `crop-pdq-1` holds the boxes in which
    another picture may have been put. The reading of a video that was met ends when `enough` says so.
    Raises FingerprintError for an unknown type.
    """
    picture = cache(decode.picture)  # decoded once for the whole and its parts; gone with this call
    wholes = [kind for kind in types if kind not in (*PART_TYPES, "vpdq")]
    made = whole.reduce(data, wholes, orientations, picture=picture, **size)
    moments = _moments(data, orientations, enough) if "vpdq" in types else []
    if moments:
        made = replace(made, signals=(*made.signals, *moments), refused=None)
    parts = [kind for kind in types if kind in PART_TYPES]
    if not parts or made.refused not in (None, "low_quality"):
        return made
    try:
        rgb = decode.smaller(data) if orientations and not size.get("full_size") else picture(data)
    except Refused as refusal:
        return made if moments else replace(made, refused=refusal.code)
    found = [signal for kind in parts for signal in _of_parts(kind, rgb, orientations)]
    return replace(made, signals=(*made.signals, *found))


def _moments(data: bytes, met: bool, enough: Callable[[], bool]) -> list[Signal]:
    """The moments of a video; none where the file is no video, or PyAV is missing."""
    file = BytesIO(data)
    if not video.is_moving(file):
        return []
    try:
        return video.met(file, enough) if met else [video.registered(file)]
    except FingerprintError:
        return []


def _of_parts(kind: str, rgb: decode.Pixels, met: bool) -> list[Signal]:
    if kind == "crop-pdq-1" and met:
        return seen_in(rgb)
    if kind == "local-1" and not local.available():
        return []
    found = crop_pdq(rgb) if kind == "crop-pdq-1" else local.local(rgb, local.MET if met else local.REGISTERED)
    return [found] if found else []
