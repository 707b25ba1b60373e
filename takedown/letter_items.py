"""The contents of a letter as printed: the exact address, how a person sees it, and what we know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from takedown.blocks import Block, LetterError
from takedown.letter_context import Happening, LetterContext, LetterItem
from takedown.letter_data import gap
from takedown.letterbook import LetterTemplate
from takedown.safe_jinja import capital
from takedown.typography import address, day, instant, visible

ANNEX_FROM = 7
"""From this number of contents on, the addresses are printed as an annex."""


def urls_block(context: LetterContext, template: LetterTemplate) -> Block:
    """One item a content: what to look up first, then lines about it. Raises LetterError for a kind without a word."""
    unknown = {item.kind for item in context.items} - set(template.words.kind)
    if unknown:
        raise LetterError(f"No word for {', '.join(sorted(unknown))}: use one of {', '.join(template.words.kind)}.")
    return Block("urls", items=tuple(tuple(_lines(item, template)) for item in context.items))


def chronology_block(context: LetterContext, template: LetterTemplate) -> Block:
    """The dated chronology that every complaint shares: the day and what happened, oldest first."""
    label = template.words.label
    if not context.chronology:
        return Block("para", text=gap(template, "chronology"))
    rows = [(day(one.on, template.header.lang), visible(one.what)[0]) for one in _in_order(context.chronology)]
    return Block("table", items=((label["date"], label["event"]), *rows))


def exhibits_block(context: LetterContext, template: LetterTemplate) -> Block:
    """The schedule of exhibits: sealed captures by number and fingerprint, then what else is joined; no picture."""
    label = template.words.label
    sealed = [
        (capital(label["exhibit"].format(number=item.exhibit)), _sealed(item, label))
        for item in context.items
        if item.exhibit is not None
    ]
    others = [(label["joined"], visible(line)[0]) for line in context.facts.get("exhibits", "").splitlines() if line]
    if not (sealed or others):
        return Block("para", text=gap(template, "exhibits"))
    return Block("table", items=((label["number"], label["piece"]), *sealed, *others))


def _sealed(item: LetterItem, label: Mapping[str, str]) -> str:
    """What a sealed exhibit is, with its fingerprint where it has one."""
    fingerprint = label["fingerprint"].format(sha256=item.sha256) if item.sha256 else ""
    return ", ".join(part for part in (label["sealed"], fingerprint) if part)


def _in_order(chronology: Sequence[Happening]) -> list[Happening]:
    return sorted(chronology, key=lambda one: one.on)


def printed_addresses(context: LetterContext) -> tuple[str, ...]:
    """What must be found in the letter for each content: its address, or the words that locate it."""
    return tuple(_first(item) for item in context.items)


def _first(item: LetterItem) -> str:
    return address(item.url).ascii if item.url.strip() else visible(item.detail)[0]


def _lines(item: LetterItem, template: LetterTemplate) -> Iterator[str]:
    label = template.words.label
    yield _first(item)
    shown = address(item.url).shown if item.url.strip() else None
    if shown:
        yield label["shown_as"].format(shown=shown)
    known = [template.words.kind[item.kind]]
    if item.url.strip() and item.detail.strip():
        known.append(visible(item.detail)[0])
    if item.exhibit is not None:
        known.append(label["exhibit"].format(number=item.exhibit))
    if item.first_seen is not None:
        known.append(label["seen_on"].format(instant=instant(item.first_seen, template.header.lang)))
    yield capital(", ".join(known))
    if item.sha256:
        yield label["capture"].format(sha256=item.sha256)
