"""Logs: one JSON line an event, of kinds, ids, counts and classes; never a word that a person typed or a page said."""

from __future__ import annotations

import logging
import sys

import structlog

ALLOWED = frozenset(
    {"event", "level", "timestamp", "kind", "id", "count", "error", "seconds", "port", "status", "owner"}
)


def configure() -> None:
    """Send structured logs to stderr; libraries' own logs only from warnings up, and without their messages' data."""
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="%(levelname)s %(name)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_known,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def _only_known(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Drop every key that is not on the short list: a new key has to be thought about before it is logged."""
    return {key: value for key, value in event.items() if key in ALLOWED}
