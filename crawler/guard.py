"""Says which addresses may never be dialled: everything that is not a public web server (pure)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import unicodedata
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from crawler import address as addresses

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_URL: Final = 2083  # characters; the length browsers and proxies have agreed on for thirty years
_PORTS: Final = (80, 443)
# What `is_global` of the standard library lets through although nobody's website lives there (facts/trust.md B3).
_NEVER_V4: Final = [
    ipaddress.IPv4Network(net)
    for net in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/3")
]
_UNICAST_V6: Final = ipaddress.IPv6Network("2000::/3")  # the only IPv6 space handed out to the public internet
_NEVER_V6: Final = [ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20", "2002::/16")]
# 2002::/16 is 6to4, which RFC 7526 retired: from Python 3.13 on the standard library calls it private too.
_NAT64: Final = [ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48")]
_NUMBER: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z")
_FORBIDDEN_IN_URL: Final = re.compile(r"[\x00-\x20\x7f\\]")


def refusal(address: str, port: int, allow: Collection[str] = ()) -> str | None:
    """Why this literal address and port may not be dialled, as a code; None when they may.

    `allow` names exact pairs ("127.0.0.1:8081", "[::1]:8081"): the only way past the rules.
    """
    literal = _strict(address)
    if literal is None:
        return "not_literal"
    if (str(literal), port) in _pairs(allow):
        return None
    if port not in _PORTS:
        return "port"
    return None if all(_public(each) for each in _unwrapped(literal)) else "not_public"


def url_refusal(url: str, allow: Collection[str] = ()) -> str | None:
    """Why this address may not even be asked for, as a code (scheme, length, user name, port, host), or None."""
    if len(url) > MAX_URL:
        return "too_long"
    if _FORBIDDEN_IN_URL.search(url):
        return "malformed"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "malformed"
    if parts.scheme.lower() not in ("http", "https"):
        return "scheme"
    if "@" in parts.netloc:
        return "userinfo"
    if not parts.hostname:
        return "malformed"
    return _place_refusal(parts.hostname, port or (443 if parts.scheme.lower() == "https" else 80), allow)


def _place_refusal(name: str, port: int, allow: Collection[str]) -> str | None:
    literal = parse_literal(name)
    if literal is not None:
        return refusal(str(literal), port, allow)
    folded = _folded(name)
    if folded == "localhost" or folded.endswith((".localhost", ".local", ".internal", ".onion", ".home.arpa")):
        return None if port in {allowed for _, allowed in _pairs(allow)} else "local_name"
    if port not in _PORTS and port not in {allowed for _, allowed in _pairs(allow)}:
        return "port"
    return None


def keyed(deny_key: str, url: str) -> str:
    """HMAC-SHA-256 in hex of the canonical address under the hex key of the instance's no-fetch list."""
    return hmac.new(bytes.fromhex(deny_key), addresses.canonical(url).encode(), hashlib.sha256).hexdigest()


def denied(url: str, deny: Collection[str], deny_key: str) -> bool:
    """Whether the address is on the no-fetch list (pictures of minors, or of unknown age)."""
    return bool(deny) and keyed(deny_key, url) in deny


def parse_literal(text: str) -> Address | None:
    """The address that a host spells in any way a C library would read ("0x7f.1", "2130706433", "[::1]"), or None."""
    folded = _folded(text.strip())
    if folded.startswith("[") and folded.endswith("]"):
        folded = folded[1:-1]
    strict = _strict(folded)
    if strict is not None:
        return strict
    return _inet_aton(folded.split("."))


def _folded(name: str) -> str:
    # full-width digits and ideographic full stops become digits and dots on the way to a name server (UTS 46)
    return unicodedata.normalize("NFKC", name).replace("\u3002", ".").rstrip(".").lower()


def _strict(text: str) -> Address | None:
    try:
        parsed = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return parsed


def _inet_aton(parts: list[str]) -> ipaddress.IPv4Address | None:
    # inet_aton(3): one to four parts, each decimal, octal (0…) or hexadecimal (0x…); the last one fills what is left
    if not 1 <= len(parts) <= 4 or not all(_NUMBER.match(part) for part in parts):
        return None
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return None
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        return None
    head = sum(number << (24 - 8 * place) for place, number in enumerate(numbers[:-1]))
    return ipaddress.IPv4Address(head + numbers[-1])


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if len(part) > 1 and part.startswith("0") else int(part)


def _unwrapped(literal: Address) -> list[Address]:
    """The address and every IPv4 address that a gateway would take out of it."""
    if isinstance(literal, ipaddress.IPv4Address):
        return [literal]
    inner: list[Address] = [each for each in (literal.ipv4_mapped, literal.sixtofour) if each is not None]
    if literal.teredo is not None:
        inner += literal.teredo
    if any(literal in network for network in _NAT64):
        inner.append(ipaddress.IPv4Address(int(literal) & 0xFFFFFFFF))
    return inner if literal.ipv4_mapped else [literal, *inner]


def _public(literal: Address) -> bool:
    if isinstance(literal, ipaddress.IPv4Address):
        return literal.is_global and not literal.is_multicast and not any(literal in net for net in _NEVER_V4)
    if literal in _NAT64[0]:
        return True  # the wrapping is a public gateway: the wrapped address decides
    return literal.is_global and literal in _UNICAST_V6 and not any(literal in net for net in _NEVER_V6)


def _pairs(allow: Collection[str]) -> set[tuple[str, int]]:
    pairs: set[tuple[str, int]] = set()
    for entry in allow:
        name, _, port = entry.rpartition(":")
        literal = _strict(name)
        if literal is not None and port.isascii() and port.isdigit():
            pairs.add((str(literal), int(port)))
    return pairs
