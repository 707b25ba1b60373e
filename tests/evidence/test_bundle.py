"""The bundle and its verifier: every changed byte, missing, added or exchanged file is seen, and nothing else is."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from invented_exchanges import Web

from config.messages import render
from evidence import bundle, package, verify
from evidence.errors import EvidenceError
from evidence.record import as_bytes
from storage import ledger
from storage.database import transaction


@pytest.fixture
def exported(room: Any, tmp_path: Path) -> Path:
    """A bundle of two sealed exhibits, one of an address only, and one whose capture failed."""
    for age in ("adult", "none", "minor"):
        room.capture(room.ask(age=age, address=f"http://forum.example/s/{age}"))
    room.capture(room.ask(address="http://forum.example/s/failed"), Web(error_class="transient"))
    out = tmp_path / "bundle"
    with transaction(room.world.factory) as session:
        done = bundle.write(
            session, room.now, case_id=room.world.case.id, out_dir=out, state_dir=room.state_dir,
            actor=room.world.lawyer, version="0.1.0",
        )  # fmt: skip
    assert (done.exhibits, done.not_captured) == (3, 1)
    return out


def test_an_untouched_bundle_is_intact_and_names_the_head_of_the_chain(room: Any, exported: Path) -> None:
    report = verify.verify(exported)
    assert (report.intact, report.kind, report.exhibits) == (True, "bundle", 3)
    with transaction(room.world.factory) as session:
        assert ledger.verify(session, room.world.case.id).head == report.head
        assert ledger.read(session, room.world.case.id)[-1].act == "evidence.export"


def test_common_tools_verify_it_too(exported: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=exported, capture_output=True)
    assert done.returncode == 0


def test_the_bundle_names_nobody_and_tells_no_detail_of_the_journal(exported: Path) -> None:
    outside = b"".join(path.read_bytes() for path in exported.iterdir() if path.suffix != ".zip")
    assert b"Camille Exemple" not in outside
    assert b"camille@" not in outside
    assert b'"detail"' not in outside


def test_the_schedule_is_written_for_a_french_reader(exported: Path) -> None:
    text = (exported / "bordereau.txt").read_text().replace("\u00a0", " ")
    assert "Pièce n° 1 : http://forum.example/s/adult" in text
    assert "adresse et en-têtes seulement" in text
    assert "Pièce n° 4 : capture non faite ou échouée" in text


@pytest.mark.parametrize("seed", range(4))
def test_any_single_byte_changed_anywhere_is_seen(exported: Path, seed: int) -> None:
    chance = random.Random(seed)
    for path in sorted(exported.iterdir()):
        whole = path.read_bytes()
        for position in {0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(12))}:
            altered = bytearray(whole)
            altered[position] ^= 1 << chance.randrange(8)
            path.write_bytes(altered)
            assert not verify.verify(exported).intact, (path.name, position)
        path.write_bytes(whole)
    assert verify.verify(exported).intact


def test_every_single_byte_of_an_exhibit_alone_counts(exported: Path, tmp_path: Path) -> None:
    whole = (exported / "piece-001.zip").read_bytes()
    alone = tmp_path / "alone.zip"
    for position in range(len(whole)):
        alone.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert not verify.verify(alone).intact, position
    alone.write_bytes(whole)
    assert verify.verify(alone).intact


@pytest.mark.parametrize("name", package.ALL)
def test_a_member_changed_cut_missing_or_added_is_named(exported: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for member, data in package.unpack((exported / "piece-001.zip").read_bytes()).items():
        (folder / member).write_bytes(data)
    assert verify.verify(folder).intact
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[:-1])
    assert not verify.verify(folder).intact
    (folder / name).unlink()
    assert {"file": name} in [problem.params for problem in verify.verify(folder).problems]
    (folder / name).write_bytes(whole)
    (folder / "added.txt").write_text("x")
    assert [problem.code for problem in verify.verify(folder).problems] == ["evidence.file_unexpected"]


@pytest.mark.parametrize("name", ["bordereau.json", "bordereau.txt", "journal.json", "SHA256SUMS", "piece-002.zip"])
def test_a_file_taken_out_of_a_bundle_is_missed(exported: Path, name: str) -> None:
    (exported / name).unlink()
    assert {"file": name} in [problem.params for problem in verify.verify(exported).problems]


def test_two_exhibits_exchanged_are_seen_even_with_new_sums(exported: Path) -> None:
    one, two = exported / "piece-001.zip", exported / "piece-002.zip"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    sum_again(exported)
    assert [problem.code for problem in verify.verify(exported).problems] == ["evidence.not_in_ledger"] * 2


def test_an_exhibit_made_anew_with_new_hashes_is_not_in_the_ledger(exported: Path) -> None:
    path = exported / "piece-001.zip"
    members = package.unpack(path.read_bytes())
    manifest = json.loads(members["manifest.json"])
    forged = {name: members[name] for name in package.MEMBERS} | {"page.txt": b"[text]\nautre chose\n"}
    about = {name: manifest[name] for name in ("number", "state", "captured_at", "previous_ledger_hash")}
    complete = package.complete(forged, about)
    path.write_bytes(package.pack(complete))
    schedule = json.loads((exported / "bordereau.json").read_bytes())
    schedule["exhibits"][0]["manifest_sha256"] = package.sha256(complete["manifest.json"])
    (exported / "bordereau.json").write_bytes(as_bytes(schedule))
    sum_again(exported)
    assert [problem.code for problem in verify.verify(exported).problems] == ["evidence.not_in_ledger"]


@pytest.mark.parametrize("change", ["edit", "delete", "swap", "truncate"])
def test_a_journal_changed_with_new_sums_is_seen(exported: Path, change: str) -> None:
    journal = json.loads((exported / "journal.json").read_bytes())
    if change == "edit":
        journal[2]["at"] = "2020-01-01T00:00:00+00:00"
    elif change == "delete":
        del journal[2]
    elif change == "swap":
        journal[2], journal[3] = journal[3], journal[2]
    else:
        journal.pop()
    (exported / "journal.json").write_bytes(as_bytes(journal))
    sum_again(exported)
    assert "evidence.chain_broken" in [problem.code for problem in verify.verify(exported).problems]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "vigie-bundle-1"}', "null", "[" * 5000])
@pytest.mark.parametrize("name", ["bordereau.json", "journal.json"])
def test_a_file_of_another_shape_is_a_problem_and_no_crash(exported: Path, name: str, text: str) -> None:
    (exported / name).write_text(text)
    sum_again(exported)
    assert not verify.verify(exported).intact


def test_what_is_no_export_at_all_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError):
        verify.verify(tmp_path)
    with pytest.raises(EvidenceError):
        verify.verify(tmp_path / "nothing")


def test_a_bundle_is_never_mixed_into_a_folder_that_holds_something(room: Any, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    with transaction(room.world.factory) as session, pytest.raises(EvidenceError, match="not empty"):
        bundle.write(session, room.now, case_id=room.world.case.id, out_dir=tmp_path / "full",
                     state_dir=room.state_dir, actor="owner", version="0.1.0")  # fmt: skip


def test_every_problem_has_a_sentence_in_both_languages(exported: Path) -> None:
    for path in list(exported.iterdir())[:2]:
        path.write_bytes(b"")
    (exported / "added").write_text("x")
    for problem in verify.verify(exported).to_json()["problems"]:
        assert problem["text"]["fr"] != problem["text"]["en"]
    assert render("exhibit.failed", {}, "fr")


def sum_again(folder: Path) -> None:
    """What a forger does who knows how the sums are made."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != bundle.SUMS}
    (folder / bundle.SUMS).write_bytes(bundle.sums(files))
