"""The styles of a letter in Word: built-in headings, lists and table in the letter's language, and a few of its own."""

from __future__ import annotations

from functools import cache
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from lxml import etree

LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
FONT, MONO = "Times New Roman", "Courier New"

NORMAL, SUBJECT, HEADING, BULLET, SIGNATURE, TABLE = (
    "Normal", "Heading 1", "Heading 2", "List Bullet", "Signature", "Table Grid",
)  # fmt: skip
SENDER, ADDRESSEE, DATE, REPORTED = "Letter Sender", "Letter Addressee", "Letter Date", "Letter Address"
"""Names of styles; a reported address has one of its own, so that it is found again after an edit."""
KEPT = frozenset(
    {NORMAL, SUBJECT, HEADING, BULLET, TABLE, "Header", "Footer", "Default Paragraph Font", "Normal Table"}
)


def style_id(name: str) -> str:
    """The id under which a style stands in styles.xml."""
    return name.replace(" ", "")


@cache
def styles(lang: str) -> bytes:
    """word/styles.xml: what Word and LibreOffice need, and nothing that they would underline in red."""
    book = docx.Document().styles
    for style in list(book):
        if style.name not in KEPT:
            style.element.getparent().remove(style.element)
    for name in (SENDER, ADDRESSEE, DATE, REPORTED):
        book.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    book.add_style(SIGNATURE, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    book.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    _defaults(book.element, LANGUAGES[lang])
    _shape(book)
    return bytes(etree.tostring(book.element, xml_declaration=True, encoding="UTF-8", standalone=True))


def _defaults(element: Any, language: str) -> None:
    """One language and one font for every word of the document."""
    for found in list(element.iter(qn("w:lang"))):
        found.getparent().remove(found)
    run = element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    lang = OxmlElement("w:lang")
    for name in ("val", "eastAsia"):
        lang.set(qn(f"w:{name}"), language)
    run.append(lang)


def _shape(book: Any) -> None:
    _set(book[NORMAL], size=11, after=10, justified=True)
    _set(book[SUBJECT], size=11, bold=True, before=4, after=14, keep=True)
    _set(book[HEADING], size=11, bold=True, before=14, after=8, keep=True)
    _set(book[BULLET], size=11, after=6, justified=True)
    _set(book[SENDER], size=10)
    _set(book[ADDRESSEE], size=10, line=Mm(4))
    _set(book[DATE], size=11, after=12, right=True)
    _set(book[REPORTED], size=9, after=9, font=MONO)
    _set(book[SIGNATURE], size=11, left=Mm(90))
    _set(book["Header"], size=20, bold=True)
    _set(book["Footer"], size=8.5)


def _set(
    style: Any,
    *,
    size: float,
    bold: bool = False,
    font: str = FONT,
    before: float = 0,
    after: float = 0,
    line: Length | None = None,
    left: Length | None = None,
    right: bool = False,
    justified: bool = False,
    keep: bool = False,
) -> None:
    """Give a style exactly this look; what the default template said of it is taken out first."""
    if style.element.rPr is not None:
        style.element.remove(style.element.rPr)
    for found in style.element.findall(f"{qn('w:pPr')}/*"):
        if found.tag in (qn("w:tabs"), qn("w:numPr")):
            found.getparent().remove(found)
    style.font.name, style.font.size, style.font.bold = font, Pt(size), bold
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), line or 1.05
    shape.left_indent, shape.first_line_indent, shape.keep_with_next = left, None, keep
    aligned = WD_ALIGN_PARAGRAPH.JUSTIFY if justified else WD_ALIGN_PARAGRAPH.LEFT
    shape.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else aligned
