"""Decides from the facts of a check whether a content is gone: a wall, an error or a silence is never "gone"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from crawler.address import canonical, host
from crawler.exchange import Exchange
from crawler.page import Page
from takedown.gone_words import fold, says_gone

Code = Literal["down", "hidden", "moved", "replaced", "still_up", "unclear"]

GONE: Final = (404, 410, 451)
SIGN_IN: Final = (401, 407)
ECHOES: Final = ("url", "link", "handle")
"""Fields that may repeat the address that was asked, and so prove nothing about what the page shows."""
HOME: Final = re.compile(r"([a-z]{2}([-_][a-z]{2})?)?", re.IGNORECASE)
MIRROR: Final = re.compile(r"^(www|m|mobile|amp)\.")
LEAST_TEXT: Final = 40
"""Characters of text under which a page that answered 200 says nothing (an empty shell filled by scripts)."""


@dataclass(frozen=True)
class CheckFacts:
    """What one look at an address showed. Unknown is a value of its own, never a no.

    `error_class` is the crawler's class when no usable answer came; `marker` whether the quoted text or title that
    identifies the content was found; `soft_404` whether the page says in words that the content is gone; `media` what
    became of the picture or video, when somebody looked; `vantage_points` from how many networks it was looked at.
    """

    status: int | None
    error_class: str | None = None
    same_site: bool = True
    redirected_to_home: bool = False
    other_address: bool = False
    login_wall: bool = False
    consent_wall: bool = False
    challenge: bool = False
    soft_404: bool = False
    marker: Literal["found", "absent", "unknown"] = "unknown"
    media: Literal["shown", "gone", "replaced", "unknown"] = "unknown"
    text_length: int | None = None
    vantage_points: int = 1

    def walled(self) -> bool:
        """Whether something stands between the look and the page."""
        return self.login_wall or self.consent_wall or self.challenge


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


def facts_from(
    exchange: Exchange, page: Page | None, content_marker: str | Mapping[str, str] | None, *, vantage_points: int = 1
) -> CheckFacts:
    """The facts in one exchange and the page read from it.

    `content_marker` is the quote, or the quote and title, that identify the content. Without a page (headers only, or no
    text) the words stay unknown.
    """
    here = CheckFacts(
        status=exchange.status,
        error_class=exchange.error_class,
        same_site=_same_site(exchange.asked, exchange.final_url),
        redirected_to_home=not _is_home(exchange.asked) and _is_home(exchange.final_url),
        other_address=_bare(exchange.asked) != _bare(exchange.final_url),
        vantage_points=vantage_points,
    )
    if page is None:
        return here
    said = {part.name: part.text for part in page.fields if part.name not in ECHOES}
    return replace(
        here,
        login_wall=page.login_wall,
        consent_wall=page.consent_wall,
        challenge=page.challenge,
        soft_404=says_gone(said.get("title", ""), said.get("text", "")),
        marker=_look_for(content_marker, said),
        text_length=sum(len(text) for text in said.values()),
    )


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


def _look_for(marker: str | Mapping[str, str] | None, said: Mapping[str, str]) -> Literal["found", "absent", "unknown"]:
    quotes = [marker] if isinstance(marker, str) else list((marker or {}).values())
    wanted = [folded for quote in quotes if (folded := fold(quote))]
    if not wanted:
        return "unknown"
    texts = [fold(text) for text in said.values()]
    return "found" if any(quote in text for quote in wanted for text in texts) else "absent"


def _bare(url: str) -> str:
    """The address without what commonly changes on the way to the same page: scheme, www, a final slash."""
    return MIRROR.sub("", canonical(url).partition("://")[2]).rstrip("/")


def _same_site(asked: str, final: str) -> bool:
    one, other = (MIRROR.sub("", host(url)) for url in (asked, final))
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _is_home(url: str) -> bool:
    """Whether the address is a site's front page, perhaps in one language (/fr/)."""
    return HOME.fullmatch(_bare(url).partition("/")[2]) is not None
