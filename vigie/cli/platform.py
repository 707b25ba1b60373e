"""`vigie platform`: what is known about each platform, host, search engine and archive, and how sure that is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

import typer

from config import catalogue, consistency, messages
from config.errors import ConfigError
from config.reading import read_record
from config.records import Channel, Platform
from vigie.cli.output import Exit, emit, fail, say
from vigie.clock import real_clock
from vigie.environment import environ

app = typer.Typer(help="What is known about each platform.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
KINDS = get_args(Platform.model_fields["kind"].annotation)


@app.command("list")
def list_platforms(
    kind: Annotated[str, typer.Option(help="Only this kind: platform, host, search...")] = "",
    json: Json = False,
) -> None:
    """All records: id, legal entity, kind, how sure we are."""
    if kind and kind not in KINDS:
        fail(f"No kind is named {kind}: one of {', '.join(KINDS)}.", Exit.USAGE)
    rows = [row for row in catalogue.load(_overlay()).platforms.values() if kind in ("", row.kind)]
    if json:
        emit([row.model_dump(mode="json") for row in rows])
    for row in [] if json else rows:
        say(f"{row.id:<20} {row.kind:<9} {row.confidence:<3} {row.checked_on}  {row.entity} ({row.country})")


@app.command()
def show(
    name: str,
    harm: Annotated[str, typer.Option(help="Only the channels that take this harm.")] = "",
    lang: Annotated[str, typer.Option(help="fr or en.")] = "fr",
    json: Json = False,
) -> None:
    """One record: entity, address, channels and who learns the sender's name through each."""
    if lang not in messages.LANGUAGES:
        fail(f'"{lang}" is no language of Vigie: write fr or en.', Exit.USAGE)
    if harm and harm not in messages.HARMS:
        fail(f"No harm is named {harm}: one of {', '.join(messages.HARMS)}.", Exit.USAGE)
    record = catalogue.load(_overlay()).platforms.get(name)
    if record is None:
        fail(f"No platform is named {name}: see `vigie platform list`.", Exit.USAGE)
    channels = [channel for channel in record.channels if not harm or {harm, "*"} & set(channel.harms)]
    if json:
        emit(record.model_copy(update={"channels": channels}).model_dump(mode="json"))
    else:
        _print(record, channels, lang)


@app.command()
def lint(
    files: Annotated[list[Path] | None, typer.Argument(help="Platform records; all known ones when empty.")] = None,
    json: Json = False,
) -> None:
    """Check platform records; exit 1 when something must be corrected."""
    problems = _faults_of(files) if files else _all_faults()
    if json:
        emit({"problems": problems})
    for problem in [] if json else problems:
        say(problem)
    if problems:
        raise SystemExit(int(Exit.FAILURE))
    if not json:
        say("Every platform record is usable.")


def _faults_of(files: list[Path]) -> list[str]:
    faults: list[str] = []
    for file in files:
        try:
            read_record(file, Platform)
        except ConfigError as error:
            faults.extend(str(error).splitlines())
    return faults


def _all_faults() -> list[str]:
    found, faults = catalogue.survey(_overlay())
    faults = faults + consistency.problems(found, real_clock()().date())
    return [fault for fault in faults if "platforms/" in fault.partition(".toml")[0]]


def _print(record: Platform, channels: list[Channel], lang: str) -> None:
    kind = messages.render(f"platform_kind.{record.kind}", {}, lang)
    say(f"{record.name}: {record.entity} ({record.country}), {kind}")
    say(", ".join(record.address))
    say(f"{messages.render(f'confidence.{record.confidence}', {}, lang)}, {record.checked_on} ({record.source})")
    for channel in channels:
        say(f"- {messages.render(f'channel.{channel.kind}', {}, lang)}: {channel.value}")
        say(f"  {', '.join(channel.harms)}; {messages.render(f'discloses_to.{channel.discloses_to}', {}, lang)}")
    if record.note:
        say(getattr(record.note, lang))


def _overlay() -> Path | None:
    folder = environ().get("VIGIE_CONFIG_DIR")
    return Path(folder).expanduser() if folder else None
