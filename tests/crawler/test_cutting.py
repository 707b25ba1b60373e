"""No pixel survives in a stored body, in whatever shape it was put there (design.md section 7, Pixels)."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import urllib.parse

import pytest
from PIL import Image

from crawler import cutting
from crawler.trouble import Refused


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((40, 40), (-2, -1, 1, 1), 30).convert("RGB").save(out, kind)
    return out.getvalue()


PICTURES = {f"image/{kind}": picture(kind.upper()) for kind in ("png", "jpeg", "gif", "webp")}
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0L9 9'/><image href='x'/></svg>"


def shapes(mime: str, data: bytes) -> dict[str, str]:
    plain = base64.b64encode(data).decode()
    lines = base64.encodebytes(data).decode()
    mail = "\n".join(plain[at : at + 76] for at in range(0, len(plain), 76))
    return {
        "src": f'<img src="data:{mime};base64,{plain}" alt=x>',
        "src in single quotes": f"<img src='data:{mime};base64,{plain}'>",
        "src without quotes": f"<img src=data:{mime};base64,{plain}>",
        "src with parameters": f'<img src="data:{mime};charset=utf-8;name=a.png;base64,{plain}">',
        "src in capitals": f'<img src="DATA:{mime.upper()};BASE64,{plain}">',
        "src over lines": f'<img src="data:{mime};base64,{lines}">',
        "src percent-encoded": f'<img src="data:{mime};base64,{urllib.parse.quote(plain, safe="")}">',
        "data without base64": f'<img src="data:{mime},{urllib.parse.quote_from_bytes(data)}">',
        "srcset": f'<img srcset="data:{mime};base64,{plain} 2x, /b.png 1x">',
        "css": f"<style>p{{background:url(data:{mime};base64,{plain})}}</style>",
        "css in quotes": f"<p style=\"background:url('data:{mime};base64,{plain}')\">",
        "json": json.dumps({"image": plain}),
        "json data address": json.dumps({"image": f"data:{mime};base64,{plain}"}),
        "json with escaped slashes": json.dumps({"image": f"data:{mime};base64,{plain}"}).replace("/", "\\/"),
        "json in an attribute": f'<div data-x="{{&quot;i&quot;:&quot;data:{mime};base64,{plain}&quot;}}">',
        "script": f"<script>var i = '{plain}';</script>",
        "url-safe alphabet": json.dumps({"image": base64.urlsafe_b64encode(data).decode()}),
        "mail lines": f"Content-Transfer-Encoding: base64\n\n{mail}\n\nFin",
        "never closed": f'<img src="data:{mime};base64,{plain} <p>Suite</p>',
    }


CASES = [
    pytest.param(mime, data, text, id=f"{mime} {name}")
    for mime, data in (*PICTURES.items(), ("image/svg+xml", SVG))
    for name, text in shapes(mime, data).items()
    if not (mime == "image/svg+xml" and name == "mail lines" and len(SVG) < 60)
]


def runs(data: bytes) -> list[str]:
    """Pieces of the picture in the ways it can be written: 24 characters of any of them would be a leak."""
    plain = base64.b64encode(data).decode()
    urlsafe = base64.urlsafe_b64encode(data).decode()
    quoted = urllib.parse.quote_from_bytes(data)
    return [text[at : at + 24] for text in (plain, urlsafe, quoted) for at in range(0, len(text) - 24, 24)]


@pytest.mark.parametrize(("mime", "data", "text"), CASES)
def test_a_planted_picture_is_found_nowhere_in_the_kept_body(mime: str, data: bytes, text: str) -> None:
    kept, cut = cutting.cut_media(f"<p>Avant</p>{text}<p>Après</p>".encode(), "utf-8")
    readable = kept.decode()
    assert readable.startswith("<p>Avant</p>")
    assert readable.endswith("<p>Après</p>")
    assert not any(run in readable for run in runs(data))
    assert [each.sha256 for each in cut] == [hashlib.sha256(data).hexdigest()]
    assert cut[0].length == len(data)
    assert cut[0].type == mime
    assert f"type={mime};length={len(data)};sha256={cut[0].sha256}" in readable


def test_two_pictures_are_two_cuts_and_the_text_between_them_stays() -> None:
    one, two = (base64.b64encode(data).decode() for data in list(PICTURES.values())[:2])
    body = f"<img src='data:image/png;base64,{one}'><p>Entre</p><img src='data:image/jpeg;base64,{two}'>"
    kept, cut = cutting.cut_media(body.encode(), "utf-8")
    assert len(cut) == 2
    assert b"<p>Entre</p>" in kept


def test_a_body_without_media_is_kept_byte_for_byte() -> None:
    body = (
        "<p>data: un mot, une clé data:e, sha256 de2e9f1f61b5fa4c3ab1e1cc6b0aa0ff, été</p>".encode("cp1252")
        + b"\xff\x00\x80"
    )
    assert cutting.cut_media(body, "cp1252") == (body, ())


def test_a_list_of_words_and_a_long_address_are_no_picture() -> None:
    words = "\n".join(["Camille", "Exemple", "Martin", "Invente"] * 200)
    address = "https://forum.example/" + "/".join(f"page-{number}.html?x" for number in range(300))
    body = f"{words}\n{address}".encode()
    assert cutting.cut_media(body, "utf-8") == (body, ())


def test_a_picture_in_a_utf_16_page_is_cut_too() -> None:
    plain = base64.b64encode(PICTURES["image/png"]).decode()
    kept, cut = cutting.cut_media(f"<img src='data:image/png;base64,{plain}'>".encode("utf-16-le"), "utf-16-le")
    assert len(cut) == 1
    assert plain[40:80] not in kept.decode("utf-16-le")


@pytest.mark.parametrize("data", PICTURES.values(), ids=PICTURES)
def test_a_picture_that_calls_itself_text_is_recognised(data: bytes) -> None:
    assert cutting.holds_raw_medium(data)
    assert cutting.holds_raw_medium(b"\n" + data)


def test_a_raw_picture_in_the_middle_of_a_page_is_recognised() -> None:
    assert cutting.holds_raw_medium(b"<html><p>x</p>" + PICTURES["image/png"])
    assert cutting.holds_raw_medium(b"<html><p>x</p>" + PICTURES["image/jpeg"])
    assert not cutting.holds_raw_medium("<?xml version='1.0'?><rss>été</rss>".encode())
    assert not cutting.holds_raw_medium(b"<html>GIF89a is a format</html>")


def test_a_body_made_of_media_only_is_refused_instead_of_kept() -> None:
    with pytest.raises(Refused):
        cutting.cut_media(b"(data:a/b, " * (cutting.MAX_CUTS + 1), "utf-8")


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_a_wide_charset_that_is_a_lie_hides_no_picture_and_breaks_nothing(charset: str) -> None:
    body = f"<p>{base64.b64encode(PICTURES['image/png']).decode() * 30}</p>".encode()
    for tail in (b"", b"x", b"xy", b"xyz"):
        kept, cut = cutting.cut_media(body + tail, charset)
        assert cut
        assert base64.b64encode(PICTURES["image/png"])[:40] not in kept
