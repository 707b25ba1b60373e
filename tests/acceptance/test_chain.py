"""The chain both ways on real servers: three disguises, letters out by SMTP, answers in by IMAP, and what is gone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from typing import Any

import pytest

from tests.acceptance import overlay
from tests.acceptance.overlay import desk
from tests.acceptance.rig import COMMENTED, PERSON, POST, STATIC, Rig
from tests.acceptance.terminal import Terminal, terminal
from tests.acceptance.test_story import DAY, FACTS, HOUR, LAWYER, TERM, first, sign_off

pytestmark = pytest.mark.acceptance

RECEIVED = "Bonjour,\n\nNous accusons réception de votre notification. Elle est en cours d'examen.\n"
REMOVED = "Bonjour,\n\nLe contenu signalé a été retiré.\n"
REFUSED = "Bonjour,\n\nAprès examen, ce contenu n'enfreint pas nos règles.\n"


@pytest.fixture(scope="module")
def seat(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A machine that `vigie init` has prepared."""
    seat = terminal(tmp_path_factory.mktemp("instance"), rig)
    seat.vigie("init")
    return seat


@pytest.fixture(scope="module")
def case(seat: Terminal, rig: Rig) -> str:
    """The person registers her name and a fingerprint, and every place is asked once."""
    person = {"name": PERSON, "lang": "fr", "contact": {"email": "camille@exemple.invalid"}, "under_18_today": "no"}
    number: str = seat.json("case", "open", "-", given=json.dumps(person))["number"]
    lines = seat.vigie("hash", "image", str(rig.photo_path), "--jsonl").splitlines()
    document = {
        "case": number,
        "terms": [TERM],
        "fingerprints": [json.loads(line) | {"age_on_image": "adult"} for line in lines],
        "sources": list(overlay.SOURCES),
    }
    seat.json("watch", "add", "--active", "-", given=json.dumps(document))
    runs = seat.json("source", "run", "--now")
    assert {run["source"]: (run["status"], run["errors"]) for run in runs} == dict.fromkeys(
        overlay.SOURCES, ("done", {})
    )
    return number


@pytest.fixture(scope="module")
def hits(seat: Terminal, case: str) -> list[Mapping[str, Any]]:
    return list(seat.json("hit", "list", "--case", case))


@pytest.fixture(scope="module")
def letters(seat: Terminal, case: str, hits: list[Mapping[str, Any]], rig: Rig) -> dict[str, EmailMessage]:
    """Sealed, drafted, signed off, approved, sent: the letters by the desk they went to."""
    places = (rig.page_url(rig.titles.mention), rig.cyrillic_url, rig.comment_url, rig.spaced_url)
    for url in places:
        hit = first([one for one in hits if one["address"] == url], "text")
        seat.json("hit", "confirm", hit["id"], "--harm", "impersonation")
    seat.vigie("worker", "--once")
    seat.json("user", "add", "lawyer", given="\n".join((LAWYER[0], "Maître Exemple", LAWYER[1])) + "\n")
    for tracks in by_target(tracks_of(seat, case)).values():
        chosen = [word for track in tracks for word in ("--track", track["id"])]
        facts = json.dumps(FACTS["impersonation"])
        notice = seat.json("notice", "draft", *chosen, "--facts", "-", given=facts)["notice"]
        seen = seat.json("notice", "preview", notice)
        sign_off(seat, seen["letter"]["id"])
        ticked = [element for element, status in seen["checklist"].items() if status == "to_confirm"]
        seat.json("notice", "ready", notice, *(word for element in ticked for word in ("--confirm", element)))
        seat.json("notice", "approve", notice)
    seat.vigie("worker", "--once")
    seat.vigie("worker", "--once")
    return {str(letter["To"]): letter for letter in rig.messages}


@pytest.fixture(scope="module")
def answered(seat: Terminal, letters: dict[str, EmailMessage], rig: Rig) -> Terminal:
    """Three desks answer; somebody else answers in one's name; a stranger writes about nothing."""
    rig.post.answer(letters[desk("wiki")], RECEIVED, sender=desk("wiki"))
    rig.post.answer(letters[desk("blog")], REMOVED, sender=desk("blog"))
    rig.post.answer(letters[desk("cite")], REFUSED, sender=desk("cite"))
    rig.post.answer(letters[desk("wiki")], REFUSED, sender="abuse@wiki.exemple.invalid.evil.invalid")
    stray = EmailMessage()
    stray["From"], stray["To"] = "quelqu-un@ailleurs.invalid", "notifications@association.exemple.invalid"
    stray["Subject"], stray["Message-ID"] = "Une question", "<stray@ailleurs.invalid>"
    stray.set_content("Bonjour, qui êtes-vous ?\n")
    rig.post.post(stray)
    seat.wait(HOUR)
    for _ in range(2):  # a worker that is started again reads nothing twice
        seat.vigie("worker", "--once")
        seat.wait(HOUR)
    return seat


@pytest.fixture(scope="module")
def told(answered: Terminal, case: str, rig: Rig) -> dict[str, dict[str, str]]:
    """What the case says of each address, each time a worker has looked."""
    seat, moments = answered, {}

    def look(name: str, wait: dt.timedelta) -> None:
        seat.wait(wait)
        seat.vigie("worker", "--once")
        moments[name] = {track["address"]: track["status"] for track in tracks_of(seat, case)}

    rig.delete_page(rig.titles.mention)
    rig.blog.delete(rig.posts[POST])
    rig.blog.lock(rig.posts[COMMENTED])
    rig.site.ask_to_sign_in(STATIC)
    look("first look", 14 * DAY)
    look("second look", 32 * HOUR)
    look("third look", 10 * DAY)
    rig.restore_page(rig.titles.mention)
    rig.blog.restore(rig.posts[POST])
    look("restored", 10 * DAY)
    return moments


def tracks_of(seat: Terminal, case: str) -> list[dict[str, Any]]:
    return list(seat.json("notice", "tracks", "--case", case))


def by_target(tracks: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for track in tracks:
        found.setdefault(track["target"], []).append(track)
    return found


def codes(seat: Terminal, case: str) -> Iterator[str]:
    return (event["code"] for event in seat.json("case", "show", case)["timeline"])


def test_the_three_disguises_are_found_without_doubt(hits: list[Mapping[str, Any]], rig: Rig) -> None:
    found = {hit["address"]: (hit["band"], hit["matched"]) for hit in hits if hit["kind"] == "text"}
    assert found[rig.cyrillic_url] == ("automatic", "C\u0430mille \u0415xemple")
    assert found[rig.comment_url] == ("automatic", "C4m1lle Ex3mple")
    assert found[rig.spaced_url] == ("automatic", "c a m i l l e  e x e m p l e".replace("  ", " "))


def test_only_the_pages_that_name_her_or_show_her_picture_are_hits(hits: list[Mapping[str, Any]], rig: Rig) -> None:
    ours = {rig.page_url(title) for title in vars(rig.titles).values()}
    assert {hit["address"] for hit in hits} <= ours | {rig.cyrillic_url, rig.comment_url, rig.spaced_url}
    namesake = rig.page_url(rig.titles.namesake)
    assert "automatic" not in {hit["band"] for hit in hits if hit["address"] == namesake}


def test_one_letter_per_host_left_once_and_names_every_address(letters: dict[str, EmailMessage], rig: Rig) -> None:
    assert sorted(letters) == [desk("blog"), desk("cite"), desk("wiki")]
    assert len(rig.messages) == 3
    body = letters[desk("blog")].get_body(("plain",))
    assert body is not None
    assert all(url in body.get_content() for url in (rig.cyrillic_url, rig.comment_url))


def test_every_letter_asks_for_its_answer_at_an_address_of_its_own(letters: dict[str, EmailMessage]) -> None:
    addresses = {str(letter["Reply-To"]) for letter in letters.values()}
    assert len(addresses) == 3
    assert all(one.startswith("notifications+n-") for one in addresses)


def test_answers_are_read_by_imap_and_act_only_when_their_sender_is_proved(
    answered: Terminal, case: str, letters: dict[str, EmailMessage]
) -> None:
    lines = answered.json("notice", "list", "--case", case)
    assert sorted(line["status"] for line in lines) == ["acknowledged", "answered", "answered"]
    happened = list(codes(answered, case))
    assert (happened.count("reply.taken_in"), happened.count("reply.unverified")) == (3, 1)
    assert happened.count("track.refused") == 1


def test_what_answers_nothing_waits_for_a_person(answered: Terminal) -> None:
    (waiting,) = answered.json("notice", "unmatched")
    assert (waiting["subject"], waiting["proved_domain"]) == ("Une question", "")
    assert answered.json("notice", "unmatched", "--discard", waiting["id"]) == []


def test_an_announced_removal_is_only_believed_when_two_looks_found_it_gone(
    told: dict[str, dict[str, str]], rig: Rig
) -> None:
    gone = {rig.page_url(rig.titles.mention), rig.cyrillic_url}
    assert not [url for url in gone if told["first look"][url] == "resolved"]
    assert {url for url, status in told["second look"].items() if status == "resolved"} == gone


def test_a_password_or_a_sign_in_page_is_never_a_removal(told: dict[str, dict[str, str]], rig: Rig) -> None:
    for moment in told.values():
        assert moment[rig.comment_url] != "resolved"
        assert moment[rig.spaced_url] != "resolved"


def test_what_comes_back_is_said(told: dict[str, dict[str, str]], answered: Terminal, case: str, rig: Rig) -> None:
    assert told["third look"][rig.cyrillic_url] == "resolved"
    for url in (rig.page_url(rig.titles.mention), rig.cyrillic_url):
        assert told["restored"][url] == "to_act"
    assert list(codes(answered, case)).count("track.reappeared") == 2


def test_nothing_is_doubtful_and_the_ledger_verifies(told: dict[str, dict[str, str]], answered: Terminal) -> None:
    answered.vigie("audit", "verify")
    found = {one["what"]: one["state"] for one in json.loads(answered.vigie("doctor", "--json"))}
    assert (found["in doubt"], found["replies"], found["unmatched mail"]) == ("ok", "ok", "ok")
