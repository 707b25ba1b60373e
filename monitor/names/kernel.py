"""The reading and searching loops as a small C library, compiled once on this machine when it has a compiler.

Without it everything works, with numpy alone; `VIGIE_FAST=off` says not to use it. The library is kept in the user's
cache folder, under the hash of its source, and is compiled only when an index is large enough to gain from it.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sysconfig
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path

SOURCES = ("kernel.c", "forms.c")
COMPILERS = ("cc", "gcc", "clang")
_FLAGS = ("-O3", "-shared", "-fPIC")
_SECONDS = 60  # a compiler that takes longer is given up


def path() -> Path:
    """Where the library of this source on this machine stands."""
    folder = resources.files("monitor.names")
    source = b"".join(folder.joinpath(name).read_bytes() for name in (*SOURCES, "kernel.h"))
    name = hashlib.sha256(source + " ".join(_FLAGS).encode()).hexdigest()[:16]
    root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "vigie" / f"names-{name}-{sysconfig.get_platform()}.so"


@cache
def library(*, build: bool = False) -> ctypes.CDLL | None:
    """The library; None when it is not wanted, not there and not to be built, or cannot be built."""
    if os.environ.get("VIGIE_FAST", "").lower() in ("off", "0", "no"):
        return None
    try:
        target = path()
        if not target.exists() and not (build and _compile(target)):
            return None
        return ctypes.CDLL(str(target))
    except (OSError, RuntimeError):
        return None


def _compile(target: Path) -> bool:
    """Compile beside the target and move it there in one step: a reader sees the whole library or none."""
    compiler = next((found for name in COMPILERS if (found := shutil.which(name))), None)
    if compiler is None:
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with resources.as_file(resources.files("monitor.names")) as sources:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            made = Path(folder) / target.name
            try:
                subprocess.run(
                    [compiler, *_FLAGS, "-o", str(made), *(str(sources / name) for name in SOURCES)],
                    check=True,
                    capture_output=True,
                    timeout=_SECONDS,
                )
            except (OSError, subprocess.SubprocessError):
                return False
            made.replace(target)
    return True
