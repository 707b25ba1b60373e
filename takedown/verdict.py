"""Decides from the facts of a check whether a content is gone: a wall, an error or a silence is never "gone"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from takedown.check_facts import GONE, CheckFacts, facts_from

__all__ = ["CheckFacts", "Reason", "Verdict", "decide", "facts_from"]

Code = Literal["down", "hidden", "moved", "replaced", "still_up", "unclear"]

SIGN_IN: Final = (401, 407)
LEAST_TEXT: Final = 40
"""Characters of text under which a page that answered 200 says nothing (an empty shell filled by scripts)."""


@dataclass(frozen=True)
class Reason:
    """Why: a code of config/texts/verdict.toml and its parameters."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The conclusion of a check (design.md section 3) and its reasons, the deciding one first."""

    code: Code
    reasons: tuple[Reason, ...]

    @property
    def params(self) -> Mapping[str, Any]:
        """The parameters of the deciding reason."""
        return self.reasons[0].params

    def to_json(self) -> dict[str, Any]:
        """`{code, reasons: [{code, params}]}`; no personal data."""
        return {"code": self.code, "reasons": [{"code": r.code, "params": dict(r.params)} for r in self.reasons]}


def decide(facts: CheckFacts) -> Verdict:
    """The verdict; "down" needs an answer that says so, seen without a wall and on the content's own site."""
    verdict = _no_answer(facts) or _content_seen(facts) or _wall(facts) or _elsewhere(facts)
    return verdict or (_gone(facts) if facts.status in GONE else _page(facts))


def _no_answer(facts: CheckFacts) -> Verdict | None:
    """An error stands even beside a status, except the class that only repeats a 404, 410 or 451."""
    if facts.status is not None and facts.error_class in (None, "gone"):
        return None
    named = facts.error_class in ("robots", "refused", "blocked", "auth", "quota")
    return _verdict("unclear", f"no_answer.{facts.error_class}" if named else "no_answer.transient")


def _content_seen(facts: CheckFacts) -> Verdict | None:
    """What identifies the content was seen: it is up, whatever stands around it."""
    if facts.status != 200 or not (facts.marker == "found" or facts.media == "shown"):
        return None
    return _verdict("moved", "seen_elsewhere") if facts.other_address else _verdict("still_up", "seen")


def _wall(facts: CheckFacts) -> Verdict | None:
    if facts.login_wall or facts.status in SIGN_IN:
        return _verdict("hidden", "login_wall")
    if facts.challenge:
        return _verdict("unclear", "challenge")
    if facts.consent_wall:
        return _verdict("unclear", "consent_wall")
    if facts.status != 200 and facts.status not in GONE:
        return _verdict("unclear", "status", status=facts.status)
    return None


def _elsewhere(facts: CheckFacts) -> Verdict | None:
    if not facts.same_site:
        return _verdict("unclear", "other_site")
    if facts.redirected_to_home:
        return _verdict("unclear", "home")
    return None


def _gone(facts: CheckFacts) -> Verdict:
    if facts.marker == "found":
        return _verdict("unclear", "gone_but_seen", status=facts.status)
    return _down(facts, "gone", status=facts.status)


def _page(facts: CheckFacts) -> Verdict:
    """A page that answered 200 and does not show the content: gone, something else, or nothing to tell by."""
    if facts.marker == "absent" and facts.soft_404:
        return _down(facts, "soft_404")
    if facts.text_length is not None and facts.text_length < LEAST_TEXT:
        return _verdict("unclear", "too_little_text")
    if facts.marker == "absent" or facts.media == "replaced":
        return _verdict("replaced", "page_without_it")
    return _verdict("unclear", "media_gone" if facts.media == "gone" else "nothing_to_compare")


def _down(facts: CheckFacts, code: str, **params: Any) -> Verdict:
    seen_from = [] if facts.vantage_points > 1 else [Reason("verdict.one_vantage")]
    return Verdict("down", (Reason(f"verdict.{code}", params), *seen_from))


def _verdict(code: Code, reason: str, **params: Any) -> Verdict:
    return Verdict(code, (Reason(f"verdict.{reason}", params),))
