"""`vigie match`: compares pages with watched terms, and pictures with a bank, from files; no database, no network."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, NoReturn
from urllib.parse import unquote

import typer

from vigie.cli.output import Exit, emit_lines, fail, progress, read_input, say
from vigie.cli.pictures import reduced, refusal

if TYPE_CHECKING:
    from fingerprints.reduce import Reduction
    from monitor.images import BankEntry, ImageBank
    from monitor.names import NameIndex, Term

app = typer.Typer(help="Try the matchers on files of your own.", no_args_is_help=True)
LONGEST_LINE = 64 << 20  # bytes of a page, on one line
Jsonl = Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")]


@app.command()
def text(
    terms: Annotated[str, typer.Option(help="Terms, one JSON object a line; - for standard input.")],
    pages: Annotated[str, typer.Option(help="Pages, one JSON object a line; - for standard input.")],
    everything: Annotated[bool, typer.Option("--all", help="Print the rejected matches too.")] = False,
    jsonl: Jsonl = False,
) -> None:
    """Find watched terms in pages, as a stream: each page's matches are printed before the next page is read.

    A file is read once beforehand, so that nothing is printed if a line is wrong; what comes on standard input is
    not kept, and a wrong line there ends the stream.
    """
    from monitor.names import NameIndex

    if terms == pages == "-":
        fail("Terms and pages cannot both come from standard input: give one of them as a file.", Exit.USAGE)
    index = NameIndex(_terms(terms))
    with _stream(pages) as stream:
        if pages != "-":
            for _ in _pages(stream, pages):
                pass
            stream.seek(0)
        found = _text_matches(index, _pages(stream, pages), everything)
        emit_lines(found) if jsonl else _tell(found, "page")


@app.command()
def image(
    bank: Annotated[str, typer.Option(help="Signals as `vigie hash image --jsonl` prints them; - for standard input.")],
    images: Annotated[str, typer.Option(help="A folder of pictures, or a file with one path a line.")],
    jsonl: Jsonl = False,
) -> None:
    """Find registered pictures among others. A picture that cannot be read is printed as refused: exit code 3."""
    from monitor.stages import assembled

    entries = _entries(bank)
    types = tuple(dict.fromkeys(entry.type for entry in entries))
    refused = False

    def lines() -> Iterator[dict[str, Any]]:
        nonlocal refused
        known = assembled(entries)
        paths = [path for _, path in files]
        for (name, _), (_, _, reduction) in zip(files, reduced(paths, types), strict=True):
            for row in _image_matches(known, reduction, name):
                refused = refused or "refused" in row
                yield row

    files = _files(images)
    emit_lines(lines()) if jsonl else _tell(lines(), "image")
    if refused:
        raise typer.Exit(int(Exit.PARTIAL))


def _terms(name: str) -> Iterator[Term]:
    """The terms of a file, one after the other; raises at the end when there is none."""
    from config.messages import render
    from monitor.names import Term, TermError
    from monitor.names.preview import warnings

    known: set[str] = set()
    for number, row in _objects(read_input(name).split("\n"), name):
        try:
            term = Term.from_json(row)
        except TermError as error:
            _bad(name, number, str(error))
        if term.id in known:
            _bad(name, number, "another term has the same `id`.")
        known.add(term.id)
        for code in warnings(term):
            progress(f"{name}, line {number}: {render(code, {}, 'en')}")
        yield term
    if not known:
        fail(f"{name} holds no term: give one JSON object a line.", Exit.USAGE)


@contextmanager
def _stream(name: str) -> Iterator[IO[bytes]]:
    """The bytes of a file, or of standard input as they come."""
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as stream:
            yield stream
    except OSError as error:
        fail(f"Cannot read {name}: {error.strerror}. Give a readable file; nothing was done.", Exit.USAGE)


def _pages(stream: IO[bytes], name: str) -> Iterator[dict[str, Any]]:
    """One page after the other, never the whole file."""
    for number, page in _objects(_lines(stream, name), name):
        fault = _fault(page)
        if fault:
            _bad(name, number, fault)
        yield page


def _lines(stream: IO[bytes], name: str) -> Iterator[bytes]:
    """The lines of a stream; one that is too long ends it, before it fills the memory."""
    for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE + 1), b""), 1):
        if len(line) > LONGEST_LINE:
            _bad(name, number, f"it is longer than {LONGEST_LINE >> 20} MB: give a page in several parts.")
        yield line


def _objects(lines: Iterable[str | bytes], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) of each line that is not blank; what is on a wrong line is not repeated: it is personal."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except UnicodeDecodeError:
            _bad(name, number, "it is not UTF-8.")
        except (ValueError, RecursionError):
            _bad(name, number, "it is not JSON.")
        if not isinstance(row, dict):
            _bad(name, number, "expected a JSON object.")
        yield number, row


def _fault(page: dict[str, Any]) -> str | None:
    if not isinstance(page.get("id"), str):
        return "`id` must be a text."
    if ("text" in page) == ("html" in page):
        return "a page has either `text` or `html`."
    for key in ("url", "title", "text", "html"):
        if not isinstance(page.get(key) or "", str):
            return f"`{key}` must be a text."
    return None


def _bad(name: str, number: int, fault: str) -> NoReturn:
    fail(f"{name}, line {number}: {fault} Correct that line; nothing was done.", Exit.USAGE)


def _fields(page: dict[str, Any]) -> list[tuple[str, str]]:
    from crawler.page import read

    address = page.get("url") or ""
    if "html" in page:
        body = (page["html"] or "").encode("utf-8", "replace")  # a lone surrogate is no character
        return [(field.name, field.text) for field in read(body, address, "text/html", "utf-8").fields]
    named = (("title", page.get("title")), ("text", page["text"]), ("url", unquote(address)))
    return [(name, value.encode("utf-8", "replace").decode()) for name, value in named if value]


def _text_matches(index: NameIndex, pages: Iterator[dict[str, Any]], everything: bool) -> Iterator[dict[str, Any]]:
    for page in pages:
        for match in index.match(_fields(page), rejected=everything):
            if everything or match.band != "rejected":
                yield match.to_json(page["id"])


def _entries(name: str) -> list[BankEntry]:
    """The usable lines of a bank: refused pictures are left out, types that cannot be compared are told."""
    from fingerprints.signal import FingerprintError, Signal
    from monitor.images import BankEntry
    from monitor.stages import COMPARED

    entries, left = [], set()
    for number, row in _objects(read_input(name).split("\n"), name):
        if row.get("refused") or (row.get("value") is None and "refused" in row):
            continue
        if not isinstance(row.get("id"), str):
            _bad(name, number, "`id` must be a text.")
        try:
            signal = Signal.from_json(row)
        except FingerprintError as error:
            _bad(name, number, str(error))
        if signal.type in COMPARED:
            entries.append(BankEntry(row["id"], row["id"], signal.type, signal.value, signal.quality))
        else:
            left.add(signal.type)
    if left:
        progress(f"Not compared by this version: {', '.join(sorted(left))}.")
    if not entries:
        fail(f"{name} holds no signal that can be compared: make it with `vigie hash image --jsonl`.", Exit.USAGE)
    return entries


def _files(name: str) -> list[tuple[str, Path]]:
    """(name to print, path): the files of a folder by their path inside it, or the lines of a list as written."""
    if name != "-" and Path(name).is_dir():
        root = Path(name)
        found = sorted(path for path in root.rglob("*") if path.is_file())
        return [(path.relative_to(root).as_posix(), path) for path in found]
    listed = [line.strip() for line in read_input(name).splitlines() if line.strip()]
    for number, line in enumerate(listed, 1):
        if not Path(line).is_file():
            _bad(name, number, "there is no such file.")
    return [(line, Path(line)) for line in listed]


def _image_matches(bank: ImageBank, reduction: Reduction, name: str) -> list[dict[str, Any]]:
    rows = [match.to_json(name) for match in bank.match(reduction.signals) if match.band != "rejected"]
    if reduction.refused not in (None, "low_quality"):
        rows.append({"image": name, "refused": refusal(reduction)})
    return rows


def _tell(rows: Iterator[dict[str, Any]], place: str) -> None:
    for row in rows:
        if "refused" in row:
            progress(f"{row[place]}: {row['refused']['text']['en']}")
        else:
            what = row.get("matched") or row.get("bank_id")
            say(f"{row[place]}: {row['band']} {row['score']:.2f} {what}")
