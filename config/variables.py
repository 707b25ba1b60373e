"""Reads one environment variable at a time; a refusal never repeats a value that may be secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from config.errors import ConfigError

UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
DURATION = re.compile(r"^(-?\d{1,6})([smhd])$")
MAIL = re.compile(r"^[^@\s<>]+@[^@\s<>]+$")
HOST = re.compile(r"^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$")


def one_of(*choices: str) -> Callable[[str, str], str]:
    """A reader for a closed list of words."""

    def read(name: str, text: str) -> str:
        if text not in choices:
            raise ConfigError(f'{name} is "{text}": write one of {", ".join(choices)}.')
        return text

    return read


def text(_name: str, value: str) -> str:
    """The value as it is."""
    return value


def path(_name: str, value: str) -> Path:
    """A path, with ~ opened."""
    return Path(value).expanduser()


def flag(name: str, value: str) -> bool:
    """1 or 0."""
    return one_of("1", "0")(name, value) == "1"


def port(name: str, value: str) -> int:
    """A TCP port, 1 to 65535."""
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise ConfigError(f'{name} is "{value}": write a port number from 1 to 65535.')
    return int(value)


def duration(name: str, value: str) -> timedelta:
    """A duration such as 90s, 10m, 24h or 7d; a leading minus is for VIGIE_CLOCK_OFFSET alone."""
    found = DURATION.match(value)
    if found is None:
        raise ConfigError(f'{name} is "{value}": write a whole number and a unit, such as 10m, 24h or 7d.')
    return int(found[1]) * UNITS[found[2]]


def wait(name: str, value: str) -> timedelta:
    """A duration that is not negative."""
    length = duration(name, value)
    if length < timedelta(0):
        raise ConfigError(f'{name} is "{value}": a wait cannot be negative, write one such as 24h.')
    return length


def minutes(name: str, value: str) -> int:
    """Whole minutes, written 10 or 10m (or 1h)."""
    length = wait(name, f"{value}m" if value.isdigit() else value)
    if length % UNITS["m"]:
        raise ConfigError(f'{name} is "{value}": write whole minutes, such as 10m.')
    return length // UNITS["m"]


def allowed(name: str, value: str) -> tuple[str, ...]:
    """Exact "host:port" pairs separated by commas: the private addresses that the crawler's guard lets through."""
    return tuple(_host_and_port(name, part.strip().lower()) for part in value.split(",") if part.strip())


def _host_and_port(name: str, pair: str) -> str:
    host, _, number = pair.rpartition(":")
    if not _is_host(host):
        raise ConfigError(
            f'{name} holds "{pair}": write host:port pairs separated by commas, such as 127.0.0.1:8081, '
            "without scheme, path or wildcard."
        )
    port(name, number)
    return pair


def _is_host(host: str) -> bool:
    if host.startswith("[") and host.endswith("]"):
        try:
            return ip_address(host[1:-1]).version == 6
        except ValueError:
            return False
    return HOST.match(host) is not None


def web_address(name: str, value: str) -> str:
    """An http or https address without user, query or fragment; a final slash is dropped."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigError(f"{name} is no web address: write one such as https://vigie.example, without user or query.")
    return value.rstrip("/")


def web_addresses(name: str, value: str) -> tuple[str, ...]:
    """Web addresses separated by commas."""
    return tuple(web_address(name, part.strip()) for part in value.split(",") if part.strip())


def mail_address(name: str, value: str) -> str:
    """An e-mail address, alone or as "Name <address>"."""
    if not MAIL.match(parseaddr(value)[1]):
        raise ConfigError(f"{name} is no e-mail address: write one such as vigie@association.example.")
    return value


def database(name: str, value: str) -> str:
    """A database address for SQLAlchemy; the refusal does not repeat it, for it may hold a password."""
    if not value.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
        raise ConfigError(f"{name} is no database address: start it with sqlite:/// or postgresql+psycopg://.")
    return value.replace("postgresql://", "postgresql+psycopg://", 1)
