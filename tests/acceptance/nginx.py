"""A static site of Debian's nginx on an address of loopback of its own: pages its owner writes and takes away."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tests.acceptance import servers

HOST: Final = "127.0.0.3"
CONFIG: Final = """user root; daemon off; worker_processes 1; pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; default_type text/html; charset utf-8; types {{ text/html html; text/plain txt; image/jpeg jpg; }}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen {host}:{port}; root {folder}/cite; index index.html; error_page 404 /404.html; }}
}}
"""
PAGE: Final = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title></head>'
    "<body><h1>{title}</h1>{body}</body></html>"
)
SIGN_IN: Final = (
    '<p>Connectez-vous pour continuer.</p><form method="post" action="/entrer"><input name="identifiant">'
    '<input type="password" name="mot"><button>Se connecter</button></form>'
)


@dataclass(frozen=True)
class Site:
    """The pages by name, and their addresses."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def home(self) -> Path:
        return self.folder / "cite"

    def page_url(self, name: str) -> str:
        return f"{self.url}/{quote(name)}.html"

    def write(self, name: str, title: str, body: str) -> None:
        (self.home / f"{name}.html").write_text(PAGE.format(title=escape(title), body=body), encoding="utf-8")

    def link_all(self) -> None:
        """The front page links to every page."""
        names = sorted(path.stem for path in self.home.glob("*.html") if path.stem not in ("index", "404"))
        links = "".join(f'<li><a href="/{quote(name)}.html">{escape(name)}</a></li>' for name in names)
        self.write("index", "Les pages de la cité", f"<ul>{links}</ul>")

    def ask_to_sign_in(self, name: str) -> None:
        """The page's address answers with a sign-in form instead."""
        self.write(name, "Espace réservé", SIGN_IN)

    def delete(self, name: str) -> None:
        (self.home / f"{name}.html").unlink()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Site]:
    """Serve an empty site while the block lasts."""
    site = Site(folder, servers.free_port(HOST))
    site.home.mkdir()
    site.write("404", "Page introuvable", "<p>Cette page n'existe pas.</p>")
    site.write("index", "Les pages de la cité", "<p>Bientôt.</p>")
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, host=HOST, port=site.port), encoding="utf-8")
    environ: Mapping[str, str] = os.environ
    with servers.serving(["/usr/sbin/nginx", "-c", str(config)], ready=f"{site.url}/", log=folder / "nginx.log",
                         environ=environ):  # fmt: skip
        yield site
