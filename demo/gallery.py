"""The gallery "Mur d'images": one page for each picture, and the profile of an impostor that nothing links to."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, Final

from demo import markup, pictures
from demo.reading import table
from demo.site import Answer, Asked, Board, Document

NAME: Final = "Mur d’images"


class Gallery:
    """The pages: /, /photo/<number>-<slug> with its picture below it, /profil/<slug>/."""

    def __init__(self) -> None:
        self._photos = {f"/photo/{row['number']}-{row['slug']}": row for row in table("gallery", "photos")}
        self._profiles = {f"/profil/{row['slug']}/": row for row in table("gallery", "profiles")}

    def answer(self, asked: Asked, board: Board) -> Answer | None:
        if asked.path == "/":
            shown = (item for item in self._photos.items() if not board.gone(item[0]))
            return Answer(markup.page(NAME, markup.items(markup.link(path, _listed(row)) for path, row in shown)))
        if asked.path in self._profiles:
            row = self._profiles[asked.path]
            return Answer(markup.page(f"{row['title']} – {NAME}", markup.paragraphs(row["text"])))
        page, _, name = asked.path.partition("/image.")
        if page not in self._photos:
            return None
        return _picture(self._photos[page]["picture"], name) if name else _photo(page, self._photos[page])

    def documents(self) -> Iterator[Document]:
        for path, row in self._photos.items():
            words = "\n".join((row["alt"], row["caption"], row["text"]))
            yield Document(path, row["title"], words, row["on"], image_path(path, row["picture"]))
        for path, row in self._profiles.items():
            yield Document(path, row["title"], row["text"], row["on"])


def image_path(page: str, reference: str) -> str:
    """Where the picture of a page lies."""
    return f"{page}/image.{pictures.ending_of(reference)}"


def figure(page: str, row: dict[str, Any]) -> str:
    """The picture of a page with its alternative text and caption."""
    source = f'<img src="{escape(image_path(page, row["picture"]))}" alt="{escape(row.get("alt", ""))}">'
    caption = row.get("caption")
    return f"<figure>{source}{f'<figcaption>{escape(caption)}</figcaption>' if caption else ''}</figure>"


def _listed(row: dict[str, Any]) -> str:
    return f"{row['title']}, n° {row['number']}"


def _photo(path: str, row: dict[str, Any]) -> Answer:
    by = f'<p>Par {escape(row["by"])}, <time datetime="{row["on"]}">{row["on"]}</time></p>'
    return Answer(markup.page(f"{_listed(row)} – {NAME}", figure(path, row) + by + markup.paragraphs(row["text"])))


def _picture(reference: str, ending: str) -> Answer | None:
    body, mime = pictures.file_of(reference)
    return Answer(body, mime) if ending == pictures.ending_of(reference) else None
