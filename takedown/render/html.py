"""A letter as a piece of HTML for the screen: everything escaped, nothing loaded, links in the file copy only."""

from __future__ import annotations

from html import escape

from takedown.blocks import Block, reject_control
from takedown.letter import Letter
from takedown.render.paper import PLAIN, Paper, is_link


def render(letter: Letter, paper: Paper = PLAIN) -> str:
    """An <article> in the letter's language, elements as data-element. Raises LetterError on control characters."""
    reject_control(letter.blocks)
    head = letter.head
    parts = [
        f'<p class="letter-stamp">{escape(head.stamp)}</p>' if head.stamp else "",
        f'<address class="letter-sender">{_lines(head.sender)}</address>',
        f'<address class="letter-addressee">{_lines(head.addressee)}</address>',
        f'<p class="letter-date">{escape(head.place_date)}</p>',
        f"<h1>{escape(head.subject_label)} {escape(letter.subject)}</h1>",
        f'<p class="letter-reference">{escape(head.reference_label)} {escape(head.reference)}</p>'
        if head.reference
        else "",
        *(_block(block, paper.links) for block in letter.blocks),
    ]
    return (
        f'<article class="letter" lang="{escape(letter.lang)}">\n' + "\n".join(filter(None, parts)) + "\n</article>\n"
    )


def _block(block: Block, links: bool) -> str:
    mark = f' data-element="{escape(block.element)}"' if block.element else ""
    if block.kind == "heading":
        return f"<h2{mark}>{escape(block.text)}</h2>"
    if block.kind == "list":
        return f"<ul{mark}>" + "".join(f"<li>{_lines(item)}</li>" for item in block.items) + "</ul>"
    if block.kind == "urls":
        return f'<ol class="letter-urls"{mark}>' + "".join(_content(item, links) for item in block.items) + "</ol>"
    if block.kind == "table":
        first, *rest = block.items
        rows = _row(first, 'th scope="col"') + "".join(_row(row, "td") for row in rest)
        return f"<table{mark}>{rows}</table>"
    if block.kind == "signature":
        return f'<p class="letter-signature"{mark}>' + "<br>".join(_lines(item) for item in block.items) + "</p>"
    return f"<p{mark}>{escape(block.text)}</p>"


def _row(cells: tuple[str, ...], tag: str) -> str:
    """The first row of a table is its header."""
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag[:2]}>" for cell in cells) + "</tr>"


def _content(item: tuple[str, ...], links: bool) -> str:
    first, *about = item
    shown = escape(first)
    if links and is_link(first):
        shown = f'<a href="{shown}" rel="noreferrer noopener nofollow">{shown}</a>'
    return f'<li><span class="letter-url">{shown}</span>' + "".join(f"<br>{escape(line)}" for line in about) + "</li>"


def _lines(lines: tuple[str, ...]) -> str:
    return "<br>".join(escape(line) for line in lines)
