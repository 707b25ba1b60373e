"""Reads the texts of the invented sites, which lie beside the code as TOML."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, cast

HERE = Path(__file__).parent


def table(name: str, key: str) -> list[dict[str, Any]]:
    """The rows under a key of `<name>.toml`."""
    return cast(list[dict[str, Any]], tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))[key])
