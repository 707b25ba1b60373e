"""The parts of a Word file around its text: page, footer, letterhead, lists, neutral properties, relationships."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape

from takedown.letter import Letter
from takedown.render import docx_styles as styles
from takedown.render.paper import LETTERHEAD, Paper, fitted

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
EMU = 36_000  # English metric units in a millimetre


def xml(said: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{said}'.encode()


def twips(millimetres: float) -> int:
    """Twentieths of a point."""
    return round(millimetres * 1440 / 25.4)


def frame(x: float, y: float, width: float, height: float | None = None) -> str:
    """A place on the page in millimetres, whatever stands before it; neighbours in the same place share it."""
    tall = "" if height is None else f' w:h="{twips(height)}" w:hRule="exact"'
    return (
        f'<w:framePr w:w="{twips(width)}"{tall} w:hSpace="0" w:wrap="around" w:vAnchor="page" w:hAnchor="page"'
        f' w:x="{twips(x)}" w:y="{twips(y)}"/>'
    )


def space_before(millimetres: float) -> str:
    return f'<w:spacing w:before="{twips(millimetres)}"/>'


def numbered(number: int) -> str:
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'


def section() -> str:
    """A4 with the margins of the PDF; the first page has a header of its own for the letterhead."""
    references = "".join(
        f'<w:{kind}Reference w:type="{where}" r:id="{name}"/>'
        for kind, where, name in (
            ("header", "default", "header"), ("header", "first", "first"), ("footer", "default", "footer"),
            ("footer", "first", "footer"),
        )
    )  # fmt: skip
    size = f'<w:pgSz w:w="{twips(210)}" w:h="{twips(297)}"/>'
    edges = (
        f'<w:pgMar w:top="{twips(20)}" w:right="{twips(25)}" w:bottom="{twips(24)}" w:left="{twips(25)}"'
        f' w:header="{twips(8)}" w:footer="{twips(10)}" w:gutter="0"/>'
    )
    return f"<w:sectPr>{references}{size}{edges}<w:titlePg/></w:sectPr>"


@cache
def numbering(lists: int) -> bytes:
    """word/numbering.xml: number 1 is the dash of lists, the following ones count the addresses of one list each."""
    kinds = _kind(1, "bullet", "–", 8, 5) + _kind(2, "decimal", "(%1)", 10, 10)
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    counted = "".join(
        f'<w:num w:numId="{2 + number}"><w:abstractNumId w:val="2"/>{again}</w:num>' for number in range(lists)
    )
    dashes = '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    return xml(f"<w:numbering {NAMESPACES}>{kinds}{dashes}{counted}</w:numbering>")


def _kind(number: int, form: str, sign: str, left: float, hanging: float) -> str:
    """One way of counting; `left` and `hanging` in millimetres."""
    place = f'<w:pPr><w:ind w:left="{twips(left)}" w:hanging="{twips(hanging)}"/></w:pPr>'
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
        f'<w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>{place}'
        f"</w:lvl></w:abstractNum>"
    )


def picture(name: str, png: bytes, room: tuple[float, float], at: tuple[float, float] | None = None) -> str:
    """A picture of ours: in the line, or `at` a place on the page in millimetres."""
    width, height = (round(side * EMU) for side in fitted(png, room))
    number = {"letterhead": 1, "signature": 2}[name]
    size = f'<wp:extent cx="{width}" cy="{height}"/>'
    about = f'<wp:docPr id="{number}" name="{name}" descr="{name}"/>'
    drawn = (
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    )
    if at is None:
        flat = 'distT="0" distB="0" distL="0" distR="0"'
        return f"<w:drawing><wp:inline {flat}>{size}{about}{drawn}</wp:inline></w:drawing>"
    where = "".join(
        f'<wp:position{axis} relativeFrom="page"><wp:posOffset>{round(offset * EMU)}</wp:posOffset></wp:position{axis}>'
        for axis, offset in zip("HV", at, strict=True)
    )
    return (
        '<w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0"'
        f' locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>{where}{size}<wp:wrapNone/>'
        f"{about}<wp:cNvGraphicFramePr/>{drawn}</wp:anchor></w:drawing>"
    )


def around(letter: Letter, paper: Paper, targets: Sequence[str]) -> dict[str, bytes]:
    """Every part but the text and its lists, by name."""
    pictures = paper.pictures()
    images = {f"word/media/{name}": data for name, data in pictures.items()}
    linked = [_relation(f"link{n}", f"{R}/hyperlink", target, external=True) for n, target in enumerate(targets, 1)]
    fixed = [_relation(name, f"{R}/{kind}", target) for name, kind, target in _FIXED]
    signed = [_relation("signature", f"{R}/image", "media/signature.png")] if paper.signature else []
    headed = [_relation("letterhead", f"{R}/image", "media/letterhead.png")] if paper.letterhead else []
    return {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations([
            _relation("document", f"{R}/officeDocument", "word/document.xml"),
            _relation("core", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ]),
        "docProps/core.xml": _core(letter),
        "word/_rels/document.xml.rels": _relations([*fixed, *signed, *linked]),
        "word/_rels/first.xml.rels": _relations(headed),
        "word/styles.xml": styles.styles(letter.lang),
        "word/settings.xml": _settings(styles.LANGUAGES[letter.lang]),
        "word/header.xml": _header(letter, None),
        "word/first.xml": _header(letter, paper.letterhead),
        "word/footer.xml": _footer(letter),
        **images,
    }  # fmt: skip


_FIXED = (
    ("styles", "styles", "styles.xml"), ("settings", "settings", "settings.xml"),
    ("numbering", "numbering", "numbering.xml"), ("header", "header", "header.xml"),
    ("first", "header", "first.xml"), ("footer", "footer", "footer.xml"),
)  # fmt: skip


def _relation(name: str, kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{name}" Type="{kind}" Target="{escape(target)}"{mode}/>'


def _relations(relations: Sequence[str]) -> bytes:
    return xml(f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(relations)}</Relationships>')


def _content_types() -> bytes:
    kinds = {"document": "document.main", "styles": "styles", "settings": "settings", "numbering": "numbering",
             "header": "header", "first": "header", "footer": "footer"}  # fmt: skip
    parts = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{MAIN}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    about = "application/vnd.openxmlformats-package.core-properties+xml"
    core = f'<Override PartName="/docProps/core.xml" ContentType="{about}"/>'
    known = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    )
    return xml(f'<Types xmlns="{PACKAGE}/content-types">{known}{parts}{core}</Types>')


def _core(letter: Letter) -> bytes:
    """Title and language; no author, no date, no program."""
    return xml(
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(letter.subject)}</dc:title>"
        f"<dc:language>{styles.LANGUAGES[letter.lang]}</dc:language></cp:coreProperties>"
    )


@cache
def _settings(language: str) -> bytes:
    """Personal data is taken out again when somebody saves the file in Word."""
    return xml(
        f"<w:settings {NAMESPACES}><w:removePersonalInformation/><w:removeDateAndTime/>"
        f'<w:themeFontLang w:val="{language}"/></w:settings>'
    )


def _header(letter: Letter, letterhead: bytes | None) -> bytes:
    """The stamp of a draft or specimen on every page, and the letterhead on the first."""
    stamp = letter.head.stamp
    said = f'<w:r><w:t xml:space="preserve">{escape(stamp)}</w:t></w:r>' if stamp else ""
    drawn = f"<w:r>{picture('letterhead', letterhead, LETTERHEAD, (25, 8))}</w:r>" if letterhead else ""
    centred = '<w:jc w:val="right"/>' if letterhead else '<w:jc w:val="center"/>'
    return xml(
        f'<w:hdr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Header"/>{centred}</w:pPr>{drawn}{said}</w:p></w:hdr>'
    )


def _footer(letter: Letter) -> bytes:
    """Reference and page number, as in the PDF."""
    head = letter.head
    reference = f"{head.reference_label}\u00a0{head.reference}" if head.reference else ""
    field = '<w:fldSimple w:instr=" {} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    text = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    said = (
        text.format(escape(reference)) + f"<w:r><w:tab/></w:r>{text.format(escape(head.page_label) + chr(160))}"
        + field.format("PAGE") + text.format("/") + field.format("NUMPAGES")
    )  # fmt: skip
    stop = f'<w:tabs><w:tab w:val="right" w:pos="{twips(160)}"/></w:tabs>'
    return xml(f'<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/>{stop}</w:pPr>{said}</w:p></w:ftr>')
