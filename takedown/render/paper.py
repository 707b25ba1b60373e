"""What an office prints on: the pictures of its letterhead and signature, and whether addresses become links."""

from __future__ import annotations

import hashlib
import io
import struct
from dataclasses import dataclass, field

from PIL import Image

LETTERHEAD = (160.0, 28.0)
"""The room of a letterhead in millimetres, above the window of the envelope (dependencies.md 3.3)."""
SIGNATURE = (60.0, 20.0)


@dataclass(frozen=True, slots=True)
class Paper:
    """`letterhead` and `signature` are PNG files that we wrote ourselves (takedown.stationery).

    `links` is for the copy that stays in the file; a copy that is sent has plain addresses, which nobody can press.
    """

    letterhead: bytes | None = field(default=None, repr=False)
    signature: bytes | None = field(default=None, repr=False)
    links: bool = False

    def pictures(self) -> dict[str, bytes]:
        """File name -> PNG, of those there are."""
        both = {"letterhead.png": self.letterhead, "signature.png": self.signature}
        return {name: data for name, data in both.items() if data is not None}

    def ours(self) -> frozenset[str]:
        """SHA-256 of the pictures that may leave inside a letter, as files and as the bare pixels of a PDF."""
        files = self.pictures().values()
        return frozenset(hashlib.sha256(seen).hexdigest() for data in files for seen in (data, pixels(data)))


PLAIN = Paper()


def pixels(png: bytes) -> bytes:
    """The bare pixels of a PNG of ours, which is what stands in a PDF."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        return picture.tobytes()


def fitted(png: bytes, room: tuple[float, float]) -> tuple[float, float]:
    """Width and height in millimetres of a picture that keeps its shape inside `room`."""
    width, height = struct.unpack(">II", png[16:24])
    scale = min(room[0] / width, room[1] / height)
    return width * scale, height * scale


def is_link(address: str) -> bool:
    """Whether an address of a letter may become a link in the copy for the file."""
    return address.startswith(("https://", "http://"))
