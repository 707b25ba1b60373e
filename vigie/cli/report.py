"""`vigie report`: figures that an organisation must publish, without anything of anybody."""

from __future__ import annotations

from typing import Annotated

import typer

from config import messages
from takedown import flagger_report
from takedown.flagger_report import OTHERS, Report
from vigie.cli.desk import at_desk
from vigie.cli.output import Exit, emit, fail, progress, say

app = typer.Typer(help="Figures that an organisation must publish, without personal data.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the name of the only command."""


@app.command("trusted-flagger")
def trusted_flagger(
    *,
    year: Annotated[int, typer.Option(help="The calendar year, Paris time.", min=2024, max=2200)],
    lang: Annotated[str, typer.Option(help="fr or en.")] = "fr",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Notices sent in the association's signature: by host, by type of content, by what was done."""
    if lang not in messages.LANGUAGES:
        fail(f'"{lang}" is no language of Vigie: write fr or en.', Exit.USAGE)
    with at_desk() as desk:
        desk.must("report.read")
        sent = flagger_report.flagged(desk.session, desk.actor.organisation_id, year)
        hosts = {name: f"{record.entity} ({name})" for name, record in desk.wiring.catalogue.platforms.items()}
    found = flagger_report.report(year, sent, hosts)
    if as_json:
        emit(found.to_json())
        return
    if not found.notices:
        progress(f"No notice was sent in the association's signature in {year}.")
        raise SystemExit(int(Exit.NOTHING_TO_DO))
    for line in _lines(found, hosts, lang):
        say(line)


def _lines(found: Report, hosts: dict[str, str], lang: str) -> list[str]:
    def word(code: str) -> str:
        return messages.render(code, {}, lang)

    others = word("flagger.others")
    tables = (
        ("flagger.by_host", [(hosts.get(name, others), count) for name, count in found.by_host.items()]),
        ("flagger.by_type",
         [(others if name == OTHERS else word(f"harm.{name}"), count) for name, count in found.by_type.items()]),
        ("flagger.by_action", [(word(f"flagger.action.{name}"), count) for name, count in found.by_action.items()]),
    )  # fmt: skip
    told = [messages.render("flagger.title", {"year": found.year, "count": found.notices}, lang)]
    for title, table in tables:
        told += ["", word(title), *(f"{count:>6}  {name}" for name, count in table)]
    return [*told, "", word("flagger.note")]
