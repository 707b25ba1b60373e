"""Opens a Word file that somebody gives us: a hostile one is refused with a sentence, and only text is ever read."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from takedown.errors import NoticeError

LARGEST = 4_000_000  # bytes of the file, packed
LARGEST_OPEN = 30_000_000  # bytes of all its parts, unpacked, as they say themselves
LARGEST_PART = 4_000_000  # bytes of one part that is read, whatever it says
MOST_PARTS = 400
MOST_NODES = 200_000  # tags of the text: a letter of fifty pages has some thousands
TIMES_LARGER = 300  # above this ratio a packed file is made to burst, no text is so even

TEXT, STYLES, NUMBERING = "word/document.xml", "word/styles.xml", "word/numbering.xml"
MACROS = re.compile(r"vbaproject|vbadata|\.bin$", re.IGNORECASE)
OBJECTS = re.compile(r"(^|/)(embeddings|activex|ole|afchunk|controls)", re.IGNORECASE)
MEDIA = re.compile(r"(^|/)media/|thumbnail", re.IGNORECASE)
COMMENTS = re.compile(r"(^|/)comments[^/]*\.xml$", re.IGNORECASE)
NOTES = re.compile(r"(^|/)(footnotes|endnotes)\.xml$", re.IGNORECASE)


class WordError(NoticeError):
    """A file that is no Word letter, or holds what a letter may not; the sentence says what to do in Word."""

    code = "refusal.word_other"


@dataclass(frozen=True)
class WordFile:
    """The parts of a Word file that are read, as trees, and what else stands in it."""

    text: Any
    styles: Any | None
    numbering: Any | None
    media: int
    comments: bool


def open_word(data: bytes) -> WordFile:
    """Look into the file and read its text; raises `WordError` for anything that is not an ordinary letter."""
    if len(data) > LARGEST:
        raise WordError.coded("refusal.word_large")
    if not data.startswith(b"PK"):
        raise WordError.coded("refusal.word_kind")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            names = [entry.filename for entry in _entries(box)]
            _nothing_that_runs(box, names)
            trees = {name: _tree(box, name) for name in (TEXT, STYLES, NUMBERING) if name in names}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise WordError.coded("refusal.word_broken") from None
    if TEXT not in trees:
        raise WordError.coded("refusal.word_kind")
    return WordFile(
        trees[TEXT], trees.get(STYLES), trees.get(NUMBERING), media=sum(bool(MEDIA.search(name)) for name in names),
        comments=any(COMMENTS.search(name) for name in names),
    )  # fmt: skip


def _entries(box: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """What the box says that it holds; a bomb, a path that leads elsewhere or a name given twice is refused."""
    entries = box.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_OPEN:
        raise WordError.coded("refusal.word_large")
    if any(_bursts(entry) for entry in entries):
        raise WordError.coded("refusal.word_large")
    if len(set(names)) != len(names) or any(".." in name.split("/") or name.startswith("/") for name in names):
        raise WordError.coded("refusal.word_broken")
    return entries


def _bursts(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > 100_000 and entry.file_size > TIMES_LARGER * max(1, entry.compress_size)


def _nothing_that_runs(box: zipfile.ZipFile, names: list[str]) -> None:
    kinds = _part(box, "[Content_Types].xml") if "[Content_Types].xml" in names else b""
    if any(MACROS.search(name) for name in names) or b"macroEnabled" in kinds:
        raise WordError.coded("refusal.word_macros")
    if any(OBJECTS.search(name) for name in names):
        raise WordError.coded("refusal.word_objects")


def _tree(box: zipfile.ZipFile, name: str) -> Any:
    """One part as a tree; a document type, an entity or anything from outside is refused (trust.md B3)."""
    try:
        tree = ElementTree.fromstring(_part(box, name), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, RecursionError):
        raise WordError.coded("refusal.word_broken") from None
    if sum(1 for _ in tree.iter()) > MOST_NODES:
        raise WordError.coded("refusal.word_large")
    return tree


def _part(box: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of a part, never more than `LARGEST_PART` whatever the box promised."""
    with box.open(name) as part:
        data = part.read(LARGEST_PART + 1)
    if len(data) > LARGEST_PART:
        raise WordError.coded("refusal.word_large")
    return data


def local(tag: object) -> str:
    """The name of a tag without its namespace: a "strict" Word file has other namespaces and the same names."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value(element: Any, name: str = "val") -> str:
    """An attribute of an element by its name without namespace; empty when it is not there."""
    found = next((said for key, said in element.attrib.items() if local(key) == name), "")
    return str(found)


def child(element: Any | None, *path: str) -> Any | None:
    """The first descendant at this path of names."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if local(one.tag) == name), None)
    return element


def all_of(element: Any, name: str) -> Iterator[Any]:
    return (one for one in element.iter() if local(one.tag) == name)


def style_names(styles: Any | None) -> Mapping[str, str]:
    """Style id -> its name in lower case; built-in names are English whatever language Word speaks."""
    if styles is None:
        return {}
    found = {}
    for style in all_of(styles, "style"):
        name = child(style, "name")
        if name is not None:
            found[value(style, "styleId")] = value(name).casefold()
    return found
