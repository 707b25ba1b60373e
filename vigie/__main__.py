"""The `vigie` command: finds the group that was asked for and imports nothing else, so that help is instant."""

from __future__ import annotations

import importlib
import sys
from typing import Any

GROUPS: dict[str, tuple[str, str]] = {
    "demo": ("vigie.cli.demo", "The whole story on an invented web: no key, no network"),
    "init": ("vigie.cli.init", "Prepare this machine: settings file, key, database, first account"),
    "doctor": ("vigie.cli.doctor", "Say what is present, what is missing, and what each absence disables"),
    "serve": ("vigie.cli.serve", "The portal, the clock and the workers"),
    "worker": ("vigie.cli.worker", "The clock and the workers without the portal"),
    "case": ("vigie.cli.case", "Open, list, show, pause, close, export, erase a case"),
    "watch": ("vigie.cli.watch", "What to look for: names, handles, fingerprints, and where"),
    "source": ("vigie.cli.source", "The places that are asked, and one run of one of them"),
    "hit": ("vigie.cli.hit", "What was found, and a person's judgement on it"),
    "import": ("vigie.cli.import_", "Take a list of addresses in"),
    "act": ("vigie.cli.act", "Guided acts: reports and forms made elsewhere"),
    "notice": ("vigie.cli.notice", "Letters: draft, preview, approve, send, replies"),
    "deadline": ("vigie.cli.deadline", "Compute a deadline with its working; list the open ones"),
    "recourse": ("vigie.cli.recourse", "Explain which step comes next, and why"),
    "contact": ("vigie.cli.contact", "Who carries a site that no record knows"),
    "evidence": ("vigie.cli.evidence", "Capture, verify and bundle evidence"),
    "audit": ("vigie.cli.audit", "Verify the sealed ledger"),
    "hash": ("vigie.cli.hash", "Fingerprint images on this machine"),
    "exchange": ("vigie.cli.exchange", "Fingerprints from and to StopNCII, ThreatExchange, NCMEC, vPDQ"),
    "match": ("vigie.cli.match", "Match texts or images against terms or a bank, offline"),
    "template": ("vigie.cli.template", "List, check, render and sign off letter templates"),
    "platform": ("vigie.cli.platform", "What is known about each platform"),
    "report": ("vigie.cli.report", "Figures an organisation must publish, without personal data"),
    "config": ("vigie.cli.config", "Check settings and records"),
    "user": ("vigie.cli.user", "Accounts: add, reset a password, change a role"),
    "token": ("vigie.cli.token", "Tokens for commands and the API"),
    "openapi": ("vigie.cli.openapi", "The description of the JSON API"),
    "backup": ("vigie.cli.backup", "Keep the whole instance in one file, verify it, put it back"),
    "db": ("vigie.cli.db", "Upgrade or check the database"),
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit codes are those of `vigie.cli.output.Exit`."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help", "help"):
        print(_help())
        return 0
    if words[0] == "--version":
        print(_version())
        return 0
    if words[0] not in GROUPS:
        print(f"vigie: there is no command {words[0]!r}. Type `vigie --help` for the list.", file=sys.stderr)
        return 2
    return _run(words[0], words[1:])


def _run(group: str, words: list[str]) -> int:
    """Hand over to the group's own Typer application; errors that are sentences stay sentences."""
    import typer

    from vigie.cli.errors import as_exit

    module: Any = importlib.import_module(GROUPS[group][0])
    command = typer.main.get_command(module.app)
    with as_exit():
        result = command.main(args=words, prog_name=f"vigie {group}", standalone_mode=True)
        return int(result or 0)


def _help() -> str:
    width = max(map(len, GROUPS))
    lines = [f"  {name:<{width}}  {line}" for name, (_, line) in GROUPS.items()]
    return "\n".join(["Usage: vigie COMMAND [OPTIONS]", "", *lines, "", "vigie COMMAND --help tells more."])


def _version() -> str:
    from importlib.metadata import version

    return version("vigie")


if __name__ == "__main__":
    raise SystemExit(main())
