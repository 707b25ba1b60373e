"""`vigie template`: list the letters, check that each of them is safe and complete, print one from a context."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from config import catalogue
from config.errors import ConfigError
from config.records import Ground
from takedown.blocks import LetterError
from takedown.letter_context import LetterContext
from takedown.letterbook import Letterbook
from takedown.letterlint import faults
from takedown.letters import Letter, draft
from takedown.render import docx, html, pdf, text
from takedown.review import ReviewPage
from takedown.samples import Samples
from vigie.cli.output import Exit, emit, fail, progress, read_input, say
from vigie.cli.overlay import differences
from vigie.environment import environ

app = typer.Typer(help="List, check, render and sign off letter templates.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command("list")
def list_templates(*, as_json: AsJson = False) -> None:
    """Every letter: id, language, title, who may sign, version, level of confidence."""
    book = _book(_overlay())
    headers = [template.header for _, template in sorted(book.letters.items())]
    if as_json:
        emit([header.model_dump(mode="json") for header in headers])
        return
    for header in headers:
        say(f"{header.id:24} {header.lang}  v{header.version}  {header.confidence:2}  {header.title}")


@app.command()
def lint(*, as_json: AsJson = False) -> None:
    """Check every letter under every ground it goes with; each fault is a sentence, and the exit code is then 1."""
    overlay = _overlay()
    book, known = _book(overlay), catalogue.survey(overlay)[0]
    found = list(faults(book, known.grounds.values(), Samples.load(overlay), known.deadlines))
    if as_json:
        emit({"letters": len(book.letters), "faults": found})
    else:
        for sentence in found:
            say(sentence)
        progress(f"{len(book.letters)} letters read, {len(found)} faults.")
    raise SystemExit(int(Exit.FAILURE if found else Exit.DONE))


@app.command()
def diff(*, as_json: AsJson = False) -> None:
    """What VIGIE_CONFIG_DIR changes: each of its templates and records beside ours; exit code 4 without any."""
    overlay = _overlay()
    found = list(differences(overlay)) if overlay else []
    if as_json:
        emit([asdict(one) for one in found])
    for one in [] if as_json else found:
        say(f"{one.file}: {one.state}")
        for line in one.lines:
            say(line)
    raise SystemExit(int(Exit.DONE if found else Exit.NOTHING_TO_DO))


@app.command()
def render(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="Such as L01.doxxing.")],
    *,
    context: Annotated[str, typer.Option(help="JSON of the context: a file, or - for standard input.")],
    lang: Annotated[str, typer.Option(help="Language of the letter.")] = "fr",
    ground: Annotated[str | None, typer.Option(help="Ground; by default the one of the harm.")] = None,
    output_format: Annotated[str, typer.Option("--format", help="text, html, pdf or docx.")] = "text",
    out: Annotated[Path | None, typer.Option(help="File to write; standard output without it.")] = None,
) -> None:
    """Print one letter. What is missing and what to look at is said on stderr; a missing element gives exit code 3."""
    overlay = _overlay()
    try:
        given = LetterContext.model_validate_json(read_input(context))
        chosen = _ground(catalogue.load(overlay).grounds.values(), letter_id, given.harm, ground)
        letter = draft(_book(overlay).get(letter_id, lang), chosen, given)
        _write(_printed(letter, output_format, overlay), out)
    except ValidationError as error:
        fail("\n".join(f"context: {'.'.join(map(str, e['loc']))}: {e['msg']}." for e in error.errors()), Exit.USAGE)
    except (LetterError, ConfigError) as error:
        fail(str(error))
    _tell(letter, given.lang)
    raise SystemExit(int(Exit.PARTIAL if letter.missing else Exit.DONE))


@app.command()
def review(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="Such as L01.doxxing; all for every letter.")],
    *,
    lang: Annotated[str, typer.Option(help="Language of the letter.")] = "fr",
    pending: Annotated[bool, typer.Option("--pending", help="Only what still waits for a signature.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder to write the pack to, one page a file.")] = None,
    sign: Annotated[
        bool, typer.Option("--sign", help="Sign what is shown: asks for the lawyer's login and password.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The review pack: a page per letter and ground, its source, what changed since it was signed; --sign signs it."""
    from takedown import review as pack
    from vigie.cli.desk import at_desk
    from vigie.cli.signing import a_lawyer

    with at_desk() as desk:
        lawyer = a_lawyer(desk) if sign else None
        book, grounds = desk.wiring.letterbook, list(desk.wiring.catalogue.grounds.values())
        shown = list(pack.pages(desk.session, book, grounds, letter=letter_id, lang=lang))
        if not shown:
            fail(f'No letter is called "{letter_id}" in this language: see `vigie template list`.', Exit.USAGE)
        shown = [page for page in shown if not (pending and page.signed)]
        if lawyer:
            for page in shown:
                pack.sign(desk.session, desk.now, page, account=lawyer)
        rows = shown
        if lawyer:
            rows = [pack.page(desk.session, book.get(page.letter, lang), page.ground) for page in shown]
    for page in shown if out is not None or not as_json else ():
        _show(page, pack.specimen(book.get(page.letter, lang), page.ground), out)
    if as_json:
        emit([row.to_json() for row in rows])
    for row in [] if as_json else rows:
        say(f"{row.letter:<24} {row.ground.id:<18} {'signed' if row.signed else 'NOT SIGNED'}")


def _show(page: ReviewPage, specimen: Letter | None, out: Path | None) -> None:
    """One page of the pack into its file, or onto the terminal: what changed, how it reads, all that is signed."""
    since = f"Changed since it was signed on {page.before_at:%Y-%m-%d}:" if page.before_at else "Never signed before."
    changed = "\n".join(["" if page.signed else since, *page.changed]).strip()
    reads = f"{text.render(specimen)}\n" if specimen else ""
    whole = f"{reads}{page.page}\nSHA-256 {page.sha256}\n"
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        said = f"{changed}\n\n{whole}" if changed else whole
        (out / f"{page.letter}.{page.lang}.{page.ground.id}.txt").write_text(said, encoding="utf-8")
    else:
        progress(f"--- {page.letter}, ground {page.ground.id} ---\n{changed}\n\n{whole}")


def _tell(letter: Letter, lang: str) -> None:
    for remark in (*letter.missing, *letter.warnings):
        progress(remark.to_json()["text"][lang])


def _printed(letter: Letter, output_format: str, overlay: Path | None) -> bytes:
    if output_format == "pdf":
        return pdf.render(letter, pdf.Layout.load(overlay))
    if output_format == "docx":
        return docx.render(letter)
    if output_format not in ("text", "html"):
        fail(f'There is no format "{output_format}": choose text, html, pdf or docx.', Exit.USAGE)
    return (html.render(letter) if output_format == "html" else text.render(letter)).encode()


def _write(data: bytes, out: Path | None) -> None:
    if out is not None:
        out.write_bytes(data)
        return
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _ground(grounds: Iterable[Ground], letter_id: str, harm: str, name: str | None) -> Ground:
    fitting = [g for g in grounds if letter_id in g.letters and harm in g.harms and name in (None, g.id)]
    if len(fitting) != 1:
        known = ", ".join(g.id for g in fitting) or "none"
        fail(f"Grounds that fit {letter_id} for {harm}: {known}. Name one of them with --ground.", Exit.USAGE)
    return fitting[0]


def _book(overlay: Path | None) -> Letterbook:
    try:
        return Letterbook.load(overlay)
    except LetterError as error:
        fail(str(error))


def _overlay() -> Path | None:
    """The overlay folder of the settings; letters can be read without the rest of the settings being right."""
    folder = environ().get("VIGIE_CONFIG_DIR", "")
    return Path(folder) if folder else None
