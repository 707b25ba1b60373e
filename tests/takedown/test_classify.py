"""What the rules make of replies, in French and English; our own quoted letter is never read as an answer."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import messages
from takedown.classify import READ_AS, ReplyFacts, classify
from takedown.own_words import own_words


def kind(text: str, subject: str = "Re: Notification N-2345-6789-ABCD") -> str:
    return classify(ReplyFacts(subject=subject, text=text)).kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thank you for your report. Your ticket number is 5512.", "acknowledgement"),
        ("Nous accusons réception de votre signalement.", "acknowledgement"),
        ("Nous avons bien reçu votre demande, elle est en cours d'examen.", "acknowledgement"),
        ("We have removed the reported content.", "removed"),
        ("Le contenu a bien été supprimé.", "removed"),
        ("Cette page n'est plus accessible depuis la France.", "removed"),
        ("After review, this content does not violate our rules.", "refusal"),
        ("Nous ne pouvons pas donner suite à votre demande.", "refusal"),
        ("Le contenu n'a pas été retiré.", "refusal"),
        ("Your report has been rejected.", "refusal"),
        ("Merci de nous transmettre une copie de votre pièce d'identité.", "identity"),
        ("Please send a government-issued ID so that we can verify your identity.", "identity"),
        ("Bonjour, pouvez-vous préciser ?", "other"),
    ],
)
def test_a_plain_reply_is_read_for_what_it_says(text: str, expected: str) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We will write to you once the content has been removed.",
        "Vous serez prévenue lorsque le contenu aura été examiné, si le contenu a été supprimé.",
    ],
)
def test_a_removal_that_is_only_announced_is_no_removal(text: str) -> None:
    assert kind(text) != "removed"


def test_two_contradicting_answers_are_left_to_a_person() -> None:
    found = classify(ReplyFacts(text="The first item has been removed. The second does not violate our rules."))
    assert (found.kind, found.reasons[0].code) == ("other", "reply.reason.contradicting")


@pytest.mark.parametrize(
    "quoted",
    [
        "> nous vous demandons de confirmer que le contenu a été supprimé",
        "Le mardi 24 novembre 2026, notice@rive.example a écrit :\nLe contenu a été supprimé.",
        "On Tue, Nov 24, 2026 at 9:00 AM, Rive wrote:\nThe content has been removed.",
        "-----Original Message-----\nThe content has been removed.",
        "On Tue, Nov 24, 2026 at 9:00 AM Rive\n<notice@rive.example> wrote:\n\nThe content has been removed.",
        "De : Rive\nEnvoyé : mardi 24 novembre 2026\nÀ : Abuse\nObjet : Avis\n\nLe contenu a été supprimé.",
        "From: Rive\nSent: Tuesday, November 24, 2026\nTo: Abuse\nSubject: Notice\n\nThe content has been removed.",
        "Le 24 nov. 2026 à 10:12, Association Veilleuse <notice@rive.example> a écrit :\n\nLe contenu a été supprimé.",
    ],
)
def test_our_own_quoted_words_are_not_their_answer(quoted: str) -> None:
    assert kind(f"Bonjour,\n\n{quoted}") == "other"


def test_an_answer_below_the_quoted_letter_is_read() -> None:
    quoted = "Le 24 nov. 2026, Rive <notice@rive.example>\na écrit :\n> Le contenu a été supprimé ?\n\n"
    assert kind(f"{quoted}Non, nous refusons de le retirer.") == "refusal"


def test_a_failed_delivery_report_is_a_bounce_and_a_delay_is_not() -> None:
    report = "multipart/report; delivery-status"
    assert classify(ReplyFacts(content_type=report, text="Action: failed\nStatus: 5.1.1")).kind == "bounce"
    assert classify(ReplyFacts(content_type=report, text="Action: delayed\nStatus: 4.4.1")).kind == "other"


def test_an_old_mailer_daemon_without_a_report_is_a_bounce_too() -> None:
    facts = ReplyFacts({"from": "MAILER-DAEMON@mx.example"}, subject="Undelivered Mail Returned to Sender", text="")
    assert classify(facts).kind == "bounce"


def test_somebody_on_holiday_has_answered_nothing() -> None:
    assert kind("Je reviens lundi.", subject="Absence du bureau") == "other"


def test_an_automatic_answer_without_known_words_is_an_acknowledgement() -> None:
    found = classify(ReplyFacts({"auto-submitted": "auto-replied"}, text="Hello."))
    assert (found.kind, found.reasons[0].code) == ("acknowledgement", "reply.reason.automatic")


@pytest.mark.parametrize("code", [code for _, code in READ_AS.values()])
def test_every_reason_has_a_text_in_both_languages(code: str) -> None:
    assert set(messages.both(code, {})) == {"fr", "en"}


@pytest.mark.parametrize(
    "sign", ["a", "ne pas ", "we have not been ", "si le contenu ", "url:", "> ", "On x\n", "-", "é" * 3]
)
def test_a_reply_of_a_hundred_thousand_characters_is_read_in_bounded_time(sign: str) -> None:
    before = time.process_time()
    classify(ReplyFacts(subject=sign * 100, text=(sign * 100_000)[:100_000]))
    assert time.process_time() - before < 20  # a runaway pattern takes hours


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_at_all_gets_one_kind_and_a_reason_with_a_text(text: str, subject: str) -> None:
    found = classify(ReplyFacts(subject=subject, text=text))
    assert found.kind in {"acknowledgement", "bounce", "refusal", "removed", "identity", "other"}
    assert all(messages.both(reason.code, reason.params) for reason in found.reasons)


@given(st.lists(st.sampled_from(["> cité", "libre", "| cité", "  > cité"]), max_size=12))
def test_what_is_left_of_a_reply_holds_no_quoted_line(lines: list[str]) -> None:
    assert "cité" not in own_words("\n".join(lines))
