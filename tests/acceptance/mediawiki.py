"""A MediaWiki of Debian on loopback: SQLite, PHP's own web server, pages and pictures by its maintenance scripts."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.acceptance import servers

TREE = Path("/usr/share/mediawiki")
PARTS = (
    "api.php", "autoload.php", "composer.json", "includes", "index.php", "languages", "load.php", "maintenance",
    "mw-config", "opensearch_desc.php", "resources", "rest.php", "skins", "vendor",
)  # fmt: skip
"""What is linked; LocalSettings.php and images belong to the copy (Debian's own links point to the system's wiki)."""
USER = "Redaction"
LOCAL = """
$wgEnableUploads = true;
$wgFileExtensions = ['jpg'];
$wgUseImageMagick = false;
$wgJobRunRate = 0;
$wgGroupPermissions['*']['read'] = !file_exists( "$IP/members-only" );
"""
ROBOTS = "User-agent: *\nDisallow: /api.php\nDisallow: /index.php/Sp%C3%A9cial:\nDisallow: /index.php?\n"
WORKERS = "4"  # PHP's server answers one request at a time in each


@dataclass(frozen=True)
class MediaWiki:
    """One installed wiki and the acts of its operator, each by MediaWiki's own maintenance script."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def home(self) -> Path:
        return self.folder / "wiki"

    def page_url(self, title: str) -> str:
        """The address of a page, as the wiki itself writes it."""
        return f"{self.url}/index.php/{quote(title.replace(' ', '_'), safe='')}"

    def write(self, pages: Mapping[str, str]) -> None:
        """Create or replace pages, by title."""
        folder = self.folder / f"pages-{secrets.token_hex(4)}"
        folder.mkdir()
        for title, text in pages.items():
            (folder / f"{title}.txt").write_text(text, encoding="utf-8")
        self._maintain("importTextFiles.php", "--user", USER, "--overwrite", *map(str, sorted(folder.iterdir())))
        self._maintain("rebuildtextindex.php")

    def upload(self, folder: Path) -> None:
        """Take in every JPEG of a folder."""
        self._maintain("importImages.php", "--user", USER, "--extensions", "jpg", str(folder))

    def delete(self, title: str) -> None:
        """Delete a page as an operator does after a notice."""
        names = self.folder / "delete.txt"
        names.write_text(f"{title}\n", encoding="utf-8")
        self._maintain("deleteBatch.php", "-u", USER, "-r", "Signalement fondé", str(names))
        self._maintain("runJobs.php")

    def restore(self, title: str) -> None:
        """Bring a deleted page back."""
        self._maintain("undelete.php", "--user", USER, title)
        self._maintain("runJobs.php")

    def ask_to_sign_in(self, asked: bool) -> None:
        """Hide every page behind the wiki's own sign-in page, or show them to everybody again."""
        flag = self.home / "members-only"
        flag.touch() if asked else flag.unlink()

    def _maintain(self, script: str, *arguments: str) -> str:
        return servers.run(["php", str(self.home / "maintenance" / script), *arguments], environ=self.environ)

    @property
    def environ(self) -> dict[str, str]:
        """MW_INSTALL_PATH makes the linked tree use the settings of the copy."""
        return {**os.environ, "MW_INSTALL_PATH": str(self.home), "PHP_CLI_SERVER_WORKERS": WORKERS}


@contextlib.contextmanager
def running(folder: Path) -> Iterator[MediaWiki]:
    """Install an empty French wiki in `folder` and serve it while the block lasts."""
    wiki = MediaWiki(folder, servers.free_port())
    _install(wiki)
    command = ["php", "-S", f"127.0.0.1:{wiki.port}", "-t", str(wiki.home)]
    log = wiki.folder / "php.log"
    with servers.serving(command, ready=f"{wiki.url}/api.php", log=log, environ=wiki.environ):
        yield wiki


def _install(wiki: MediaWiki) -> None:
    for name in ("wiki", "wiki/images", "wiki/cache", "wiki/extensions", "database"):
        (wiki.folder / name).mkdir()
    for part in PARTS:
        (wiki.home / part).symlink_to(TREE / part)
    servers.run(
        [
            "php", str(wiki.home / "maintenance" / "install.php"), "--dbtype", "sqlite",
            "--dbpath", str(wiki.folder / "database"), "--dbname", "wiki", "--server", wiki.url, "--scriptpath", "",
            "--lang", "fr", "--skins", "Vector", "--confpath", str(wiki.home), "--pass", secrets.token_hex(12),
            "Wiki du quartier", USER,
        ],
        environ=wiki.environ,
    )  # fmt: skip
    with (wiki.home / "LocalSettings.php").open("a", encoding="utf-8") as settings:
        settings.write(LOCAL)
    (wiki.home / "robots.txt").write_text(ROBOTS, encoding="ascii")
