"""`vigie evidence`: capture one address, list and retry exhibits, write a court bundle, verify what was exported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.output import Exit, emit, fail, read_input, say

app = typer.Typer(help="Capture, verify and bundle evidence.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
CaseOption = Annotated[str, typer.Option("--case", help="The case's number or id.")]


@app.command()
def capture(
    address: Annotated[str, typer.Argument(help="The page's address, or - to read it from standard input.")],
    out: Annotated[Path, typer.Option(help="A new folder for the exhibit.")],
    age: Annotated[
        str, typer.Option(help="Age on the image: adult, minor, unknown; none when no image is concerned.")
    ] = "none",
    json: Json = False,
) -> None:
    """Capture one page into a folder: text, headers, addresses, times and hashes; never a picture."""
    from evidence import alone
    from vigie import wiring

    url = read_input("-").strip() if address == "-" else address
    loaded = wiring.load()
    manifest = alone.capture(
        loaded.factory, url, out, age_on_image=age, clock=loaded.clock, allow=loaded.settings.allow,
        version=loaded.version,
    )  # fmt: skip
    if json:
        emit({"folder": str(out), "manifest_sha256": manifest})
    else:
        say(f"Captured into {out}\nSHA-256 of the manifest, to be noted elsewhere: {manifest}")


@app.command()
def verify(path: Annotated[Path, typer.Argument(help="An exported exhibit or bundle.")], json: Json = False) -> None:
    """Verify an export offline; exit code 1 when anything was changed, is missing or does not belong."""
    from evidence.verify import verify as look

    report = look(path)
    if json:
        emit(report.to_json())
    elif report.intact:
        head = report.head or "not part of this export"
        say(f"Intact: {report.exhibits} exhibit(s). Newest hash of the ledger: {head}")
    if not report.intact:
        lines = [f"{text['fr']} / {text['en']}" for text in (each["text"] for each in report.to_json()["problems"])]
        fail("\n".join([*lines, "Do not use this copy: ask for a new export."]))


@app.command()
def bundle(
    case: CaseOption, out: Annotated[Path, typer.Option(help="A new folder for the bundle.")], json: Json = False
) -> None:
    """Write all exhibits of a case, their schedule and the ledger's chain, in clear, for counsel and court."""
    from evidence import bundle as bundles
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        found = desk.case(case, "evidence.export")
        done = bundles.write(
            desk.session, desk.now, case_id=found.id, out_dir=out, state_dir=desk.wiring.settings.state_dir,
            actor=desk.actor.id, version=desk.wiring.version,
        )  # fmt: skip
    if json:
        emit({"folder": str(out), "exhibits": done.exhibits, "not_captured": done.not_captured, "head": done.head})
    else:
        say(f"{done.exhibits} exhibit(s) in {out}\nNewest hash of the ledger, to be noted elsewhere: {done.head}")
    if done.not_captured:
        fail(f"{done.not_captured} exhibit(s) are not captured: see the schedule, then retry them.", Exit.PARTIAL)


@app.command("list")
def list_exhibits(case: CaseOption, json: Json = False) -> None:
    """The exhibits of a case: number, state, HTTP answer; addresses only with --json."""
    import dataclasses

    from evidence import custody
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        found = desk.case(case, "evidence.read")
        desk.read(found.id, "exhibit.list")
        views = custody.list_exhibits(desk.session, found.id)
    if json:
        emit([dataclasses.asdict(each) for each in views])
    for each in [] if json else views:
        say(f"{each.number:>3}  {each.state:<12}  {each.http_status or '-'}  {each.error_class or ''}  {each.id}")


@app.command()
def retry(exhibit: str, case: CaseOption, json: Json = False) -> None:
    """Ask again for an exhibit whose capture failed."""
    from evidence import capture as captures
    from evidence import custody
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        found = desk.case(case, "evidence.capture")
        if exhibit not in {each.id for each in custody.list_exhibits(desk.session, found.id)}:
            fail("This case has no such exhibit: list them with `vigie evidence list --case NUMBER`.", Exit.USAGE)
        captures.retry(desk.session, desk.now, exhibit, actor=desk.actor.id)
    emit({"exhibit": exhibit, "state": "capturing"}) if json else say("The capture is asked for again.")
