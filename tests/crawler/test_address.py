"""One address, one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import address

SAME = {
    "HTTP://Forum.Example:80": "http://forum.example/",
    "https://forum.example:443/a/../b/./c#bas": "https://forum.example/b/c",
    "https://forum.example/p?utm_source=x&b=2&a=1&fbclid=z": "https://forum.example/p?a=1&b=2",
    "https://Élodie.example/Été": "https://xn--lodie-9ra.example/%C3%89t%C3%A9",
    "https://forum.example/%7euser/%e9": "https://forum.example/~user/%E9",
    "https://forum.example/viewtopic.php?t=4&sid=0123456789abcdef0123456789abcdef": "https://forum.example/viewtopic.php?t=4",
    "https://forum.example/story?sid=42": "https://forum.example/story?sid=42",
    "https://forum.example/a;jsessionid=AB12?x=": "https://forum.example/a?x=",
    "https://camille@forum.example./a": "https://forum.example/a",
    "http://[2001:DB8::1]:8080/": "http://[2001:db8::1]:8080/",
    "https://forum.example/a%2Fb": "https://forum.example/a%2Fb",
    "https://forum.example/100%:%zz%4": "https://forum.example/100%25:%25zz%254",
    "mailto:a@b.example": "mailto:a@b.example",
}


@pytest.mark.parametrize(("given_url", "expected"), SAME.items())
def test_an_address_has_one_canonical_spelling(given_url: str, expected: str) -> None:
    assert address.canonical(given_url) == expected


@given(st.from_regex(r"https?://[a-z]{1,8}\.example(:[0-9]{1,4})?(/[^\s#]{0,30})?(\?[^\s#]{0,30})?", fullmatch=True))
def test_canonical_of_canonical_changes_nothing(url: str) -> None:
    once = address.canonical(url)
    assert address.canonical(once) == once


@given(st.text(max_size=100))
def test_no_text_makes_an_address_fail(text: str) -> None:
    address.canonical(text)
    address.host(text)
    address.looks_like_media(text)


def test_a_host_is_lower_case_punycode_without_port() -> None:
    assert address.host("https://ÉLODIE.example:8080/x") == "xn--lodie-9ra.example"
    assert address.host("pas une adresse") == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/p.JPG",
        "https://a.example/v.mp4?x=1",
        "https://a.example/i?f=x.webp",
        "https://a.example/i?format=png",
    ],
)
def test_an_address_that_says_picture_or_video_looks_like_media(url: str) -> None:
    assert address.looks_like_media(url)


@pytest.mark.parametrize(
    "url", ["https://a.example/", "https://a.example/jpg", "https://a.example/p.html", "https://a.example/?q=png"]
)
def test_a_page_does_not_look_like_media(url: str) -> None:
    assert not address.looks_like_media(url)
