"""The rules that keep a step away from a person whom it could harm, or that the law does not open to her."""

from __future__ import annotations

from collections.abc import Callable

from config.records import Step
from takedown.matter import COMPLAINTS, PRESS, Matter

TO_PERSONS = ("author", "publisher", "school")
DIRECT_LETTERS = ("L16", "L17", "L18", "L20", "L28")
NOTICES = ("L01", "L01D", "L01M", "L03")
DSA_LETTERS = ("L01", "L01D", "L01M", "L02", "L03", "L04", "L05", "L06")
FRENCH_WAYS = ("L12", "L13", "L14", "L25", "L29", "thesee", "17cyber", "119", "3018", "33700", "conseil_d_etat")
"""Steps that the law opens to people who live in France; others have their own country's (law.md 4, 8, 18)."""
REMOVALS = ("platform", "host", "network", "archive", "cdn", "registrar", "publisher", "author")
RUNGS = ("L05", "L06", "L10", "L15")
"""Whom a removal is asked of, and the rungs above them: nothing is asked once the content is gone. A result that still
shows in a search engine is a matter of its own (design.md section 7)."""
PRESS_ACTS = ("L14", "L15", "L16", "L26")
"""What needs a press action that is still alive."""

Rule = Callable[[Matter, Step], bool]

RULES: tuple[tuple[str, Rule], ...] = (
    ("ex_partner", lambda m, s: m.situation.guarded and (s.to in TO_PERSONS or s.do in DIRECT_LETTERS)),
    ("author_may_control", lambda m, s: _may_reach_the_author(m, s)),
    ("frozen", lambda m, s: m.complaint_filed and _frozen(s)),
    ("already_filed", lambda m, s: s.do in COMPLAINTS and m.complaint_filed),
    ("removed", lambda m, s: m.removed and s.when != "back" and _asks_for_removal(m, s)),
    ("author_unknown", lambda m, s: s.do == "L18" and m.situation.author == "unknown"),
    ("author_minor", lambda m, s: s.do == "L18" and m.situation.author == "minor"),
    ("blackmailer", lambda m, s: s.do == "L18" and m.situation.harm == "sextortion"),
    ("author_known", lambda m, s: s.do == "thesee" and _met_outside(m)),
    ("other_regulator", lambda m, s: s.do == "L06" and m.situation.abroad),
    ("other_country", lambda m, s: s.do in FRENCH_WAYS and m.situation.abroad),
    ("search_engine", lambda m, s: m.kind == "search" and s.do in NOTICES),
    ("relay", lambda m, s: m.kind in ("cdn", "registrar") and s.to == "platform"),
    ("archive", lambda m, s: m.kind == "archive" and s.to == "platform" and m.situation.harm != "archive_copy"),
    ("archive_unknown", lambda m, s: s.do == "L30" and m.archive_out_of_reach),
    ("small_provider", lambda m, s: s.do in ("L04", "L05") and m.small == "yes"),
    ("no_internal_complaint", lambda m, s: s.do in ("L04", "L05") and m.outside_art20),
    ("not_covered", lambda m, s: s.do in ("L21", "ftc") and (m.tida == "no" or _outside_the_us_act(m))),
    ("private_messaging", lambda m, s: _in_a_messaging_service(m) and s.do in DSA_LETTERS),
    ("not_in_results", lambda m, s: m.situation.audience == "private" and _among_results(m, s)),
    ("not_public", lambda m, s: s.do == "pharos" and m.situation.audience == "private"),
    ("no_publisher", lambda m, s: s.do == "L16" and m.kind not in (None, "site")),
    ("direct_comments", lambda m, s: s.do == "L17" and m.kind not in (None, "site")),
    ("reply_late", lambda m, s: s.do == "L17" and m.press_over),
    ("press_over", lambda m, s: s.do in PRESS_ACTS and m.situation.harm in PRESS and m.press_over),
    ("couples_only", lambda m, s: s.do == "L25" and m.situation.ex_partner == "no"),
    ("danger_only", lambda m, s: s.do == "119" and m.situation.danger == "no"),
    ("adults_only", lambda m, s: s.do == "stopncii" and _not_adult(m)),
    ("not_yet", lambda m, s: s.not_before is not None and m.today < s.not_before),
)
"""Why a step is left out, first reason first: law.md 2, 3.2 (ldr.request), 7.2, 8, 10, 11.3, 14.1, 19 to 22, 24."""


def _in_a_messaging_service(matter: Matter) -> bool:
    """Whether a notice falls outside its scope; a file lent by a host through a private link does not (law.md 20)."""
    return matter.situation.audience == "private" and matter.kind != "host"


def why_not(matter: Matter, step: Step) -> str | None:
    """The code of the first rule that forbids the step, or None."""
    return next((code for code, forbids in RULES if forbids(matter, step)), None)


def _may_reach_the_author(matter: Matter, step: Step) -> bool:
    """The author may stand behind the publisher; where it is known that he runs the host, behind that one as well."""
    controls = matter.situation.author_controls_addressee
    runs_it = controls == "yes" and matter.kind in ("host", "archive") and step.to in ("host", "archive")
    return runs_it or (controls != "no" and step.to in ("publisher", "school"))


def _frozen(step: Step) -> bool:
    """A pending complaint freezes letters to persons; L10 to a platform or host stays open (law.md 24.10)."""
    return step.do in ("L16", "L18", "L28") or (step.do == "L10" and step.to in TO_PERSONS)


def _asks_for_removal(matter: Matter, step: Step) -> bool:
    return step.to in REMOVALS or step.do in RUNGS or (step.to == "search" and matter.kind == "search")


def _among_results(matter: Matter, step: Step) -> bool:
    """A step at an engine, unless a result is what the matter is about."""
    return step.to == "search" and matter.situation.harm != "outdated_result"


def _met_outside(matter: Matter) -> bool:
    """The online service for blackmail needs an author who is known only online (law.md 8)."""
    return matter.situation.author != "unknown" or matter.situation.ex_partner == "yes"


def _outside_the_us_act(matter: Matter) -> bool:
    """The US act is about services that publish what users post: any other counts only if a record says so."""
    return matter.kind not in (None, "platform") and matter.tida != "yes"


def _not_adult(matter: Matter) -> bool:
    return matter.situation.under_18_today == "yes" or matter.situation.minor_ladder
