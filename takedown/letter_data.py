"""What a template may name: plain words made from the context, the ground and the words of the language."""

from __future__ import annotations

from typing import Any

from config.records import Ground
from takedown.checklist import GAP
from takedown.letter_context import Earlier, LetterContext
from takedown.letterbook import LetterTemplate
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
        "sender": {key: value.strip() for key, value in context.sender.model_dump().items()},
        "addressee": {"entity": context.addressee.entity},
        "voice": template.words.voice[context.sender.role], "number": number(template, context),
        "demands": _demands(template, context),
        "facts": _facts(template, context),
        "ground": {"title": getattr(ground.title, lang), "penalty": getattr(ground.penalty, lang, "")},
        "earlier": _earlier(template, context.earlier),
    }  # fmt: skip


def _earlier(template: LetterTemplate, earlier: Earlier | None) -> dict[str, str]:
    """The first notice in words; without one, marked gaps where a reminder must name it."""
    if earlier is None:
        gaps = {name: _gap(template, f"earlier.{name}") for name in ("reference", "sent_on")}
        return {**gaps, "form_number": "", "acknowledged_on": "", "still_up_on": ""}
    dates = {name: getattr(earlier, name) for name in ("sent_on", "acknowledged_on", "still_up_on")}
    words = {name: day(value, template.header.lang) if value else "" for name, value in dates.items()}
    return {"reference": earlier.reference, "form_number": earlier.form_number, **words}


def _demands(template: LetterTemplate, context: LetterContext) -> list[str]:
    """What is asked, punctuated as the items of one sentence."""
    label, forms = template.words.label, number(template, context)
    names = template.header.demands_by_harm.get(context.harm, template.header.demands)
    asked = [template.words.demand[name].format_map(forms) for name in names]
    return [*(f"{demand}{label['end_of_item']}" for demand in asked[:-1]), f"{asked[-1]}{label['end_of_list']}"]


def _facts(template: LetterTemplate, context: LetterContext) -> dict[str, str]:
    """Every fact of every harm by name: given, empty, or a marked gap when it is required here."""
    facts = {name: "" for harm in template.facts.values() for name in harm}
    for name, fact in template.facts.get(context.harm, {}).items():
        given = context.facts.get(name, "").strip()
        facts[name] = given or (_gap(template, getattr(fact.label, template.header.lang)) if fact.required else "")
    return facts


def _gap(template: LetterTemplate, what: str) -> str:
    return f"{GAP}{template.words.label['gap']} : {template.words.label.get(what, what)}]]"
