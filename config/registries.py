"""Which registry answers for an internet address, and which networks only stand in front of a site: shipped data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from config.errors import ConfigError
from config.reading import read_toml

SHIPPED = Path(__file__).parent / "rdap"
FILES = ("ipv4.json", "ipv6.json")
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Front:
    """A network in front of sites (CDN, protection): its name, the words it is known by, its own ranges."""

    id: str
    name: str
    words: tuple[str, ...]
    ranges: tuple[Network, ...]


@dataclass(frozen=True)
class Registries:
    """The RDAP bootstrap (RFC 9224: IANA's own files may be laid over ours) and the fronts."""

    services: tuple[tuple[Network, tuple[str, ...]], ...]
    fronts: tuple[Front, ...]

    @classmethod
    def load(cls, overlay: Path | None = None) -> Registries:
        """The shipped files, each replaced by the one of the same name in the overlay's folder rdap."""
        entries = [entry for name in FILES for entry in _services(_file(name, overlay))]
        return cls(tuple(entries), tuple(_fronts(_file("fronts.toml", overlay))))

    def servers(self, address: Address) -> tuple[str, ...]:
        """The registry's servers for an address, the longest prefix first; empty where nobody answers for it."""
        fitting = [(net.prefixlen, urls) for net, urls in self._by_version[address.version] if address in net]
        return max(fitting, default=(0, ()))[1]

    def front(self, address: Address, names: Iterable[str]) -> Front | None:
        """The front that holds this address, by its range or by the words of the network that holds it."""
        spoken = " ".join(names).casefold()
        for front in self.fronts:
            inside = any(net.version == address.version and address in net for net in front.ranges)
            if inside or any(word in spoken for word in front.words):
                return front
        return None

    @cached_property
    def _by_version(self) -> Mapping[int, list[tuple[Network, tuple[str, ...]]]]:
        return {version: [one for one in self.services if one[0].version == version] for version in (4, 6)}


def _file(name: str, overlay: Path | None) -> Path:
    own = overlay / "rdap" / name if overlay else None
    return own if own is not None and own.exists() else SHIPPED / name


def _services(path: Path) -> Iterable[tuple[Network, tuple[str, ...]]]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for prefixes, urls in document["services"]:
            for prefix in prefixes:
                yield ip_network(prefix), tuple(str(url) for url in urls)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path}: is no RDAP bootstrap file (RFC 9224): take the one that IANA publishes.") from error


def _fronts(path: Path) -> Iterable[Front]:
    try:
        for one in read_toml(path)["fronts"]:
            words = tuple(str(word).casefold() for word in one["words"])
            yield Front(one["id"], one["name"], words, tuple(ip_network(net) for net in one.get("ranges", ())))
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{path}: a front needs id, name and words, and ranges that are networks.") from error
