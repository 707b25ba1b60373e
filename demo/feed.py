"""The blog "Le Petit Ragot de la côte": an RSS 2.0 feed and the page of each entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email.utils import format_datetime
from html import escape
from typing import Any, Final

from demo import markup, pictures
from demo.gallery import figure, image_path
from demo.reading import table
from demo.site import AGAIN, Answer, Asked, Board, Document

NAME: Final = "Le Petit Ragot de la côte"


class Feed:
    """The pages: /, /flux.xml, /billet/<slug> with its picture below it."""

    def __init__(self) -> None:
        rows = sorted(table("feed", "entries"), key=lambda row: dt.datetime.fromisoformat(row["on"]), reverse=True)
        self._entries = {f"/billet/{row['slug']}": row for row in rows}

    def answer(self, asked: Asked, board: Board) -> Answer | None:
        shown = {path: row for path, row in self._entries.items() if not board.gone(path)}
        if asked.path == "/":
            listed = markup.items(markup.link(path, row["title"]) for path, row in shown.items())
            head = '<link rel="alternate" type="application/rss+xml" href="/flux.xml">'
            return Answer(markup.page(NAME, listed, head=head))
        if asked.path == "/flux.xml":
            entries = "\n".join(_item(asked.base, path, row, board.again(path)) for path, row in shown.items())
            return Answer(_channel(asked.base, entries), "application/rss+xml; charset=utf-8")
        page, _, name = asked.path.partition("/image.")
        row = self._entries.get(page)
        return None if row is None else _picture(row, name) if name else _entry(page, row)

    def documents(self) -> Iterator[Document]:
        for path, row in self._entries.items():
            picture = image_path(path, row["picture"]) if "picture" in row else None
            yield Document(path, row["title"], row["text"].strip(), row["on"], picture)


def _entry(path: str, row: dict[str, Any]) -> Answer:
    by = f'<p>Par {escape(row["by"])}, <time datetime="{row["on"]}">{row["on"][:10]}</time></p>'
    shown = figure(path, row) if "picture" in row else ""
    return Answer(markup.page(f"{row['title']} – {NAME}", by + shown + markup.paragraphs(row["text"])))


def _picture(row: dict[str, Any], ending: str) -> Answer | None:
    if "picture" not in row or ending != pictures.ending_of(row["picture"]):
        return None
    return Answer(*pictures.file_of(row["picture"]))


def _channel(base: str, entries: str) -> bytes:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{escape(NAME)}</title><link>{base}/</link>
<description>Nouvelles inventées d’une côte qui n’existe pas</description><language>fr</language>
{entries}
</channel></rss>
""".encode()


def _item(base: str, path: str, row: dict[str, Any], again: bool) -> str:
    published = format_datetime(dt.datetime.fromisoformat(row["on"]))
    words = markup.paragraphs(row["text"].strip().partition("\n\n")[0]) + (AGAIN if again else "")
    enclosure = ""
    if "picture" in row:
        body, mime = pictures.file_of(row["picture"])
        enclosure = f'<enclosure url="{base}{image_path(path, row["picture"])}" type="{mime}" length="{len(body)}"/>'
    return (
        f"<item><title>{escape(row['title'])}</title><link>{base}{path}</link>"
        f'<guid isPermaLink="true">{base}{path}</guid><pubDate>{published}</pubDate>'
        f"<description>{escape(words)}</description>{enclosure}</item>"
    )
