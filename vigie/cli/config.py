"""`vigie config`: are the settings, the records and the texts of this instance usable?"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from config import catalogue, consistency, messages
from config.catalogue import Catalogue
from config.errors import ConfigError
from config.records import Ground, Source
from config.settings import Settings
from crawler import discovery
from crawler.job import Job
from crawler.trouble import CrawlerError
from takedown.blocks import LetterError
from takedown.letterbook import Letterbook
from takedown.letterlint import faults as letter_faults
from takedown.safe_jinja import SafeTemplates
from takedown.samples import Samples
from vigie.cli.output import Exit, emit, say
from vigie.clock import real_clock
from vigie.environment import environ

app = typer.Typer(help="Check settings and records.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]

EVERY_KIND = ("pages", "contact")
"""Settings that the crawler and the monitor read for every kind of source."""


@app.callback()
def group() -> None:
    """Keeps `check` a sub-command while it is the only one."""


@app.command()
def check(
    json: Json = False,
    records_only: Annotated[
        bool, typer.Option("--records-only", help="Leave the settings of this machine out.")
    ] = False,
) -> None:
    """Read settings, records and texts; exit 1 and one sentence per problem when something must be corrected."""
    settings, problems = (None, []) if records_only else _settings()
    folder = environ().get("VIGIE_CONFIG_DIR")
    overlay = Path(folder).expanduser() if folder else None
    known, faults = catalogue.survey(overlay)
    today = real_clock(settings.clock_offset if settings else timedelta(0))().date()
    problems += faults + (_texts() or consistency.problems(known, today))
    problems += consistency.strays(overlay) if overlay and overlay.is_dir() else []
    problems += _sources(known)
    problems += _letters(known, overlay, written=not problems)
    counts = {kind: len(getattr(known, kind)) for kind in catalogue.KINDS}
    _tell(json, problems, counts, settings)
    if problems:
        raise SystemExit(int(Exit.FAILURE))


def _settings() -> tuple[Settings | None, list[str]]:
    try:
        return Settings.load(environ()), []
    except ConfigError as error:
        return None, [str(error)]


def _texts() -> list[str]:
    try:
        messages.messages()
    except ConfigError as error:
        return str(error).splitlines()
    return []


def _sources(known: Catalogue) -> Iterator[str]:
    """Sources that no module speaks to, or that their module could not begin to read."""
    kinds = discovery.kinds()
    for source in known.sources.values():
        place = f"sources/{source.id}.toml"
        if source.kind not in kinds:
            yield f'{place}: key "kind": "{source.kind}" is no kind of source: write one of {", ".join(sorted(kinds))}.'
        else:
            yield from (f"{place}: {fault}" for fault in _settings_of(source, kinds[source.kind]))


def _settings_of(source: Source, kind: Any) -> Iterator[str]:
    read = (*kind.SETTINGS, *EVERY_KIND)
    for name in source.settings:
        if name not in read:
            near = difflib.get_close_matches(name, read, n=1)
            meant = f' (did you mean "{near[0]}"?)' if near else ""
            yield f'key "settings.{name}": is not known{meant}: write one of {", ".join(read)}, or remove it.'
    try:
        kind.reader(Job(source.id, source.kind, source.settings))
    except (CrawlerError, TypeError, ValueError) as error:
        yield f'key "settings": {error}'


def _letters(known: Catalogue, overlay: Path | None, *, written: bool) -> Iterator[str]:
    """Reasons that cannot be filled in; once no record has a fault, those of the letters `written` with them."""
    try:
        book = Letterbook.load(overlay)
    except LetterError as error:
        yield from str(error).splitlines()
        return
    wrong = [fault for ground in known.grounds.values() for fault in _reasons(ground, book)]
    yield from wrong
    if written and not wrong:
        yield from letter_faults(book, known.grounds.values(), Samples.load(overlay), known.deadlines)


def _reasons(ground: Ground, book: Letterbook) -> Iterator[str]:
    """Both languages, also the one in which no letter exists yet."""
    paths = frozenset().union(*(template.paths for template in book.letters.values()))
    for lang, text in (("fr", ground.reasons.fr), ("en", ground.reasons.en)):
        name = f"reasons.{lang}"
        for fault in SafeTemplates({name: text}, paths, frozenset()).faults(name):
            yield f"grounds/{ground.id}.toml: {fault}"


def _tell(json: bool, problems: list[str], counts: dict[str, int], settings: Settings | None) -> None:
    mode = settings.mode if settings else None
    document: dict[str, Any] = {"usable": not problems, "mode": mode, "records": counts, "problems": problems}
    if json:
        emit(document)
        return
    for problem in problems:
        say(problem)
    say(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    say("Something must be corrected." if problems else f"Usable, in {mode} mode." if mode else "Usable.")
