"""The part of `vigie notice` that shows letters, and takes back what a person changed in Word."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.notice_answers import saved
from vigie.cli.output import Exit, emit, fail, say

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def list_notices(case: Annotated[str, typer.Option(help="Number or id of the case.")], json: Json = False) -> None:
    """The letters of a case."""
    from takedown import notices
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        rows = notices.list_notices(desk.session, desk.case(case, "notice.read").id)
    if json:
        emit([dataclasses.asdict(row) for row in rows])
    for row in [] if json else rows:
        say(f"{row.id}  {row.status:<12} {row.letter:<24} {row.channel:<6} {row.reference}")


def preview(
    notice: str,
    output_format: Annotated[str, typer.Option("--format", help="text, html, pdf, docx or eml.")] = "text",
    out: Annotated[Path | None, typer.Option(help="The file to write; text alone goes to the terminal.")] = None,
    links: Annotated[bool, typer.Option(help="The copy for the file: addresses are links.")] = False,
    pdf: Annotated[Path | None, typer.Option(help="Also write the letter as PDF here.")] = None,
    json: Json = False,
) -> None:
    """The letter in any output, what is missing in it, to whom it goes and by which channel."""
    from config import messages
    from takedown import compose, exposing, notices, paper
    from vigie.cli.desk import at_desk

    if output_format not in paper.FORMS:
        fail(f'There is no format "{output_format}": choose one of {", ".join(paper.FORMS)}.', Exit.USAGE)
    if output_format != "text" and out is None:
        fail("Say with --out which file to write. Nothing was written.", Exit.USAGE)
    with at_desk() as desk:
        desk.must("notice.read", notices.case_of_notice(desk.session, notice))
        seen = notices.preview(desk.session, notice, letterbook=desk.wiring.letterbook, catalogue=desk.wiring.catalogue)
        exposed = exposing.of_notice(desk.session, notice, desk.wiring.catalogue)
        on = compose.stationery(desk.wiring.settings, desk.wiring.letterbook)
        wanted = {output_format: out} | ({"pdf": pdf} if pdf else {})
        made = {
            form: paper.printed(desk.session, desk.now, notice, form, stationery=on, links=links) for form in wanted
        }
    for form, file in wanted.items():
        if file is not None:
            _written(file, made[form])
    if json:
        emit({**seen.to_json(), "exposure": exposed.to_json()})
        return
    if out is None:
        say(made["text"].decode())
    for line in seen.remarks("en"):
        say(f"- {line}")
    say(messages.render("exposure.title", {}, "en"))
    for _, found in exposed.findings():
        say(f"- {messages.render(found.code, found.params, 'en')}")


def import_docx(
    notice: str,
    file: Annotated[Path, typer.Argument(help="The letter that was edited in a word processor.")],
    look: Annotated[bool, typer.Option("--look", help="Only show what would change; keep nothing.")] = False,
    lang: Annotated[str, typer.Option(help="Language in which the changes are told: fr or en.")] = "en",
    json: Json = False,
) -> None:
    """Take an edited Word letter back in: shows every change; what changed is to be confirmed, any approval falls."""
    from takedown import notices, revision, store, word
    from takedown.tables import NoticeRow
    from vigie.cli.desk import at_desk

    data = saved(str(file))[0]
    with at_desk() as desk:
        desk.must("notice.draft", notices.case_of_notice(desk.session, notice))
        letter = store.open_letter(desk.session, store.get(desk.session, NoticeRow, notice))
        edited = word.read(data, letter)
        if look:
            seen = revision.look(desk.session, notice, edited, letterbook=desk.wiring.letterbook)
        else:
            seen = revision.revise(
                desk.session, desk.now, notice, edited, actor=desk.actor.id, letterbook=desk.wiring.letterbook
            )
    if json:
        emit(seen.to_json())
        return
    for line in seen.lines(lang):
        say(line)


def changes(
    notice: str,
    drafted: Annotated[bool, typer.Option("--drafted", help="Since the draft, not since the last change.")] = False,
    lang: Annotated[str, typer.Option(help="fr or en.")] = "en",
    json: Json = False,
) -> None:
    """What a person changed in a letter: by its last change, or since it was drafted."""
    from takedown import notices, revision
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("notice.read", notices.case_of_notice(desk.session, notice))
        seen = revision.last(desk.session, notice, letterbook=desk.wiring.letterbook, since_draft=drafted)
    if json:
        emit(seen.to_json())
    for line in [] if json else seen.lines(lang):
        say(line)


def _written(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        fail(f"Cannot write {file}: {error}.", Exit.FAILURE)
