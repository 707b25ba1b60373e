"""Rules that say what a reply is, with the reasons; a person may always say otherwise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["acknowledgement", "bounce", "refusal", "removed", "identity", "other"]


@dataclass(frozen=True)
class ReplyFacts:
    """What the rules look at: lower-case header names, the content type with its parameters, subject, plain text."""

    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/plain"
    subject: str = ""
    text: str = ""


@dataclass(frozen=True)
class Reason:
    """Why: a code of config/texts/takedown.toml and its parameters; `found` quotes our rule, never the reply."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Classified:
    """The kind of a reply and the reasons for it."""

    kind: Kind
    reasons: tuple[Reason, ...]


PHRASES: Mapping[Kind, tuple[str, ...]] = {
    "identity": (
        r"(piece|justificatif|document|preuve|carte) (d')?identite",
        r"(verifier|confirmer|justifier de) votre identite",
        r"(proof of|confirm your|verify your) identity",
        r"(government[- ]issued|photo) id\b",
        r"copy of your (passport|id\b|identity)",
    ),
    "refusal": (
        r"(do(es)? not|did not|doesn't|didn't|don't) (appear to )?(violate|breach|infringe|go against|contravene)",
        r"(n'enfreint|ne contrevient|ne viole|n'est pas contraire)",
        r"ne (pouvons|pourrons|donnerons|donnons) (pas )?(donner |faire )?(une )?(suite|droit|retirer|supprimer)",
        r"ne sommes pas en mesure de (donner suite|faire droit|retirer|supprimer)",
        r"(not|unable to|cannot|can't|declined? to|decided not to|won't) (be )?(remov|delet|delist|act on|tak(e|ing) )",
        r"(has|have|was|were) not been (removed|deleted|taken down|delisted)",
        r"n'a (pas|point) ete (retire|supprime|desindexe|dereference)",
        r"(rejetons|refusons|avons (rejete|refuse|decide de ne pas))",
        r"(request|report|notice)[^.]{0,40} (is|was|has been) (rejected|denied|declined)",
        r"(demande|signalement)[^.]{0,40} (a ete|est) (rejete|refuse)",
        r"no (violation|further action)",
    ),
    "removed": (
        r"(has|have|was|were) (now |since |already )?(been )?(removed|deleted|taken down|delisted|disabled)",
        r"we('ve| have)? (now |since |already )?(removed|deleted|taken down|took down|delisted|disabled access)",
        r"no longer (available|accessible|online|visible)",
        r"(a|ont) (bien )?ete (retire|supprime|efface|desindexe|dereference|desactive)e?s?",
        r"avons (bien )?(retire|supprime|efface|desindexe|dereference|desactive)",
        r"avons procede (au|a la) (retrait|suppression)",
        r"n'(est|sont) plus (accessibles?|disponibles?|visibles?|en ligne)",
    ),
    "acknowledgement": (
        r"(have|has|'ve|was|been) (been )?received (your|by)?",
        r"thank(s| you) for (your (report|notice|request|message|email)|contacting|reporting|reaching out)",
        r"accus(ons|e|er)? (bonne )?reception",
        r"(avons|a) bien (ete )?recue? ",
        r"bien recu votre",
        r"\[?(ticket|case) ?(id|number|numero|no\.|n°|#)",
        r"(will (review|look into|process)|is being reviewed|under review|en cours de (traitement|examen))",
    ),
}  # fmt: skip
"""Folded phrases (no accents, lower case), French and English, per kind."""

BOUNCED = (
    r"undeliver(ed|able)", r"delivery (status notification|has failed|failure)", r"mail delivery (failed|subsystem)",
    r"returned to sender", r"(message|courrier|mail) non (remis|distribue)",
    r"echec (de|d'|definitif)? ?(la )?(remise|envoi|distribution)",
)  # fmt: skip
ABSENT = (r"out of (the )?office", r"absen(t|ce) du bureau", r"reponse automatique d'absence", r"vacation")
CONDITIONAL = r"\b(if|once|when|whether|should|si|des que|lorsque|apres que|quand)\b[^.!?]{0,60}$"
IN_ORDER: tuple[Kind, ...] = ("identity", "refusal", "removed", "acknowledgement")
QUOTE_STARTS = (
    r"^-{2,} ?(original message|message d'origine|forwarded message)", r"^on .{4,120} wrote:$",
    r"^le .{4,120} a ecrit ?:$", r"^_{10,}$",
)  # fmt: skip


def classify(facts: ReplyFacts) -> Classified:
    """The kind of a reply: delivery facts first, then phrases; two contradicting answers are left to a person."""
    delivery = _delivery(facts)
    if delivery is not None:
        return delivery
    text = " ".join(_folded(f"{facts.subject} . {own_words(facts.text)}").split())
    found = {kind: rule for kind in IN_ORDER for rule in _rules_in(kind, text)}
    if "refusal" in found and "removed" in found:
        return Classified("other", (Reason("reply.reason.contradicting"),))
    for kind in IN_ORDER:
        if kind in found:
            return Classified(kind, (Reason("reply.reason.phrase", {"rule": found[kind]}),))
    if _automatic(facts):
        return Classified("acknowledgement", (Reason("reply.reason.automatic"),))
    return Classified("other", (Reason("reply.reason.nothing_known"),))


def own_words(text: str) -> str:
    """The reply without what it quotes: our own letter must never be read as their answer."""
    kept: list[str] = []
    for line in text.splitlines():
        if any(re.match(start, _folded(line.strip())) for start in QUOTE_STARTS):
            break
        if not line.lstrip().startswith((">", "|")):
            kept.append(line)
    return "\n".join(kept)


def _delivery(facts: ReplyFacts) -> Classified | None:
    """What the envelope says: a failed delivery, a delay, an absence."""
    kind = facts.content_type.lower()
    subject = _folded(facts.subject)
    if kind.startswith("multipart/report") and "delivery-status" in kind:
        failed = re.search(r"^action:\s*failed", facts.text, re.IGNORECASE | re.MULTILINE)
        return Classified("bounce" if failed else "other", (Reason("reply.reason.delivery_report"),))
    sender = facts.headers.get("from", "").lower()
    if re.search(r"mailer-daemon|postmaster@", sender) and any(re.search(rule, subject) for rule in BOUNCED):
        return Classified("bounce", (Reason("reply.reason.delivery_report"),))
    if any(re.search(rule, subject) for rule in ABSENT):
        return Classified("other", (Reason("reply.reason.absent"),))
    return None


def _automatic(facts: ReplyFacts) -> bool:
    submitted = facts.headers.get("auto-submitted", "no").strip().lower()
    return submitted.startswith(("auto-replied", "auto-generated"))


def _rules_in(kind: Kind, text: str) -> Iterator[str]:
    for rule in PHRASES[kind]:
        for hit in re.finditer(rule, text):
            if kind != "removed" or not re.search(CONDITIONAL, text[: hit.start()]):
                yield rule


def _folded(text: str) -> str:
    straight = text.replace("’", "'").replace("\u00a0", " ").lower()
    bare = "".join(c for c in unicodedata.normalize("NFKD", straight) if not unicodedata.combining(c))
    return re.sub(r"[ \t]+", " ", bare)
