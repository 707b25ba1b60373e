"""The environment of a command: the variables of the shell, over those that `vigie init` wrote beside the data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from config.settings import state_dir

FILE = "vigie.env"
TOKEN = "VIGIE_TOKEN"  # noqa: S105 - the name of a variable: who acts in organisation mode, no setting of the instance
TESTS = "VIGIE_TEST_"  # what the tests say to themselves


def environ() -> Mapping[str, str]:
    """KEY=VALUE lines of `vigie.env` in the state folder, overridden by the shell's own variables."""
    given = {**_read(settings_file()), **os.environ}
    return {name: value for name, value in given.items() if name != TOKEN and not name.startswith(TESTS)}


def settings_file() -> Path:
    """Where `vigie init` writes the settings of this machine."""
    return state_dir(os.environ) / FILE


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}
