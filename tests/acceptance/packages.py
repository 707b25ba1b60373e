"""The Debian packages that the acceptance tests need, and their installation when it is asked for."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

PROOFS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mediawiki": "/usr/share/mediawiki/index.php",
        "php-cli": "/usr/bin/php",
        "php-sqlite3": "/usr/share/doc/php-sqlite3",
        "php-mbstring": "/usr/share/doc/php-mbstring",
        "php-xml": "/usr/share/doc/php-xml",
        "php-intl": "/usr/share/doc/php-intl",
        "php-gd": "/usr/share/doc/php-gd",
        "searx": "/usr/bin/searx-run",
        "wordpress": "/usr/share/wordpress/wp-load.php",
        "wordpress-l10n": "/usr/share/wordpress/wp-content/languages/fr_FR.mo",
        "wordpress-theme-twentytwentyone": "/usr/share/wordpress/wp-content/themes/twentytwentyone/style.css",
        "php-mysql": "/usr/share/doc/php-mysql",
        "mariadb-server": "/usr/sbin/mariadbd",
        "nginx-light": "/usr/sbin/nginx",
        "dovecot-imapd": "/usr/lib/dovecot/imap",
        "dovecot-lmtpd": "/usr/lib/dovecot/lmtp",
        "postfix": "/usr/sbin/postfix",
        "debian-reference-fr": "/usr/share/debian-reference/ch01.fr.html",
        "mate-backgrounds": "/usr/share/backgrounds/mate/nature/LadyBird.jpg",
    }
)
"""Package -> a path that only exists once it is installed."""
# another installation may hold dpkg's lock: wait for it rather than fail
INSTALL: Final = ("apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "--no-install-recommends")


class PackagesError(Exception):
    """The packages could not be installed; the message says what to do."""


def missing() -> tuple[str, ...]:
    """The packages that are not there yet."""
    return tuple(name for name, proof in PROOFS.items() if not Path(proof).exists())


def command() -> str:
    """What a person types to install them."""
    return f"apt-get install --no-install-recommends {' '.join(PROOFS)}"


def install() -> None:
    """Install what is missing, as root; raises `PackagesError` with the end of what apt-get said."""
    wanted = missing()
    if not wanted:
        return
    if os.geteuid() != 0:
        raise PackagesError(f"Only root can install the servers. As root: {command()}")
    if _apt(*INSTALL, *wanted).returncode == 0:
        return
    _apt("apt-get", "-o", "DPkg::Lock::Timeout=300", "update")  # an old list names versions that are no longer there
    done = _apt(*INSTALL, *wanted)
    if done.returncode != 0 or missing():
        raise PackagesError(f"apt-get could not install {', '.join(missing())}:\n{done.stderr[-2000:]}")


def _apt(*arguments: str) -> subprocess.CompletedProcess[str]:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(arguments, env=quiet, capture_output=True, text=True, timeout=900, check=False)
