"""Turns the families of errors of the rooms into a sentence on stderr and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from vigie.cli.output import Exit

SENTENCES = {
    "ConfigError": Exit.USAGE,
    "StorageError": Exit.FAILURE,
    "CaseError": Exit.FAILURE,
    "CrawlerError": Exit.FAILURE,
    "FingerprintError": Exit.FAILURE,
    "DocumentError": Exit.USAGE,
    "MonitorError": Exit.FAILURE,
    "EvidenceError": Exit.FAILURE,
    "TakedownError": Exit.REFUSED,
}


@contextmanager
def as_exit() -> Iterator[None]:
    """An error of a known family prints its sentence; anything else stays a traceback, for it is our fault."""
    try:
        yield
    except Exception as error:
        code = next((SENTENCES[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in SENTENCES), None)
        if code is None:
            raise
        print(error, file=sys.stderr)
        raise SystemExit(int(code)) from None
