"""The whole story against real servers, by the command line alone: found, proved, asked for, gone, and back again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance import overlay
from tests.acceptance.rig import PERSON, Rig
from tests.acceptance.terminal import SENDER, Terminal, terminal

pytestmark = pytest.mark.acceptance

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
LAWYER = ("avocate@exemple.invalid", "quatre mots en file indienne")
TERM = {
    "kind": "name",
    "value": PERSON,
    "context": ["Lyon", "graphiste"],
    "exclude": ["Quimper", "boulangère", "boulangerie"],
}

FACTS = {
    "impersonation": {
        "used": "mes nom, prénom et métier",
        "effect": "Des clients m'ont demandé des comptes pour des acomptes que je n'ai jamais reçus.",
    },
    "intimate_image": {"recognisable": "On me reconnaît à mon visage."},
}
"""What only she can say, by harm."""


@dataclass(frozen=True)
class Found:
    """The case, how each source's run ended, and the hits by address."""

    case: str
    runs: Mapping[str, Mapping[str, Any]]
    hits: tuple[Mapping[str, Any], ...]

    def at(self, url: str) -> list[Mapping[str, Any]]:
        return [hit for hit in self.hits if hit["address"] == url]


@dataclass(frozen=True)
class Moment:
    """What the case says at one moment: each track by its address, its figures, all that happened so far."""

    tracks: Mapping[str, Mapping[str, Any]]
    counts: Mapping[str, int]
    timeline: tuple[Mapping[str, Any], ...]

    @property
    def status(self) -> dict[str, str]:
        return {url: str(track["status"]) for url, track in self.tracks.items()}

    def of_track(self, url: str, code: str) -> list[Mapping[str, Any]]:
        """What happened to one track under one code, as codes, oldest first."""
        track = self.tracks[url]["id"]
        return [event["codes"] for event in self.timeline if (event["code"], event["track"]) == (code, track)]


@pytest.fixture(scope="module")
def seat(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A machine that `vigie init` has prepared."""
    seat = terminal(tmp_path_factory.mktemp("instance"), rig)
    seat.vigie("init")
    return seat


@pytest.fixture(scope="module")
def found(seat: Terminal, rig: Rig) -> Found:
    """The person registers her name and a fingerprint; each source is asked once."""
    person = {"name": PERSON, "lang": "fr", "contact": {"email": "camille@exemple.invalid"}, "under_18_today": "no"}
    case = seat.json("case", "open", "-", given=json.dumps(person))["number"]
    lines = seat.vigie("hash", "image", str(rig.photo_path), "--jsonl").splitlines()
    document = {
        "case": case,
        "terms": [TERM],
        "fingerprints": [json.loads(line) | {"age_on_image": "adult"} for line in lines],
        "sources": [overlay.SEARCH, overlay.WIKI],
    }
    seat.json("watch", "add", "--active", "-", given=json.dumps(document))
    runs = {run["source"]: run for run in seat.json("source", "run", "--now")}
    return Found(case, runs, tuple(seat.json("hit", "list", "--case", case)))


@pytest.fixture(scope="module")
def proved(seat: Terminal, found: Found, rig: Rig) -> Mapping[str, Mapping[str, Any]]:
    """She says what each hit is, and every page is sealed as it was; gives the tracks by address."""
    for title in (rig.titles.mention, rig.titles.inverted):
        hit = first(found.at(rig.page_url(title)), "text")
        seat.json("hit", "confirm", hit["id"], "--harm", "impersonation")
    picture = first(found.at(rig.page_url(rig.titles.photo)), "image")
    seat.json("hit", "confirm", picture["id"], "--harm", "intimate_image", "--age", "adult")
    seat.vigie("worker", "--once")
    return moment(seat, found).tracks


@pytest.fixture(scope="module")
def sent(seat: Terminal, proved: Mapping[str, Mapping[str, Any]], rig: Rig) -> list[EmailMessage]:
    """A lawyer signs the letters off, she approves each of them, and they leave."""
    seat.json("user", "add", "lawyer", given="\n".join((LAWYER[0], "Maître Exemple", LAWYER[1])) + "\n")
    for track in proved.values():
        facts = json.dumps(FACTS[track["harm"]])
        notice = seat.json("notice", "draft", "--track", track["id"], "--facts", "-", given=facts)["notice"]
        seen = seat.json("notice", "preview", notice)
        sign_off(seat, seen["letter"]["id"])
        assert seen["missing"] == []
        ticked = [element for element, status in seen["checklist"].items() if status == "to_confirm"]
        seat.json("notice", "ready", notice, *(word for element in ticked for word in ("--confirm", element)))
        seat.json("notice", "approve", notice)
    before = len(rig.messages)
    for _ in range(3):  # a worker that is started again sends nothing twice
        seat.vigie("worker", "--once")
    return rig.messages[before:]


def sign_off(seat: Terminal, letter: str) -> None:
    seat.json("template", "review", letter, "--sign", given="\n".join(LAWYER) + "\n")


@pytest.fixture(scope="module")
def told(seat: Terminal, found: Found, sent: list[EmailMessage], rig: Rig) -> dict[str, Moment]:
    """What happens on the wiki in the weeks that follow, and what the case says each time a worker has looked."""
    moments: dict[str, Moment] = {}

    def look(name: str, wait: dt.timedelta) -> None:
        seat.wait(wait)
        seat.vigie("worker", "--once")
        moments[name] = moment(seat, found)

    rig.delete_page(rig.titles.mention)
    rig.delete_page(rig.titles.photo)
    look("first look", 14 * DAY)
    look("an hour later", HOUR)
    look("second look", 32 * HOUR)
    rig.wiki.ask_to_sign_in(True)
    look("behind a sign-in page", 10 * DAY)
    rig.wiki.ask_to_sign_in(False)
    rig.restore_page(rig.titles.mention)
    look("restored", 10 * DAY)
    return moments


def moment(seat: Terminal, found: Found) -> Moment:
    tracks = {track["address"]: track for track in seat.json("notice", "tracks", "--case", found.case)}
    shown = seat.json("case", "show", found.case)
    return Moment(tracks, shown["counts"], tuple(shown["timeline"]))


def first(hits: list[Mapping[str, Any]], kind: str) -> Mapping[str, Any]:
    return next(hit for hit in hits if hit["kind"] == kind)


def test_every_source_was_read_without_an_error(found: Found) -> None:
    assert {name: (run["status"], run["errors"]) for name, run in found.runs.items()} == {
        overlay.SEARCH: ("done", {}),
        overlay.WIKI: ("done", {}),
    }


def test_both_spellings_are_found_without_doubt(found: Found, rig: Rig) -> None:
    matched = {
        title: {(hit["band"], hit["matched"]) for hit in found.at(rig.page_url(title))}
        for title in (rig.titles.mention, rig.titles.inverted)
    }
    assert matched == {
        rig.titles.mention: {("automatic", "Camille Exemple")},
        rig.titles.inverted: {("automatic", "EXEMPLE Camille")},
    }


def test_the_mirrored_photograph_is_found_on_a_page_that_names_nobody(found: Found, rig: Rig) -> None:
    hits = found.at(rig.page_url(rig.titles.photo))
    assert [(hit["kind"], hit["band"], hit["source"]) for hit in hits] == [("image", "automatic", overlay.WIKI)]


def test_the_namesake_is_never_taken_for_the_person(found: Found, rig: Rig) -> None:
    assert "automatic" not in {hit["band"] for hit in found.at(rig.page_url(rig.titles.namesake))}


def test_no_page_of_plain_prose_is_a_hit(found: Found, rig: Rig) -> None:
    named = {rig.page_url(title) for title in vars(rig.titles).values()}
    assert {hit["address"] for hit in found.hits} <= named


def test_each_confirmed_page_has_one_track(proved: Mapping[str, object], rig: Rig) -> None:
    titles = rig.titles
    assert set(proved) == {rig.page_url(title) for title in (titles.mention, titles.inverted, titles.photo)}


def test_the_evidence_of_every_page_verifies_and_holds_no_picture(
    seat: Terminal, found: Found, sent: list[EmailMessage], tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    written = seat.json("evidence", "bundle", "--case", found.case, "--out", str(bundle))
    assert (written["exhibits"], written["not_captured"]) == (3, 0)
    assert seat.json("evidence", "verify", str(bundle))["intact"]
    first_bytes = [path.read_bytes()[:8] for path in bundle.rglob("*") if path.is_file()]
    assert not [each for each in first_bytes if each.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF"))]


def test_every_letter_left_exactly_once_to_the_abuse_desk(sent: list[EmailMessage]) -> None:
    assert [(letter["To"], letter["From"]) for letter in sent] == [(overlay.ABUSE, SENDER)] * 3
    assert len({letter["Message-ID"] for letter in sent}) == 3


def test_each_letter_names_the_exact_address_of_its_page(
    sent: list[EmailMessage], proved: Mapping[str, object]
) -> None:
    texts = [text_of(letter) for letter in sent]
    assert sorted(sum(url in text for text in texts) for url in proved) == [1, 1, 1]


def test_no_letter_carries_the_photograph(sent: list[EmailMessage]) -> None:
    types = {part.get_content_type() for letter in sent for part in letter.walk()}
    assert not [each for each in types if each.startswith(("image/", "video/"))]


def test_one_look_does_not_resolve_anything(told: dict[str, Moment]) -> None:
    for name in ("first look", "an hour later"):
        assert "resolved" not in told[name].status.values()


def test_a_second_look_a_day_later_resolves_what_is_gone_and_only_that(told: dict[str, Moment], rig: Rig) -> None:
    status = told["second look"].status
    gone = {rig.page_url(rig.titles.mention), rig.page_url(rig.titles.photo)}
    assert {url for url, word in status.items() if word == "resolved"} == gone
    assert {told["second look"].tracks[url]["outcome"] for url in gone} == {"removed"}
    assert told["second look"].counts["removed"] == 2


def test_silence_about_what_is_still_there_proposes_a_reminder(told: dict[str, Moment], rig: Rig) -> None:
    url = rig.page_url(rig.titles.inverted)
    assert told["first look"].status[url] == "to_act"
    assert told["first look"].of_track(url, "track.silence") == [{"next": "L03"}]


def test_a_sign_in_page_neither_resolves_nor_brings_back(told: dict[str, Moment], rig: Rig) -> None:
    seen = told["behind a sign-in page"].of_track(rig.page_url(rig.titles.photo), "check.made")
    assert [check["verdict"] for check in seen] == ["down", "down", "hidden"]
    assert told["behind a sign-in page"].status == told["second look"].status
    assert told["behind a sign-in page"].counts["back"] == 0


def test_a_restored_page_is_reported_back(told: dict[str, Moment], rig: Rig) -> None:
    status = told["restored"].status
    assert status[rig.page_url(rig.titles.mention)] == "to_act"
    assert status[rig.page_url(rig.titles.photo)] == "resolved"
    assert told["restored"].counts["back"] == 1


def test_the_ledger_of_the_whole_story_verifies(seat: Terminal, told: dict[str, Moment]) -> None:
    seat.vigie("audit", "verify")


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
