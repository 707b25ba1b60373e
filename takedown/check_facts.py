"""What one look at an address showed: the facts from which a verdict is decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from crawler.address import canonical, host
from crawler.exchange import Exchange
from crawler.page import Page
from takedown.gone_words import fold, says_gone

GONE: Final = (404, 410, 451)
ECHOES: Final = ("url", "link", "handle")
"""Fields that may repeat the address that was asked, and so prove nothing about what the page shows."""
HOME: Final = re.compile(r"([a-z]{2}([-_][a-z]{2})?)?", re.IGNORECASE)
MIRROR: Final = re.compile(r"^(www|m|mobile|amp)\.")


Marker = str | Mapping[str, str | None]
"""What identifies the content on its page: a quote, or quotes and a title by name."""


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


def facts_from(
    exchange: Exchange,
    page: Page | None,
    content_marker: Marker | None,
    *,
    vantage_points: int = 1,
) -> CheckFacts:
    """The facts in one exchange and the page read from it.

    `content_marker` is the quote, or the quote and title, that identify the content. Without a page (headers only, or
    no text) the words stay unknown.
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
    gone_in_words = says_gone(said.get("title", ""), said.get("text", ""))
    telling = _telling(content_marker) if gone_in_words or exchange.status in GONE else content_marker
    return replace(
        here,
        login_wall=page.login_wall,
        consent_wall=page.consent_wall,
        challenge=page.challenge,
        soft_404=gone_in_words,
        marker=_look_for(telling, said),
        text_length=sum(len(text) for text in said.values()),
    )


def _telling(marker: Marker | None) -> Marker | None:
    """What still proves something on a page that says it is gone: many sites repeat the title on that very page."""
    if isinstance(marker, Mapping):
        return {name: text for name, text in marker.items() if name != "title"}
    return marker


def _look_for(marker: Marker | None, said: Mapping[str, str]) -> Literal["found", "absent", "unknown"]:
    quotes = [marker] if isinstance(marker, str) else list((marker or {}).values())
    wanted = [folded for quote in quotes if quote and (folded := fold(quote))]
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
