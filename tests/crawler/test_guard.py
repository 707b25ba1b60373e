"""The guard: which addresses may be dialled, however they are spelt."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import guard

FORBIDDEN_HOSTS = [
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.1", "0x7f000001", "0x7f.0.0.1", "0x7F.1",
    "2130706433", "2130706434", "017700000001", "0177.0.0.1", "0177.0.0.01", "00000177.0.0.1", "127.0.0.1.",
    "１２７.０.０.１", "127。0。0。1", "0", "0.0.0.0", "0x0", "00", "10.0.0.1", "10.1", "012.0.0.1", "0xa000001",
    "167772161", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.1", "3232235521", "0xc0a80001",
    "169.254.169.254", "2852039166", "0xa9fea9fe", "100.64.0.1", "100.127.255.254", "192.0.0.8", "192.0.0.170",
    "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]",
    "[2002:7f00:1::]", "[2002:808:808::1]", "[2002:a00:1::1]", "[2002:c0a8:101::1]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[2001:0:7f00:1::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]",
    "[100::1]", "[2001:db8::1]", "[3fff::1]", "[4000::1]", "[::ffff:169.254.169.254]", "localhost", "LOCALHOST",
    "localhost.", "machine.localhost", "imprimante.local", "metadata.google.internal", "x.onion",
]  # fmt: skip
GOOD_HOSTS = [
    "forum.example", "93.184.216.34", "1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "11.0.0.1", "192.0.3.1",
    "[2606:4700:4700::1111]", "[2a00:1450:4007::1]", "[64:ff9b::808:808]", "[::ffff:8.8.8.8]",
]  # fmt: skip
BAD_ADDRESSES = {
    "file:///etc/hostname": "scheme",
    "ftp://forum.example/": "scheme",
    "gopher://forum.example/": "scheme",
    "data:text/html,x": "scheme",
    "javascript:alert(1)": "scheme",
    "s3://bucket/x": "scheme",
    "//forum.example/": "scheme",
    "http://camille@forum.example/": "userinfo",
    "http://a:b@127.0.0.1/": "userinfo",
    "http://forum.example:22/": "port",
    "http://forum.example:8080/": "port",
    "https://forum.example:80443/": "malformed",
    "http:///chemin": "malformed",
    "http://forum.example\\@127.0.0.1/": "malformed",
    "http://forum.example/\n": "malformed",
    "http://[::1/": "malformed",
    "http://forum.example/" + "a" * 2083: "too_long",
    "http://127.0.0.1:80/": "not_public",
    "http://8.8.8.8:53/": "port",
}


@pytest.mark.parametrize("host", FORBIDDEN_HOSTS)
def test_a_forbidden_host_is_refused_in_every_spelling(host: str) -> None:
    assert guard.url_refusal(f"http://{host}/") is not None


@pytest.mark.parametrize("host", GOOD_HOSTS)
def test_a_public_host_passes(host: str) -> None:
    assert guard.url_refusal(f"https://{host}/page") is None


@pytest.mark.parametrize(("url", "code"), BAD_ADDRESSES.items(), ids=lambda each: each[:40])
def test_an_address_that_is_no_website_is_refused_with_its_reason(url: str, code: str) -> None:
    assert guard.url_refusal(url) == code


def test_the_table_is_as_long_as_promised() -> None:
    assert len(set(FORBIDDEN_HOSTS)) >= 60
    assert len(set(GOOD_HOSTS)) >= 8


def test_allow_opens_one_exact_pair_and_nothing_beside_it() -> None:
    allow = ("127.0.0.1:8081", "[::1]:8082")
    assert guard.refusal("127.0.0.1", 8081, allow) is None
    assert guard.refusal("::1", 8082, allow) is None
    assert guard.refusal("127.0.0.1", 8082, allow) is not None
    assert guard.refusal("127.0.0.2", 8081, allow) is not None
    assert guard.refusal("::ffff:127.0.0.2", 8081, allow) is not None
    assert guard.url_refusal("http://0x7f000001:8081/", allow) is None
    assert guard.url_refusal("http://127.0.0.2:8081/", allow) is not None


def test_a_name_in_the_allow_list_opens_nothing() -> None:
    assert guard.refusal("127.0.0.1", 8081, ("localhost:8081",)) is not None


@pytest.mark.parametrize("host", ["forum.example", "", "1.2.3.4.5", "256.1.1.1", "0x7g", "1.2.3.256"])
def test_what_is_no_literal_is_not_dialled(host: str) -> None:
    assert guard.parse_literal(host) is None
    assert guard.refusal(host, 80) == "not_literal"


@given(st.ip_addresses(v=4))
def test_every_way_to_write_an_ipv4_address_means_the_same_address(literal: IPv4Address) -> None:
    number = int(literal)
    first, rest = number >> 24, number & 0xFFFFFF
    for spelling in (str(literal), str(number), hex(number), f"0{number:o}", f"{first}.{rest}", f"0x{first:x}.{rest}"):
        assert guard.parse_literal(spelling) == literal


@given(st.ip_addresses(v=4))
def test_a_wrapped_ipv4_address_is_refused_whenever_the_bare_one_is(literal: IPv4Address) -> None:
    bare = guard.refusal(str(literal), 443)
    number = int(literal)
    mapped = IPv6Address((0xFFFF << 32) | number)
    nat64 = IPv6Address((0x64FF9B << 96) | number)
    six_to_four = IPv6Address((0x2002 << 112) | (number << 80) | 1)
    for wrapped in (mapped, nat64):
        assert (guard.refusal(str(wrapped), 443) is None) == (bare is None)
    assert guard.refusal(str(six_to_four), 443) is not None  # no network carries it any more (RFC 7526)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_that_the_standard_library_calls_private_passes(literal: IPv4Address | IPv6Address) -> None:
    if (not literal.is_global and literal not in ipaddress.ip_network("64:ff9b::/96")) or literal.is_multicast:
        mapped = getattr(literal, "ipv4_mapped", None)
        assert mapped is not None or guard.refusal(str(literal), 443) is not None


@given(st.text(max_size=200))
def test_no_text_makes_the_guard_fail(text: str) -> None:
    guard.url_refusal(text)
    guard.url_refusal(f"http://{text}/")
    guard.parse_literal(text)


def test_the_no_fetch_list_knows_an_address_in_any_spelling() -> None:
    key = "ab" * 32
    listed = {guard.keyed(key, "https://forum.example/photo?a=1&b=2")}
    assert guard.denied("HTTPS://Forum.Example:443/photo?b=2&a=1#haut", listed, key)
    assert not guard.denied("https://forum.example/autre", listed, key)
    assert not guard.denied("https://forum.example/photo?a=1&b=2", listed, "cd" * 32)
