"""A searx of Debian on loopback: engines over the wiki's and the blog's own searches, and a SQLite full-text table."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.acceptance import servers

SHARED = "/usr/share/python3-searx"
# generator=search answers with the pages' addresses; without gsrwhat=text the SQLite search finds nothing
SEARCH = (
    "/api.php?action=query&generator=search&gsrsearch={query}&gsrwhat=text&gsrlimit=20"
    "&prop=info&inprop=url&format=json&formatversion=2"
)


BLOG_SEARCH = "/?rest_route=/wp/v2/search&search={query}&per_page=20"


@contextlib.contextmanager
def running(folder: Path, wiki_url: str, blog_url: str, pages: Mapping[str, str]) -> Iterator[str]:
    """Serve searx over the wiki, the blog and the static `pages` (address -> text) while the block lasts."""
    port = servers.free_port()
    settings = folder / "searx.yml"
    settings.write_text(
        json.dumps(_settings(port, wiki_url, blog_url, _table(folder, pages))), encoding="utf-8"
    )  # JSON is YAML too
    environ = {**os.environ, "SEARX_SETTINGS_PATH": str(settings)}
    url = f"http://127.0.0.1:{port}"
    with servers.serving(["/usr/bin/searx-run"], ready=f"{url}/config", log=folder / "searx.log", environ=environ):
        yield url


def _table(folder: Path, pages: Mapping[str, str]) -> Path:
    """A full-text table of the static site's pages, as somebody indexes a site that has no search of its own."""
    path = folder / "pages.db"
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE VIRTUAL TABLE pages USING fts5(url UNINDEXED, title, content)")
        database.executemany("INSERT INTO pages VALUES (?, ?, ?)", [(url, url, text) for url, text in pages.items()])
    return path


def _settings(port: int, wiki_url: str, blog_url: str, table: Path) -> dict[str, Any]:
    """Every section that searx 1.1 reads: Debian ships no default file to lay these over."""
    return {
        "general": {"debug": False, "instance_name": "recherche", "contact_url": False, "enable_stats": False},
        "brand": dict.fromkeys(("git_url", "git_branch", "issue_url", "docs_url", "public_instances", "wiki_url"), "")
        | {"twitter_url": ""},
        "search": {
            "safe_search": 0, "autocomplete": "", "default_lang": "", "ban_time_on_fail": 0,
            "max_ban_time_on_fail": 0, "prefer_configured_language": False,
        },
        "server": {
            "port": port, "bind_address": "127.0.0.1", "secret_key": secrets.token_hex(16), "base_url": False,
            "image_proxy": False, "http_protocol_version": "1.1", "method": "POST", "default_http_headers": {},
        },
        "ui": {
            "static_path": f"{SHARED}/static", "templates_path": f"{SHARED}/templates", "default_theme": "oscar",
            "default_locale": "", "theme_args": {"oscar_style": "logicodev"},
        },
        "outgoing": {"request_timeout": 10.0, "useragent_suffix": "", "pool_connections": 10, "pool_maxsize": 10},
        "engines": [
            {
                "name": "wiki", "engine": "json_engine", "shortcut": "wk", "categories": "general",
                "enable_http": True, "timeout": 10.0, "search_url": wiki_url + SEARCH, "results_query": "query/pages",
                "url_query": "fullurl", "title_query": "title", "content_query": "title",
            },
            {
                "name": "blog", "engine": "json_engine", "shortcut": "bl", "categories": "general",
                "enable_http": True, "timeout": 10.0, "search_url": blog_url + BLOG_SEARCH, "results_query": "",
                "url_query": "url", "title_query": "title", "content_query": "title",
            },
            {
                "name": "cite", "engine": "sqlite", "shortcut": "ct", "categories": "general", "timeout": 10.0,
                "database": str(table), "result_template": "default.html",
                "query_str": "SELECT url, title, content FROM pages WHERE pages MATCH :query",
            },
        ],
        "locales": {"fr": "Français", "en": "English"},
        "doi_resolvers": {"invented": "http://127.0.0.1:9/"},
        "default_doi_resolver": "invented",
    }  # fmt: skip
