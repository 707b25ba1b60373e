"""The demo's story, end to end on the real rooms: what is there is found, nothing is sent twice or left in clear."""

from __future__ import annotations

import base64
import dataclasses
import os
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from demo import people as invented
from demo import pictures, story
from fingerprints.reduce import reduce
from tests.vigie import planted
from vigie import logs
from vigie.story import acts
from vigie.story.play import play
from vigie.story.stage import Stage, set_up


@dataclasses.dataclass
class Told:
    """The story after it was told, before its scratch folder goes."""

    figures: dict[str, Any]
    stage: Stage
    folder: Path
    lines: list[str]
    planted: list[str]
    passwords: dict[str, str]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("story")
    scratch = folder / "scratch"
    scratch.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(scratch))
        patch.setattr(tempfile, "tempdir", None)
        logged, stderr = os.open(scratch / "log", os.O_WRONLY | os.O_CREAT), os.dup(2)
        os.dup2(logged, 2)  # the log of this process and of whatever it starts
        stage, lines = set_up(folder), list[str]()
        try:
            logs.configure()
            figures = play(stage, lines.append, 60)
            told = Told(figures, stage, folder, lines, planted.plant(stage), stage.give_passwords())
            os.dup2(stderr, 2)
            yield told
        finally:
            os.dup2(stderr, 2)
            stage.close()


def test_every_expected_hit_is_found_and_there_is_no_false_alarm(told: Told) -> None:
    assert told.figures["missed"] == []
    assert told.figures["false_alarms"] == []
    assert told.figures["found_hits"] == told.figures["expected_hits"] > 20


def test_the_story_says_when_its_first_hit_was_stored_once_and_before_the_first_place_was_read_to_its_end(
    told: Told,
) -> None:
    [first] = [number for number, line in enumerate(told.lines) if "The first hit" in line]
    ended = next(number for number, line in enumerate(told.lines) if line.startswith("  demo_"))
    assert first < ended
    assert f"{told.figures['first_hit_seconds']} seconds" in told.lines[first]


def test_the_page_that_robots_may_not_open_was_never_opened_and_the_failing_site_says_so(told: Told) -> None:
    sources = told.figures["sources"]
    assert sources["demo_robots"]["errors"] == {"robots": 1}
    assert sources["demo_failing"]["status"] == "failed"
    assert story.NEVER
    assert not any(target in line for line in told.lines for _, target in story.NEVER)


def test_what_was_asked_is_removed_refused_silent_or_back_and_counted_once(told: Told) -> None:
    counts = told.figures["counts"]
    assert {name: counts[name] for name in ("found", "requested", "removed", "refused", "silent", "back")} == {
        "found": 13, "requested": 7, "removed": 4, "refused": 1, "silent": 1, "back": 1,
    }  # fmt: skip


def test_no_letter_left_twice_and_the_silent_one_was_reminded(told: Told) -> None:
    assert told.figures["messages"] == 4
    assert told.figures["double_sends"] == 0
    assert told.figures["letters"]["L03"] == 1
    assert any("the ladder proposes: Formal notice" in line for line in told.lines)
    assert any("the ladder proposes: Complaint to Arcom" in line for line in told.lines)


def test_a_removal_is_believed_only_after_two_looks(told: Told) -> None:
    assert told.figures["events"]["track.resolved"] == 5
    assert told.figures["events"]["check.made"] >= 2 * 5


def test_the_ledger_is_whole_at_the_end(told: Told) -> None:
    assert told.figures["ledger_intact"] is True


def test_every_letter_is_stamped_as_a_specimen_and_names_no_number_of_hours(told: Told) -> None:
    letters = [mail.data.decode("utf-8", "replace") for mail in told.stage.mailbox.messages]
    assert len(letters) == 4
    assert len(list((told.folder / "letters").glob("*.pdf"))) == 4 + 1  # one more, that went back
    assert not any("48 heures" in letter for letter in letters)


def _markers(told: Told) -> list[str]:
    """Everything personal that the story planted, and every word of a person that lies sealed in any column."""
    pages = [told.stage.web.url(one.site, one.target) for one in story.EXPECTED]
    with told.stage.session() as session:
        hits = acts.store.hits(session, told.stage.case.id)
        sealed = {word for _, word in planted.sealed_words(session, told.stage.now) if not planted.is_code(word)}
    quoted = {hit.matched for hit in hits if len(hit.matched) > 8}
    with BytesIO() as buffer:
        pictures.watched().save(buffer, "PNG")
        prints = [signal.value for signal in reduce(buffer.getvalue(), ("pdq", "sha256")).signals]
    facts = [text for given in acts.FACTS.values() for text in given.values()]
    people = [
        *prints,
        *facts,
        invented.WATCHED.employer,
        "moderation@gallery.exemple.invalid",
        invented.WATCHED.name,
        invented.WATCHED.handle,
        invented.LAWYER.name,
        "agent@exemple.invalid",
    ]
    return [
        *people,
        *told.planted,
        *sealed,
        *pages,
        *quoted,
        told.stage.case.receipt_code,
        *told.passwords.values(),
    ]


def _spellings(marker: str) -> Iterator[bytes]:
    """A marker as bytes: UTF-8, UTF-16, and inside base64 at each of the three alignments."""
    yield marker.encode()
    yield marker.encode("utf-16-le")
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + marker.encode())[4:-4]


def test_no_personal_word_lies_in_clear_in_the_database_its_log_the_evidence_or_the_temporary_files(told: Told) -> None:
    files = [path for name in ("state", "scratch") for path in (told.folder / name).rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert {"vigie.db", "vigie.db-wal"} <= names
    assert any(path.parent.name == "evidence" for path in files)
    found = [
        (path.name, marker)
        for path in files
        for data in [path.read_bytes()]
        for marker in _markers(told)
        if any(spelling in data for spelling in _spellings(marker) if len(spelling) > 6)
    ]
    assert found == []


def test_the_journey_put_a_word_into_every_sealed_column(told: Told) -> None:
    with told.stage.session() as session:
        filled = {column for column, _ in planted.sealed_words(session, told.stage.now)}
    assert planted.columns() - filled == set()


def test_each_planted_word_lies_sealed_so_that_the_search_looks_for_what_is_kept(told: Told) -> None:
    with told.stage.session() as session:
        kept = "\n".join(word for _, word in planted.sealed_words(session, told.stage.now))
    assert [word for word in told.planted if word not in kept and not word.startswith("vigie_")] == []


def test_the_same_search_does_find_a_word_that_lies_in_clear(told: Told, tmp_path: Path) -> None:
    """The check above can fail: it is shown a file with her name in base64."""
    data = base64.b64encode(b"xx" + f"notes: {invented.WATCHED.name}".encode())
    assert any(spelling in data for spelling in _spellings(invented.WATCHED.name))


def test_no_pixel_of_any_page_lies_on_the_disk(told: Told) -> None:
    magic = (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n", b"RIFF", b"GIF8")
    files = [path for name in ("state", "scratch") for path in (told.folder / name).rglob("*") if path.is_file()]
    assert [path.name for path in files if any(sign in path.read_bytes() for sign in magic[:2])] == []
