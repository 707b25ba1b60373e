"""The visible text of an HTML tree: a block is a line, an inline element is nothing (pure)."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped,unused-ignore]

_UNSEEN: Final = frozenset(
    (
        "script", "style", "noscript", "template", "head", "title", "iframe", "object", "noembed", "noframes",
    )
)  # fmt: skip
_BLOCKS: Final = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center", "dd",
        "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
        "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol",
        "optgroup", "option", "p", "pre", "search", "section", "select", "summary", "table", "tbody",
        "textarea", "tfoot", "thead", "tr", "ul",
    )
)  # fmt: skip
_CELLS: Final = frozenset(("td", "th"))
_KEPT: Final = frozenset(("pre", "textarea"))
# Past its depth limit (2,048) the parser drops the rest of the page: what only nests is flattened before a second try.
_NESTING: Final = re.compile(
    r"<(/?)(?!(?:a|img|meta|title|script|style|link|time|video|source|input)\b)([a-zA-Z][\w:-]*)[^<>]*>"
)
_SPACES: Final = re.compile(r"[^\S\n]+")
# The parser compares each attribute of a tag with all others of it: a tag with very many would take hours.
_MANY: Final = 500  # attributes kept of one tag
_LONG_TAG: Final = 5000  # characters; a shorter tag cannot hold enough of them to matter
_TAG: Final = re.compile(
    r"<!--(?s:.*?)(?:-->|\Z)|<(script|style|textarea|title|xmp)\b(?s:.*?)(?:</\1|\Z)|"
    r"<[a-z](?:[^>\"'=]++|=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|[\"'=])*+>?",
    re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(r"[^\s\"'>=/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")


def parse(text: str) -> Any:
    """The tree of a page whatever its state; None when there is nothing to parse."""
    clean = text.replace("\x00", "")  # browsers drop NULs; libxml2 would stop at the first
    if len(clean) > _LONG_TAG:
        clean = _TAG.sub(_bounded, clean)
    tree, whole = _parse(clean)
    return tree if whole else _parse(_NESTING.sub(_flat, clean))[0]


def _bounded(tag: re.Match[str]) -> str:
    written = tag.group()
    if len(written) <= _LONG_TAG or tag.group(1) or written.startswith("<!--"):
        return written
    kept = [found.group() for found, _ in zip(_ATTRIBUTE.finditer(written, 1), range(_MANY + 1), strict=False)]
    return f"<{' '.join(kept)}>"


def _parse(text: str) -> tuple[Any, bool]:
    parser = etree.HTMLParser(huge_tree=True, recover=True, no_network=True, encoding="utf-8")
    data = text.encode("utf-8", errors="replace")
    try:
        tree = etree.fromstring(data, parser) if data.strip() else None
    except etree.XMLSyntaxError:
        return None, True
    too_deep = any(entry.type_name in ("ERR_RESOURCE_LIMIT", "ERR_NAME_TOO_LONG") for entry in parser.error_log)
    return tree, not too_deep


def _flat(tag: re.Match[str]) -> str:
    return "<br>" if tag.group(2).lower() in _BLOCKS else " " if tag.group(2).lower() in _CELLS else ""


def visible(tree: Any) -> str:
    """The text a reader sees, one line per block, spaces collapsed, no empty line."""
    pieces: list[str] = []
    walker = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    kept = 0
    for event, element in walker:
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            kept += name in _KEPT
            _open(walker, element, name, pieces, kept > 0)
        else:
            kept -= event == "end" and name in _KEPT
            _close(element, name, pieces, kept > 0)
    return tidy("".join(pieces))


def _open(walker: Any, element: Any, name: str, pieces: list[str], kept: bool) -> None:
    if name in _UNSEEN and not (name == "template" and element.get("shadowrootmode")):
        walker.skip_subtree()
        return
    if name in _BLOCKS:
        pieces.append("\n")
    if element.text:
        pieces.append(element.text if kept else _one_line(element.text))


def _close(element: Any, name: str, pieces: list[str], kept: bool) -> None:
    if name in _BLOCKS:
        pieces.append("\n")
    elif name in _CELLS:
        pieces.append(" ")
    if element.tail:
        pieces.append(element.tail if kept else _one_line(element.tail))


def _one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")


def tidy(text: str) -> str:
    """Each line trimmed, spaces collapsed, empty lines dropped."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)
