"""Turns the families of errors of the rooms into a sentence on stderr and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from vigie.cli.output import Exit

DATABASE = (
    "The database did not answer ({kind}): look at it with `vigie doctor`, then do this again. Nothing was changed."
)
SENTENCES = {
    "UnknownRow": Exit.FAILURE,
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
        if any(kind.__name__ == "SQLAlchemyError" for kind in type(error).__mro__):
            print(DATABASE.format(kind=type(error).__name__), file=sys.stderr)
            raise SystemExit(int(Exit.FAILURE)) from None
        if code is None:
            raise
        print(error, file=sys.stderr)
        raise SystemExit(int(code)) from None
