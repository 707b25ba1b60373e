"""`vigie exchange`: fingerprints from and to StopNCII, ThreatExchange, NCMEC and vPDQ files, one by one approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigie.cli.output import Exit, emit, emit_lines, fail, progress, read_input, say

if TYPE_CHECKING:
    from fingerprints.exchange import Package

app = typer.Typer(help="Fingerprints from and to other services.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Format = Annotated[
    str, typer.Option("--format", help="bank, stopncii, threatexchange, ncmec or vpdq; seen when empty.")
]
Watch = Annotated[str, typer.Option("--watch", help="Id of the watch.")]
AGE = "Age of the person on every picture that the signals were made of: only adult is taken."


@app.command("import")
def take_in(
    file: Annotated[str, typer.Argument(help="A file of a service, or - for standard input.")] = "-",
    watch: Annotated[
        str, typer.Option("--watch", help="Id of the watch that takes them; prints a bank when empty.")
    ] = "",
    age_on_image: Annotated[str, typer.Option(help=AGE)] = "unknown",
    shape: Format = "",
    json: Json = False,
) -> None:
    """Take signals in; what its owner withdrew is deleted. Without --watch, print the lines of a bank."""
    package = _package(file, shape)
    if age_on_image != "adult":
        fail(
            "Say --age-on-image adult if that is so. Otherwise no signal is taken in: keep addresses only.",
            Exit.REFUSED,
        )
    if package.left_out:
        progress(
            "Not compared by this version: " + ", ".join(f"{n} {kind}" for kind, n in package.left_out.items()) + "."
        )
    if not watch:
        emit_lines(_lines(package))
        return
    from monitor import sharing
    from monitor.errors import WatchRefused
    from vigie.cli.desk import at_desk

    try:
        with at_desk() as desk:
            desk.watch(watch, "watch.add")
            done = sharing.take_in(
                desk.session, desk.now, watch, package, age_on_image=age_on_image, actor=desk.actor.id
            )
    except WatchRefused as refusal:
        fail(str(refusal), Exit.REFUSED)
    told = {"taken": done.taken, "known": done.known, "withdrawn": done.withdrawn, "left_out": dict(package.left_out)}
    emit(told) if json else say(
        f"{done.taken} taken in, {done.known} known already, {done.withdrawn} deleted as withdrawn."
    )


@app.command("list")
def list_prints(watch: Watch, json: Json = False) -> None:
    """The fingerprints of a watch: type, quality, whether they may be given out, whether they are in quarantine."""
    from monitor import sharing
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.watch(watch, "watch.read")
        rows = [
            {
                "id": row.id,
                "image": row.bank_id,
                "type": row.type,
                "quality": row.quality,
                "shared": row.shared_at is not None,
                "quarantined": row.quarantined_at is not None and row.released_at is None,
            }
            for row in sharing.of_watch(desk.session, watch)
        ]
    if json:
        emit(rows)
    for row in [] if json else rows:
        marks = ", ".join(word for word in ("shared", "quarantined") if row[word])
        say(f"{row['id']}  {row['type']:<10} quality {row['quality']}  {marks}")


@app.command()
def approve(fingerprint: str, json: Json = False) -> None:
    """Let this one fingerprint be given to other services, when `vigie exchange export` is called."""
    from monitor import sharing
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.print_(fingerprint, "fingerprint.share")
        sharing.allow(desk.session, desk.now, fingerprint, actor=desk.actor.id)
    emit({"approved": fingerprint}) if json else say("This fingerprint may be given out.")


@app.command()
def remove(fingerprint: str, json: Json = False) -> None:
    """Stop comparing one fingerprint; the next export says to others that it is withdrawn."""
    from monitor import sharing
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.print_(fingerprint, "watch.remove")
        sharing.remove(desk.session, desk.now, fingerprint, actor=desk.actor.id)
    emit({"removed": fingerprint}) if json else say("The fingerprint is removed.")


@app.command()
def release(fingerprint: str, json: Json = False) -> None:
    """Compare a fingerprint again that was put into quarantine because it matched too much."""
    from monitor import flood
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.print_(fingerprint, "watch.add")
        flood.release(desk.session, desk.now, fingerprint, actor=desk.actor.id)
    emit({"released": fingerprint}) if json else say("The fingerprint is compared again.")


@app.command("own")
def own_pictures(watch: Watch, file: Annotated[str, typer.Argument(help="Lines of `vigie hash image`.")] = "-") -> None:
    """Pictures of her own that are no matter: what is nearer to them than to a registered picture never alerts."""
    from monitor import negatives
    from vigie.cli.desk import at_desk

    signals = [each.signal for each in _package(file, "bank").signals]
    with at_desk() as desk:
        desk.watch(watch, "watch.add")
        taken = negatives.own(desk.session, desk.now, watch, signals, actor=desk.actor.id)
    say(f"{taken} pictures will not alert.")


@app.command("export")
def give_out(watch: Watch, shape: Format = "stopncii") -> None:
    """Print the approved fingerprints of a watch as the file of a service; nothing is sent."""
    from fingerprints.exchange import write
    from monitor import sharing
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        row = desk.watch(watch, "fingerprint.share")
        signals = sharing.given_out(desk.session, watch)
        desk.read(row.case_id, "fingerprint.export", subject=("watch", watch), detail={"signals": len(signals)})
    if not signals:
        fail("No fingerprint of this watch is approved: allow one with `vigie exchange approve`.", Exit.NOTHING_TO_DO)
    say(write(shape, signals).rstrip("\n"))


def _package(file: str, shape: str) -> Package:
    from fingerprints.exchange import read

    return read(read_input(file), shape)


def _lines(package: Package) -> Iterator[dict[str, Any]]:
    for each in package.signals:
        if each.status == "active":
            yield {"id": each.id, **each.signal.to_json(), "refused": None}
