"""What a picture's file says of its own making: a C2PA manifest, a declared source, a generator; never a verdict.

Anybody can write or remove all of it. Only names of closed lists leave this module: no prompt, author or place.
Sources: C2PA specification 2.1, section 11 (where a manifest is embedded); IPTC NewsCodes "Digital Source Type"; the
text fields that image generators are known to write.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST = 2_000_000  # bytes of metadata that are looked at, and of each text that is unpacked

# https://cv.iptc.org/newscodes/digitalsourcetype/
SOURCE_TYPES = (
    "digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print", "humanEdits",
    "minorHumanEdits", "compositeCapture", "algorithmicallyEnhanced", "dataDrivenMedia", "digitalArt",
    "digitalCreation", "virtualRecording", "compositeSynthetic", "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia", "screenCapture", "softwareImage", "composite",
)  # fmt: skip
_SOURCE_TYPE = re.compile(rb"digitalsourcetype/([A-Za-z]{4,40})", re.IGNORECASE)
_TERMS = {name.lower(): name for name in SOURCE_TYPES}

# What is looked for in the metadata, and the name that is said; the key fields of some tools have no name in them.
_GENERATORS = {
    b"stable diffusion": "Stable Diffusion", b"novelai": "NovelAI", b"midjourney": "Midjourney", b"dall-e": "DALL-E",
    b"dall\xc2\xb7e": "DALL-E", b"adobe firefly": "Adobe Firefly", b"adobe_firefly": "Adobe Firefly",
    b"comfyui": "ComfyUI", b"invokeai": "InvokeAI", b"fooocus": "Fooocus", b"leonardo.ai": "Leonardo.Ai",
    b"ideogram": "Ideogram", b"made with google ai": "Google", b"gpt-4o": "OpenAI", b"openai": "OpenAI",
    b"bing image creator": "Bing Image Creator", b"flux.1": "FLUX", b"grok": "Grok",
}  # fmt: skip
_FIELDS = {
    b"parameters": "Stable Diffusion", b"workflow": "ComfyUI", b"prompt": "ComfyUI", b"sd-metadata": "InvokeAI",
    b"invokeai_metadata": "InvokeAI", b"dream": "InvokeAI", b"fooocus_scheme": "Fooocus",
}  # fmt: skip
_SETTINGS = re.compile(rb"steps: ?\d+, ?sampler:|negative prompt:", re.IGNORECASE)
_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # the C2PA box of AVIF, HEIC and MP4


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a file says of itself; `code` has its text in config/texts/matching.toml under `match.`."""

    code: str
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """As a reason of a match."""
        return {"code": self.code, "params": {"name": self.name} if self.name else {}}


def claims(data: bytes) -> tuple[Claim, ...]:
    """What the file says of itself, each thing once; empty for a file that says nothing, and for one that is broken."""
    found: dict[Claim, None] = {}
    looked_at = 0
    for name, part in _parts(data):
        if name == b"c2pa":
            found[Claim("says_c2pa")] = None
        elif name in _FIELDS:
            found[Claim("says_generator", _FIELDS[name])] = None
        looked_at += len(part)
        if looked_at > MOST:
            break
        for claim in _in_text(part):
            found[claim] = None
    return tuple(found)


def _in_text(part: bytes) -> Iterator[Claim]:
    for term in _SOURCE_TYPE.findall(part):
        if name := _TERMS.get(term.decode().lower()):
            yield Claim("says_source_type", name)
    lower = part.lower()
    for text in (lower, lower.replace(b"\0", b"")):  # EXIF comments are often written in two bytes a letter
        for mark, name in _GENERATORS.items():
            if re.search(rb"(?<![a-z])" + re.escape(mark) + rb"(?![a-z])", text):
                yield Claim("says_generator", name)
        if _SETTINGS.search(text):
            yield Claim("says_generator", "Stable Diffusion")


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, bytes) of each piece of metadata: the pixels between them are not looked at."""
    try:
        if data[:2] == b"\xff\xd8":
            yield from _of_jpeg(data)
        elif data[:8] == b"\x89PNG\r\n\x1a\n":
            yield from _of_png(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            yield from _of_webp(data)
        elif data[4:8] == b"ftyp":
            yield (b"c2pa" if _UUID in data[:MOST] else b"boxes"), data[:MOST]
        elif data[:4] in (b"II*\0", b"MM\0*"):
            yield b"tiff", data[:MOST]
    except (struct.error, IndexError, zlib.error):
        return


def _of_jpeg(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 2
    while data[at] == 0xFF and data[at + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, at + 2)
        part = data[at + 4 : at + 2 + length]
        if data[at + 1] in (0xE1, 0xEB, 0xED, 0xFE):  # EXIF and XMP, JUMBF, IPTC, comment
            yield (b"c2pa" if data[at + 1] == 0xEB and b"c2pa" in part else b"segment"), part
        at += 2 + max(2, length)


def _of_png(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, part = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind == b"caBX":
            yield b"c2pa", part
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            field, _, text = part.partition(b"\0")
            yield field[:80].lower(), _unpacked(kind, text)
        elif kind == b"eXIf":
            yield b"exif", part
        at += 12 + length


def _unpacked(kind: bytes, text: bytes) -> bytes:
    """The text of a PNG chunk, whatever it is packed in; at most MOST bytes come out."""
    if kind == b"iTXt":
        packed, text = text[:1] == b"\1", text[2:].split(b"\0", 2)[-1]
    else:
        packed, text = kind == b"zTXt", text[1:] if kind == b"zTXt" else text
    return zlib.decompressobj().decompress(text, MOST) if packed else text


def _of_webp(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        kind, part = data[at : at + 4], data[at + 8 : at + 8 + length]
        if kind in (b"EXIF", b"XMP ", b"C2PA"):
            yield kind.strip().lower(), part
        at += 8 + length + length % 2
