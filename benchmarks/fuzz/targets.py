"""What is done with each mutated input, and what must hold afterwards."""

from __future__ import annotations

import contextlib
import io

import typer

from crawler import cutting
from crawler import page as pages
from crawler.sighting import FIELD_NAMES
from crawler.trouble import Refused
from monitor.names import NameIndex, Term
from vigie.cli.match import _fields, _pages

_TYPES = ("text/html", "application/json", "application/rss+xml", "text/plain", "application/xhtml+xml", "")
_CHARSETS = (None, "utf-8", "utf-16", "windows-1252", "shift_jis", "no such charset")
_INDEX = NameIndex(
    [
        Term("name", "name", "Léa Martin", context=("Lyon",), exclude=("Nantes",)),
        Term("compound", "name", "Anne-Marie de La Tour"),
        Term("handle", "handle", "camille_ex"),
        Term("phone", "phone", "06 12 34 56 78"),
        Term("email", "email", "camille@poste.example"),
        Term("address", "address", "12 rue des Lilas, 69003 Lyon"),
        Term("script", "name", "Мария Иванова"),
    ]
)


def page(data: bytes) -> None:
    """Two bytes choose type and charset; the rest is the body, read as it comes and with its media cut out."""
    if len(data) < 2:
        return
    mime, charset, body = _TYPES[data[0] % len(_TYPES)], _CHARSETS[data[1] % len(_CHARSETS)], data[2:]
    seen = pages.read(body, "https://forum.example/x", mime, charset)
    names = [field.name for field in seen.fields]
    assert len(set(names)) == len(names), "a field appears twice"
    assert set(names) <= set(FIELD_NAMES), "a field has no name of the contract"
    for link in (*seen.links, *(media.url for media in seen.media)):
        assert link.startswith(("http://", "https://")), "an address that is none of the web"
    for field in seen.fields:
        field.text.encode()  # a lone surrogate would stop whoever writes it down
    try:
        cutting.cut_media(body, seen.charset)
    except Refused:
        return


def match(data: bytes) -> None:
    """Lines as `vigie match text` reads them; then the same bytes as the text of a page."""
    read: list[list[tuple[str, str]]] = []
    with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit, typer.Exit):
        read = [_fields(row) for row in _pages(io.BytesIO(data), "pages.jsonl")]  # a wrong line is told: exit code 2
    text = data.decode("utf-8", "replace")
    for fields in [*read, [("text", text)], [("title", text[:50]), ("link", text)]]:
        known = dict(fields)
        for found in _INDEX.match(fields):
            assert known[found.field][found.start : found.end] == found.matched, "a match quotes something else"
            assert 0 <= found.score <= 1, "a score outside 0..1"
