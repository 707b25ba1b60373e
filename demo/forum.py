"""The forum "Le Comptoir des voisins": threads of several pages, and a profile for each member."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, TypeVar

from demo import markup
from demo.reading import table
from demo.site import Answer, Asked, Board, Document

NAME: Final = "Le Comptoir des voisins"
POSTS_PER_PAGE: Final = 5
THREADS_PER_PAGE: Final = 8
T = TypeVar("T")


@dataclass(frozen=True)
class Post:
    """What a member (`by` is the handle) wrote on a day."""

    by: str
    on: str
    text: str


@dataclass(frozen=True)
class Thread:
    """A subject and its posts, the oldest first."""

    path: str
    title: str
    posts: tuple[Post, ...]

    def address(self, number: int) -> str:
        """The path of one of its pages; the first has no query."""
        return self.path if number == 1 else f"{self.path}?page={number}"


class Forum:
    """The pages: /, /sujet/<number>-<slug>, /membre/<handle>, each with ?page= where it is long."""

    def __init__(self) -> None:
        rows = sorted(table("forum", "threads"), key=lambda row: int(row["number"]), reverse=True)
        threads = (
            Thread(f"/sujet/{row['number']}-{row['slug']}", row["title"], tuple(Post(**post) for post in row["posts"]))
            for row in rows
        )
        self._threads = {thread.path: thread for thread in threads}

    def answer(self, asked: Asked, board: Board) -> Answer | None:
        number = _number(asked.query.get("page", "1"))
        if asked.path == "/":
            return self._index(number, board)
        if asked.path.startswith("/membre/"):
            return self._member(asked.path.removeprefix("/membre/"), board)
        thread = self._threads.get(asked.path)
        return _thread(thread, number) if thread else None

    def documents(self) -> Iterator[Document]:
        for thread in self._threads.values():
            for number, posts in enumerate(_cut(thread.posts, POSTS_PER_PAGE), 1):
                words = "\n".join(post.text for post in posts)
                yield Document(thread.address(number), thread.title, words, posts[0].on)

    def _index(self, number: int, board: Board) -> Answer | None:
        pages = _cut([thread for thread in self._threads.values() if not board.gone(thread.path)], THREADS_PER_PAGE)
        if not 1 <= number <= len(pages):
            return None
        listed = markup.items(markup.link(thread.path, thread.title) for thread in pages[number - 1])
        more = _numbers(len(pages), lambda other: "/" if other == 1 else f"/?page={other}")
        return Answer(markup.page(NAME, listed + more))

    def _member(self, handle: str, board: Board) -> Answer | None:
        own = [thread for thread in self._threads.values() if any(post.by == handle for post in thread.posts)]
        if not own:
            return None
        listed = markup.items(markup.link(each.path, each.title) for each in own if not board.gone(each.path))
        return Answer(markup.page(f"Profil de {handle}", f"<p>A participé à {len(own)} sujet(s).</p>{listed}"))


def _thread(thread: Thread, number: int) -> Answer | None:
    pages = _cut(thread.posts, POSTS_PER_PAGE)
    if not 1 <= number <= len(pages):
        return None
    posts = "\n".join(map(_post, pages[number - 1]))
    return Answer(markup.page(f"{thread.title} – {NAME}", posts + _numbers(len(pages), thread.address)))


def _post(post: Post) -> str:
    by = markup.link(f"/membre/{post.by}", post.by)
    day = f'<time datetime="{escape(post.on)}">{escape(post.on)}</time>'
    return f"<article><p>{by}, {day}</p>{markup.paragraphs(post.text)}</article>"


def _cut(rows: Sequence[T], size: int) -> list[Sequence[T]]:
    return [rows[at : at + size] for at in range(0, len(rows), size)]


def _numbers(count: int, address: Callable[[int], str]) -> str:
    return markup.items(markup.link(address(each), f"Page {each}") for each in range(1, count + 1)) if count > 1 else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
