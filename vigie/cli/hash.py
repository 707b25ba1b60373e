"""`vigie hash`: reduces pictures to signals on this machine; nothing leaves it but what is printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config import messages
from vigie.cli import hash_verify, hash_video
from vigie.cli.errors import as_exit
from vigie.cli.output import Exit, emit, emit_lines, fail, progress, say
from vigie.cli.pictures import reduced, refusal

if TYPE_CHECKING:
    from fingerprints.reduce import Reduction

app = typer.Typer(help="Signals of pictures: make, compare, check this installation.", no_args_is_help=True)
app.command("video")(hash_video.video)
USUAL = ("sha256", "md5", "pdq")
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command()
def image(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Pictures, or - for one on standard input.")],
    more: Annotated[str, typer.Option("--with", metavar="TYPES", help="More types: phash64,dhash64.")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line: the lines of a bank.")] = False,
    name: Annotated[str, typer.Option("--id", help="The id to print, in place of the SHA-256 of the file.")] = "",
    age_on_image: Annotated[
        str, typer.Option(help="Age of the person on these pictures: only adult is hashed.")
    ] = "adult",
) -> None:
    """Print the signals of pictures; a picture that cannot be used is printed as refused, and the exit code is 3.

    Only for pictures on which the person was of age: of any other no signal may be made.
    """
    types = _types(more)
    if age_on_image != "adult":
        code = "fingerprint.minor" if age_on_image == "minor" else "fingerprint.age_unknown"
        fail(messages.render(code, {}, "en"), Exit.REFUSED)
    if name and len(files) > 1:
        fail("--id names one picture: give one file with it.", Exit.USAGE)
    _must_be_readable(files)
    refused = False

    def lines() -> Iterator[dict[str, Any]]:
        nonlocal refused
        for _, digest, reduction in reduced(files, types, full_size=True, one_way=True):
            rows = _lines(name or digest, reduction)
            refused = refused or any(row["refused"] for row in rows)
            yield from rows

    with as_exit():
        emit_lines(lines()) if jsonl else _tell(lines())
    if refused:
        raise typer.Exit(int(Exit.PARTIAL))


@app.command()
def provenance(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Pictures, or - for one on standard input.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
) -> None:
    """What pictures say of their own making; anybody can write or remove it: never a proof that one is real or made."""
    _must_be_readable(files)
    for file, digest, reduction in reduced(files, ("sha256",), one_way=True):
        told = [claim.to_json() for claim in reduction.says]
        says = [{**each, "text": messages.both(f"match.{each['code']}", each["params"])} for each in told]
        row = {"id": digest, "says": says, "refused": refusal(reduction)}
        emit_lines([row]) if jsonl else say(f"{file}: " + (" ".join(each["text"]["en"] for each in says) or "nothing"))


@app.command()
def compare(
    a: Annotated[str, typer.Argument(help="A picture.")],
    b: Annotated[str, typer.Argument(help="Another one.")],
    json: Json = False,
) -> None:
    """How far two pictures are apart: the second also turned, mirrored and negative."""
    from monitor.images import BankEntry, ImageBank

    _must_be_readable([a, b])
    types = (*USUAL, "phash64", "dhash64")
    (_, _, one), (_, _, other) = reduced([a, b], types, full_size=True)
    for file, reduction in ((a, one), (b, other)):
        refused = refusal(reduction)
        if refused and refused["code"] != "low_quality":
            fail(f"{file}: {refused['text']['en']}", Exit.PARTIAL)
    entries = [
        BankEntry(signal.type, "a", signal.type, signal.value, signal.quality)
        for signal in one.signals
        if signal.variant == "identity"
    ]
    found = ImageBank(entries).match(other.signals)
    document = {
        "quality": [_quality(one), _quality(other)],
        "distances": _distances(one, other),
        "match": found[0].to_json(b) if found else None,
    }
    emit(document) if json else _tell_distances(document)


@app.command()
def verify(
    json: Json = False,
    candidates: Annotated[str, typer.Option(help="Points of doubtful pictures, one JSON object a line; or -.")] = "",
    picture: Annotated[
        list[Path] | None, typer.Option(help="A picture of yours; it is read here and stays here.")
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="With --candidates: one JSON object a line.")] = False,
) -> None:
    """Check this machine against the reference hashes; or, with --candidates, doubtful pictures against yours."""
    from fingerprints import selftest

    if candidates:
        hash_verify.candidates(candidates, picture or [], jsonl)
        return

    with as_exit():
        failures, count = selftest.failures(), len(selftest.vectors())
    if json:
        emit({"vectors": count, "failures": failures})
    else:
        say(f"{count - len(failures)} of {count} reference hashes are reproduced bit for bit.")
    if failures:
        fail("Do not register pictures with this installation: install Vigie again.\n" + "\n".join(failures))


def _types(more: str) -> tuple[str, ...]:
    from fingerprints.parts import BYTE_TYPES, PIXEL_TYPES

    asked = [word.strip() for word in more.split(",") if word.strip()]
    for kind in asked:
        if kind not in BYTE_TYPES + PIXEL_TYPES:
            fail(f"--with {kind}: this version makes {', '.join(BYTE_TYPES + PIXEL_TYPES)}. Use these.", Exit.USAGE)
    return tuple(dict.fromkeys((*USUAL, *asked)))


def _must_be_readable(files: list[str]) -> None:
    """Every file is looked at before the first is hashed, so that a mistyped name leaves nothing half done."""
    for file in files:
        if file == "-":
            continue
        try:
            with Path(file).open("rb"):
                pass
        except OSError as error:
            fail(f"Cannot read {file}: {error.strerror}. Give picture files; nothing was done.", Exit.USAGE)


def _lines(row_id: str, reduction: Reduction) -> list[dict[str, Any]]:
    refused = refusal(reduction)
    if reduction.refused not in (None, "low_quality"):
        return [{"id": row_id, "type": None, "value": None, "quality": None, "refused": refused}]
    return [
        {"id": row_id, **signal.to_json(), "refused": None if signal.type in ("sha256", "md5") else refused}
        for signal in reduction.signals
    ]


def _tell(rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        if row["value"] is not None:
            say(f"{row['type']:<8} {row['value']}" + (f"  quality {row['quality']}" if row["type"] == "pdq" else ""))
        if row["refused"]:
            progress(f"{row['type'] or 'picture'}: {row['refused']['text']['en']}")


def _quality(reduction: Reduction) -> int | None:
    return next((signal.quality for signal in reduction.signals if signal.type == "pdq"), None)


def _distances(one: Reduction, other: Reduction) -> dict[str, int]:
    """The smallest distance in bits of each perceptual type."""
    from fingerprints.signal import distance

    least: dict[str, int] = {}
    for mine in (signal for signal in one.signals if signal.variant == "identity"):
        for theirs in other.signals:
            if mine.type == theirs.type and mine.type not in ("sha256", "md5"):
                least[mine.type] = min(least.get(mine.type, 256), distance(mine.value, theirs.value))
    return least


def _tell_distances(document: dict[str, Any]) -> None:
    for kind, bits in document["distances"].items():
        say(f"{kind:<8} {bits} bits apart")
    match = document["match"]
    say(f"{match['band']}: {match['reasons'][0]['text']['en']}" if match else "No match.")
