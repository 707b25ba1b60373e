"""The configuration of the acceptance instance: four sources, three platform records, as an operator writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.acceptance.rig import HOME, Rig

SEARCH: Final = "acceptance_search"
WIKI: Final = "acceptance_wiki"
BLOG: Final = "acceptance_blog"
SITE: Final = "acceptance_site"
SOURCES: Final = (SEARCH, WIKI, BLOG, SITE)
ABUSE: Final = "abuse@wiki.exemple.invalid"

SOURCE: Final = """id = "{id}"
name = "{name}"
kind = "{kind}"
queries = {queries}
enabled = true
risk = "none"
delay_seconds = 0.0
requests_per_day = 5000
interval_hours = 1.0
secrets = []
source = "the acceptance rig, on loopback"
checked_on = 2026-11-22
confidence = "OP"

[settings]
{settings}
"""
PLATFORM: Final = """id = "{id}"
name = "{name}"
entity = "Association du wiki d'exemple"
address = ["1 rue de l'Exemple", "69000 Lyon", "France"]
country = "FR"
kind = "host"
domains = ["{domain}"]
small_provider = "yes"
covered_tida = "no"
art20 = false
machine_may_look = true
forwards_to_customer = "unknown"
source = "the acceptance rig, on loopback"
checked_on = 2026-11-22
confidence = "OP"

[[channels]]
kind = "email"
value = "{email}"
harms = ["*"]
account = "no"
discloses_to = "host"
langs = ["fr"]
"""


def write(folder: Path, rig: Rig) -> Path:
    """Write the records into `folder`, to be given as VIGIE_CONFIG_DIR."""
    search = {"endpoint": rig.search_url, "categories": "general", "language": "fr"}
    wiki = {
        "start_urls": [rig.page_url(HOME)],
        "prefixes": [f"{rig.wiki_url}/index.php/"],
        "exclude": r"[?]|/index\.php/[^/]*(:|%3A)",  # forms and other namespaces: not pages that somebody wrote
        "depth": 1,
        "pages": 80,
    }
    _source(folder, SEARCH, "searxng", search, queries=True)
    _source(folder, WIKI, "site", wiki, queries=False)
    blog = {"start_urls": [f"{rig.blog.url}/"], "prefixes": [f"{rig.blog.url}/"], "depth": 1, "pages": 60,
            "exclude": r"[?#]|/feed/|/wp-|/category/|/author/|/xmlrpc"}  # fmt: skip
    site = {"start_urls": [f"{rig.site.url}/"], "prefixes": [f"{rig.site.url}/"], "depth": 1, "pages": 60}
    _source(folder, BLOG, "site", blog, queries=False)
    _source(folder, SITE, "site", site, queries=False)
    for record, url, name in ((WIKI, rig.wiki_url, "wiki"), (BLOG, rig.blog.url, "blog"), (SITE, rig.site.url, "cite")):
        text = PLATFORM.format(
            id=record, name=f"Le {name} du quartier", domain=urlsplit(url).hostname, email=desk(name)
        )
        _write(folder / "platforms" / f"{record}.toml", text)
    return folder


def desk(name: str) -> str:
    """Where an invented host takes notices."""
    return f"abuse@{name}.exemple.invalid"


def _source(folder: Path, name: str, kind: str, settings: Mapping[str, object], *, queries: bool) -> None:
    # a JSON string, number or list of strings is written the same way in TOML
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
    text = SOURCE.format(id=name, name=name, kind=kind, queries=json.dumps(queries), settings=lines)
    _write(folder / "sources" / f"{name}.toml", text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
