"""What a child process may know of its parent: almost nothing, and no secret."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_PASSED_ON: Final = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV")


def environment() -> dict[str, str]:
    """The environment of a child: no VIGIE_*, no proxy, no credentials; one thread per numeric library."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONSAFEPATH": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
