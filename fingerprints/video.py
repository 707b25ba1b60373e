"""`vpdq`: a video or an animated picture as a list of PDQ hashes of moments, in bounded time and memory.

A `vpdq` value is the JSON list of vPDQ, `["hash,quality,seconds", ...]`. Several hashes may name the same second: the
whole frame comes first, then windows of it (registered), or boxes in which a picture was put (met). Needs the extra
`video` (PyAV) for videos; animated GIF, PNG and WebP files are read by Pillow.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fingerprints.crop import framed
from fingerprints.decode import Pixels
from fingerprints.pdq import MIN_SIDE, QUALITY_FLOOR, dihedral, pdq
from fingerprints.signal import FingerprintError, Refused, Signal

EVERY = 0.5  # seconds between two moments
SCENE = 14.0  # mean change of the small grey frame, in levels, that begins a scene
MOST_REGISTERED = 600  # moments kept; of a longer video fewer a second
MOST_MET = 240
MOST_FRAMES = 20_000  # frames decoded; what follows is not looked at
MOST_PIXELS = 4_096 * 2_304  # of one frame
MOST_DAMAGE = 50  # packets in a row that cannot be decoded
LONGEST = 512  # pixels of the frames that are hashed
# A playlist inside a file must not make the decoder open other files or addresses.
ONLY = MappingProxyType(
    {
        "protocol_whitelist": "none",
        "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,ogg,flv,asf,h264,hevc,gif",
    }
)
ANIMATED = ("GIF", "PNG", "WEBP")

_SOONEST = 0.1  # seconds between two scenes
_MIDDLES = (0.90, 0.80)  # centred windows of a registered frame: a zoom or a crop of the video
_SMALL = (32, 18)


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame to hash: the seconds from the start, its pixels, and whether a scene begins with it."""

    at: float
    rgb: Pixels
    begins: bool


@dataclass(slots=True)
class _Kept:
    """The hashes of the moments kept; when there are too many, every second one is dropped and the step doubles."""

    most: int
    step: float = EVERY
    rows: list[tuple[float, list[list[Signal]]]] = field(default_factory=list)

    def wants(self, moment: Moment) -> bool:
        last = self.rows[-1][0] if self.rows else -np.inf
        return moment.at - last >= self.step or (moment.begins and moment.at - last >= _SOONEST * self.step / EVERY)

    def add(self, at: float, readings: list[list[Signal]]) -> None:
        self.rows.append((at, readings))
        if len(self.rows) > self.most:
            self.rows, self.step = self.rows[::2], self.step * 2


@cache
def pyav() -> Any:
    """The library of the extra `video`, or None; it is loaded when first asked for: most workers never need it."""
    try:
        return import_module("av")
    except ImportError:
        return None


def available() -> bool:
    """Whether the extra `video` is installed."""
    return pyav() is not None


def registered(file: BinaryIO) -> Signal:
    """The `vpdq` signal of a seekable file on the person's device; raises Refused, or FingerprintError without PyAV."""
    kept = _Kept(MOST_REGISTERED)
    for moment in _moments(file):
        if kept.wants(moment):
            kept.add(moment.at, [[pdq(cut)] for cut in (moment.rgb, *_middles(moment.rgb))])
    return _signals(kept, 1)[0]


def met(file: BinaryIO, enough: Callable[[], bool] = lambda: False) -> list[Signal]:
    """The `vpdq` signals of a crawled video, one for each of the eight symmetries; raises as `registered` does.

    When `enough` says so the reading ends, and what was read until then counts.
    """
    kept = _Kept(MOST_MET)
    for moment in _moments(file):
        if kept.wants(moment):
            kept.add(moment.at, [dihedral(cut) for cut in framed(moment.rgb)])
        if enough():
            break
    return _signals(kept, 8)


def moments(value: str) -> tuple[NDArray[np.float64], NDArray[np.uint64]]:
    """The (n,) seconds and (n, 4) words of a `vpdq` value, of good quality only; raises FingerprintError."""
    try:
        rows = [str(row).split(",") for row in json.loads(value)]
        good = [(float(at), bytes.fromhex(digits)) for digits, quality, at in rows if int(quality) >= QUALITY_FLOOR]
        words = np.frombuffer(b"".join(word for _, word in good), np.uint64).reshape(len(good), 4)
    except (ValueError, TypeError):
        raise FingerprintError("This is no vpdq signal. Make it again with `vigie hash video`.") from None
    return np.array([at for at, _ in good], np.float64), words


def is_animated(file: BinaryIO) -> bool:
    """Whether this file is a picture of several frames; it is left at its beginning."""
    try:
        image = Image.open(file, formats=ANIMATED)
        return int(getattr(image, "n_frames", 1)) > 1
    except Exception:  # noqa: BLE001 - whatever a hostile file makes Pillow raise, it is no animation
        return False
    finally:
        file.seek(0)


def is_moving(file: BinaryIO) -> bool:
    """Whether a file is an animated picture, or no picture at all: then it may be a video."""
    if is_animated(file):
        return True
    try:
        Image.open(file)  # not closed: that would close the file of the caller
    except Exception:  # noqa: BLE001 - whatever a hostile file makes Pillow raise, it is no picture
        return True
    finally:
        file.seek(0)
    return False


def _signals(kept: _Kept, variants: int) -> list[Signal]:
    rows = [(at, reading) for at, readings in kept.rows for reading in readings]
    if not rows:
        raise Refused("no_frame")
    qualities = [reading[0].quality or 0 for _, reading in rows]
    if max(qualities) < QUALITY_FLOOR:
        raise Refused("low_quality")
    listed = []
    for number in range(variants):
        texts = [f"{reading[number].value},{reading[number].quality},{at:.3f}" for at, reading in rows]
        value = json.dumps(texts, separators=(",", ":"))
        listed.append(Signal("vpdq", value, int(np.median(qualities)), rows[0][1][number].variant))
    return listed


def _middles(rgb: Pixels) -> Iterator[Pixels]:
    height, width = rgb.shape[:2]
    for share in _MIDDLES:
        across, down = round(width * (1 - share) / 2), round(height * (1 - share) / 2)
        yield np.ascontiguousarray(rgb[down : height - down, across : width - across])


def _moments(file: BinaryIO) -> Iterator[Moment]:
    """The frames of a file with their times, and where scenes begin; a damaged rest is left out."""
    before: NDArray[np.int16] | None = None
    for at, rgb in _animation(file) if is_animated(file) else _video(file):
        small = np.asarray(Image.fromarray(rgb).convert("L").resize(_SMALL, Image.Resampling.BOX)).astype(np.int16)
        begins = before is not None and float(np.abs(small - before).mean()) > SCENE
        before = small
        yield Moment(at, rgb, begins)


def _animation(file: BinaryIO) -> Iterator[tuple[float, Pixels]]:
    at = 0.0
    try:
        with warnings.catch_warnings(), Image.open(file, formats=ANIMATED) as image:
            warnings.simplefilter("ignore")
            if image.width * image.height > MOST_PIXELS:
                raise Refused("too_many_pixels", limit=MOST_PIXELS)
            for number in range(min(int(getattr(image, "n_frames", 1)), MOST_FRAMES)):
                image.seek(number)
                frame = image.convert("RGB")
                frame.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
                yield at, np.asarray(frame)
                at += max(0.02, float(image.info.get("duration", 100)) / 1000)
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - a file cut in the middle keeps the frames before the cut
        if at == 0:
            raise Refused("unreadable") from None


def _video(file: BinaryIO) -> Iterator[tuple[float, Pixels]]:
    av = pyav()
    if av is None:
        raise FingerprintError("Videos need PyAV: install Vigie with the extra `video`.")
    av.logging.set_level(None)  # a hostile file must not write into the logs
    seen = 0
    try:
        with av.open(file, mode="r", options=dict(ONLY), **_lenient(av)) as container:
            if not container.streams.video:
                raise Refused("no_frame")
            for frame in _frames(container):
                if frame.width * frame.height > MOST_PIXELS:
                    raise Refused("too_many_pixels", limit=MOST_PIXELS)
                if min(frame.width, frame.height) < MIN_SIDE:
                    continue
                seen += 1
                yield (seen / 25 if frame.time is None else max(0.0, float(frame.time))), _small(frame)
    except (Refused, FingerprintError):
        raise
    except Exception:  # noqa: BLE001 - a hostile file can make a decoder raise anything
        if not seen:
            raise Refused("unreadable") from None


def _lenient(av: Any) -> dict[str, str]:
    """Titles in a wrong encoding stop nothing: before PyAV 19 they did unless told otherwise, and now that is fixed."""
    return {"metadata_errors": "ignore"} if int(av.__version__.partition(".")[0]) < 19 else {}


def _frames(container: Any) -> Iterator[Any]:
    """The decoded frames; a damaged packet is passed over, too many in a row end the video."""
    stream, damaged, count = container.streams.video[0], 0, 0
    stream.thread_type = "NONE"
    stream.thread_count = 1
    for packet in container.demux(stream):
        try:
            decoded = packet.decode()
            damaged = 0
        except pyav().error.FFmpegError:
            damaged += 1
            if damaged > MOST_DAMAGE:
                return
            continue
        for frame in decoded:
            count += 1
            if count > MOST_FRAMES:
                return
            yield frame


def _small(frame: Any) -> Pixels:
    scale = min(1.0, LONGEST / max(frame.width, frame.height))
    width, height = max(MIN_SIDE, round(frame.width * scale)), max(MIN_SIDE, round(frame.height * scale))
    rgb = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA").to_ndarray()
    return np.ascontiguousarray(rgb)
