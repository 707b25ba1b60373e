"""A content is gone only when an answer says so without a wall, an error or another site in between."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import messages
from crawler.exchange import Exchange
from crawler.page import read
from takedown.gone_words import PHRASES, fold, says_gone
from takedown.verdict import CheckFacts, Verdict, decide, facts_from

LONG = "Un texte quelconque qui n'a rien à voir avec l'affaire et qui remplit la page. " * 3


def verdict(**facts: Any) -> str:
    return decide(CheckFacts(**({"status": 200, "text_length": 500} | facts))).code


TABLE = [
    ("a page that is not found", {"status": 404}, "down"),
    ("a page that is gone", {"status": 410}, "down"),
    ("a page withheld for legal reasons", {"status": 451}, "down"),
    ("a 404 that the crawler classed as gone", {"status": 404, "error_class": "gone"}, "down"),
    ("a 404 behind a login wall", {"status": 404, "login_wall": True}, "hidden"),
    ("a 404 on another site", {"status": 404, "same_site": False}, "unclear"),
    ("a 404 whose body broke off", {"status": 404, "error_class": "transient"}, "unclear"),
    ("a 404 that still shows the content", {"status": 404, "marker": "found"}, "unclear"),
    ("a page that asks who you are", {"status": 401}, "hidden"),
    ("a page that is forbidden", {"status": 403}, "unclear"),
    ("a site that counts requests", {"status": 429, "error_class": "quota"}, "unclear"),
    ("a server that fails", {"status": 503}, "unclear"),
    ("no answer at all", {"status": None, "error_class": "transient"}, "unclear"),
    ("no answer and no reason", {"status": None}, "unclear"),
    ("an endless redirection", {"status": 302}, "unclear"),
    ("a robot check", {"challenge": True, "marker": "absent", "soft_404": True}, "unclear"),
    ("a consent wall", {"consent_wall": True, "marker": "absent"}, "unclear"),
    ("a login wall", {"login_wall": True, "marker": "absent", "soft_404": True}, "hidden"),
    ("the content itself", {"marker": "found"}, "still_up"),
    ("the content under a login window", {"marker": "found", "login_wall": True}, "still_up"),
    ("the content beside a note of removal", {"marker": "found", "soft_404": True}, "still_up"),
    ("the content at another address", {"marker": "found", "other_address": True}, "moved"),
    ("the picture still shown", {"media": "shown"}, "still_up"),
    ("a page that says it is gone", {"marker": "absent", "soft_404": True}, "down"),
    ("such words without anything to compare", {"marker": "unknown", "soft_404": True}, "unclear"),
    ("the way back to the home page", {"marker": "absent", "redirected_to_home": True, "soft_404": True}, "unclear"),
    ("a page with something else", {"marker": "absent"}, "replaced"),
    ("another picture in its place", {"media": "replaced"}, "replaced"),
    ("an empty shell", {"marker": "absent", "text_length": 3}, "unclear"),
    ("a page and nothing to compare", {}, "unclear"),
    ("a picture that no longer loads", {"media": "gone"}, "unclear"),
]


@pytest.mark.parametrize(("seen", "facts", "code"), TABLE, ids=[row[0] for row in TABLE])
def test_what_was_seen_gives_its_verdict(seen: str, facts: dict[str, Any], code: str) -> None:
    assert verdict(**facts) == code


facts = st.builds(
    CheckFacts,
    status=st.sampled_from([None, 200, 204, 301, 302, 401, 403, 404, 410, 418, 429, 451, 500, 502, 503, 504]),
    error_class=st.sampled_from([None, "gone", "transient", "blocked", "auth", "quota", "shape", "robots", "refused"]),
    same_site=st.booleans(),
    redirected_to_home=st.booleans(),
    other_address=st.booleans(),
    login_wall=st.booleans(),
    consent_wall=st.booleans(),
    challenge=st.booleans(),
    soft_404=st.booleans(),
    marker=st.sampled_from(["found", "absent", "unknown"]),
    media=st.sampled_from(["shown", "gone", "replaced", "unknown"]),
    text_length=st.one_of(st.none(), st.integers(0, 2000)),
    vantage_points=st.integers(1, 3),
)


@given(facts)
def test_no_wall_error_or_silence_ever_means_gone(seen: CheckFacts) -> None:
    unsure = (
        seen.walled() or seen.status not in (200, 404, 410, 451) or seen.error_class not in (None, "gone")
    ) or not seen.same_site
    if unsure:
        assert decide(seen).code != "down"


@given(facts)
def test_content_that_was_seen_is_never_gone(seen: CheckFacts) -> None:
    if seen.marker == "found" or (seen.media == "shown" and seen.status == 200):
        assert decide(seen).code != "down"


@given(facts)
def test_every_verdict_says_why_in_french_and_english(seen: CheckFacts) -> None:
    found = decide(seen)
    assert found.params == found.reasons[0].params
    for reason in found.reasons:
        assert set(messages.both(reason.code, reason.params)) == {"fr", "en"}


def test_gone_from_one_network_only_says_so() -> None:
    def codes(points: int) -> list[str]:
        return [reason.code for reason in decide(CheckFacts(status=410, vantage_points=points)).reasons]

    assert codes(1) == ["verdict.gone", "verdict.one_vantage"]
    assert codes(2) == ["verdict.gone"]


def test_the_json_of_a_verdict_holds_codes_only() -> None:
    assert decide(CheckFacts(status=503)).to_json() == {
        "code": "unclear",
        "reasons": [{"code": "verdict.status", "params": {"status": 503}}],
    }


NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def exchange(status: int | None = 200, *, asked: str = "https://forum.example/sujet/12", final: str = "") -> Exchange:
    return Exchange(asked, (), final or asked, status, (), (), "text/html", None, None, None, 0, (), NOW, NOW, (), None)


def look(title: str, body: str, marker: str | dict[str, str | None] | None, answer: Exchange | None = None) -> Verdict:
    answer = answer or exchange()
    html = f"<html><head><title>{title}</title></head><body><p>{body}</p></body></html>".encode()
    return decide(facts_from(answer, read(html, answer.final_url, "text/html"), marker))


def test_the_quoted_words_are_found_whatever_their_accents_and_apostrophes() -> None:
    assert look("Sujet", f"{LONG} L’été de Léa, c'est fini", "l'ete de lea, c'est fini").code == "still_up"


def test_one_of_several_marks_is_enough() -> None:
    assert look("Léa Exemple", LONG, {"quote": "jamais écrit", "title": "Léa Exemple", "alt": None}).code == "still_up"


def test_a_page_that_answers_200_but_says_introuvable_is_gone() -> None:
    assert look("Page introuvable", "Retour à l'accueil du forum", "Léa Exemple").code == "down"


def test_words_of_removal_inside_a_long_page_are_a_quotation() -> None:
    assert look("Sujet", f"{LONG * 20} this video has been removed", "Léa Exemple").code == "replaced"


def test_a_page_without_the_words_is_something_else() -> None:
    assert look("Sujet", LONG, "Léa Exemple").code == "replaced"


def test_a_page_that_could_not_be_read_as_text_says_nothing() -> None:
    assert decide(facts_from(exchange(), None, "Léa Exemple")).code == "unclear"
    assert decide(facts_from(exchange(404), None, "Léa Exemple")).code == "down"


def test_no_mark_or_an_empty_one_leaves_the_question_open() -> None:
    assert facts_from(exchange(), read(b"<p>x</p>", "https://forum.example/", "text/html"), None).marker == "unknown"
    assert facts_from(exchange(), read(b"<p>x</p>", "https://forum.example/", "text/html"), " ").marker == "unknown"


@pytest.mark.parametrize(
    ("final", "same", "home", "other"),
    [
        ("https://forum.example/sujet/12", True, False, False),
        ("http://www.forum.example/sujet/12/", True, False, False),
        ("https://m.forum.example/sujet/12", True, False, False),
        ("https://forum.example/sujet/13", True, False, True),
        ("https://forum.example/", True, True, True),
        ("https://www.forum.example/fr/", True, True, True),
        ("https://parking.example/sujet/12", False, False, True),
        ("https://badforum.example/sujet/12", False, False, True),
    ],
)
def test_where_the_address_led_is_told_apart(final: str, same: bool, home: bool, other: bool) -> None:
    seen = facts_from(exchange(final=final), None, None)
    assert (seen.same_site, seen.redirected_to_home, seen.other_address) == (same, home, other)


def test_a_content_that_lives_on_the_home_page_is_not_sent_home() -> None:
    seen = facts_from(exchange(asked="https://blog.example/", final="https://www.blog.example/"), None, None)
    assert not seen.redirected_to_home


@pytest.mark.parametrize("phrase", PHRASES)
def test_each_phrase_is_written_as_it_is_compared(phrase: str) -> None:
    assert fold(phrase) == phrase
    assert says_gone("", phrase.upper())


def test_an_ordinary_title_does_not_say_gone() -> None:
    assert not says_gone("Une vidéo de chat très populaire", LONG)
