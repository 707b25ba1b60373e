"""What a guided act's page shows: the form's fields in their order, each with what the case can say for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from config import messages
from config.dates import written
from config.records import Bilingual, Channel, Fill, GuidedAct, Platform
from takedown.matter import PARIS

OFFICIAL = ("regulator", "police", "court")
"""Where the person's own name may be copied from the case: any other form gets the name she chooses to type."""


@dataclass(frozen=True)
class Facts:
    """What the case knows of one content, as far as a form may ask for it."""

    address: str = field(repr=False)
    harm: str
    first_seen: dt.datetime
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    reference: str = ""
    earlier: Sequence[str] = ()
    statement: str = field(default="", repr=False)  # the letter's own text, where a form carries a letter


@dataclass(frozen=True)
class Line:
    """One field of a form: its words, what to copy into it (empty: hers alone to say), and whether it is secret."""

    label: str
    value: str = field(repr=False)
    hint: str = ""
    secret: bool = False


@dataclass(frozen=True)
class ActSheet:
    """A guided act, ready to be followed."""

    act: GuidedAct
    link: str
    lines: tuple[Line, ...]
    discloses_to: str


def sheet_of(act: GuidedAct, facts: Facts, lang: str, platform: Platform | None = None) -> ActSheet:
    """The sheet of an act; a service's own form asks what its record says, in the form's order.

    Nothing secret of others is ever filled in: a field marked so has no value and no place to type one.
    """
    channel = _form(act, facts.harm, platform)
    asked = channel.asks if channel else GENERAL if act.id == "platform_form" else ()
    lines = [*_own(act, facts, lang), *asked_lines(asked, facts, lang)]
    link = channel.value if channel else (act.link or "")
    return ActSheet(act, link, tuple(lines), channel.discloses_to if channel else act.discloses_to)


def _form(act: GuidedAct, harm: str, platform: Platform | None) -> Channel | None:
    """The service's form that serves this act for this harm; failing one made for it, its general form."""
    forms = [one for one in (platform.channels if platform else ()) if one.kind == "form"]
    fitting = [one for one in forms if {harm, "*"} & set(one.harms)]
    serving = [one for one in fitting if act.id in one.serves]
    general = [one for one in fitting if not one.serves and act.id == "platform_form"]
    return next(iter([*serving, *general]), None)


def _own(act: GuidedAct, facts: Facts, lang: str) -> Iterator[Line]:
    for one in act.fields:
        value = "" if one.secret else _value(one.fill, facts, lang, official=act.to in OFFICIAL)
        yield Line(_word(one.label, lang), value, _word(one.hint, lang) if one.hint else "", one.secret)


def asked_lines(asked: Iterable[str], facts: Facts, lang: str) -> Iterator[Line]:
    """What a form asks for, in its order, each with what may be copied into it."""
    for code in asked:
        fill = ASKED.get(code, "none")
        yield Line(messages.render(f"ask.{code}", {}, lang), _value(fill, facts, lang, official=False))


GENERAL = ("addresses", "reasons")
"""What every form asks for, where no record knows the form."""
ASKED: Mapping[str, Fill] = {
    "address": "address", "addresses": "address", "post_address": "address", "permalink": "address",
    "image_and_page": "address", "dead_address": "address", "download_link": "address", "archived_addresses": "address",
    "review_link": "address", "profile_link": "address", "clip": "address", "result_addresses": "address",
    "reasons": "statement", "reason": "statement", "explanation": "statement", "description": "statement",
    "date": "first_seen", "abuse_type": "harm",
}  # fmt: skip
"""What the case can say for a thing that forms ask for."""


def _value(fill: Fill, facts: Facts, lang: str, *, official: bool) -> str:
    harm = messages.render(f"harm.{facts.harm}", {}, lang)
    seen = written(facts.first_seen.astimezone(PARIS), "d MMMM y, HH:mm", lang)
    said = {"harm": harm, "seen": seen, "address": facts.address}
    values: Mapping[Fill, str] = {
        "address": facts.address,
        "first_seen": seen,
        "harm": harm,
        "statement": facts.statement or messages.render("guided.statement", said, lang),
        "name": facts.name if official else "",
        "email": facts.email if official else "",
        "reference": facts.reference,
        "earlier": "\n".join(facts.earlier),
    }
    return values.get(fill, "")


def _word(text: Bilingual, lang: str) -> str:
    return text.fr if lang == "fr" else text.en
