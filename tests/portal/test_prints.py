"""Fingerprints made on the visitor's device: the page, what it sends, and that a picture never leaves."""

from __future__ import annotations

import html
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from httpx import Response
from PIL import Image
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from cases import sessions
from demo import pictures
from fingerprints import video
from fingerprints.crop import crop_pdq
from fingerprints.decode import picture
from fingerprints.pdq import pdq
from fingerprints.reduce import reduce
from monitor.images import BankEntry
from monitor.tables import Watch, WatchedFingerprint
from monitor.video_stage import VideoStage
from storage import vault
from storage.database import transaction
from tests.conftest import World
from tests.portal import chromium
from tests.portal.chromium import Tab
from tests.portal.conftest import CATALOGUE, Opener, make_app, plain, signed_in
from tests.size import chosen

STATIC = Path(__file__).parents[2] / "portal/static"
NODE = shutil.which("node") or ""
in_chromium = pytest.mark.skipif(not chromium.PROGRAM, reason="no Chromium here: install it to try the pages in one")


@pytest.fixture
def app(world: World, engine: Engine, tmp_path: Path) -> FastAPI:
    """A portal that looks in one place: a watch without any source would never look."""
    place = CATALOGUE.sources["site"].model_copy(update={"enabled": True})
    return make_app(world, tmp_path, mode="organisation", facts=replace(CATALOGUE, sources={place.id: place}))


@pytest.fixture
def office(app: FastAPI) -> FastAPI:
    return app


def line(value: str = "0f" * 32, quality: int = 90) -> str:
    return json.dumps({"id": "image-1", "type": "pdq", "value": value, "quality": quality, "refused": None})


def fill(browse: Opener, world: World, age: str, text: str) -> Response:
    """She answers the question of age and sends these lines."""
    her, path = browse("subject"), f"/notes/{world.case.id}/empreintes"
    her.see(path)
    return her.fill(path, age_on_image=age, prints=text)


def prints_of(world: World) -> list[str]:
    """The values of every registered fingerprint, opened."""
    with transaction(world.factory) as session:
        rows = session.scalars(select(WatchedFingerprint).order_by(WatchedFingerprint.id)).all()
        return [vault.open_text(session, row.case_id, "fingerprint", "value", row.id, row.value_sealed) for row in rows]


def test_the_lines_of_an_adults_picture_become_a_watch_that_still_has_to_be_attested(
    browse: Opener, world: World
) -> None:
    page = browse("subject").see(f"/notes/{world.case.id}/empreintes")
    assert "reste sur cet appareil" in page.text
    sent = fill(browse, world, "adult", line())
    assert sent.status_code == 303
    assert prints_of(world) == ["0f" * 32]
    with transaction(world.factory) as session:
        newest = session.scalars(select(Watch).order_by(Watch.id.desc()).limit(1)).one()
        assert newest.status == "draft"


@pytest.mark.parametrize("age", ["minor", "unknown"])
def test_for_a_minor_or_an_unknown_age_no_fingerprint_is_taken_whatever_is_sent(
    browse: Opener, world: World, age: str
) -> None:
    answer = fill(browse, world, age, line())
    assert answer.status_code == 422
    assert "3018" in answer.text
    assert prints_of(world) == []


def test_a_line_that_says_another_age_than_the_answer_above_is_not_taken(browse: Opener, world: World) -> None:
    lied = json.dumps({**json.loads(line()), "age_on_image": "minor"})
    answer = fill(browse, world, "adult", lied)
    assert answer.status_code == 422
    assert prints_of(world) == []


@pytest.mark.parametrize("text", ["", "not json", '{"type": "face", "value": "x"}', line(quality=3)])
def test_unusable_lines_are_answered_with_a_sentence_and_what_was_pasted_stays(
    browse: Opener, world: World, text: str
) -> None:
    answer = fill(browse, world, "adult", text)
    assert answer.status_code == 422
    assert "empreinte" in plain(answer).partition("problems")[2]
    assert text in html.unescape(answer.text)
    with transaction(world.factory) as session:
        assert session.scalars(select(WatchedFingerprint)).all() == []


def _pixels(rng: np.random.Generator) -> Iterator[tuple[str, np.ndarray]]:
    """Landscapes of the invented web, noise, a plain area, a checkerboard, and sides from 3 to 900."""
    yield "picture", np.asarray(pictures.watched().convert("RGB"))
    yield "small", rng.integers(0, 256, (64, 64, 3)).astype(np.uint8)
    yield "black", np.zeros((100, 120, 3), np.uint8)
    yield "board", np.dstack([(np.indices((128, 128)).sum(0) % 2 * 255).astype(np.uint8)] * 3)
    for number in range(chosen(sampled=40, deep=240)):
        height, width = (int(side) for side in rng.integers(3, 900, 2))
        rough = np.clip(rng.normal(128, 60, (max(2, height // 40), max(2, width // 40), 3)), 0, 255)
        yield f"rough{number}", np.asarray(Image.fromarray(rough.astype(np.uint8)).resize((width, height)))


RUNNER = """
import { readFileSync } from "node:fs";
const { pdq } = await import(process.argv[2]);
for (const one of JSON.parse(readFileSync(process.argv[3]))) {
  const found = pdq(new Uint8ClampedArray(readFileSync(one.file)), one.width, one.height);
  console.log(JSON.stringify([one.name, found.value, found.quality]));
}
"""


@pytest.mark.skipif(not NODE, reason="no node here: install it to compare the two implementations of PDQ")
def test_the_browsers_pdq_equals_ours_in_every_bit_on_the_same_pixels(tmp_path: Path) -> None:
    todo, wanted = [], []
    for name, rgb in _pixels(np.random.default_rng(11)):
        height, width = rgb.shape[:2]
        file = tmp_path / name
        file.write_bytes(np.dstack([rgb, np.full((height, width), 255, np.uint8)]).tobytes())
        todo.append({"name": name, "file": str(file), "width": width, "height": height})
        ours = pdq(np.ascontiguousarray(rgb))
        wanted.append([name, ours.value, ours.quality])
    (tmp_path / "todo.json").write_text(json.dumps(todo))
    (tmp_path / "run.mjs").write_text(RUNNER)
    asked = [NODE, str(tmp_path / "run.mjs"), (STATIC / "pdq.js").as_uri(), str(tmp_path / "todo.json")]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert [json.loads(row) for row in done.stdout.splitlines()] == wanted
    assert len(wanted) >= 44


IN_PARTS = """
import { readFileSync } from "node:fs";
const { cropPdq } = await import(process.argv[2]);
const [, , , file, width, height] = process.argv;
console.log(JSON.stringify(cropPdq(new Uint8ClampedArray(readFileSync(file)), Number(width), Number(height))));
"""


@pytest.mark.skipif(not NODE, reason="no node here: install it to compare the two implementations of crop-pdq-1")
@pytest.mark.parametrize("size", [(301, 207), (90, 333), (2300, 1501)])
def test_the_browsers_windows_equal_ours_in_every_bit_on_the_same_pixels(tmp_path: Path, size: tuple[int, int]) -> None:
    rgb = np.asarray(pictures.watched().convert("RGB").resize(size))
    (tmp_path / "pixels").write_bytes(np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)]).tobytes())
    (tmp_path / "run.mjs").write_text(IN_PARTS)
    asked = [NODE, str(tmp_path / "run.mjs"), (STATIC / "crop.js").as_uri(), str(tmp_path / "pixels"), *map(str, size)]
    found = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    ours = crop_pdq(rgb)
    assert ours is not None
    assert found == {"value": ours.value, "quality": ours.quality}


def _chosen(tab: Tab, *files: Path) -> None:
    """Choose files as the file dialogue does."""
    root = tab.call("DOM.getDocument")["root"]["nodeId"]
    node = tab.call("DOM.querySelector", nodeId=root, selector="#pictures")["nodeId"]
    tab.call("DOM.setFileInputFiles", nodeId=node, files=[str(file) for file in files])


def _files(folder: Path) -> list[Path]:
    """One landscape upright, turned by EXIF, half transparent, as WebP; and a file that is no picture."""
    landscape = pictures.watched().convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    clear = landscape.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    landscape.save(folder / "a.png")
    landscape.save(folder / "b.jpg", quality=95, exif=exif)
    clear.save(folder / "c.png")
    landscape.save(folder / "d.webp", lossless=True)
    (folder / "e.png").write_bytes(b"no picture at all")
    return sorted(folder.iterdir())


@in_chromium
@pytest.mark.parametrize("without", ["nothing", "OffscreenCanvas"])
def test_in_a_browser_the_prints_are_those_of_the_server_and_no_request_carries_a_picture(
    tab: Tab,
    here: str,
    world: World,
    tmp_path: Path,
    without: str,
) -> None:
    (tmp_path / "hers").mkdir()
    files = _files(tmp_path / "hers")
    signed_in(tab, here, world, case_id=world.case.id)
    if without != "nothing":
        tab.call("Page.addScriptToEvaluateOnNewDocument", source=f"delete globalThis.{without}")
    tab.open(f"{here}/notes/{world.case.id}/empreintes")
    assert tab.eval("document.getElementById('pictures').disabled") is True
    tab.click("input[value=adult]")
    tab.watched.clear()
    _chosen(tab, *files)
    tab.until(f"document.querySelectorAll('#results li').length === {len(files)}")
    made = [json.loads(row) for row in tab.eval("document.getElementById('prints').value").splitlines()]
    hashes = [row for row in made if row["type"] == "pdq"]
    exact = [row["value"] for row in made if row["type"] == "sha256"]
    assert len(hashes) == len(exact) == 4
    for file, found, digest in zip(files, hashes, exact, strict=False):
        ours = pdq(picture(file.read_bytes()))
        assert (int(ours.value, 16) ^ int(found["value"], 16)).bit_count() <= 2
        assert digest == reduce(file.read_bytes(), ("sha256",)).signals[0].value
    assert "5\xa0: ce fichier n'est pas une image" in tab.eval("document.getElementById('results').innerText")
    asked = {request["url"] for request in tab.watched if "static" not in request["url"]}
    assert asked == set()
    tab.eval("document.getElementById('prints-form').requestSubmit()")
    tab.until("location.pathname.endsWith('/mots')")
    [posted] = [request for request in tab.watched if request["method"] == "POST"]
    assert posted["headers"]["Content-Type"] == "application/x-www-form-urlencoded"
    assert len(posted["postData"]) < 4000
    assert set(prints_of(world)) == {row["value"] for row in made}


@in_chromium
@pytest.mark.skipif(not video.available(), reason="the extra `video` (PyAV) is not installed")
def test_in_a_browser_a_video_and_the_parts_of_a_picture_leave_only_lines_that_find_them_again(
    tab: Tab, here: str, world: World, tmp_path: Path
) -> None:
    from benchmarks import clips

    film = clips.film([pictures.landscape(1), pictures.pattern(2), pictures.landscape(3)], seed=1, seconds=1.5)
    still = _files(tmp_path)[0]
    (tmp_path / "film.mp4").write_bytes(clips.encoded(film))
    signed_in(tab, here, world, case_id=world.case.id)
    tab.open(f"{here}/notes/{world.case.id}/empreintes")
    tab.click("input[value=adult]")
    tab.eval("document.getElementById('parts').checked = true")
    tab.watched.clear()
    _chosen(tab, still, tmp_path / "film.mp4")
    tab.until("document.querySelectorAll('#results li').length === 2")
    lines = tab.eval("document.getElementById('prints').value").splitlines()
    made = {row["type"]: row for row in map(json.loads, lines)}
    ours = crop_pdq(picture(still.read_bytes()))
    assert ours is not None
    assert (int(ours.value, 16) ^ int(made["crop-pdq-1"]["value"], 16)).bit_count() <= 2 * len(ours.value) // 64
    stage = VideoStage([BankEntry("1", "her film", "vpdq", made["vpdq"]["value"], made["vpdq"]["quality"])])
    [match] = stage.match(video.met(io.BytesIO(clips.EDITS["mirrored"](film))))
    assert (match.band, match.variant) == ("automatic", "mirror")
    asked = {request["url"] for request in tab.watched if "static" not in request["url"]}
    assert all(url.startswith("blob:") for url in asked)
    tab.eval("document.getElementById('prints-form').requestSubmit()")
    tab.until("location.pathname.endsWith('/mots')")
    assert set(prints_of(world)) == {row["value"] for row in made.values()}


@in_chromium
def test_without_scripts_the_page_says_how_and_takes_pasted_lines(tab: Tab, here: str, world: World) -> None:
    signed_in(tab, here, world, case_id=world.case.id)
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(f"{here}/notes/{world.case.id}/empreintes")
    assert tab.eval("document.getElementById('on-device').checkVisibility()") is False
    assert "vigie hash image --jsonl" in tab.eval("document.querySelector('details#by-hand').textContent")


def test_where_nothing_is_looked_at_she_is_told_so_and_keeps_her_lines(
    world: World, engine: Engine, tmp_path: Path
) -> None:
    nowhere = TestClient(make_app(world, tmp_path, mode="organisation"), base_url="http://127.0.0.1:8780")
    with transaction(world.factory) as session:
        started = sessions.start(session, world.now, case_id=world.case.id)
    nowhere.cookies.set("vigie", started.cookie)
    typed = {"csrf": started.csrf, "age_on_image": "adult", "prints": line()}
    answer = nowhere.post(f"/notes/{world.case.id}/empreintes", data=typed)
    assert "ne cherche encore nulle part" in answer.text
    assert line() in html.unescape(answer.text)
