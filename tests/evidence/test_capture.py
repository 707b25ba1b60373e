"""Captures: sealed once whatever dies, never a picture, headers only where a minor may be concerned."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
from typing import Any

import pytest
from invented_exchanges import HTML, URL, Web, exchange
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import case
from crawler.address import canonical
from evidence import alone, capture, custody, package, pixels, record, seal, verify, warc
from evidence.errors import EvidenceError, MediumFound
from storage import ledger, nofetch
from storage.database import transaction
from storage.tables import LedgerEntry

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(200))
PICTURES = {
    "png": PNG, "jpeg": JPEG, "gif": b"GIF89a\x01\0\x01\0\x80\0\0" + bytes(64),
    "mp4": b"\0\0\0\x18ftypmp42" + bytes(90),
    "webp": b"RIFF\x24\0\0\0WEBPVP8 " + bytes(90), "webm": b"\x1a\x45\xdf\xa3" + bytes(90),
}  # fmt: skip


def test_a_page_becomes_one_sealed_exhibit_with_an_entry_in_the_ledger(room: Any) -> None:
    exhibit = room.ask()
    assert room.due() == [exhibit]
    assert room.capture(exhibit) == "sealed"
    row = room.row(exhibit)
    assert (row.state, row.number, row.http_status, row.lease_owner) == ("sealed", 1, 200, None)
    assert room.due() == []
    with transaction(room.world.factory) as session:
        sealed = session.scalars(select(LedgerEntry).where(LedgerEntry.act == "exhibit.sealed")).one()
        assert (sealed.subject_table, sealed.subject_id) == ("manifest", row.manifest_sha256)
        assert ledger.detail(session, sealed)["exhibit"] == exhibit


def test_what_lies_on_disk_is_noise_and_its_owner_alone_may_read_it(room: Any) -> None:
    room.capture(room.ask())
    (file,) = room.files()
    assert b"Camille" not in file.read_bytes()
    assert b"forum.example" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.stem) == 32


def test_reading_gives_the_members_back_and_is_itself_recorded(room: Any, session: Session) -> None:
    exhibit = room.ask()
    session.commit()
    room.capture(exhibit)
    with transaction(room.world.factory) as reading:
        members = custody.read(reading, room.now, exhibit_id=exhibit, state_dir=room.state_dir, actor=room.world.lawyer)
        last = ledger.read(reading, room.world.case.id)[-1]
        assert (last.act, last.actor) == ("exhibit.read", room.world.lawyer)
    assert set(members) == set(package.ALL)
    assert "Camille Exemple, phrase inventée." in members["page.txt"].decode()
    response = next(each for each in warc.read(members["capture.warc.gz"]) if each.kind == "response")
    assert (response.target, response.body, response.digest_fits) == (URL, HTML, True)


def test_every_field_of_a_good_capture_is_there_or_reads_unknown() -> None:
    for answered in (
        exchange(),
        exchange(status=None, hops=(), dns=(), headers=(), body=None, error_class="transient"),
    ):
        document = record.exchange_document(answered, record.Origin("c", "e", "a", "manual", "0.1.0"))
        expected = {
            "request_path": {"asked", "hops", "final"},
            "network": {"dns_answers", "resolver", "ttl", "address", "port", "own_address", "tls", "certificate_chain"},
            "exchange": {"status", "request_headers", "headers", "body_sha256", "transferred_sha256", "body_bytes"},
            "rendering": {"viewport_picture", "full_page_picture", "final_dom", "console_log", "browser"},
            "profile": {"cookies_sent", "language", "cache", "proxy", "machine"},
            "time": {"started_at", "ended_at", "zone", "clock", "clock_offset"},
            "origin": {"actor", "version", "commit", "configuration_sha256", "case_id", "reason"},
        }  # fmt: skip
        for part, names in expected.items():
            assert names <= document[part].keys()
            assert all(document[part][name] not in (None, "") for name in names)


@pytest.mark.parametrize("age", ["minor", "unknown"])
def test_where_a_minor_may_be_concerned_only_the_headers_are_asked_and_nobody_fetches_again(
    room: Any, age: str
) -> None:
    web, exhibit = Web(), room.ask(age=age)
    assert room.capture(exhibit, web) == "address_only"
    assert [asked["headers_only"] for asked in web.asked] == [True]
    with transaction(room.world.factory) as session:
        members = custody.read(session, room.now, exhibit_id=exhibit, state_dir=room.state_dir, actor="owner")
        assert members["page.txt"] == b""
        assert b"Camille" not in members["capture.warc.gz"]
        assert nofetch.hash_of(session, canonical("http://forum.example/s/12")) in nofetch.hashes(session)


def test_a_minors_exhibit_stands_even_when_the_site_does_not_answer(room: Any) -> None:
    web = Web(status=None, hops=(), headers=(), error_class="transient")
    exhibit = room.ask(age="minor")
    assert room.capture(exhibit, web) == "address_only"
    assert room.row(exhibit).error_class == "transient"


def test_an_address_on_the_no_fetch_list_is_not_even_asked_for(room: Any) -> None:
    with transaction(room.world.factory) as session:
        nofetch.add(session, room.now, canonical("http://forum.example/s/12"))
    web, exhibit = Web(), room.ask()
    assert room.capture(exhibit, web) == "address_only"
    assert web.asked == []
    assert room.row(exhibit).error_class == "refused"


def test_the_no_fetch_list_goes_with_every_request(room: Any) -> None:
    with transaction(room.world.factory) as session:
        nofetch.add(session, room.now, "http://elsewhere.example/")
        key, hashes = nofetch.key(session), nofetch.hashes(session)
    web = Web()
    room.capture(room.ask(), web)
    assert (web.asked[0]["deny_key"], list(web.asked[0]["deny"])) == (key, hashes)


def test_a_fetch_that_fails_is_visible_and_can_be_tried_again(room: Any) -> None:
    exhibit = room.ask()
    assert room.capture(exhibit, Web(error_class="transient")) == "failed"
    row = room.row(exhibit)
    assert (row.state, row.error_class, row.file_name, room.due()) == ("failed", "transient", None, [])
    with transaction(room.world.factory) as session:
        capture.retry(session, room.now, exhibit, actor=room.world.agent)
    assert room.due() == [exhibit]
    assert room.capture(exhibit) == "sealed"
    assert len(room.files()) == 1
    with transaction(room.world.factory) as session, pytest.raises(EvidenceError):
        capture.retry(session, room.now, exhibit, actor=room.world.agent)


def test_an_answer_such_as_404_is_evidence_and_no_failure(room: Any) -> None:
    exhibit = room.ask()
    assert room.capture(exhibit, Web(status=404)) == "sealed"
    assert room.row(exhibit).http_status == 404


def test_exhibits_are_numbered_in_the_order_they_were_asked_for(room: Any) -> None:
    assert [room.row(room.ask()).number for _ in range(3)] == [1, 2, 3]


def test_a_row_in_somebodys_hands_is_left_alone_until_the_lease_ends(room: Any) -> None:
    exhibit = room.ask()
    inner: list[str | None] = []

    def slow(address: str, **how: Any) -> Any:
        inner.append(room.capture(exhibit, owner="worker-2"))
        return exchange()

    assert room.capture(exhibit, slow) == "sealed"
    assert inner == [None]


def test_a_worker_that_comes_back_after_its_lease_changes_nothing(room: Any) -> None:
    exhibit = room.ask()

    def very_slow(address: str, **how: Any) -> Any:
        room.now += capture.LEASE + dt.timedelta(seconds=1)
        assert room.capture(exhibit, owner="worker-2") == "sealed"
        return exchange(status=500)

    assert room.capture(exhibit, very_slow) is None
    assert room.row(exhibit).http_status == 200
    assert len(room.files()) == 1


class Killed(BaseException):
    """The process is gone: nothing after this point runs, no handler catches it."""


# Every point between the claim and the last commit at which a process may die.
POINTS = [
    (package, "complete"), (package, "pack"), (capture, "gather"), (seal, "write"), (os, "fsync"),
    (seal, "_sync_folder"),
    (nofetch, "hashes"), (ledger, "append"), (capture, "_still_ours"), (warc, "write"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "name"), POINTS, ids=[name for _, name in POINTS])
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_point_the_next_run_ends_with_one_exhibit_and_no_orphan(
    room: Any, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, when: str
) -> None:
    exhibit = room.ask()
    real = getattr(place, name)

    def dies(*args: Any, **more: Any) -> Any:
        if when == "after":
            real(*args, **more)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(place, name, dies)
        with pytest.raises(Killed):
            room.capture(exhibit)
    room.now += capture.LEASE + dt.timedelta(seconds=1)
    assert room.due() == [exhibit]
    assert room.capture(exhibit, owner="worker-2") == "sealed"
    assert len(room.files()) == 1
    with transaction(room.world.factory) as session:
        acts = [entry.act for entry in ledger.read(session, room.world.case.id)]
        assert acts.count("exhibit.sealed") == 1
        assert custody.sweep(session, room.state_dir) == custody.Swept(0, ())
        custody.read(session, room.now, exhibit_id=exhibit, state_dir=room.state_dir, actor="owner")


def test_a_sweep_removes_what_no_exhibit_names_and_reports_what_is_missing(room: Any) -> None:
    exhibit = room.ask()
    room.capture(exhibit)
    (kept,) = room.files()
    for name in ("orphan.sealed", "orphan.sealed.part"):
        (room.state_dir / "evidence" / name).write_bytes(b"x")
    with transaction(room.world.factory) as session:
        assert custody.sweep(session, room.state_dir) == custody.Swept(2, ())
    assert room.files() == [kept]
    kept.unlink()
    with transaction(room.world.factory) as session:
        assert custody.sweep(session, room.state_dir) == custody.Swept(0, (exhibit,))


def test_the_files_of_an_erased_case_go_with_the_next_sweep_and_are_noise_until_then(room: Any) -> None:
    room.capture(room.ask())
    with transaction(room.world.factory) as session:
        case.erase(session, room.now, room.world.case.id, actor="subject")
    with transaction(room.world.factory) as session:
        assert custody.sweep(session, room.state_dir).removed == 1
    assert room.files() == []


def test_a_case_erased_while_its_page_is_fetched_leaves_nothing(room: Any) -> None:
    exhibit = room.ask()

    def meanwhile(address: str, **how: Any) -> Any:
        with transaction(room.world.factory) as session:
            case.erase(session, room.now, room.world.case.id, actor="subject")
        return exchange()

    assert room.capture(exhibit, meanwhile) is None
    assert room.files() == []


def test_two_exhibits_whose_files_were_exchanged_do_not_open(room: Any) -> None:
    exhibits = [room.ask(), room.ask()]
    for exhibit in exhibits:
        room.capture(exhibit)
    first, second = room.files()
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    for exhibit in exhibits:
        with transaction(room.world.factory) as session, pytest.raises(Exception, match="altered or moved"):
            custody.read(session, room.now, exhibit_id=exhibit, state_dir=room.state_dir, actor="owner")


def _shapes(picture: bytes) -> dict[str, bytes]:
    written = base64.b64encode(picture).decode()
    address = f"data:image/png;base64,{written}"
    return {
        "raw": b"<html>" + picture,
        "img": f'<img src="{address}">'.encode(),
        "css": f"<style>body{{background:url({address})}}</style>".encode(),
        "json": json.dumps({"image": address}).replace("/", "\\/").encode(),
        "bare": f'{{"blob": "{written}"}}'.encode(),
        "lines": b"\r\n".join(written[start : start + 76].encode() for start in range(0, len(written), 76)),
        "wide": f'<img src="{address}">'.encode("utf-16"),
    }


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("shape", ["raw", "img", "css", "json", "bare", "lines", "wide"])
def test_a_picture_in_any_shape_is_refused_and_kept_nowhere(room: Any, kind: str, shape: str) -> None:
    if kind == "gif" and shape == "raw":
        body = PICTURES["gif"]
    elif kind == "webm" and shape in ("bare", "lines"):
        body = _shapes(PNG)[shape]  # its magic bytes say too little in base64: the crawler cuts any such run
    else:
        body = _shapes(PICTURES[kind])[shape]
    exhibit = room.ask()
    assert room.capture(exhibit, Web(body=body)) == "failed"
    assert room.row(exhibit).error_class == "medium_found"
    assert [path for path in room.state_dir.rglob("*") if path.is_file()] == []


def test_a_picture_in_a_header_or_a_redirection_is_refused_too() -> None:
    origin = record.Origin("c", "e", "a", "manual", "0.1.0")
    address = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    for changes in ({"headers": (("Location", address),)}, {"final_url": address}):
        with pytest.raises(MediumFound):
            capture.gather(exchange(**changes), origin)


@pytest.mark.parametrize(
    "text",
    [
        "Une page qui parle de data:image/png et de GIF89a, du format RIFF et de iVBORw0KGgo.",
        "data:vigie/cut;type=image/png;length=12;sha256=" + "a" * 64,
        "Un mot très long : " + "anticonstitutionnellement" * 20,
    ],
)
def test_words_about_pictures_are_no_pictures(text: str) -> None:
    pixels.refuse(text.encode(), text.encode("utf-16"))


def test_a_capture_without_a_case_makes_a_folder_that_verifies(room: Any, tmp_path: Any) -> None:
    out = tmp_path / "capture"
    manifest = alone.capture(
        room.world.factory, "http://forum.example/s/12", out, age_on_image="none", clock=lambda: room.now,
        version="0.1.0", fetch=Web(),
    )  # fmt: skip
    assert package.sha256((out / "manifest.json").read_bytes()) == manifest
    assert verify.verify(out).intact
    with pytest.raises(EvidenceError, match="not empty"):
        alone.to_folder(exchange(), out, address_only=False, version="0.1.0")


def test_a_capture_without_a_case_says_why_nothing_came(room: Any, tmp_path: Any) -> None:
    with pytest.raises(EvidenceError, match="transient"):
        alone.capture(
            room.world.factory, "http://forum.example/", tmp_path / "out", age_on_image="none", clock=lambda: room.now,
            version="0.1.0", fetch=Web(error_class="transient"),
        )  # fmt: skip
    assert not (tmp_path / "out").exists()
