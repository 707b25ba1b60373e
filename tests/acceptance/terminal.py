"""A person at a terminal: runs `vigie` commands of one instance that is configured by its environment alone."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.acceptance import dovecot, overlay
from tests.acceptance.rig import Rig

VIGIE = Path(sys.executable).with_name("vigie")
SENDER = "notifications@association.exemple.invalid"


class CommandError(Exception):
    """A command ended with another exit code than expected; the message holds what it said."""


@dataclass
class Terminal:
    """One instance and the time that has passed on its clock since the story began."""

    environ: Mapping[str, str]
    passed: dt.timedelta = field(default_factory=dt.timedelta)

    def wait(self, length: dt.timedelta) -> None:
        """Let time pass for every command that follows."""
        self.passed += length

    def vigie(self, *words: str, given: str = "", expected: int = 0) -> str:
        """What the command printed on stdout; `given` is what the person types or pipes in."""
        minutes = int(self.passed.total_seconds() // 60)
        environ = {**self.environ, "VIGIE_CLOCK_OFFSET": f"{minutes}m"}
        done = subprocess.run(
            [str(VIGIE), *words], input=given, capture_output=True, text=True, env=environ, timeout=180, check=False
        )
        if done.returncode != expected:
            said = f"{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
            raise CommandError(f"vigie {' '.join(words)} ended with {done.returncode}, not {expected}:\n{said}")
        return done.stdout

    def json(self, *words: str, given: str = "", expected: int = 0) -> Any:
        """The document that the command printed with --json."""
        return json.loads(self.vigie(*words, "--json", given=given, expected=expected))


def terminal(folder: Path, rig: Rig) -> Terminal:
    """An instance that was never prepared: nothing but environment variables and the operator's own records."""
    return Terminal(
        {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "VIGIE_STATE_DIR": str(folder / "state"),
            "VIGIE_CONFIG_DIR": str(overlay.write(folder / "records", rig)),
            "VIGIE_ALLOW": ",".join(rig.allow),
            "VIGIE_SMTP_HOST": "127.0.0.1",
            "VIGIE_SMTP_PORT": str(rig.smtp_port),
            "VIGIE_SMTP_TLS": "none",
            "VIGIE_SMTP_SENDER": SENDER,
            "VIGIE_IMAP_HOST": "127.0.0.1",
            "VIGIE_IMAP_PORT": str(rig.post.imap_port),
            "VIGIE_IMAP_TLS": "none",
            "VIGIE_IMAP_USER": dovecot.USER,
            "VIGIE_IMAP_PASSWORD": dovecot.PASSWORD,
            "VIGIE_IMAP_AUTHSERV_ID": dovecot.SERVER,
            "VIGIE_UNDO_MINUTES": "0",
            "VIGIE_CONFIRM_AFTER": "24h",
            "VIGIE_DEMO": "1",  # only for the clock: time must pass
        }
    )
