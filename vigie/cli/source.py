"""`vigie source`: the places that are asked, what each needs, when they are next due, and one run of one of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from vigie.cli.output import Exit, emit, fail, progress, say

app = typer.Typer(help="The places that are asked, and one run of one of them.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]

RECORD = """# A source: one place that Vigie asks. See docs/how-to-source.md for every key.
id = "{name}"
name = "{name}"
kind = "{kind}"
delay_seconds = 2.0
requests_per_day = 500
interval_hours = 24
enabled = true
queries = {queries}
source = "written by hand"
checked_on = {today}
confidence = "U"

[settings]
{setting}
"""
SETTINGS = {
    "searxng": 'endpoint = "https://search.example/search"',
    "site": 'start_urls = ["https://forum.example/"]',
    "feed": 'feeds = ["https://forum.example/feed"]',
}


@app.command("list")
def list_sources(json: Json = False) -> None:
    """All sources: kind, whether enabled, what each needs."""
    catalogue = _catalogue()
    rows = [record.model_dump(mode="json") for record in catalogue.sources.values()]
    if json:
        emit(rows)
    for row in [] if json else rows:
        needs = ", ".join(row["secrets"]) or "nothing"
        say(f"{row['id']:<20} {row['kind']:<8} {'on ' if row['enabled'] else 'off'} needs {needs}")


@app.command()
def show(name: str, json: Json = False) -> None:
    """One source with every setting."""
    record = _record(name).model_dump(mode="json")
    if json:
        emit(record)
    for key, value in ({} if json else record).items():
        say(f"{key}: {value}")


@app.command("test")
def try_source(
    name: str,
    query: Annotated[
        str, typer.Option(help="What to ask; only a harmless word, for it shows in the process list.")
    ] = "",
    json: Json = False,
) -> None:
    """Ask a source once, five pages at most, and show what was read; nothing is stored."""
    from crawler.child import Job, Query, run
    from vigie import wiring

    record, settings = _record(name), wiring.load().settings
    job = Job(
        record.id,
        record.kind,
        {**record.settings, "delay_seconds": record.delay_seconds},
        pages=5,
        seconds=60,
        allow=settings.allow,
    )
    messages = list(run(job, [Query("test", query or "test")] if record.queries else []))
    if json:
        emit(messages)
    for message in [] if json else messages:
        say(_line(message))
    if any(message["type"] == "error" for message in messages):
        raise SystemExit(int(Exit.PARTIAL))


def _line(message: dict[str, Any]) -> str:
    kind = message["type"]
    if kind == "sighting":
        return f"page     {message['final_url']} ({sum(len(part['text']) for part in message['fields'])} characters)"
    if kind == "error":
        return f"error    {message['class']}: {message.get('message', '')}"
    return f"{kind:<8} " + ", ".join(f"{key} {value}" for key, value in message.items() if key != "type")


@app.command()
def control(
    name: str,
    names: Annotated[int, typer.Option(min=1, max=50, help="Invented names to ask a searched source for.")] = 5,
    pages: Annotated[int, typer.Option(min=1, max=200, help="Pages to open at most.")] = 50,
    seed: Annotated[
        int, typer.Option(help="The same number invents the same names again; 0 for others each time.")
    ] = 0,
    json: Json = False,
) -> None:
    """Ask a source for people whom nobody knows, and count what it finds of them: its false hits. Nothing is stored."""
    import random

    from crawler.child import Job, Query, run
    from monitor.control import WATCHED, Control, invented
    from vigie import wiring

    record, settings = _record(name), wiring.load().settings
    terms = invented(random.Random(seed or None), names if record.queries else WATCHED)
    asked = [Query(term.id, term.value) for term in terms] if record.queries else []
    job = Job(
        record.id,
        record.kind,
        {**record.settings, "delay_seconds": record.delay_seconds},
        pages=pages,
        seconds=300,
        allow=settings.allow,
    )
    count = Control.of(terms)
    for message in run(job, asked):
        count.take(message)
    found = count.to_json(record.id)
    emit(found) if json else _show_control(found)
    if found["errors"]:
        raise SystemExit(int(Exit.PARTIAL))


def _show_control(found: dict[str, Any]) -> None:
    hits = found["hits"]
    say(f"{found['names']} invented names, {found['searched']} asked, {found['results']} results said to be there.")
    say(
        f"{found['pages']} pages read: {hits['automatic']} false automatic hits, "
        f"{hits['context']} for a person to look at."
    )
    if found["per_page"] is not None:
        say(f"{found['per_page']} false hits a page.")
    for kind, times in found["errors"].items():
        say(f"error {kind}: {times} times")


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="Which source; every due one when empty.")] = "",
    case: Annotated[str, typer.Option(help="Only for this case.")] = "",
    now: Annotated[bool, typer.Option("--now", help="Also when it is not yet due.")] = False,
    json: Json = False,
) -> None:
    """Run what is due now, here, and say how each run ended; 3 when a source failed."""
    from vigie import runs
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        case_id = desk.case(case, "source.run").id if case else None
        pairs = runs.pairs(desk.session, desk.now, source=name, case_id=case_id, early=now)
        wiring = desk.wiring
    results = runs.run_all(wiring, pairs, progress)
    if json:
        emit(results)
    for result in [] if json else results:
        say(
            f"{result['source']:<20} {result['status']:<8} {result['pages']} pages, {result['matches']} new hits"
            + (f", errors: {result['errors']}" if result["errors"] else "")
        )
    if not results:
        progress("Nothing is due.")
    if any(result["status"] != "done" for result in results):
        raise SystemExit(int(Exit.PARTIAL))


@app.command()
def plan(json: Json = False) -> None:
    """What will be asked next, and when; nothing is asked."""
    from vigie import runs
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        rows = runs.plan(desk.session)
    if json:
        emit(rows)
    for row in [] if json else rows:
        say(f"{row['due_at']}  {row['source']}  {row['failures']} failures")


@app.command()
def new(
    name: str,
    kind: Annotated[str, typer.Option(help="searxng, site or feed.")] = "site",
    out: Annotated[Path, typer.Option(help="Folder; the record goes to sources/NAME.toml in it.")] = Path(),
) -> None:
    """Write a new source record to fill in."""
    from vigie.clock import real_clock

    if kind not in SETTINGS:
        fail(f"No kind is named {kind}: one of {', '.join(SETTINGS)}.", Exit.USAGE)
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,40}", name):
        fail("A source's name has small letters, digits and _ only, and starts with a letter.", Exit.USAGE)
    path = out / "sources" / f"{name}.toml"
    if path.exists():
        fail(f"{path} exists already: choose another name. Nothing was written.", Exit.USAGE)
    path.parent.mkdir(parents=True, exist_ok=True)
    today = real_clock()().date().isoformat()
    queries = "true" if kind == "searxng" else "false"
    path.write_text(RECORD.format(name=name, kind=kind, queries=queries, setting=SETTINGS[kind], today=today))
    say(f"Written: {path}. Fill it in, set VIGIE_CONFIG_DIR={out}, then `vigie source test {name}`.")


def _catalogue() -> Any:
    from config import catalogue
    from vigie.environment import environ

    folder = environ().get("VIGIE_CONFIG_DIR")
    return catalogue.load(Path(folder) if folder else None)


def _record(name: str) -> Any:
    record = _catalogue().sources.get(name)
    if record is None:
        fail(f"No source is named {name}: see `vigie source list`.", Exit.USAGE)
    return record
