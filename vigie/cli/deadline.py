"""`vigie deadline`: time limits, with the working that explains each date."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from config import catalogue
from config.errors import ConfigError
from config.messages import render
from config.records import HARMS, DeadlineRule
from takedown.answer import DeadlineAnswer, Moment, say_moment
from takedown.deadlines import DeadlineError, compute
from takedown.errors import TakedownError
from takedown.moment import UNKNOWN, read_day, read_days, read_start
from vigie.cli.output import Exit, emit, fail, say
from vigie.environment import environ

app = typer.Typer(help="Compute time limits and show the working.", no_args_is_help=True)

NO_DATE = {"fr": "aucune date", "en": "no date"}
LABELS = {
    "fr": {
        "due": "À tenir",
        "legal_due": "Date légale",
        "latest": "Au plus tard",
        "opens": "Ouvre le",
        "means": "Ensuite",
    },
    "en": {"due": "Hold", "legal_due": "Legal date", "latest": "At the latest", "opens": "Opens on", "means": "Then"},
}


@app.command("compute")
def compute_one(
    rule: Annotated[str, typer.Option(help="Rule id, for example press.limit.")],
    start: Annotated[str, typer.Option("--from", help="A date, an instant, or unknown.")],
    jurisdiction: Annotated[str, typer.Option(help="Whose holidays: FR, FR-57, FR-971, IE...")] = "FR",
    zone: Annotated[str, typer.Option(help="Time zone of the dates.")] = "Europe/Paris",
    harm: Annotated[str | None, typer.Option(help="Harm, for waits that are our own.")] = None,
    extended: Annotated[bool, typer.Option("--extended", help="The extension was claimed.")] = False,
    interrupted: Annotated[str, typer.Option(help="The day of an act from which the period runs anew.")] = "",
    suspended: Annotated[list[str] | None, typer.Option(help="Days that do not count: 2026-08-01/2026-08-31.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    lang: Annotated[str, typer.Option(help="fr or en.")] = "fr",
) -> None:
    """Compute one deadline and say why."""
    if lang not in LABELS:
        fail(f'"{lang}" is no language of Vigie: write fr or en.', Exit.USAGE)
    if harm is not None and harm not in HARMS:
        fail(f'"{harm}" is no harm that Vigie knows. Known harms: {", ".join(HARMS)}.', Exit.USAGE)
    record = _rule(rule)
    try:
        answer = compute(
            record, read_start(start, zone), jurisdiction=jurisdiction, zone=zone, harm=harm, extended=extended,
            interrupted=read_day(interrupted) if interrupted else None,
            suspended=[read_days(one) for one in suspended or ()],
        )  # fmt: skip
        if as_json:
            emit(answer.to_json())
        else:
            _print(answer, lang)
    except DeadlineError as error:
        fail(str(error), Exit.USAGE)
    except ConfigError as error:  # a rule of the overlay whose trigger has no words
        fail(str(error))


def _rule(name: str) -> DeadlineRule:
    overlay = environ().get("VIGIE_CONFIG_DIR")
    try:
        rules = catalogue.load(Path(overlay) if overlay else None).deadlines
    except ConfigError as error:
        fail(str(error))
    if name not in rules:
        near = difflib.get_close_matches(name, rules, n=3, cutoff=0.3) or sorted(rules)
        fail(f'No deadline rule is called "{name}". Nearest: {", ".join(near)}.', Exit.USAGE)
    return rules[name]


def _print(answer: DeadlineAnswer, lang: str) -> None:
    labels = LABELS[lang]
    say(f"{answer.rule} ({_kind(answer, lang)}, {answer.article}, {answer.confidence})")
    for name in ("due", "legal_due", "latest", "opens"):
        moment: Moment | None = getattr(answer, name)
        if moment or name == "due":
            say(f"{labels[name]}: {say_moment(moment, lang) if moment else NO_DATE[lang]}")
    for step in answer.working:
        say(f"- {step.text(lang)}")
    say(f"{labels['means']}: {answer.means[lang]}")


def _kind(answer: DeadlineAnswer, lang: str) -> str:
    """Legal, indicative or none; of foreign law, that it may not bind."""
    foreign = [step for step in answer.working if step.code.startswith("deadline.foreign.")]
    if answer.kind == "legal" and foreign:
        return render(foreign[0].code.replace("deadline.foreign", "deadline_kind.foreign"), {}, lang)
    return answer.kind


@app.command("list")
def list_open(
    case: Annotated[str, typer.Option(help="Number or id of the case; every case of yours when empty.")] = "",
    late: Annotated[bool, typer.Option("--late", help="Only what is overdue.")] = False,
    press: Annotated[bool, typer.Option("--press", help="The press limits of all your cases, for the lawyer.")] = False,
    evidence: Annotated[bool, typer.Option("--evidence", help="When data about an author may vanish.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """The open deadlines: what is late first, then what comes next."""
    from takedown import statistics
    from vigie.cli import deadline_lists
    from vigie.cli.desk import at_desk

    if press or evidence:
        (deadline_lists.press if press else deadline_lists.evidence)(case, as_json=as_json)
        return
    with at_desk() as desk:
        case_id = desk.case(case, "deadline.read").id if case else None
        if case_id is None:
            desk.must("dashboard.read")
        rows = statistics.late(desk.session, desk.now, case_id)
        rows += [] if late else statistics.coming(desk.session, desk.now, case_id)
    if as_json:
        emit(rows)
    for row in [] if as_json else rows:
        say(f"{'LATE ' if row['late'] else '     '}{row['due_at'] or 'no date'}  {row['rule']:<20} {row['target']}")
    if not rows and not as_json:
        say("No deadline is open.")


@app.command("published")
def published(
    track: Annotated[str, typer.Option(help="The track whose content it is.")],
    on: Annotated[str, typer.Option(help="The day of the first posting, or unknown.")],
    source: Annotated[str, typer.Option(help="Where it was read: page, archive, declared or unknown.")],
    audience: Annotated[str, typer.Option(help="Who sees it: public, closed or private.")] = "",
) -> None:
    """Keep when a content was first posted, where that was read, and who can see it."""
    from vigie.cli import deadline_lists

    try:
        day = None if on.strip().casefold() == UNKNOWN else read_day(on)
        deadline_lists.published(track, day, source=source, audience=audience or None)
    except TakedownError as error:
        fail(str(error), Exit.USAGE)
    say("Noted.")


@app.command("ics")
def calendar(
    case: Annotated[str, typer.Option(help="Number or id of the case; every case of yours when empty.")] = "",
) -> None:
    """Print a calendar file: case numbers and rule names, no personal word."""
    from vigie.cli import deadline_lists

    deadline_lists.ics(case)


@app.command("check")
def check(
    on: Annotated[str, typer.Option(help="The day asked about; today when empty.")] = "",
) -> None:
    """Say which records must be read again and which years of holidays are missing on a day."""
    from takedown.freshness import faults
    from vigie import wiring

    try:
        day = read_day(on) if on else wiring.load().clock().date()
        found = faults(catalogue.load().deadlines.values(), day)
    except DeadlineError as error:
        fail(str(error), Exit.USAGE)
    for one in found:
        say(one)
    if found:
        raise typer.Exit(Exit.FAILURE)
    say(f"Every record and every holiday that is needed on {day} is known.")
