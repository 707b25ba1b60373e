"""`vigie contact`: who carries a site that no record knows, found in public registries, confirmed by a person."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.output import emit, read_input, say

app = typer.Typer(help="Who carries a site that no record knows.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
SENTENCES = {
    "record": "{host} belongs to a record of ours: {record} ({holder}).",
    "unverified": "{host} is carried by the network of {holder} ({country}). Its abuse mailbox: {mailbox}\n"
    "Read on {found_on} at {source}. Unverified: look whether it fits, then `vigie contact confirm {host}`.",
    "front": "{host} stands behind {front}, which is not its host: ask it who the host is (letter L19, or its form).",
    "none": "{host} is carried by {holder} ({country}), whose registry gives no abuse mailbox that may be written to.",
}


@app.command()
def find(
    url: Annotated[str, typer.Argument(help="The address of the page, or - to read it from standard input.")] = "-",
    json: Json = False,
) -> None:
    """Find the host of an address: our record, else its network's holder by RDAP; never a registrar, never a CDN."""
    from config.registries import Registries
    from takedown import contacts
    from vigie.cli.desk import at_desk

    given = read_input("-").strip() if url == "-" else url
    with at_desk() as desk:
        desk.must("contact.find")
        settings = desk.wiring.settings
        found = contacts.find(given, desk.now.date(), catalogue=desk.wiring.catalogue,
                              registries=Registries.load(settings.config_dir), allow=settings.allow)  # fmt: skip
        if found.status == "unverified":
            contacts.keep(desk.session, desk.now, found)
    emit(found.to_json()) if json else say(SENTENCES[found.status].format(**found.to_json()))


@app.command()
def confirm(host: Annotated[str, typer.Argument(help="The host, as `contact find` printed it.")]) -> None:
    """Say that you looked, and that this mailbox may be written to about this host."""
    from takedown import contacts
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("contact.confirm")
        row = contacts.confirm(desk.session, desk.now, host, actor=desk.actor.id)
        mailbox = row.mailbox
    say(f"Letters about {host} may now be written to {mailbox}.")


@app.command("list")
def list_contacts(json: Json = False) -> None:
    """What was found so far, with source and date."""
    from takedown import contacts
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("contact.find")
        rows = [
            {"host": row.target.removeprefix("unlisted:"), "holder": row.holder, "mailbox": row.mailbox,
             "source": row.source, "found_on": row.found_on, "confirmed": row.confirmed_by is not None}
            for row in contacts.every(desk.session)
        ]  # fmt: skip
    if json:
        emit(rows)
    for row in [] if json else rows:
        state = "confirmed" if row["confirmed"] else "unverified"
        say(f"{row['host']:<30} {row['mailbox']:<30} {state}  {row['holder']}")
