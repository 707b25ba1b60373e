"""A list of addresses becomes contents, each once; wrong lines come back with what is wrong, and nothing is lost."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database import transaction
from takedown import importing
from takedown.importing import ImportFault, Result
from takedown.tables import ContentRow, TrackRow
from tests.takedown.desk import Desk, codes

TABLE = (
    "Adresse;Atteinte;Âge sur l'image;Extrait;Date de publication\r\n"
    "https://images.example/p/1;Diffamation;;une voleuse;24/11/2026\r\n"
    "https://images.example/p/2;intimate_image;majeure;;\r\n"
    "https://images.example/p/2#haut;intimate_image;majeure;;\r\n"
    "pas une adresse;Diffamation;;;\r\n"
    "https://images.example/p/3;vol de poules;;;\r\n"
    "https://images.example/p/4;intimate_image;;;\r\n"
    "https://images.example/p/5;Diffamation;;;31/02/2026\r\n"
    "\r\n"
)


def take_in(desk: Desk, data: bytes, **how: str) -> Result:
    lines = importing.read(data)
    with transaction(desk.factory) as session:
        return importing.take_in(
            session, desk.clock(), lines, case_id=desk.case_id, actor=desk.agent, catalogue=desk.catalogue, **how
        )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_french_spreadsheet_is_read_and_its_wrong_lines_come_back(desk: Desk, encoding: str) -> None:
    result = take_in(desk, TABLE.encode(encoding))
    assert (len(result.opened), result.known) == (2, 1)
    assert [(line.number, why.split(":")[0]) for line, why in result.wrong] == [
        (5, "This is not a web address"), (6, '"vol de poules" is no kind of harm'), (7, "An image is concerned"),
        (8, '"31/02/2026" is no day'),
    ]  # fmt: skip
    with transaction(desk.factory) as session:
        harms = sorted(row.harm for row in session.query(ContentRow))
        assert harms == ["defamation", "intimate_image"]
        assert session.query(TrackRow).count() == 2


def test_the_same_list_twice_opens_nothing_twice_and_brings_nothing_back(desk: Desk) -> None:
    take_in(desk, TABLE.encode())
    with transaction(desk.factory) as session:
        before = codes(session, desk.case_id)
    again = take_in(desk, TABLE.encode())
    assert (again.opened, again.known, len(again.wrong)) == ([], 3, 4)
    with transaction(desk.factory) as session:
        assert codes(session, desk.case_id) == before


def test_a_plain_list_of_addresses_needs_no_heading(desk: Desk) -> None:
    data = b"https://images.example/a,b\nhttps://images.example/c?x=1;2\n\n"
    result = take_in(desk, data, harm="defamation", age_on_image="none")
    assert len(result.opened) == 2


def test_a_mapping_names_the_columns_and_a_wrong_one_is_said() -> None:
    data = b"n,ou\n1,https://images.example/1\n"
    (line,) = importing.read(data, {"address": "ou"})
    assert line.values == {"address": "https://images.example/1"}
    with pytest.raises(ImportFault, match="no column lieu"):
        importing.read(data, {"address": "lieu"})
    with pytest.raises(ImportFault, match="speaks of where"):
        importing.read(data, {"where": "ou"})
    with pytest.raises(ImportFault, match="--map"):
        importing.read(data)


@pytest.mark.parametrize("data", [b"", b"\n \n", b"x" * (importing.MOST_BYTES + 1), b"a\n" * (importing.MOST + 2)])
def test_a_list_that_cannot_be_taken_in_is_refused_whole(data: bytes) -> None:
    with pytest.raises(ImportFault):
        importing.read(data)


def test_the_file_of_wrong_lines_holds_them_as_written_and_starts_no_formula(desk: Desk) -> None:
    data = b'url,harm,note\nnon,defamation,"=CMD()"\n"@x, ""y""",defamation,+1\n'
    back = list(csv.reader(io.StringIO(importing.faults_file(take_in(desk, data)))))
    assert back[0] == ["url", "harm", "note", "line", "problem"]
    assert [row[:4] for row in back[1:]] == [
        ["non", "defamation", "'=CMD()", "2"],
        ['\'@x, "y"', "defamation", "'+1", "3"],
    ]
    assert not [cell for row in back for cell in row if cell.startswith(importing.FORMULA)]


@given(st.binary(max_size=300))
def test_whatever_the_bytes_the_list_is_read_or_refused_with_a_sentence(data: bytes) -> None:
    with suppress(ImportFault):
        assert all(line.number >= 1 and "address" in line.values for line in importing.read(data))
