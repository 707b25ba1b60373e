"""Logs without personal words: which part spoke, how loudly, which kind of failure; never its text."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import TextIO


class Discreet(logging.Formatter):
    """Addresses, queries and names stand in the texts of log records: so the texts are left out."""

    def format(self, record: logging.LogRecord) -> str:
        """Level, part and line, and the type of the exception if there is one."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        return f"{record.levelname} {record.name}:{record.lineno} {kind}".rstrip()


def to_stderr(stream: TextIO) -> None:
    """Send warnings and worse to stderr, discreetly; uncaught exceptions too."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Discreet())
    handler.setLevel(logging.WARNING)  # on the handler: Scrapy sets the levels of its loggers itself
    logging.root.handlers[:] = [handler]
    logging.captureWarnings(True)
    sys.excepthook = _hook


def _hook(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(trace)))
    sys.stderr.write(f"CRITICAL {kind.__name__} {places}\n")
