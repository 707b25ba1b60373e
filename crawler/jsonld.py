"""What a page says about itself in JSON-LD: texts, author, date, transcript (pure)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

_LIMIT: Final = 20_000  # nodes looked at; a page with more is not describing itself
_NOT_TEXT: Final = ("@", "url", "contenturl", "thumbnailurl", "embedurl", "sameas", "inlanguage", "encodingformat")
_AUTHORS: Final = ("author", "creator")
_MEDIA: Final = ("image", "contentUrl", "thumbnailUrl", "thumbnail", "photo", "video", "primaryImageOfPage")


def load(scripts: Iterable[str]) -> list[Any]:
    """The documents of a page's JSON-LD scripts; a script that is not JSON says nothing."""
    documents: list[Any] = []
    for script in scripts:
        try:
            documents.append(json.loads(script.strip().removeprefix("<!--").removesuffix("-->"), strict=False))
        except (ValueError, RecursionError):
            continue
    return documents


def _pairs(documents: list[Any], limit: int = _LIMIT) -> Iterator[tuple[str, Any]]:
    waiting: list[tuple[str, Any]] = [("", document) for document in reversed(documents)]
    for _ in range(limit):
        if not waiting:
            return
        key, value = waiting.pop()
        yield key, value
        if isinstance(value, dict):
            waiting.extend(reversed([(str(inner), each) for inner, each in value.items()]))
        elif isinstance(value, list):
            waiting.extend((key, each) for each in reversed(value))


def texts(documents: list[Any], limit: int = _LIMIT) -> list[str]:
    """Every text in them that is not an address or a keyword of JSON-LD, in order, each once."""
    found = {
        value: None
        for key, value in _pairs(documents, limit)
        if isinstance(value, str) and value.strip() and not key.lower().startswith(_NOT_TEXT)
    }
    return list(found)


def media(documents: list[Any]) -> list[str]:
    """The addresses of pictures and videos that they name, as they are written there."""
    found: list[str] = []
    for key, value in _pairs(documents):
        given = value.get("url") if isinstance(value, dict) else value
        if key in _MEDIA and isinstance(given, str):
            found.append(given)
    return found


def addresses(documents: list[Any], limit: int = _LIMIT) -> list[str]:
    """Every web address in them, each once: the other half of `texts`."""
    found = {
        value.strip(): None
        for key, value in _pairs(documents, limit)
        if isinstance(value, str) and value.strip().startswith(("http://", "https://"))
    }
    return list(found)


def first(documents: list[Any], *names: str) -> str | None:
    """The first text under one of these keys."""
    for key, value in _pairs(documents):
        if key in names and isinstance(value, str) and value.strip():
            return value.strip()
    return None


def author(documents: list[Any]) -> dict[str, str]:
    """`name`, `url` and `handle` (alternateName) of the first author or creator; what is not said is left out."""
    for key, value in _pairs(documents):
        if key in _AUTHORS and isinstance(value, str):
            return {"name": value}
        if key in _AUTHORS and isinstance(value, dict):
            said = {"name": value.get("name"), "url": value.get("url"), "handle": value.get("alternateName")}
            return {name: text for name, text in said.items() if isinstance(text, str) and text}
    return {}
