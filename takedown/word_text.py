"""Reads the text of a Word file paragraph by paragraph: what a person sees, which element holds it, in which style."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from takedown.render.docx import AGAIN
from takedown.word_file import WordError, WordFile, all_of, child, local, style_names, value

LINE = "\n"  # a line break inside a paragraph
SKIPPED = frozenset({"del", "moveFrom", "instrText", "delText", "delInstrText", "Fallback", "rPr", "pPr", "sdtPr",
                     "drawing", "pict", "object", "annotationRef"})  # fmt: skip
"""What holds no word that a reader sees: taken-out text, field codes, looks, pictures."""
SIGNS: Mapping[str, str] = {"tab": " ", "br": LINE, "cr": LINE, "noBreakHyphen": "\u2011", "softHyphen": ""}
REFUSED: Mapping[str, str] = {
    "footnoteReference": "refusal.word_notes", "endnoteReference": "refusal.word_notes",
    "txbxContent": "refusal.word_boxes", "altChunk": "refusal.word_objects", "OLEObject": "refusal.word_objects",
    "control": "refusal.word_objects", "subDoc": "refusal.word_objects",
}  # fmt: skip
OFF = frozenset({"0", "false", "off"})


@dataclass(frozen=True)
class Line:
    """One paragraph, or one row of a table (then `cells`), with the name of its style in lower case."""

    text: str
    style: str = ""
    element: str | None = None
    listed: bool = False
    heading: bool = False
    cells: tuple[str, ...] = ()


@dataclass
class _State:
    """What is open at a place of the document."""

    names: dict[str, str] = field(default_factory=dict)  # bookmark id -> its name
    open: list[str] = field(default_factory=list)  # names of bookmarks, the last opened last


class Reader:
    """Reads one file; `elements` are those of its bookmarks by name, `left_out` the codes of what was not taken in."""

    def __init__(self, file: WordFile, elements: Mapping[str, str]) -> None:
        self.file, self.elements = file, elements
        self.styles = style_names(file.styles)
        self.left_out: set[str] = set()
        self.state = _State()
        ends = {value(one, "id") for one in all_of(file.text, "bookmarkEnd")}
        starts = [(value(one, "id"), value(one, "name")) for one in all_of(file.text, "bookmarkStart")]
        self.ended = {name for number, name in starts if number in ends and self._element(name)}

    def _element(self, name: str) -> str | None:
        """The element that a bookmark stands for; None for any other bookmark."""
        return self.elements.get(name.partition(AGAIN)[0])

    def lines(self) -> list[Line]:
        """Every paragraph and table row in order; raises `WordError` for what a letter cannot carry."""
        self._refuse()
        self._note()
        body = child(self.file.text, "body")
        if body is None:
            raise WordError.coded("refusal.word_broken")
        try:
            return [line for line in self._inside(body) if line.text or any(line.cells)]
        except RecursionError:
            raise WordError.coded("refusal.word_broken") from None

    def _refuse(self) -> None:
        present: Set[str] = {local(one.tag) for one in self.file.text.iter()}
        for tag, code in REFUSED.items():
            if tag in present:
                raise WordError.coded(code)

    def _note(self) -> None:
        tags = {local(one.tag) for one in self.file.text.iter()}
        self.left_out |= {"word.note.tracked"} if tags & {"ins", "del", "moveFrom", "moveTo"} else set()
        self.left_out |= {"word.note.comments"} if self.file.comments or "commentReference" in tags else set()
        self.left_out |= {"word.note.pictures"} if tags & {"drawing", "pict"} else set()

    def _inside(self, parent: Any) -> Iterator[Line]:
        for one in parent:
            name = local(one.tag)
            if name == "p":
                yield self._paragraph(one)
            elif name == "tbl":
                yield from self._table(one)
            elif name in ("bookmarkStart", "bookmarkEnd"):
                self._mark(one, name)
            elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "AlternateContent", "Choice", "smartTag"):
                yield from self._inside(one)

    def _mark(self, one: Any, name: str) -> None:
        """Open or close a bookmark by its name, which LibreOffice may write twice at its start; one that never ends
        holds nothing."""
        state = self.state
        if name == "bookmarkEnd":
            ended = state.names.get(value(one, "id"))
            state.open = [kept for kept in state.open if kept != ended]
        elif value(one, "name") in self.ended:
            state.names[value(one, "id")] = value(one, "name")
            state.open = [*(kept for kept in state.open if kept != value(one, "name")), value(one, "name")]

    def _paragraph(self, paragraph: Any) -> Line:
        held: dict[str | None, int] = {}
        words: list[str] = []
        for piece in self._words(paragraph):
            words.append(piece)
            within = self._element(self.state.open[-1]) if self.state.open else None
            held[within] = held.get(within, 0) + len(piece.strip())
        marked = {element: count for element, count in held.items() if element is not None and count}
        style = child(paragraph, "pPr", "pStyle")
        named = self.styles.get(value(style), value(style).casefold()) if style is not None else ""
        return Line(
            "".join(words).strip(), named, max(marked, key=lambda one: marked[one], default=None),
            listed=child(paragraph, "pPr", "numPr") is not None, heading=self._is_heading(paragraph, named),
        )  # fmt: skip

    def _is_heading(self, paragraph: Any, style: str) -> bool:
        return style.startswith(("heading", "title", "titre")) or child(paragraph, "pPr", "outlineLvl") is not None

    def _words(self, parent: Any) -> Iterator[str]:
        """The words a reader sees, in order; marks are opened and closed on the way."""
        for one in parent:
            name = local(one.tag)
            if name in ("bookmarkStart", "bookmarkEnd"):
                self._mark(one, name)
            elif name == "t":
                yield one.text or ""
            elif name in SIGNS:
                yield SIGNS[name]
            elif name == "r" and self._hidden(one):
                self.left_out.add("word.note.hidden")
            elif name not in SKIPPED:
                yield from self._words(one)

    def _hidden(self, run: Any) -> bool:
        """Words that Word does not print (w:vanish)."""
        found = child(run, "rPr", "vanish")
        return found is not None and value(found) not in OFF

    def _table(self, table: Any) -> Iterator[Line]:
        for row in table:
            said = [self._cell(cell) for cell in row if local(cell.tag) == "tc"]
            marked = next((element for _, element in said if element is not None), None)
            if said:
                yield Line("", "table", marked, cells=tuple(text for text, _ in said))

    def _cell(self, cell: Any) -> tuple[str, str | None]:
        inside = list(self._inside(cell))
        text = " ".join(part for line in inside for part in (line.text, *line.cells) if part)
        return text, next((line.element for line in inside if line.element is not None), None)
