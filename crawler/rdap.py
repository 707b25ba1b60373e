"""Asks a registry about an address by RDAP (RFC 7480): guarded, bounded, redirected to the one that knows."""

from __future__ import annotations

import json
import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urljoin

import httpx

from crawler import guard, http
from crawler.trouble import CrawlerError, Refused

SECONDS = 20.0
MOST_BYTES = 512 * 1024
MOST_HOPS = 5
TYPE = "application/rdap+json"
Address = IPv4Address | IPv6Address


class RegistryError(CrawlerError):
    """The registry gave no usable answer; the message is a sentence that says what to do next."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "transient")


@dataclass(frozen=True)
class Answer:
    """What a registry says: the address it answered at, and its document."""

    url: str
    document: dict[str, Any]


def addresses_of(host: str) -> tuple[Address, ...]:
    """The addresses of a host name or literal, as this machine's resolver gives them; raises `RegistryError`."""
    try:
        return (ip_address(host.strip("[]")),)
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise RegistryError("This host has no address now: check the spelling, or try again later.") from None
    return tuple(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))


def ask(server: str, address: Address, allow: Collection[str] = ()) -> Answer:
    """The network that holds an address; raises `RegistryError` when the registry does not say."""
    url = f"{server.rstrip('/')}/ip/{address}"
    try:
        with http.client(http.Wire(allow, SECONDS)) as client:
            return _followed(client, url, allow)
    except httpx.HTTPError as error:
        raise RegistryError(f"The registry does not answer ({type(error).__name__}): try again later.") from None


def _followed(client: httpx.Client, url: str, allow: Collection[str]) -> Answer:
    for _ in range(MOST_HOPS):
        if code := guard.url_refusal(url, allow):
            raise Refused(code)
        with client.stream("GET", url, headers={"Accept": TYPE}) as response:
            if not response.is_redirect:
                return Answer(url, _document(response))
            url = urljoin(url, response.headers.get("location", ""))
    raise RegistryError("The registries send the question round and round: try again later.")


def _document(response: httpx.Response) -> dict[str, Any]:
    if response.status_code == 404:
        raise RegistryError("The registry knows no holder of this address.")
    if response.status_code != 200:
        raise RegistryError(f"The registry answered {response.status_code}: try again later.")
    try:
        document = json.loads(http.read_bounded(response, MOST_BYTES))
    except ValueError:
        raise RegistryError("The registry's answer is not RDAP: try again later.") from None
    if not isinstance(document, dict) or document.get("objectClassName") != "ip network":
        raise RegistryError("The registry's answer is about no network: try again later.")
    return document
