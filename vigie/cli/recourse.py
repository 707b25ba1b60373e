"""`vigie recourse`: what can be done in a situation, read from a file or standard input, never from arguments."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from config import catalogue
from config.errors import ConfigError
from takedown.blocks import LetterError
from takedown.letterbook import Letterbook
from takedown.recourse import RecourseError
from takedown.recourse import explain as explain_situation
from vigie.cli.output import Exit, emit, fail, read_input, say
from vigie.clock import real_clock
from vigie.environment import environ

app = typer.Typer(help="Explain which steps are open, and why others are not.", no_args_is_help=True)

HEADINGS = {
    "fr": {"first": "D'abord", "parallel": "En même temps", "next": "Ensuite"},
    "en": {"first": "First", "parallel": "In parallel", "next": "Next"},
}
LEFT_OUT = {"fr": "Écarté", "en": "Left out"}
BEWARE = {"fr": "Attention", "en": "Beware"}


@app.callback()
def recourse() -> None:
    """Explain which steps are open, and why others are not."""


@app.command()
def explain(
    document: Annotated[str, typer.Argument(help="JSON file with the situation, or - for standard input.")] = "-",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document, also on a terminal.")] = False,
) -> None:
    """Explain one situation: first, in parallel, next, left out, deadlines, warnings, signers.

    A terminal gets sentences; anything else (a pipe, a file) the JSON document.
    """
    situation = _situation(document)
    named = environ().get("VIGIE_CONFIG_DIR")
    overlay = Path(named) if named else None
    try:
        own_name = Letterbook.load(overlay).own_name
        plan = explain_situation(situation, catalogue.load(overlay), real_clock()(), own_name)
    except RecourseError as error:
        fail(str(error), Exit.USAGE)
    except (ConfigError, LetterError) as error:
        fail(str(error))
    if as_json or not _at_a_terminal():
        emit(plan)
    else:
        _print(plan, str(situation.get("lang", "fr")))


def _at_a_terminal() -> bool:
    return sys.stdout.isatty()


def _situation(document: str) -> dict[str, Any]:
    try:
        situation = json.loads(read_input(document))
    except ValueError as error:
        fail(f"The situation is not JSON ({error}). Correct it and try again.", Exit.USAGE)
    if not isinstance(situation, dict):
        fail("The situation must be one JSON object. Correct it and try again.", Exit.USAGE)
    return situation


def _print(plan: dict[str, Any], lang: str) -> None:
    for part, heading in HEADINGS[lang].items():
        say(f"{heading}:")
        for step in plan[part]:
            say(f"- {step['text']} [{step['do']}]")
    say(f"{LEFT_OUT[lang]}:")
    for left in plan["excluded"]:
        say(f"- {left['what']}: {left['why']}")
    say(f"{BEWARE[lang]}:")
    for warning in plan["warnings"]:
        say(f"- {warning['text']}")
