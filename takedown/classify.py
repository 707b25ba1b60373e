"""Rules that say what a reply is, with the reasons; a person may always say otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from takedown.own_words import folded, own_words
from takedown.phrases import says

Kind = Literal["acknowledgement", "bounce", "refusal", "removed", "identity", "other"]
Said = Literal["identity", "refusal", "no_power", "removed", "pending", "details", "passed_on", "acknowledgement"]
READ_AS: Mapping[Said, tuple[Kind, str]] = {
    "identity": ("identity", "reply.reason.says_identity"),
    "refusal": ("refusal", "reply.reason.says_refusal"),
    "removed": ("removed", "reply.reason.says_removed"),
    "passed_on": ("acknowledgement", "reply.reason.says_passed_on"),
    "no_power": ("refusal", "reply.reason.says_no_power"),
    "details": ("other", "reply.reason.says_details"),
    "pending": ("acknowledgement", "reply.reason.says_pending"),
    "acknowledgement": ("acknowledgement", "reply.reason.says_acknowledgement"),
}
"""What a reply is that says this, and the reason shown. What stands first outweighs what follows: thanks and a ticket
number stand in answers of every kind."""
OUTCOMES: frozenset[Said] = frozenset({"identity", "refusal", "removed", "no_power"})
SET_ASIDE: tuple[tuple[str, Kind, str], ...] = (
    ("contests", "other", "reply.reason.nothing_known"),
    ("absent", "other", "reply.reason.absent"),
    ("unread", "bounce", "reply.reason.delivery_report"),
)
NOT_DONE: tuple[Said, ...] = ("no_power", "refusal")
BULLETS = ("-", "*", "•", "–", "1", "2", "3", "4")
BREAK = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n\s*(?=[-*•–]|\d+[.)] )")
LINK = re.compile(r"(https?://|www\.)\S+|(?<!\S)\S{1,254}@\S+")
LONGEST = 600  # characters of a sentence that are looked at
MOST = 400  # sentences


@dataclass(frozen=True)
class ReplyFacts:
    """What the rules look at: lower-case header names, the content type with its parameters, subject, plain text."""

    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/plain"
    subject: str = ""
    text: str = ""


@dataclass(frozen=True)
class Reason:
    """Why: a code of config/texts/takedown.toml and its parameters; never words of the reply."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Classified:
    """The kind of a reply and the reasons for it."""

    kind: Kind
    reasons: tuple[Reason, ...]


def classify(facts: ReplyFacts) -> Classified:
    """The kind of a reply: delivery facts first, then what its sentences say; contradictions are left to a person."""
    parts = sentences(facts)
    known = _delivery(facts) or _set_aside(parts)
    if known is not None:
        return known
    said = _all_said(parts)
    if "removed" in said and said & {"refusal", "pending", "identity"}:
        return Classified("other", (Reason("reply.reason.contradicting"),))
    if not said & OUTCOMES and any(says("no_answer", part) for part in parts):
        return Classified("other", (Reason("reply.reason.nothing_known"),))
    for what, (kind, code) in READ_AS.items():
        if what in said:
            return Classified(kind, (Reason(code),))
    if _automatic(facts):
        return Classified("acknowledgement", (Reason("reply.reason.automatic"),))
    return Classified("other", (Reason("reply.reason.nothing_known"),))


def sentences(facts: ReplyFacts) -> list[str]:
    """The folded sentences of a reply's subject and own words, addresses taken out."""
    text = folded(f"{facts.subject}\n\n{own_words(facts.text)}")
    return [" ".join(one.split())[:LONGEST] for one in BREAK.split(LINK.sub("url", text)) if one.strip()][:MOST]


def _all_said(parts: Sequence[str]) -> set[Said]:
    """What the sentences say; a list of papers belongs to the demand above it, a "nevertheless" outweighs a refusal."""
    said: set[Said] = set()
    demanded = False
    for part in parts:
        demanded = _demanded(part) or (demanded and part.startswith(BULLETS))
        here = _said(part, demanded=demanded)
        if "removed" in here and says("all_the_same", part):
            said -= {"refusal", "no_power"}
        said |= here
    return said


def _said(sentence: str, *, demanded: bool) -> set[Said]:
    """Everything that one folded sentence says."""
    said: set[Said] = set()
    if says("acknowledged", sentence):
        said.add("acknowledgement")
    if says("passed_on", sentence):
        said.add("passed_on")
    if says("details", sentence) and not says("in_general", sentence):
        said.add("details")
    if demanded and says("papers", sentence) and not says("in_general", sentence):
        return said | {"identity"}
    return said | _outcome(sentence)


def _demanded(sentence: str) -> bool:
    return bool(says("demand", sentence)) and not says("in_general", sentence)


def _outcome(sentence: str) -> set[Said]:
    """Whether something is said to be gone, kept, or out of the sender's power."""
    if sentence.endswith("?") or says("hypothetical", sentence):
        return set()
    if says("not_removed", sentence):
        return {"pending" if says("yet", sentence) else "refusal"}
    for what in NOT_DONE:
        if says(what, sentence):
            return {"pending" if says("yet", sentence) else what}
    gone = says("removed", sentence)
    if gone is None:
        return set()
    before = sentence[: gone.start()]
    unsaid = says("conditional", sentence[: gone.end()]) or says("other_things", before)
    return set() if unsaid else {"removed"}


def _delivery(facts: ReplyFacts) -> Classified | None:
    """What the envelope says: a failed delivery, a delay, an absence."""
    kind, subject, text = facts.content_type.lower(), folded(facts.subject), LINK.sub("url", folded(facts.text))
    report = (Reason("reply.reason.delivery_report"),)
    if kind.startswith("multipart/report") and "delivery-status" in kind:
        return Classified("bounce" if re.search(r"^action: ?failed", text, re.MULTILINE) else "other", report)
    if says("absent", subject):
        return Classified("other", (Reason("reply.reason.absent"),))
    if not re.search(r"mailer-daemon|postmaster@", facts.headers.get("from", "").lower()):
        return None
    failed = says("bounced", subject) or says("bounced_inside", text)
    return Classified("bounce" if failed and not says("delayed", subject) else "other", report)


def _set_aside(parts: Sequence[str]) -> Classified | None:
    """An absence, a box that is closed, or the other side's counter-notice, which only a person may weigh."""
    for group, kind, code in SET_ASIDE:
        if any(says(group, part) for part in parts):
            return Classified(kind, (Reason(code),))
    return None


def _automatic(facts: ReplyFacts) -> bool:
    submitted = facts.headers.get("auto-submitted", "no").strip().lower()
    return submitted.startswith(("auto-replied", "auto-generated"))
