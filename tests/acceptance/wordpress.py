"""A WordPress of Debian on loopback: MariaDB in a private folder, PHP's web server, acts by its own functions."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.acceptance import servers

TREE: Final = Path("/usr/share/wordpress")
HOST: Final = "127.0.0.2"
"""An address of loopback of its own: a platform is known by its host."""
CONFIG: Final = """<?php
define('DB_NAME', 'blog'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_HOME', '{url}'); define('WP_SITEURL', '{url}');
define('AUTH_KEY', '{salt}'); define('SECURE_AUTH_KEY', '{salt}');
define('LOGGED_IN_KEY', '{salt}'); define('NONCE_KEY', '{salt}');
define('AUTH_SALT', '{salt}'); define('SECURE_AUTH_SALT', '{salt}');
define('LOGGED_IN_SALT', '{salt}'); define('NONCE_SALT', '{salt}');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
ACTS: Final = """<?php
$told = json_decode(stream_get_contents(STDIN), true);
$_SERVER['HTTP_HOST'] = $told['host']; $_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1'; $_SERVER['REQUEST_METHOD'] = 'GET';
if ($told['act'] === 'install') define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
function done($id) { if (is_wp_error($id) || !$id) { fwrite(STDERR, print_r($id, true)); exit(1); } return $id; }
switch ($told['act']) {
  case 'install':
    wp_install('Le carnet de la place', 'redaction', 'redaction@exemple.invalid', true, '', $told['password'], 'fr_FR');
    update_option('WPLANG', 'fr_FR'); update_option('permalink_structure', '/%postname%/');
    update_option('posts_per_page', 100); update_option('comment_moderation', 0); switch_theme('twentytwentyone');
    flush_rewrite_rules(); wp_delete_post(1, true); wp_delete_post(2, true);
    $out = 1; break;
  case 'post':
    $out = done(wp_insert_post(['post_title' => $told['title'], 'post_content' => $told['html'],
      'post_status' => 'publish', 'post_author' => 1, 'post_date' => $told['date']], true)); break;
  case 'comment':
    $out = done(wp_insert_comment(['comment_post_ID' => $told['id'], 'comment_author' => $told['author'],
      'comment_author_email' => 'x@exemple.invalid', 'comment_content' => $told['text'],
      'comment_approved' => 1])); break;
  case 'trash': $out = done(wp_trash_post($told['id'])) ? 1 : 0; break;
  case 'untrash': done(wp_untrash_post($told['id'])); wp_publish_post($told['id']); $out = 1; break;
  case 'lock': $out = done(wp_update_post(['ID' => $told['id'], 'post_password' => $told['password']], true)); break;
  case 'media':
    $file = wp_upload_bits(basename($told['path']), null, file_get_contents($told['path']));
    $id = wp_insert_attachment(['post_mime_type' => 'image/jpeg', 'post_title' => 'Photographie',
      'post_status' => 'inherit'], $file['file'], $told['id']);
    wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $file['file']));
    set_post_thumbnail($told['id'], $id); $out = done($id); break;
}
echo "\\n", json_encode(['out' => $out]);
"""


@dataclass(frozen=True)
class WordPress:
    """One installed blog and the acts of its operator, each by WordPress's own functions."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def home(self) -> Path:
        return self.folder / "blog"

    @property
    def socket(self) -> Path:
        return self.folder / "mariadb.sock"

    def page_url(self, slug: str) -> str:
        """The address of a post with pretty permalinks."""
        return f"{self.url}/{slug}/"

    def write(self, title: str, html: str, date: str = "2026-11-20 09:30:00") -> int:
        """Publish a post; gives its number."""
        return self.act("post", title=title, html=html, date=date)

    def comment(self, post: int, author: str, text: str) -> int:
        return self.act("comment", id=post, author=author, text=text)

    def picture(self, post: int, path: Path) -> int:
        """Upload a picture and show it above the post."""
        return self.act("media", id=post, path=str(path))

    def delete(self, post: int) -> None:
        """Put a post into WordPress's bin, as its operator does after a notice."""
        self.act("trash", id=post)

    def restore(self, post: int) -> None:
        self.act("untrash", id=post)

    def lock(self, post: int) -> None:
        """Show the post only to those who know its password."""
        self.act("lock", id=post, password=secrets.token_hex(6))

    def act(self, name: str, **told: Any) -> int:
        """Run one of WordPress's functions in its own process; raises `ServerError` when it says no."""
        given = json.dumps({"act": name, "host": f"{HOST}:{self.port}", **told})
        done = subprocess.run(
            ["php", str(self.home / "acts.php")], input=given, capture_output=True, text=True, timeout=120, check=False,
            env=environ(),
        )  # fmt: skip
        try:
            return int(json.loads(done.stdout.rpartition("\n")[2])["out"])
        except (ValueError, KeyError, TypeError):
            raise servers.ServerError(
                f"WordPress could not {name}:\n{done.stdout[-800:]}\n{done.stderr[-800:]}"
            ) from None


def environ() -> Mapping[str, str]:
    return {**os.environ, "PHP_CLI_SERVER_WORKERS": "4"}


@contextlib.contextmanager
def running(folder: Path) -> Iterator[WordPress]:
    """Install an empty French blog in `folder` and serve it while the block lasts."""
    blog = WordPress(folder, servers.free_port(HOST))
    _copy(blog)
    with _mariadb(blog):
        blog.act("install", password=secrets.token_hex(8))
        command = ["php", "-S", f"{HOST}:{blog.port}", "-t", str(blog.home)]
        ready = f"{blog.url}/wp-login.php"
        with servers.serving(command, ready=ready, log=folder / "blog.log", environ=environ()):
            yield blog


def _copy(blog: WordPress) -> None:
    """The package's tree with its own settings, its French texts and a theme; Debian's links point elsewhere."""
    leave = shutil.ignore_patterns("wp-config.php", "languages", ".htaccess")
    shutil.copytree(TREE, blog.home, symlinks=False, ignore=leave, ignore_dangling_symlinks=True)
    texts = blog.home / "wp-content" / "languages"
    texts.mkdir(parents=True)
    for path in (TREE / "wp-content" / "languages").glob("*fr_FR*"):
        shutil.copy(path, texts)
    salt = secrets.token_hex(16)
    config = CONFIG.format(socket=blog.socket, url=blog.url, salt=salt)
    (blog.home / "wp-config.php").write_text(config, encoding="utf-8")
    (blog.home / "acts.php").write_text(ACTS, encoding="utf-8")


@contextlib.contextmanager
def _mariadb(blog: WordPress) -> Iterator[None]:
    """A MariaDB that listens on a socket in our folder only."""
    data = blog.folder / "mariadb"
    servers.run(
        ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--user=root", "--skip-test-db",
         "--auth-root-authentication-method=normal"],
        environ=os.environ,
    )  # fmt: skip
    process = subprocess.Popen(
        ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={blog.socket}", "--user=root",
         "--skip-networking", f"--pid-file={blog.folder / 'mariadb.pid'}", "--innodb-buffer-pool-size=32M",
         f"--log-error={blog.folder / 'mariadb.log'}"],
        start_new_session=True,
    )  # fmt: skip
    try:
        _ready(blog, process)
        yield
    finally:
        servers.end(process)


def _ready(blog: WordPress, process: subprocess.Popen[bytes]) -> None:
    make = ["mariadb", "--no-defaults", f"--socket={blog.socket}", "-uroot", "-e", "CREATE DATABASE blog"]
    for _ in range(150):
        if subprocess.run(make, capture_output=True, check=False).returncode == 0:
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise servers.ServerError(f"MariaDB did not start:\n{(blog.folder / 'mariadb.log').read_text()[-2000:]}")
