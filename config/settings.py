"""The settings of this instance, read once from the environment and never changed."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self

from config import variables
from config.errors import ConfigError
from config.secret import read_key

__all__ = ["ConfigError", "Settings", "state_dir"]

READERS: Mapping[str, Callable[[str, str], Any]] = MappingProxyType(
    {
        "VIGIE_MODE": variables.one_of("personal", "organisation"),
        "VIGIE_WORKERS": variables.one_of("embedded", "procrastinate"),
        "VIGIE_DATABASE_URL": variables.database,
        "VIGIE_STATE_DIR": variables.path,
        "VIGIE_CONFIG_DIR": variables.path,
        "VIGIE_ALLOW": variables.allowed,
        "VIGIE_BASE_URL": variables.web_address,
        "VIGIE_SMTP_HOST": variables.text,
        "VIGIE_SMTP_PORT": variables.port,
        "VIGIE_SMTP_USER": variables.text,
        "VIGIE_SMTP_PASSWORD": variables.text,
        "VIGIE_SMTP_SENDER": variables.mail_address,
        "VIGIE_SMTP_REPLY_TO": variables.mail_address,
        "VIGIE_SMTP_TLS": variables.one_of("starttls", "tls", "none"),
        "VIGIE_IMAP_HOST": variables.text,
        "VIGIE_IMAP_PORT": variables.port,
        "VIGIE_IMAP_USER": variables.text,
        "VIGIE_IMAP_PASSWORD": variables.text,
        "VIGIE_IMAP_TLS": variables.one_of("starttls", "tls", "none"),
        "VIGIE_IMAP_FOLDER": variables.text,
        "VIGIE_IMAP_AUTHSERV_ID": variables.text,
        "VIGIE_TSA_URLS": variables.web_addresses,
        "VIGIE_UNDO_MINUTES": variables.minutes,
        "VIGIE_CONFIRM_AFTER": variables.wait,
        "VIGIE_CLOCK_OFFSET": variables.duration,
        "VIGIE_DEMO": variables.flag,
    }
)
"""Variable -> reader; the field's name is the variable's, without VIGIE_, in small letters."""
SECRET_PREFIX = "VIGIE_SECRET_"  # noqa: S105 - the name of variables, not a secret
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
IMAP_PORTS = {"starttls": 143, "tls": 993, "none": 143}
KNOWN = (*READERS, "VIGIE_KEY", "VIGIE_KEY_FILE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decided. Secrets are left out of its printed form.

    `smtp_reply_to` is the mailbox that answers reach (the sender's by default), read by IMAP; `imap_authserv_id` is the
    name under which our own mail server writes what it found about a sender (RFC 8601): without it nobody is proved.
    `key` is at least 32 bytes; `allow` holds "host:port" pairs; `confirm_after` is the wait between the two looks that
    confirm a removal; `secrets` are the values of VIGIE_SECRET_<NAME>, by name in small letters, for the sources.
    """

    mode: Literal["personal", "organisation"] = "personal"
    workers: Literal["embedded", "procrastinate"] = "embedded"
    database_url: str = field(repr=False)
    key: bytes = field(repr=False)
    state_dir: Path
    config_dir: Path | None = None
    allow: tuple[str, ...] = ()
    base_url: str = "http://127.0.0.1:8000"
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_user: str | None = field(default=None, repr=False)
    smtp_password: str | None = field(default=None, repr=False)
    smtp_sender: str | None = None
    smtp_reply_to: str | None = None
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    imap_host: str | None = None
    imap_port: int = 993
    imap_user: str | None = field(default=None, repr=False)
    imap_password: str | None = field(default=None, repr=False)
    imap_tls: Literal["starttls", "tls", "none"] = "tls"
    imap_folder: str = "INBOX"
    imap_authserv_id: str | None = None
    tsa_urls: tuple[str, ...] = ()
    undo_minutes: int = 10
    confirm_after: timedelta = timedelta(hours=24)
    clock_offset: timedelta = timedelta(0)
    demo: bool = False
    secrets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Self:
        """The settings of an environment; an empty variable counts as unset.

        Raises ConfigError with a sentence that names the variable and what to write; it never repeats a secret.
        """
        given = {name: value for name, value in environ.items() if name.startswith("VIGIE_") and value}
        _refuse_unknown(given)
        values = {_field(name): read(name, given[name]) for name, read in READERS.items() if name in given}
        values["state_dir"] = state_dir(environ)
        values.setdefault("database_url", f"sqlite:///{values['state_dir'] / 'vigie.db'}")
        values.setdefault("smtp_port", SMTP_PORTS[values.get("smtp_tls", "starttls")])
        values.setdefault("imap_port", IMAP_PORTS[values.get("imap_tls", "tls")])
        values["key"] = read_key(given, demo=values.get("demo", False))
        values["secrets"] = MappingProxyType(_source_secrets(given))
        settings = cls(**values)
        _refuse_contradictions(settings)
        return settings


def state_dir(environ: Mapping[str, str]) -> Path:
    """VIGIE_STATE_DIR, else the folder vigie under XDG_STATE_HOME (by default ~/.local/state)."""
    if environ.get("VIGIE_STATE_DIR"):
        return variables.path("VIGIE_STATE_DIR", environ["VIGIE_STATE_DIR"]).absolute()
    home = environ.get("XDG_STATE_HOME") or "~/.local/state"
    return variables.path("XDG_STATE_HOME", home).absolute() / "vigie"


def _field(variable: str) -> str:
    return variable.removeprefix("VIGIE_").lower()


def _refuse_unknown(given: Mapping[str, str]) -> None:
    for name in sorted(given):
        if name in KNOWN or name.startswith(SECRET_PREFIX):
            continue
        close = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0)
        raise ConfigError(f"{name} is no setting: correct its name or unset it. The nearest known one is {close[0]}.")


def _source_secrets(given: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(SECRET_PREFIX).lower(): value
        for name, value in given.items()
        if name.startswith(SECRET_PREFIX)
    }


def _refuse_contradictions(settings: Settings) -> None:
    if settings.clock_offset and not settings.demo:
        raise ConfigError(
            "VIGIE_CLOCK_OFFSET moves the clock and is for the demo alone: unset it, or set VIGIE_DEMO=1."
        )
    if settings.workers == "procrastinate" and not settings.database_url.startswith("postgresql"):
        raise ConfigError(
            "VIGIE_WORKERS=procrastinate needs PostgreSQL: set VIGIE_DATABASE_URL to a postgresql address."
        )
    if settings.smtp_host and not settings.smtp_sender:
        raise ConfigError(
            "VIGIE_SMTP_HOST is set without a sender: set VIGIE_SMTP_SENDER to the address letters leave from."
        )
    if settings.imap_host and not (settings.imap_user and settings.imap_password):
        raise ConfigError(
            "VIGIE_IMAP_HOST is set without an account: set VIGIE_IMAP_USER and VIGIE_IMAP_PASSWORD, or unset it."
        )
    if settings.config_dir is not None and not settings.config_dir.is_dir():
        raise ConfigError(
            f"VIGIE_CONFIG_DIR is {settings.config_dir}, which is no folder: create it or correct the path."
        )
