"""Short films made of still pictures (pans, zooms, cuts), and what people do to a film before they post it again."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Sequence
from types import MappingProxyType

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

Frame = NDArray[np.uint8]
WIDTH, HEIGHT, RATE = 480, 270, 12


def film(pictures: Sequence[Image.Image], seed: int, seconds: float = 2.5) -> list[Frame]:
    """A pan and a zoom over each picture, `seconds` each, with hard cuts between them."""
    chance, frames = random.Random(seed), list[Frame]()
    for picture in pictures:
        wide = ImageOps.fit(picture.convert("RGB"), (720, 405))
        start, stop = (_window(chance) for _ in range(2))
        count = int(seconds * RATE)
        for step in range(count):
            share = step / count
            left, top, right, bottom = (a + (b - a) * share for a, b in zip(start, stop, strict=True))
            box = (left, top, right, bottom)
            frames.append(np.asarray(wide.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box)))
    return frames


def _window(chance: random.Random) -> tuple[float, float, float, float]:
    width = chance.uniform(500, 715)
    left, top = chance.uniform(0, 720 - width), chance.uniform(0, 405 - width * 9 / 16)
    return left, top, left + width, top + width * 9 / 16


def encoded(frames: Sequence[Frame], rate: float = RATE, crf: int = 26) -> bytes:
    """An MP4 file of the frames."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=round(rate), options={"crf": str(crf), "preset": "veryfast"})
        height, width = frames[0].shape[:2]
        stream.width, stream.height, stream.pix_fmt = width // 2 * 2, height // 2 * 2, "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


def _each(change: Callable[[Image.Image], Image.Image]) -> Callable[[Sequence[Frame]], bytes]:
    return lambda frames: encoded([np.asarray(change(Image.fromarray(frame))) for frame in frames])


def _cropped(frame: Image.Image) -> Image.Image:
    return frame.crop((24, 14, WIDTH - 24, HEIGHT - 14))


def _letterboxed(frame: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", (WIDTH, 600))
    canvas.paste(frame, (0, 165))
    return canvas


def _framed(frame: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", (640, 420), (32, 33, 36))
    canvas.paste(frame, (80, 90))
    ImageDraw.Draw(canvas).text((20, 20), "leakz.example/video/214", "white", font_size=24)
    return canvas


def _filmed(frame: Image.Image) -> Image.Image:
    """A screen filmed from the front in the dark: a little turned, paler, with a pattern over it."""
    canvas = Image.new("RGB", (560, 360), (9, 9, 11))
    canvas.paste(ImageEnhance.Contrast(frame.filter(ImageFilter.GaussianBlur(1))).enhance(0.7), (40, 45))
    turned = np.asarray(canvas.rotate(1.2, Image.Resampling.BILINEAR), np.float32)
    waves = 1 + 0.08 * np.sin(np.arange(turned.shape[1]) * 1.1)
    return Image.fromarray(np.clip(turned * waves[None, :, None], 0, 255).astype(np.uint8))


def _captioned(frame: Image.Image) -> Image.Image:
    frame = frame.copy()
    ImageDraw.Draw(frame).text((30, 200), "@compte_anonyme", "white", font_size=34, stroke_width=2, stroke_fill="black")
    return frame


def _gif(frames: Sequence[Frame]) -> bytes:
    out = io.BytesIO()
    small = [Image.fromarray(frame).resize((320, 180)).quantize(128) for frame in frames[::3]]
    small[0].save(out, "GIF", save_all=True, append_images=small[1:], duration=round(3000 / RATE))
    return out.getvalue()


def _webp(frames: Sequence[Frame]) -> bytes:
    out = io.BytesIO()
    small = [Image.fromarray(frame).resize((320, 180)) for frame in frames[::3]]
    small[0].save(out, "WEBP", save_all=True, append_images=small[1:], duration=round(3000 / RATE), quality=50)
    return out.getvalue()


EDITS: MappingProxyType[str, Callable[[Sequence[Frame]], bytes]] = MappingProxyType(
    {
        "re-encoded": lambda frames: encoded(frames, crf=38),
        "half size": _each(lambda frame: frame.resize((WIDTH // 2, HEIGHT // 2))),
        "6 frames a second": lambda frames: encoded(frames[::2], rate=RATE / 2),
        "1.5 times as fast": lambda frames: encoded(
            [frames[int(1.5 * k)] for k in range(math.floor(len(frames) / 1.5))]
        ),
        "an excerpt": lambda frames: encoded(frames[len(frames) // 4 : len(frames) * 3 // 4]),
        "cropped": _each(_cropped),
        "mirrored": _each(ImageOps.mirror),
        "letterboxed": _each(_letterboxed),
        "in a page": _each(_framed),
        "filmed from a screen": _each(_filmed),
        "captioned and dark": _each(lambda frame: ImageEnhance.Brightness(_captioned(frame)).enhance(0.6)),
        "animated GIF": _gif,
    }
)
MORE: MappingProxyType[str, Callable[[Sequence[Frame]], bytes]] = MappingProxyType({"animated WebP": _webp})
