"""What a template may name: plain words made from the context, the ground and the words of the language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from config.records import Ground
from takedown.blocks import LetterError
from takedown.checklist import GAP
from takedown.letter_context import Earlier, LetterContext
from takedown.letterbook import Fact, LetterTemplate
from takedown.typography import day


def number(template: LetterTemplate, context: LetterContext) -> dict[str, str]:
    """The words that say one content or many, with the count where they name it."""
    count = len(context.items)
    words = template.words.number["one" if count == 1 else "many"]
    return {key: value.format(count=count) for key, value in words.items()}


def data(template: LetterTemplate, ground: Ground, context: LetterContext) -> dict[str, Any]:
    """Plain words only: no object reaches a template."""
    lang = template.header.lang
    return {
        "today": day(context.today, lang), "place": context.place, "reference": context.reference,
        "residence": context.residence, "harm": context.harm, "count": len(context.items),
        "sender": {key: str(value).strip() for key, value in context.sender.model_dump().items()},
        "addressee": {
            "entity": context.addressee.entity,
            "address": ", ".join(context.addressee.lines) or gap(template, "addressee.address"),
        },
        "voice": template.words.voice[context.sender.voice], "number": number(template, context),
        "demands": _demands(template, context),
        "facts": _facts(template, ground, context), "lists": _lists(template, ground, context),
        "person": {"name": person(context) or gap(template, "person.name")},
        "ground": {
            "title": getattr(ground.title, lang), "penalty": getattr(ground.penalty, lang, ""),
            "articles": " ; ".join(f"{one.code}, article {one.article}" for one in ground.articles),
        },
        "earlier": _earlier(template, context.earlier),
    }  # fmt: skip


def _earlier(template: LetterTemplate, earlier: Earlier | None) -> dict[str, str]:
    """The earlier notice in words; without one, marked gaps where the letter must name it."""
    if earlier is None:
        shown = {name for element in template.header.elements for name in element.shows}
        asked = {name: f"earlier.{name}" for name in ("reference", "sent_on")}
        gaps = {name: gap(template, path) if path in shown else "" for name, path in asked.items()}
        return {**gaps, "form_number": "", "acknowledged_on": "", "still_up_on": ""}
    dates = {name: getattr(earlier, name) for name in ("sent_on", "acknowledged_on", "still_up_on")}
    words = {name: day(value, template.header.lang) if value else "" for name, value in dates.items()}
    return {"reference": earlier.reference, "form_number": earlier.form_number, **words}


def _demands(template: LetterTemplate, context: LetterContext) -> list[str]:
    """What is asked, punctuated as the items of one sentence."""
    label, forms = template.words.label, number(template, context)
    names = template.header.demands_by_harm.get(context.harm, template.header.demands)
    if not names:
        return []
    asked = [template.words.demand[name].format_map(forms) for name in names]
    return [*(f"{demand}{label['end_of_item']}" for demand in asked[:-1]), f"{asked[-1]}{label['end_of_list']}"]


def person(context: LetterContext) -> str:
    """The name of the person concerned; empty when somebody else signs and does not name her."""
    return (
        context.sender.name if context.sender.role in ("subject", "witness") else context.sender.on_behalf_of
    ).strip()


def said(template: LetterTemplate, name: str, fact: Fact, given: str) -> str:
    """A fact as it is printed; a marked gap where it is required and absent. Raises LetterError for no such day."""
    if not given.strip():
        return gap(template, getattr(fact.label, template.header.lang)) if fact.required else ""
    if fact.kind == "lines" and len(given.strip().splitlines()) > fact.most:
        raise LetterError(f'The fact "{name}" has more than {fact.most} lines: shorten it.')
    if fact.kind != "day":
        return given.strip()
    try:
        return day(dt.date.fromisoformat(given.strip()), template.header.lang)
    except ValueError:
        raise LetterError(f'The fact "{name}" is a day: write it like 2026-11-24.') from None


def gap(template: LetterTemplate, what: str) -> str:
    """The mark left where something that is required was not given."""
    return f"{GAP}{template.words.label['gap']} : {template.words.label.get(what, what)}]]"


def _facts(template: LetterTemplate, ground: Ground, context: LetterContext) -> dict[str, str]:
    """Every fact by name: given, empty, or a marked gap when it is required here."""
    asked = template.asks(ground.id)
    every = {path.partition(".")[2]: "" for path in template.paths if path.startswith("facts.")}
    given = {name: said(template, name, fact, context.facts.get(name, "")) for name, fact in asked.items()}
    return every | {name: words for name, words in given.items() if name in every}


def _lists(template: LetterTemplate, ground: Ground, context: LetterContext) -> dict[str, list[str]]:
    """Every fact of several lines by name, a line an item."""
    asked = template.asks(ground.id)
    lists: dict[str, list[str]] = {}
    for name in (path.partition(".")[2] for path in template.paths if path.startswith("lists.")):
        fact = asked.get(name)
        words = said(template, name, fact, context.facts.get(name, "")) if fact else ""
        lists[name] = [line.strip() for line in words.splitlines() if line.strip()]
    return lists
