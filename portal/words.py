"""Puts codes, dates and addresses into the visitor's words, and fills the pages of portal/views."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from config import messages
from config.catalogue import Catalogue
from config.dates import WEEKDAY, written

PARIS = ZoneInfo("Europe/Paris")
LANGUAGES = ("fr", "en")
MOMENT = {"fr": "d MMMM y 'à' HH:mm", "en": "d MMMM y 'at' HH:mm"}
SHORTEST_PATH = 28  # characters of a path that are shown: enough to recognise a page, not to type it again
NAMED: Mapping[str, tuple[str, ...]] = {
    "harm": ("harm",), "place": ("place",), "outcome": ("outcome",), "channel": ("channel",),
    "verdict": ("verdict",), "kind": ("reply_kind", "deadline_kind"), "next": ("recourse.do",),
    "act": ("recourse.do",), "letter": ("recourse.do",), "error": ("source_error", "send_error"),
}  # fmt: skip
"""Parameter of an event -> the families of codes in which its value is said."""


PLAIN = "plain."
"""What stands before a code to name its text in plain words (config/texts/plain.toml)."""


@cache
def environment() -> Environment:
    """The templates: everything escaped, an unknown name is an error."""
    made = Environment(
        loader=PackageLoader("portal", "views"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["short"] = short
    return made


class Words:
    """The texts in one language; in plain words, without articles of law, for the person herself."""

    def __init__(self, lang: str, catalogue: Catalogue, *, plain: bool = False) -> None:
        self.lang, self.plain = lang, plain
        self._catalogue = catalogue

    def __call__(self, code: str, **params: object) -> str:
        """The text of a code; an unknown code or parameter is an error, never a blank."""
        return messages.render(self._code(code), params, self.lang)

    def reason(self, reason: Mapping[str, Any]) -> str:
        """A `{code, params}` of the rooms below."""
        return messages.render(self._code(reason["code"]), reason.get("params", {}), self.lang)

    def told(self, family: str, code: str, text: str) -> str:
        """A text of a room below, or the plain one of its code where the person herself reads it."""
        named = self._code(f"{family}.{code}")
        return self(named) if named.startswith(PLAIN) else text

    def _code(self, code: str) -> str:
        plain = f"{PLAIN}{code}"
        return plain if self.plain and plain in messages.messages() else code

    def both(self, text: Any) -> str:
        """The visitor's half of a record's {fr, en}."""
        return str(text[self.lang] if isinstance(text, Mapping) else getattr(text, self.lang))

    def side(self, text: str) -> str:
        """The visitor's half of a text written in both languages at once ("gratuit / free")."""
        french, _, english = text.partition(" / ")
        return english if self.lang == "en" and english else french

    def deadline(self, line: Mapping[str, Any]) -> str:
        """What kind of deadline a line is; of foreign law, that it may not bind."""
        rule = self._catalogue.deadlines.get(line["rule"])
        foreign = rule.foreign if rule and line["kind"] == "legal" else None
        return self(f"deadline_kind.foreign.{foreign}" if foreign else f"deadline_kind.{line['kind']}")

    def day(self, moment: dt.datetime | dt.date) -> str:
        """A date in words with its weekday, where the instance's law is."""
        local = moment.astimezone(PARIS).date() if isinstance(moment, dt.datetime) else moment
        return written(local, WEEKDAY, self.lang)

    def date(self, iso: str) -> dt.date:
        """A day that a room below keeps as text."""
        return dt.date.fromisoformat(iso)

    def capital(self, text: str) -> str:
        """A text of a record with a capital at its beginning."""
        return text[:1].upper() + text[1:]

    def moment(self, moment: dt.datetime) -> str:
        """An instant in words, Paris time."""
        return written(moment.astimezone(PARIS), MOMENT[self.lang], self.lang)

    def platform(self, record_id: str) -> str:
        """The name a platform, an authority or an unlisted site is known by."""
        found = self._catalogue.platforms.get(record_id) or self._catalogue.authorities.get(record_id)
        return found.name if found else record_id.removeprefix("unlisted:")

    def source(self, record_id: str) -> str:
        """The name of a source; its id where its record is gone."""
        found = self._catalogue.sources.get(record_id)
        return found.name if found else record_id

    def act(self, code: str) -> str:
        """An act of the ledger; one that has no words here keeps its code, for the ledger hides nothing."""
        named = f"portal.ledger.{code}"
        return self(named) if named in messages.messages() else code

    def errors(self, counted: str) -> str:
        """What went wrong in a run: "transient:2 robots:1" in words."""
        pairs = [one.partition(":") for one in counted.split()]
        said = [(self(code) if (code := f"source_error.{name}") in messages.messages() else name, number)
                for name, _, number in pairs]  # fmt: skip
        return ", ".join(f"{words} ({number})" for words, number in said)

    def event(self, event: Mapping[str, Any]) -> str:
        """One line of the timeline. Only what its text asks for is taken from the event's parameters."""
        known = messages.messages().get(event["code"])
        if known is None:
            return self("portal.event.other")
        params = {name: self._value(name, event["params"].get(name, "")) for name in known.params}
        return messages.render(event["code"], params, self.lang)

    def _value(self, name: str, value: Any) -> object:
        if name in ("platform", "target") and value:
            return self.platform(str(value))
        if name in NAMED and value in (None, ""):
            return self("portal.event.open")
        for family in NAMED.get(name, ()):
            code = f"{family}.{str(value).partition('.')[0] if name == 'letter' else value}"
            if code in messages.messages():
                return messages.both(self._code(code), {})
        return self._error(str(value)) if name == "error" else self._plain(value)

    def _error(self, code: str) -> object:
        """Why a letter did not leave: the number that a mail server answered, else that the line was cut."""
        kind, _, number = code.partition("_")
        if kind == "smtp":
            return messages.both("send_error.smtp", {"number": number})
        return messages.both("send_error.connection", {})

    def _plain(self, value: Any) -> object:
        """Yes or no, a date in words, or the value itself."""
        if isinstance(value, bool):
            return self("portal.yes_no.yes" if value else "portal.yes_no.no")
        try:
            return dt.date.fromisoformat(str(value)[:10])
        except ValueError:
            return value


def short(address: str) -> str:
    """An address to recognise, not to follow: the host and the beginning of the path."""
    parts = urlsplit(address)
    if not parts.netloc:
        return address[:SHORTEST_PATH]
    path = parts.path if len(parts.path) <= SHORTEST_PATH else parts.path[:SHORTEST_PATH] + "…"
    return parts.netloc + path + ("?…" if parts.query else "")


def document(value: Any) -> str:
    """A value as one JSON text, dates in ISO form."""
    return json.dumps(value, ensure_ascii=False, default=str)
