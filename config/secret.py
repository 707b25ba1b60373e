"""The instance secret: read from the environment or a private file, refused when it is weak."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from config.errors import ConfigError

LENGTH = 32
"""The least length of the secret, in bytes."""
DEMO_KEY = hashlib.sha256(b"vigie demo: invented people only").digest()
RUN_INIT = "Run `vigie init`, which makes a good one."
KNOWN_WORDS = ("changeme", "change-me", "change_me", "password", "motdepasse", "secret", "default", "insecure")
FIRST_WORDS = ("demo", "test", "vigie", "example", "exemple")
HEXADECIMAL = re.compile(r"^[0-9a-fA-F]+$")


def read_key(environ: Mapping[str, str], *, demo: bool) -> bytes:
    """The secret of VIGIE_KEY, or of the file VIGIE_KEY_FILE, at least 32 bytes long.

    In the demo a missing or weak one is replaced, for the people there are invented. Raises ConfigError otherwise.
    """
    given, file = environ.get("VIGIE_KEY", ""), environ.get("VIGIE_KEY_FILE", "")
    if given and file:
        raise ConfigError("VIGIE_KEY and VIGIE_KEY_FILE are both set: keep only one of them.")
    if not given and not file:
        if demo:
            return DEMO_KEY
        raise ConfigError(f"There is no secret: neither VIGIE_KEY nor VIGIE_KEY_FILE is set. {RUN_INIT}")
    raw = given.encode() if given else _read_private(Path(file).expanduser())
    return hashlib.sha256(raw).digest() if demo else _strong(decode(raw), raw, "VIGIE_KEY" if given else file)


def decode(raw: bytes) -> bytes:
    """The bytes that a hexadecimal or base64 text stands for; anything else stands for itself."""
    try:
        written = raw.decode("ascii").strip()
    except UnicodeDecodeError:
        return raw
    if HEXADECIMAL.match(written) and len(written) % 2 == 0:
        return bytes.fromhex(written)
    try:
        decoded = base64.b64decode(written.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return written.encode()
    return decoded if len(decoded) >= LENGTH else written.encode()


def _read_private(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"The secret file {path} cannot be read ({type(error).__name__}). {RUN_INIT}") from error
    if mode & stat.S_IRWXO:
        raise ConfigError(f"The secret file {path} is open to every user of this machine: run chmod 600 {path}.")
    return raw


def _strong(key: bytes, raw: bytes, origin: str) -> bytes:
    if len(key) < LENGTH:
        raise ConfigError(f"The secret of {origin} is too short: it needs at least {LENGTH} random bytes. {RUN_INIT}")
    written = raw.decode("latin-1").strip().lower()
    guessable = any(word in written for word in KNOWN_WORDS) or written.startswith(FIRST_WORDS)
    if guessable or len(set(key)) < LENGTH // 2 or key == DEMO_KEY:
        raise ConfigError(f"The secret of {origin} is a default or can be guessed. {RUN_INIT}")
    return key
