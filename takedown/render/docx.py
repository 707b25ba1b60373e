"""A letter as a Word document: real headings and lists, each legal element a bookmark, no author and no date inside."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from takedown.blocks import Block, reject_control
from takedown.letter import Letter
from takedown.render import docx_parts as parts
from takedown.render import docx_styles as styles
from takedown.render.paper import PLAIN, SIGNATURE, Paper, is_link
from takedown.render.pdf import window_lines

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of a ZIP file: the same letter gives the same bytes
BODY_FROM = 93  # millimetres from the top of the first page, below the window of the envelope
TOP = 20
AGAIN = "__"  # before the number of a second place where the same element stands


def render(letter: Letter, paper: Paper = PLAIN) -> bytes:
    """The .docx file, always the same bytes for the same letter.

    Raises LetterError on control characters, or on postal lines that do not fit the window of an envelope.
    """
    reject_control(letter.blocks)
    body = _Body(letter, paper)
    files = {
        "word/document.xml": body.document(),
        "word/numbering.xml": parts.numbering(sum(block.kind == "urls" for block in letter.blocks)),
        **parts.around(letter, paper, body.targets),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            box.writestr(entry, data)
    return packed.getvalue()


def bookmarks(letter: Letter) -> dict[str, str]:
    """Element -> the name of its bookmark (letters, digits and underscores, and never longer than Word takes).

    The same for every state of a letter: it is made of the elements that the letter was drafted with.
    """
    elements = {*letter.drafted, *(block.element for block in letter.blocks if block.element is not None)}
    names: dict[str, str] = {}
    for element in sorted(elements):
        name = "element_" + re.sub(r"[^A-Za-z0-9]", "_", element)[:24]
        names[element] = name if name not in names.values() else f"{name}_{len(names)}"
    return names


class _Body:
    """Writes word/document.xml; `targets` are the addresses that became links, in their order."""

    def __init__(self, letter: Letter, paper: Paper) -> None:
        self.letter, self.paper = letter, paper
        self.targets: list[str] = []
        self.lists = 0

    def document(self) -> bytes:
        said = "".join([*self._head(), *self._blocks(), parts.section()])
        return parts.xml(f"<w:document {parts.NAMESPACES}><w:body>{said}</w:body></w:document>")

    def _head(self) -> Iterator[str]:
        head = self.letter.head
        from_top = 42 if self.paper.letterhead else TOP
        for line in head.sender:
            yield _paragraph(styles.SENDER, _run(line), parts.frame(25, from_top, 62))
        for line in window_lines(head.addressee):
            yield _paragraph(styles.ADDRESSEE, _run(line), parts.frame(105, 55, 85, 24))
        yield _paragraph(styles.DATE, _run(head.place_date), parts.space_before(BODY_FROM - TOP))
        yield _paragraph(styles.SUBJECT, _run(f"{head.subject_label} {self.letter.subject}"))

    def _blocks(self) -> Iterator[str]:
        """Every block; a bookmark opens before and closes after each run of blocks of the same element."""
        names = bookmarks(self.letter)
        places: Counter[str] = Counter()
        follows = ""
        for mark, (element, run) in enumerate(groupby(self.letter.blocks, lambda block: block.element)):
            if element is not None:
                places[element] += 1
                name = names[element] + (f"{AGAIN}{places[element]}" if places[element] > 1 else "")
                yield f'<w:bookmarkStart w:id="{mark}" w:name="{name}"/>'
            for block in run:
                yield from self._block(block, "<w:pageBreakBefore/>" if follows == "signature" else "")
                follows = block.kind
            if element is not None:
                yield f'<w:bookmarkEnd w:id="{mark}"/>'

    def _block(self, block: Block, extra: str) -> Iterator[str]:
        if block.kind == "heading":
            yield _paragraph(styles.HEADING, _run(block.text), extra)
        elif block.kind == "list":
            yield from (_paragraph(styles.BULLET, _run(item[0]), extra + parts.numbered(1)) for item in block.items)
        elif block.kind == "urls":
            self.lists += 1
            yield from (self._reported(item, extra) for item in block.items)
        elif block.kind == "table":
            yield _table(block.items)
        elif block.kind == "signature":
            yield from self._signature(block.items)
        else:
            yield _paragraph(styles.NORMAL, _run(block.text), extra)

    def _reported(self, item: Sequence[str], extra: str) -> str:
        """One reported address, numbered, with the lines about it under it."""
        first, *about = item
        shown = _run(first)
        if self.paper.links and is_link(first):
            self.targets.append(first)
            shown = f'<w:hyperlink r:id="link{len(self.targets)}" w:history="0">{_run(first, link=True)}</w:hyperlink>'
        under = "".join(f"<w:r><w:br/></w:r>{_run(line, serif=True)}" for line in about)
        return _paragraph(styles.REPORTED, shown + under, extra + parts.numbered(1 + self.lists))

    def _signature(self, items: Sequence[Sequence[str]]) -> Iterator[str]:
        picture = self.paper.signature
        drawn = f"<w:r>{parts.picture('signature', picture, SIGNATURE)}</w:r>" if picture else ""
        space = parts.space_before(4 if picture else 14)
        if drawn:
            yield _paragraph(styles.SIGNATURE, drawn, space)
            space = ""
        for item in items:
            yield _paragraph(styles.SIGNATURE, _run(item[0]), space)
            space = ""


def _paragraph(style: str, runs: str, extra: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{styles.style_id(style)}"/>{extra}</w:pPr>{runs}</w:p>'


def _run(text: str, *, link: bool = False, serif: bool = False) -> str:
    look = '<w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr>' if link else ""
    look = f'<w:rPr><w:rFonts w:ascii="{styles.FONT}" w:hAnsi="{styles.FONT}"/></w:rPr>' if serif else look
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _table(rows: Sequence[Sequence[str]]) -> str:
    """A table whose first row is its header, and the empty paragraph that Word wants after it."""
    width = parts.twips(160) // max(1, len(rows[0]))
    grid = f'<w:gridCol w:w="{width}"/>' * len(rows[0])
    first = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    lines = "".join(
        f"<w:tr>{'' if number else first}{''.join(_cell(cell, width) for cell in row)}</w:tr>"
        for number, row in enumerate(rows)
    )
    look = '<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>{_paragraph(styles.NORMAL, '')}"


def _cell(text: str, width: int) -> str:
    inside = _paragraph(styles.NORMAL, _run(text), '<w:jc w:val="left"/>')
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inside}</w:tc>'
