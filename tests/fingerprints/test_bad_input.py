"""Crafted bombs, damaged files and odd shapes are refused with a sentence; clean photographs are not."""

from __future__ import annotations

import io
import random
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from config import messages
from crawler.media import Pool
from fingerprints.decode import MAX_FRAMES
from fingerprints.selftest import pattern
from tests.size import chosen

MIB = 1024 * 1024
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "MPO")


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    # memory and computing time are what is tried here: a busy machine may take as long as it likes
    workers = Pool(("sha256", "pdq"), size=1, seconds=120, full_size=True, one_way=True)
    yield workers
    workers.close()


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, bits: int, colour: int, body: bytes, *before: bytes) -> bytes:
    """A PNG with this header, whatever its body holds."""
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(before) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def zeros(size: int) -> bytes:
    """That many zero bytes, packed: a thousand times smaller."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(min(MIB, size - done))) for done in range(0, size, MIB)]
    return b"".join(parts) + packer.flush()


def bombs() -> Iterator[tuple[str, bytes]]:
    """Sixty files that are small and want to be large, long or endless."""
    for side in (7_100, 10_000, 13_000, 20_000, 30_000, 65_535):
        yield f"png grey {side}", png(side, side, 8, 0, zeros(MIB))
        yield f"png one bit {side}", png(side, side, 1, 0, zeros(side // 8 * side))
    for width, height in (
        (2**31 - 1, 1),
        (1, 2**31 - 1),
        (2**31 - 1, 2**31 - 1),
        (0, 5),
        (5, 0),
        (100_000, 1),
        (1, 100_000),
    ):
        yield f"png {width} x {height}", png(width, height, 8, 2, zeros(1000))
    for side in (2_000, 7_000):
        yield f"png overfull {side}", png(side, side, 8, 0, zeros(64 * MIB))
        yield f"png flat {side}", png(side, side, 8, 2, zeros((side * 3 + 1) * side))
        yield f"png deep {side}", png(side, side, 16, 6, zeros((side * 8 + 1) * min(side, 2_000)))
    for kind in (b"zTXt", b"iTXt", b"iCCP"):
        body = {b"zTXt": b"k\0\0", b"iTXt": b"k\0\1\0\0\0", b"iCCP": b"k\0\0"}[kind] + zeros(100 * MIB)
        yield f"png {kind.decode()}", png(64, 64, 8, 0, zeros(65 * 64), chunk(kind, body))
    yield "png thousand texts", png(64, 64, 8, 0, zeros(65 * 64), *[chunk(b"zTXt", b"k\0\0" + zeros(MIB))] * 200)
    yield "png endless chunks", png(64, 64, 8, 0, zeros(65 * 64), *[chunk(b"tEXt", b"k\0")] * 50_000)
    yield "apng frames", png(64, 64, 8, 0, zeros(65 * 64), chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)))
    for width, height in ((65_535, 65_535), (65_535, 2), (30_000, 30_000), (7_100, 7_100), (1, 65_535), (60_000, 900)):
        yield f"gif {width} x {height}", gif(width, height, 1)
        yield f"gif {width} x {height} animated", gif(width, height, 20_000)
    yield "gif frames", gif(50, 50, 20_000)
    yield "gif comments", gif(50, 50, 1)[:-1] + b"\x21\xfe" + (b"\xff" + b"a" * 255) * 60_000
    for width, height in ((65_500, 65_500), (20_000, 20_000), (7_200, 7_200), (65_500, 16)):
        small = saved(Image.new("RGB", (64, 64)), "JPEG")
        at = small.index(b"\xff\xc0") + 5
        yield f"jpeg {width} x {height}", small[:at] + struct.pack(">HH", height, width) + small[at + 4 :]
    scans = saved(Image.new("RGB", (3_000, 3_000)), "JPEG", progressive=True)
    last = scans.rindex(b"\xff\xda")
    yield "jpeg five thousand scans", scans[:last] + scans[last:-2] * 5_000 + scans[-2:]
    for side in (2**30, 40_000, 8_000):
        whole = saved(Image.new("RGB", (4, 4)), "BMP")
        yield f"bmp {side}", whole[:18] + struct.pack("<ii", side, side) + whole[26:]
        yield f"bmp upside down {side}", whole[:18] + struct.pack("<ii", side, -side) + whole[26:]
    tiff = saved(Image.new("L", (4, 4)), "TIFF")
    yield "tiff in a circle", tiff_of((8, 4, 4))
    yield "tiff wide", tiff_of((0, 2**31 - 1, 2))
    yield "tiff large", tiff_of((0, 60_000, 60_000))
    yield "tiff cut", tiff[: len(tiff) // 2]


def gif(width: int, height: int, frames: int) -> bytes:
    """A GIF of one black pixel a frame on a canvas of that size."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6) + frame * frames + b"\x3b"


def tiff_of(shape: tuple[int, int, int]) -> bytes:
    """A TIFF with one directory: where the next one is, width, height."""
    following, width, height = shape
    tags = ((256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (278, 4, height))
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in (*tags, (279, 4, 16)))
    return b"II*\0" + struct.pack("<IH", 8, len(tags) + 1) + entries + struct.pack("<I", following)


def highest(pool: Pool) -> int:
    """The most memory that the present worker ever held, in bytes; 0 when it was lost."""
    worker = pool._idle.get()
    pool._idle.put(worker)
    if worker is None:
        return 0
    status = Path(f"/proc/{worker._process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


def test_sixty_bombs_are_refused_with_a_sentence_and_cost_little(pool: Pool) -> None:
    good, seen, accepted = saved(Image.fromarray(pattern("blocks", 200, 150)), "PNG"), Counter[str](), []
    for name, data in bombs():
        answer = pool.reduce(data)
        seen[str(answer["refused"])] += 1
        if answer["refused"] is None:
            accepted.append(name)
        else:
            assert all(messages.both(f"picture.{answer['refused']}", {}).values())
        assert highest(pool) <= 512 * MIB, name
    assert sum(seen.values()) >= 60
    assert accepted == []
    assert pool.reduce(good)["refused"] is None


@pytest.mark.parametrize("kind", FORMATS)
def test_a_damaged_file_never_takes_the_worker_down(pool: Pool, kind: str) -> None:
    """1,000 mutants over the eight formats, 20,000 when deep."""
    chance, lost = random.Random(kind), Counter[str]()
    seeds = [Image.fromarray(pattern(name, 60, 40)) for name in ("blocks", "noise", "rings")]
    originals = [saved(seed, kind, save_all=kind in ("GIF", "TIFF", "MPO"), append_images=seeds[:2]) for seed in seeds]
    for _ in range(chosen(sampled=1_000, deep=20_000) // len(FORMATS)):
        lost[str(pool.reduce(mutant(chance, chance.choice(originals)))["refused"])] += 1
    assert lost["worker_lost"] == 0
    assert lost["None"] + lost["low_quality"] < sum(lost.values())
    assert pool.reduce(originals[0])["refused"] in (None, "low_quality")


def mutant(chance: random.Random, data: bytes) -> bytes:
    """The file with some bytes changed, a part cut out, doubled or moved."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        at = chance.randrange(len(changed))
        how = chance.randrange(5)
        if how == 0:
            changed[at] = chance.randrange(256)
        elif how == 1:
            changed[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0"))
        elif how == 2:
            del changed[at : at + chance.randrange(1, 30)]
        elif how == 3:
            changed[at:at] = changed[at : at + chance.randrange(1, 200)]
        else:
            del changed[max(16, at) :]
        if not changed:
            break
    return bytes(changed)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_an_animation_of_twenty_thousand_frames_is_refused(pool: Pool, kind: str) -> None:
    if kind == "GIF":
        data = gif(30, 30, 20_000)
    else:
        frames = [Image.new("RGB", (8, 8), (shade % 256, 0, shade // 256)) for shade in range(MAX_FRAMES + 1)]
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
    assert pool.reduce(data)["refused"] == "too_many_frames"


@pytest.mark.parametrize(
    "shape", ["one pixel", "1 x 100,000", "100,000 x 1", "all black", "two tones", "two tones, JPEG"]
)
def test_a_picture_that_says_nothing_is_refused(pool: Pool, shape: str) -> None:
    size = {"one pixel": (1, 1), "1 x 100,000": (1, 100_000), "100,000 x 1": (100_000, 1)}.get(shape, (800, 600))
    image = Image.new("RGB", size, (10, 10, 10))
    if shape.startswith("two tones"):
        ImageDraw.Draw(image).polygon([(0, 0), (800, 0), (200, 600)], (240, 240, 240))
    assert pool.reduce(saved(image, "JPEG" if "JPEG" in shape else "PNG"))["refused"] == "low_quality"


def photographs(most: int) -> list[Path]:
    """Pictures that look like photographs in the packages of this machine, few of each folder."""
    places = ("/usr/share/backgrounds", "/usr/share/wallpapers", "/usr/share/doc", "/usr/lib/python3", sys.prefix)
    found: dict[Path, list[Path]] = {}
    for place in places:
        for path in sorted(Path(place).rglob("*.jp*g")) if Path(place).is_dir() else ():
            if path.is_file() and not path.is_symlink() and path.stat().st_size > 8_000:
                found.setdefault(path.parent, []).append(path)
    return [path for paths in found.values() for path in paths[:most]]


def test_real_photographs_are_accepted(pool: Pool) -> None:
    """At least 999 in 1,000: with fewer at hand, every one."""
    files = photographs(chosen(sampled=5, deep=1_000))
    if len(files) < 10:
        pytest.skip("fewer than ten photographs in the packages of this machine (install mate-backgrounds)")
    refused = [path for path in files if pool.reduce(path.read_bytes())["refused"] not in (None, "low_quality")]
    assert len(refused) <= len(files) / 1_000, refused


@pytest.fixture(scope="module")
def large() -> bytes:
    """A photograph of 48 million pixels, as telephones take it: lying, with a note to turn it."""
    drawn = Image.fromarray(pattern("blocks", 96, 72)).resize((8064, 6048), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(drawn, "JPEG", quality=85, exif=exif)


def test_a_photograph_of_48_million_pixels_is_accepted_exactly(pool: Pool, large: bytes) -> None:
    answer = pool.reduce(large)
    assert answer["refused"] is None
    assert highest(pool) <= 512 * MIB
    assert np.prod((answer["width"], answer["height"])) == 8064 * 6048


@pytest.mark.parametrize("registered", [True, False])
def test_a_photograph_of_48_million_pixels_is_accepted_with_the_signals_of_its_parts(
    large: bytes, registered: bool
) -> None:
    types = ("sha256", "md5", "pdq", "local-1", "crop-pdq-1")
    workers = Pool(types, size=1, seconds=120, full_size=registered, one_way=registered)
    answer = workers.reduce(large)
    memory = highest(workers)
    workers.close()
    assert answer["refused"] is None
    assert {each["type"] for each in answer["signals"]} == set(types)
    assert memory <= 512 * MIB
