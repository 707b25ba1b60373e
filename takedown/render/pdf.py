"""A letter as PDF/UA-1: a fixed typst layout fed with data, the same bytes each time, ready for a window envelope."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typst

from takedown.blocks import LetterError, reject_control
from takedown.letter import POSTAL_LINES, POSTAL_WIDTH, Letter
from takedown.render.paper import LETTERHEAD, PLAIN, SIGNATURE, Paper, fitted

SHIPPED = Path(__file__).parents[2] / "templates" / "layouts" / "letter.typ"


@dataclass(frozen=True, slots=True)
class Layout:
    """The source of a typst layout; it reads the letter as JSON from `sys.inputs.letter` and nothing else."""

    source: bytes

    @classmethod
    def load(cls, overlay: Path | None = None) -> Layout:
        """The shipped layout, or `overlay`/templates/layouts/letter.typ when there is one."""
        own = overlay / "templates" / "layouts" / "letter.typ" if overlay else None
        return cls((own if own is not None and own.is_file() else SHIPPED).read_bytes())


def render(letter: Letter, layout: Layout, paper: Paper = PLAIN) -> bytes:
    """The PDF: tagged, fonts embedded, no date inside; on the paper of an office where it has one.

    Raises LetterError on control characters, on postal lines that do not fit the window, or when the layout fails.
    """
    reject_control(letter.blocks)
    data = {**asdict(letter.head), "lang": letter.lang, "subject": letter.subject}
    data["addressee"] = window_lines(letter.head.addressee)
    data["blocks"] = [block.to_json() for block in letter.blocks]
    data["links"] = paper.links
    data["letterhead"], data["signature"] = _drawn(paper.letterhead, LETTERHEAD), _drawn(paper.signature, SIGNATURE)
    try:
        return bytes(
            typst.compile(
                layout.source, format="pdf", sys_inputs={"letter": json.dumps(data, ensure_ascii=False)},
                pdf_standards=["ua-1"], ignore_system_fonts=True,
            )
        )  # fmt: skip
    except typst.TypstError as error:
        raise LetterError(
            f"The layout could not print this letter ({error}): correct the layout or shorten it."
        ) from None


def _drawn(png: bytes | None, room: tuple[float, float]) -> dict[str, object] | None:
    """A picture as data: its bytes as numbers, for a layout reads no file, and its size in millimetres."""
    if png is None:
        return None
    width, height = fitted(png, room)
    return {"bytes": list(png), "width": width, "height": height, "alt": "Signature"}


def window_lines(lines: Sequence[str]) -> list[str]:
    """The postal lines as post offices read them: at most six of 38 characters, no comma, capitals on the last two."""
    plain = [line.replace(",", " ").replace("  ", " ").strip() for line in lines]
    if len(plain) > POSTAL_LINES or any(len(line) > POSTAL_WIDTH for line in plain):
        raise LetterError(
            f"The postal lines do not fit the window ({POSTAL_LINES} lines of {POSTAL_WIDTH} characters): shorten them."
        )
    return plain[:1] + [line.upper() if index >= len(plain) - 2 else line for index, line in enumerate(plain)][1:]
