"""What a file says of itself is said, by names of closed lists only; a prompt never leaves the file."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from config import messages
from fingerprints.provenance import MOST, SOURCE_TYPES, Claim, claims

SCENE = Image.new("RGB", (30, 20), (10, 120, 60))
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description Iptc4xmpExt:DigitalSourceType='
    b'"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></x:xmpmeta>'
)
PROMPT = "une personne inventee, Steps: 20, Sampler: Euler a, CFG scale: 7"


def saved(kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    SCENE.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF"])
def test_a_file_that_says_nothing_says_nothing(kind: str) -> None:
    assert claims(saved(kind)) == ()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_the_declared_source_of_iptc_is_read_wherever_the_format_keeps_it(kind: str) -> None:
    assert claims(saved(kind, xmp=XMP)) == (Claim("says_source_type", "trainedAlgorithmicMedia"),)


@pytest.mark.parametrize("packed", [True, False])
def test_the_settings_that_a_generator_writes_into_a_png_are_named_and_the_prompt_is_not(packed: bool) -> None:
    info = PngInfo()
    info.add_text("parameters", PROMPT, zip=packed)
    found = claims(saved("PNG", pnginfo=info))
    assert found == (Claim("says_generator", "Stable Diffusion"),)
    assert "personne" not in repr(found)


def test_a_comment_in_two_bytes_a_letter_is_read_too() -> None:
    exif = Image.Exif()
    exif[0x9286] = b"UNICODE\0" + PROMPT.encode("utf-16-be")
    exif[0x0131] = "NovelAI"
    assert set(claims(saved("JPEG", exif=exif))) == {
        Claim("says_generator", "Stable Diffusion"), Claim("says_generator", "NovelAI"),
    }  # fmt: skip


def test_a_manifest_is_seen_in_a_jpeg_a_png_and_a_webp() -> None:
    box = struct.pack(">I4s", 40, b"jumb") + struct.pack(">I4s", 32, b"jumd") + b"c2pa" + b"\0" * 12 + b"\3c2pa\0\0\0"
    jpeg, png, webp = saved("JPEG"), saved("PNG"), saved("WEBP")
    segment = b"JP\0\1\0\0\0\1" + box
    chunk = struct.pack(">I", len(box)) + b"caBX" + box + struct.pack(">I", zlib.crc32(b"caBX" + box))
    signed = (
        jpeg[:2] + b"\xff\xeb" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:],
        png[:33] + chunk + png[33:],
        webp + b"C2PA" + struct.pack("<I", len(box)) + box,
    )
    assert [claims(data) for data in signed] == [(Claim("says_c2pa"),)] * 3


@given(
    st.binary(max_size=300), st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"....ftyp", b""])
)
def test_a_broken_file_says_nothing_and_breaks_nothing(data: bytes, head: bytes) -> None:
    assert isinstance(claims(head + data), tuple)


def test_a_packed_text_of_gigabytes_costs_two_megabytes() -> None:
    packed = zlib.compress(bytes(100 * MOST))
    body = b"Comment\0\0" + packed
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    png = saved("PNG")
    assert claims(png[:33] + chunk + png[33:]) == ()


def test_every_claim_has_a_sentence_that_says_that_the_file_says_so() -> None:
    for claim in (Claim("says_c2pa"), Claim("says_source_type", SOURCE_TYPES[0]), Claim("says_generator", "NovelAI")):
        told = claim.to_json()
        text = messages.both(f"match.{told['code']}", told["params"])
        assert "fichier" in text["fr"]
        assert "file" in text["en"]
