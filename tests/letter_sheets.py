"""Leaves every letter of the book in every output, for somebody to read: `python -m tests.letter_sheets [ID...]`.

Under each of its grounds, one set of files for each invented case (for each signer, where there are more signers than
cases), in var/screenshots/letters: text, HTML, PDF, Word, e-mail, and every page of the PDF as PNG where `pdftoppm` is
installed.
"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from config import catalogue
from config.records import Ground
from takedown.compose import LOCAL
from takedown.delivery import guard
from takedown.delivery.envelope import build
from takedown.delivery.message import Attachment, OutgoingMessage
from takedown.letter import Letter
from takedown.letterbook import Letterbook, LetterTemplate
from takedown.letters import draft
from takedown.paper import PAGE
from takedown.render import docx, html, pdf, text
from takedown.samples import DAY, Samples

FOLDER = Path(__file__).resolve().parents[1] / "var" / "screenshots" / "letters"
DPI = 75
Say = Callable[[str], object]


def leave(folder: Path, say: Say = sys.stdout.write, only: tuple[str, ...] = ()) -> int:
    """Every letter into an emptied folder; how many were left, and in words what was not and why."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    book, layout, drawer = Letterbook.load(), pdf.Layout.load(), shutil.which("pdftoppm")
    if drawer is None:
        say("The letters are not drawn as PNG: pdftoppm is missing (on Debian, apt-get install poppler-utils).\n")
    left = 0
    for name, letter in letters(book, only):
        for ending, data in outputs(letter, book, layout).items():
            (folder / f"{name}.{ending}").write_bytes(data)
        if drawer is not None:
            _draw(drawer, folder / name)
        left += 1
    say(f"{left} letters are in {folder.name}/.\n")
    return left


def letters(book: Letterbook, only: tuple[str, ...] = ()) -> Iterator[tuple[str, Letter]]:
    """File name -> letter: each template under each of its grounds, turning through harms, signers and cases."""
    samples, grounds = Samples.load(), catalogue.load().grounds.values()
    for (letter_id, lang), template in sorted(book.letters.items()):
        if only and letter_id not in only:
            continue
        for ground in [one for one in grounds if letter_id in one.letters]:
            for turn, letter in enumerate(_turns(template, ground, samples)):
                yield f"{letter_id}.{lang}.{ground.id}.{turn + 1}", letter


def _turns(template: LetterTemplate, ground: Ground, samples: Samples) -> Iterator[Letter]:
    harms = [harm for harm in template.header.harms if harm in ground.harms]
    signers = template.header.signers
    for turn in range(max(len(samples.cases), len(signers))):
        number, harm, role = turn % len(samples.cases), harms[turn % len(harms)], signers[turn % len(signers)]
        yield draft(template, ground, samples.context(number, template, ground, harm, role))


def outputs(letter: Letter, book: Letterbook, layout: pdf.Layout) -> dict[str, bytes]:
    """Ending -> the letter in that output; the e-mail has passed the guard of what leaves."""
    said, title = text.render(letter), escape(f"{letter.head.subject_label} {letter.subject}")
    printed = pdf.render(letter, layout)
    subject, body = book.mail("dispatch", letter.lang).fill(letter=said, reference=letter.head.reference or "")
    message = OutgoingMessage(
        key="0" * 64, reference="VG-SPECIMEN", message_id="<specimen@letters.invalid>", sender=LOCAL, reply_to=LOCAL,
        to="letters@imagerie.example", subject=subject, text=body, date=dt.datetime.combine(DAY, dt.time(9), dt.UTC),
        lang=letter.lang, attachments=(Attachment("VG-SPECIMEN.pdf", "application/pdf", printed),),
    )  # fmt: skip
    guard.inspect(message)
    page = PAGE.format(lang=letter.lang, title=title, body=html.render(letter))
    return {
        "txt": said.encode(), "html": page.encode(), "pdf": printed, "docx": docx.render(letter),
        "eml": build(message),
    }  # fmt: skip


def _draw(drawer: str, letter: Path) -> None:
    """Every page of the PDF beside it, as <letter>-1.png and so on."""
    source = letter.with_name(f"{letter.name}.pdf")
    subprocess.run([drawer, "-r", str(DPI), "-gray", "-png", str(source), str(letter)], check=True)


if __name__ == "__main__":
    leave(FOLDER, only=tuple(sys.argv[1:]))
