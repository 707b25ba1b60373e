"""What a reply is, from its envelope and its words, in French and in English."""

from __future__ import annotations

import pytest

from config import messages
from takedown.classify import PHRASES, ReplyFacts, classify, own_words

SAID = [
    ("acknowledgement", "Nous accusons réception de votre notification, elle sera examinée."),
    ("acknowledgement", "Votre signalement est en cours de traitement."),
    ("acknowledgement", "We have received your report and will review it shortly."),
    ("acknowledgement", "Thank you for your report. [Ticket #88213]"),
    ("acknowledgement", "Nous avons bien reçu votre demande. Si le contenu a été supprimé, vous serez averti."),
    ("acknowledgement", "We've received your notice. We will write again once the content has been removed."),
    ("refusal", "Après examen, ce contenu n’enfreint pas nos règles."),
    ("refusal", "Nous ne pouvons donner suite à votre demande."),
    ("refusal", "Nous avons décidé de ne pas retirer cette publication."),
    ("refusal", "The content does not violate our Community Standards."),
    ("refusal", "We are unable to remove this\ncontent."),
    ("refusal", "The reported post has not been removed."),
    ("refusal", "Le contenu n'a pas été supprimé."),
    ("removed", "Le contenu a été retiré de notre plateforme."),
    ("removed", "Nous avons supprimé la publication signalée."),
    ("removed", "La page n'est plus accessible."),
    ("removed", "We have removed the content you reported. Thank you for your report."),
    ("removed", "The image has now been taken down."),
    ("removed", "We disabled access to the file."),
    ("identity", "Merci de joindre une pièce d'identité afin de poursuivre."),
    ("identity", "Please verify your identity by sending a government-issued ID."),
    ("other", "Nous avons retiré deux images ; la troisième n'enfreint pas nos règles."),
    ("other", "Qui êtes-vous ?"),
    ("other", ""),
]


@pytest.mark.parametrize(("kind", "text"), SAID)
def test_the_words_say_what_a_reply_is(kind: str, text: str) -> None:
    assert classify(ReplyFacts(text=text)).kind == kind


def test_our_own_letter_quoted_below_is_not_their_answer() -> None:
    reply = "Bonjour, bien reçu votre message.\n\nLe 24 novembre 2026, X a écrit :\n> le contenu a été retiré\n"
    assert classify(ReplyFacts(text=reply)).kind == "acknowledgement"
    assert "retiré" not in own_words(reply)
    assert own_words("Thanks.\n-----Original Message-----\nWe have removed it") == "Thanks."


def test_a_failed_delivery_is_a_bounce_whatever_it_quotes() -> None:
    report = ReplyFacts(
        headers={"from": "MAILER-DAEMON@images.example"},
        content_type="multipart/report; delivery-status",
        subject="Undelivered Mail Returned to Sender",
        text="Action: failed\nStatus: 5.1.1\nwe have removed",
    )
    assert classify(report).kind == "bounce"
    late = ReplyFacts(content_type="multipart/report; delivery-status", text="Action: delayed\nStatus: 4.4.1")
    assert classify(late).kind == "other"
    bare = ReplyFacts(headers={"from": "postmaster@images.example"}, subject="Message non remis : votre courriel")
    assert classify(bare).kind == "bounce"


def test_an_absence_acknowledges_nothing() -> None:
    away = ReplyFacts({"auto-submitted": "auto-replied"}, subject="Out of office", text="We have received your mail")
    assert classify(away).kind == "other"


def test_an_automatic_answer_without_known_words_acknowledges() -> None:
    assert classify(ReplyFacts({"auto-submitted": "auto-replied"}, text="Bonjour.")).kind == "acknowledgement"
    assert classify(ReplyFacts({"auto-submitted": "no"}, text="Bonjour.")).kind == "other"


def test_every_reason_has_words_in_both_languages() -> None:
    for kind, text in SAID:
        for reason in classify(ReplyFacts(text=text)).reasons:
            assert messages.both(reason.code, reason.params), (kind, reason)
    assert set(PHRASES) == {"identity", "refusal", "removed", "acknowledgement"}
