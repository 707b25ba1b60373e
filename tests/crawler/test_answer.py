"""An answer is judged by its bytes before what it claims: page, picture, or the reason why it is neither."""

from __future__ import annotations

import datetime as dt
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from crawler import answer
from crawler.answer import Answer

URL = "https://forum.example/p"
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)  # Tuesday


def came(body: bytes, mime: str = "text/html", status: int = 200, **headers: str) -> Answer:
    return answer.of(URL, status, {"content-type": mime, **headers}, body)


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((40, 40), (-2, -1, 1, 1), 30).convert("RGB").save(out, kind)
    return out.getvalue()


PICTURES = {kind: picture(kind.upper()) for kind in ("png", "jpeg", "gif", "webp", "bmp", "tiff", "ico")}


@pytest.mark.parametrize(("kind", "data"), PICTURES.items(), ids=PICTURES)
def test_a_picture_is_a_picture_under_every_name(kind: str, data: bytes) -> None:
    for mime in ("text/html", "text/plain; charset=utf-16", "application/json", "application/pdf", ""):
        medium = came(data, mime).medium
        assert medium is not None
        assert medium.startswith("image/")
        assert kind in medium or kind == "ico"


def test_a_film_is_a_film_under_every_name() -> None:
    film = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2mp41"
    assert [came(film, mime).medium for mime in ("text/html", "video/mp4")] == ["video/mp4", "video/mp4"]
    assert came(b"quoi", "audio/mpeg").medium == "audio/mpeg"


@pytest.mark.parametrize(
    "text",
    [
        "GIF89a est un format d'image",
        "BM, OggS, RIFF et WEBP sont des mots",
        "<p>RIFF et WEBP, GIF89a et BMP</p>",
        "<svg><path d='M0 0'/></svg><p>Camille Exemple est citée ici</p>",
        "<?xml version='1.0'?><rss><channel/></rss>",
        "<p>Un octet \x00 égaré</p>",
    ],
)
def test_readable_text_stays_text(text: str) -> None:
    assert came(text.encode()) == Answer()
    assert came(text.encode("cp1252")) == Answer()


def test_a_page_in_utf_16_is_text_when_it_says_so() -> None:
    page = "<p>Camille Exemple est citée ici</p>"
    assert came(page.encode("utf-16")) == Answer()
    assert came(page.encode("utf-16-le"), "text/html; charset=UTF-16LE") == Answer()


def test_raw_pixels_in_the_middle_of_a_page_and_other_binaries_are_no_text() -> None:
    noise = random.Random(7).randbytes(20_000)
    for body in (b"<p>x</p>" + PICTURES["jpeg"], b"%PDF-1.7\n" + noise, b"PK\3\4" + noise, noise):
        assert came(body) == Answer("shape")
    assert came(b"%PDF-1.7\n" + noise, "application/pdf") == Answer("shape", ordinary=True)


@given(st.sampled_from(list(PICTURES.values())), st.text("abc <>\n", max_size=30), st.binary(max_size=300))
def test_no_picture_is_ever_read_as_a_page(data: bytes, before: str, after: bytes) -> None:
    judged = came(before.encode() + data[:-1] + after)
    assert judged.medium or judged.error_class


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_a_small_picture_in_a_long_page_is_found(kind: str) -> None:
    page = b"<p>Camille Exemple</p>" * 50_000
    assert came(page + PICTURES[kind] + page) == Answer("shape")


@pytest.mark.parametrize("body", [b"", b" \n", b"\xef\xbb\xbf", b"\0\0", "\ufeff \n".encode("utf-16-le")])
def test_an_empty_body_is_another_shape_under_every_name(body: bytes) -> None:
    assert {came(body, mime) for mime in ("text/html", "application/json", "image/png", "")} == {Answer("shape")}


@pytest.mark.parametrize("status", [300, 301, 302, 304, 307, 399])
def test_a_redirect_that_was_not_followed_is_never_a_page(status: int) -> None:
    assert came(b"<p>x</p>", status=status) == Answer("shape")
    assert came(b"<p>x</p>", status=status, location="http://[x") == Answer("shape")
    assert came(b"<p>x</p>", status=status, location="file:///etc/passwd") == Answer("refused")
    assert came(picture("PNG"), status=status) == Answer("shape")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 5000, answer.LONGEST_WAIT),
        ("Tue, 24 Nov 2026 10:01:30 GMT", 90),
        ("Tue, 24 Nov 2026 10:01:30 -0000", 90),
        ("Tue, 24 Nov 2026 09:00:00 GMT", 0),
        ("Tue, 24 Nov 2099 09:00:00 GMT", answer.LONGEST_WAIT),
        ("", None),
        ("bientôt", None),
        ("-5", None),
        ("1.5", None),
    ],
)
def test_a_wait_is_read_in_seconds_or_as_a_date(value: str, seconds: int | None) -> None:
    assert answer.retry_after(value, NOW) == seconds
