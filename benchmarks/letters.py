"""A letter in all its outputs against the typst compile alone, on the same letter in the same run."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

import typst

from benchmarks.timing import Ratio, versus
from config import catalogue
from takedown import word
from takedown.delivery import envelope
from takedown.delivery.message import Attachment, OutgoingMessage
from takedown.letter import Letter
from takedown.letter_context import LetterContext
from takedown.letterbook import Letterbook
from takedown.letters import draft
from takedown.render import docx, html, pdf, text
from takedown.render.pdf import Layout

CONTEXT = {
    "today": "2026-11-24", "place": "Lyon", "reference": "N-2345-6789-ABCD",
    "sender": {"name": "Association Passerelle", "role": "association", "email": "dossiers@passerelle.example"},
    "addressee": {"entity": "Imagerie Sociale Ltd", "lines": ["12 Harbour Street", "Dublin 4", "Irlande"]},
    "harm": "doxxing", "signed_off": True,
    "facts": {"data": "une adresse postale", "risk": "Des messages invitent à s'y rendre."},
}  # fmt: skip


def ratios() -> Iterator[Ratio]:
    """One address, and forty of them in an annex."""
    layout = Layout.load()
    for count in (1, 40):
        letter = _letter(count)
        yield versus(
            f"a letter of {count} addresses, five outputs", partial(_all, letter, layout),
            "typst.compile of the PDF alone", partial(_compiled, letter, layout), bound=1.5,
        )  # fmt: skip
    letter = _letter(40)
    given = docx.render(letter)
    yield versus(
        "an edited Word letter read again", lambda: word.read(given, letter),
        "typst.compile of the PDF alone", lambda: _compiled(letter, layout),
    )  # fmt: skip


def _letter(count: int) -> Letter:
    items = [{"url": f"https://images.example/p/{number}", "kind": "image", "exhibit": 1} for number in range(count)]
    context = LetterContext.model_validate({**CONTEXT, "items": items})
    ground = catalogue.survey()[0].grounds["doxxing"]
    return draft(Letterbook.load().get("L01.doxxing", "fr"), ground, context)


def _all(letter: Letter, layout: Layout) -> None:
    """Text, HTML, PDF, Word and the mail that carries text and PDF."""
    said, sheet = text.render(letter), pdf.render(letter, layout)
    html.render(letter), docx.render(letter)
    envelope.build(
        OutgoingMessage(
            key="k" * 64, reference="N-2345-6789-ABCD", message_id="<k@passerelle.example>", to="notice@images.example",
            sender="notices@passerelle.example", reply_to="notice@passerelle.example", subject="Notification",
            text=said, date=dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC), lang="fr",
            attachments=(Attachment("N-2345-6789-ABCD.pdf", "application/pdf", sheet),),
        )
    )  # fmt: skip


def _compiled(letter: Letter, layout: Layout) -> None:
    """What typst alone does with the same layout and the same data."""
    data = {
        **asdict(letter.head), "lang": letter.lang, "subject": letter.subject, "links": False, "letterhead": None,
        "signature": None, "addressee": pdf.window_lines(letter.head.addressee),
        "blocks": [block.to_json() for block in letter.blocks],
    }  # fmt: skip
    typst.compile(
        layout.source, format="pdf", sys_inputs={"letter": json.dumps(data)}, pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )  # fmt: skip
