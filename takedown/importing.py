"""Takes a list of addresses in: each good line opens a content once, each bad one is given back with what is wrong."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from cases.age import OF_IMAGES
from config import messages
from config.catalogue import Catalogue
from config.records.record import HARMS
from takedown import content, intake
from takedown.errors import TakedownError

FIELDS: Mapping[str, tuple[str, ...]] = {
    "address": ("address", "url", "adresse", "lien", "link"),
    "harm": ("harm", "atteinte", "type", "catégorie", "categorie", "motif"),
    "age_on_image": ("age_on_image", "age", "âge", "âge sur l'image", "age sur l'image"),
    "quote": ("quote", "extrait", "citation", "passage"),
    "title": ("title", "titre"),
    "published_on": ("published_on", "date", "publié le", "publie le", "date de publication"),
}
"""What a line may say -> the column names by which it is recognised when no mapping is given."""
AGES: Mapping[str, str] = {
    "adult": "adult", "adulte": "adult", "majeur": "adult", "majeure": "adult", "minor": "minor", "mineur": "minor",
    "mineure": "minor", "unknown": "unknown", "inconnu": "unknown", "ne sait pas": "unknown", "none": "none",
    "aucune image": "none", "sans image": "none", "": "none",
}  # fmt: skip
MOST = 5_000  # lines of one list
MOST_BYTES = 5 * 1024 * 1024
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class ImportFault(TakedownError):
    """The list as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Line:
    """One line of the list, as it was written, and its values by field."""

    number: int
    written: Mapping[str, str]
    values: Mapping[str, str] = field(repr=False)


@dataclass
class Result:
    """What became of the lines: new contents, addresses the case knew, and the lines that are wrong, with why."""

    opened: list[str] = field(default_factory=list)
    known: int = 0
    wrong: list[tuple[Line, str]] = field(default_factory=list)


def read(data: bytes, mapping: Mapping[str, str] | None = None) -> list[Line]:
    """The lines of a CSV file as spreadsheets write it: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252.

    `mapping` is field -> column name; without it the columns are recognised by their names, in French or English.
    A file without any heading, with one address a line, is read too. Raises `ImportFault` without one of addresses.
    """
    if len(data) > MOST_BYTES:
        raise ImportFault("This list is too large: cut it into files of at most 5,000 lines.")
    text = _decoded(data)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), _dialect(text)))
    except csv.Error as error:
        raise ImportFault(f"This list is no table ({error}): save it as CSV and try again.") from None
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise ImportFault("This list is empty: give one address a line, or a table with a column of addresses.")
    if len(rows) > MOST + 1:
        raise ImportFault("This list is too long: cut it into files of at most 5,000 lines.")
    if mapping is None and _is_address(rows[0][0]):
        return [Line(number, {"address": row[0]}, {"address": row[0].strip()}) for number, row in enumerate(rows, 1)]
    heads = [head.strip() for head in rows[0]]
    columns = _columns(heads, mapping)
    return [_line(number, heads, row, columns) for number, row in enumerate(rows[1:], 2)]


def take_in(
    session: Session,
    now: dt.datetime,
    lines: Sequence[Line],
    *,
    case_id: str,
    actor: str,
    catalogue: Catalogue,
    harm: str = "",
    age_on_image: str = "",
) -> Result:
    """Open a content for every good line; `harm` and `age_on_image` stand in where a line says nothing.

    An address that the case knows is counted and left as it is: the same list may be taken in twice.
    """
    result = Result()
    for line in lines:
        try:
            with session.begin_nested():
                opened = _take(session, now, line, case_id, actor, catalogue, harm, age_on_image)
        except (TakedownError, ValueError) as error:
            result.wrong.append((line, str(error)))
            continue
        if opened is None:
            result.known += 1
        else:
            result.opened.append(opened)
    return result


def faults_file(result: Result) -> str:
    """The wrong lines as a table, each as it was written, with its number and what is wrong; safe in a spreadsheet."""
    heads = list(dict.fromkeys(head for line, _ in result.wrong for head in line.written))
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*map(_safe, heads), "line", "problem"])
    for line, why in result.wrong:
        writer.writerow([*(_safe(line.written.get(head, "")) for head in heads), str(line.number), _safe(why)])
    return out.getvalue()


def _take(
    session: Session,
    now: dt.datetime,
    line: Line,
    case_id: str,
    actor: str,
    catalogue: Catalogue,
    harm: str,
    age_on_image: str,
) -> str | None:
    said = line.values
    url = content.checked_address(said.get("address", ""))
    if content.find(session, case_id, {"url": url}) is not None:
        return None
    kind, age = _harm(said.get("harm", ""), harm), _age(said.get("age_on_image", ""), age_on_image)
    if age == "none" and kind in OF_IMAGES:
        raise ImportFault("An image is concerned: say how old the person was on it (adult, minor or unknown).")
    return intake.by_address(
        session, now, case_id=case_id, url=url, harm=kind, age_on_image=age, quote=said.get("quote", ""),
        title=said.get("title", ""), published_on=_day(said.get("published_on", ""), now), actor=actor,
        catalogue=catalogue,
    )  # fmt: skip


def _harm(said: str, otherwise: str) -> str:
    """A harm by its id or by its name in either language."""
    wanted = _folded(said or otherwise)
    for harm in HARMS:
        names = {harm, *(messages.render(f"harm.{harm}", {}, lang) for lang in messages.LANGUAGES)}
        if wanted in {_folded(name) for name in names}:
            return harm
    raise ImportFault(f'"{said or otherwise}" is no kind of harm: write one of {", ".join(HARMS)}.')


def _age(said: str, otherwise: str) -> str:
    found = AGES.get((said or otherwise).strip().lower())
    if found is None:
        raise ImportFault(f'"{said}" is no answer to the age on the image: write adult, minor, unknown or none.')
    return found


def _day(said: str, now: dt.datetime) -> dt.date | None:
    if not said:
        return None
    for shape in DAYS:
        try:
            day = dt.datetime.strptime(said, shape).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
        if day > now.date() + dt.timedelta(days=1):
            raise ImportFault(f"{said} is still to come: write the day on which it was published.")
        return day
    raise ImportFault(f'"{said}" is no day: write it as 2026-11-24 or 24/11/2026.')


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _dialect(text: str) -> type[csv.Dialect]:
    """The separator is the one that the first line uses most; an address alone may hold commas."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {sign: first.count(sign) for sign in (";", "\t", ",")}
    best = max(counts, key=lambda sign: counts[sign])

    class Found(csv.excel):
        delimiter = "\0" if _is_address(first) and counts[";"] == counts["\t"] == 0 and '"' not in first else best

    return Found


def _columns(heads: Sequence[str], mapping: Mapping[str, str] | None) -> dict[str, int]:
    """Field -> position of its column."""
    places = {_folded(head): place for place, head in enumerate(heads)}
    if mapping is None:
        found = dict(_recognised(places))
    else:
        unknown = sorted(set(mapping) - set(FIELDS))
        if unknown:
            raise ImportFault(f"The mapping speaks of {', '.join(unknown)}: it may hold {', '.join(FIELDS)}.")
        absent = sorted(column for column in mapping.values() if _folded(column) not in places)
        if absent:
            raise ImportFault(f"The list has no column {', '.join(absent)}: its columns are {', '.join(heads)}.")
        found = {name: places[_folded(column)] for name, column in mapping.items()}
    if "address" not in found:
        raise ImportFault(
            f"No column of addresses was recognised among {', '.join(heads)}: say which one it is with --map, "
            'as {"address": "name of the column"}.'
        )
    return found


def _recognised(places: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for name, words in FIELDS.items():
        for word in words:
            if _folded(word) in places:
                yield name, places[_folded(word)]
                break


def _line(number: int, heads: Sequence[str], row: Sequence[str], columns: Mapping[str, int]) -> Line:
    cells = [*row, *[""] * (len(heads) - len(row))]
    written = {head: cells[place] for place, head in enumerate(heads)}
    return Line(number, written, {name: cells[place].strip() for name, place in columns.items()})


def _is_address(text: str) -> bool:
    return text.strip().lower().startswith(("http://", "https://"))


def _folded(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())


def _safe(cell: str) -> str:
    """A cell that a spreadsheet takes for text, whatever it begins with."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
