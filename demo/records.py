"""Writes the invented sites as records of an overlay folder: how to read them, and how to write to them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from demo import feed, forum, gallery
from demo.web import Web

DOMAIN: Final = "exemple.invalid"
NAMES: Final[Mapping[str, str]] = {
    "search": "Le moteur inventé",
    "forum": forum.NAME,
    "gallery": gallery.NAME,
    "feed": feed.NAME,
    "slow": "Les lenteurs du bourg",
    "failing": "Le site en panne",
    "robots": "Le bocage réservé",
    "host": "Conserverie",
}
PLATFORMS: Final[Mapping[str, tuple[str, str]]] = {
    "forum": ("platform", "moderation"),
    "gallery": ("platform", "moderation"),
    "feed": ("host", "contact"),
    "host": ("host", "abus"),
}
"""Site -> kind of the platform and the name before the @ of its address."""
_ORIGIN: Final = {"source": "Invented for the demonstration", "checked_on": "2026-11-22", "confidence": "OP"}


def write(web: Web, folder: Path, mailbox_domain: str = DOMAIN) -> Path:
    """Write sources/demo_*.toml and platforms/demo_*.toml under `folder` (VIGIE_CONFIG_DIR), and return it.

    A platform is found by its host: where all sites share one, only the first is written.
    """
    hosts: set[str] = set()
    for site, base in web.sites.items():
        _write(folder / "sources", source(site, base))
        host = str(urlsplit(base).hostname)
        if site in PLATFORMS and host not in hosts:
            _write(folder / "platforms", platform(site, host, mailbox_domain))
            hosts.add(host)
    return folder


def source(site: str, base: str) -> dict[str, Any]:
    """The record of a source: search is asked, the blog is read as a feed, all others page by page."""
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "search": ("searxng", {"endpoint": base, "result_pages": 2}),
        "feed": ("feed", {"feeds": [f"{base}/flux.xml"]}),
    }
    kind, settings = kinds.get(site, ("site", {"start_urls": [f"{base}/"], "depth": 3}))
    return {
        "id": f"demo_{site}", "name": NAMES[site], "kind": kind, "queries": site == "search", "enabled": True,
        "risk": "none", "delay_seconds": 0.0, "requests_per_day": 5000, "interval_hours": 1.0, "secrets": [],
        **_ORIGIN, "settings": settings,
    }  # fmt: skip


def platform(site: str, host: str, mailbox_domain: str) -> dict[str, Any]:
    """The record of a platform that is written to by e-mail."""
    kind, _ = PLATFORMS[site]
    return {
        "id": f"demo_{site}", "name": NAMES[site], "entity": f"{NAMES[site]} SARL", "country": "FR", "kind": kind,
        "address": ["1 quai des Chimères", "00000 Aubeville", "France"], "domains": [host],
        "small_provider": "no", "covered_tida": "no", "art20": kind == "platform", "machine_may_look": True,
        "forwards_to_customer": "unknown", **_ORIGIN,
        "channels": [{
            "kind": "email", "value": address(site, mailbox_domain), "harms": ["*"], "account": "no",
            "discloses_to": "none", "langs": ["fr"],
        }],
    }  # fmt: skip


def address(site: str, mailbox_domain: str = DOMAIN) -> str:
    """The e-mail address of a site's people. Raises KeyError for a site that nobody writes to."""
    return f"{PLATFORMS[site][1]}@{site}.{mailbox_domain}"


def _write(folder: Path, record: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{record['id']}.toml").write_text(toml(record), "utf-8")


def toml(record: Mapping[str, Any]) -> str:
    """A record as TOML: plain keys first, then its tables and its lists of tables."""
    plain = {key: value for key, value in record.items() if not _is_table(value)}
    lines = [f"{key} = {_value(key, value)}" for key, value in plain.items()]
    for key, value in record.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{key}]", toml(value).rstrip()]
        elif _is_table(value):
            lines += [line for row in value for line in ("", f"[[{key}]]", toml(row).rstrip())]
    return "\n".join(lines) + "\n"


def _is_table(value: object) -> bool:
    rows = isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and isinstance(value[0], Mapping)
    return rows or isinstance(value, Mapping)


def _value(key: str, value: object) -> str:
    # strings, numbers, booleans and lists of strings are written alike in JSON and TOML; dates stand bare in TOML
    return str(value) if key == "checked_on" else json.dumps(value, ensure_ascii=False)
