"""Letters: a template filled in under one ground, as blocks, with what is missing and what to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from config.records import Ground
from takedown import checklist as checking
from takedown.blocks import Block, LetterError, parse, reject_control
from takedown.checklist import Status
from takedown.letter import Head, Letter
from takedown.letter_context import LetterContext
from takedown.letter_data import data, number, person, said
from takedown.letter_items import ANNEX_FROM, chronology_block, exhibits_block, printed_addresses, urls_block
from takedown.letter_warnings import reveals, warnings
from takedown.letterbook import LetterHeader, LetterTemplate
from takedown.typography import day, typeset, visible

__all__ = ["Letter", "LetterContext", "checklist", "draft", "edited"]


def draft(template: LetterTemplate, ground: Ground, context: LetterContext) -> Letter:
    """The letter under this ground.

    Raises LetterError when it may not be written: wrong signer, harm, ground, language or fact, or an unsafe template.
    """
    header = template.header
    _refuse(template, ground, context)
    blocks = _blocks(template, ground, context)
    expected = _expected(template, ground, context)
    asked = [element for element in header.elements if context.sender.role in element.signers]
    drafted = {element.id: checking.digest(blocks, element.id) for element in asked}
    letter = Letter(
        id=header.id, lang=header.lang, subject=typeset(header.subject, header.lang),
        head=_head(template, context), blocks=blocks, elements={}, missing=(), warnings=(),
        specimen=context.specimen, draft=not context.signed_off, expected=expected, drafted=drafted,
        clocks=header.clocks, own_name=context.sender.own_name, awaits=header.awaits,
    )  # fmt: skip
    checked = _checked(letter, header)
    return replace(checked, warnings=tuple(warnings(checked, template, ground, context)))


def edited(
    letter: Letter, header: LetterHeader, blocks: Sequence[Block], confirmed: frozenset[str] = frozenset()
) -> Letter:
    """The letter with blocks a person changed and elements a person confirmed, checked again.

    A changed element is to be confirmed by a person, unless its id is in `confirmed`.
    Raises LetterError on control characters.
    """
    reject_control(blocks)
    return _checked(replace(letter, blocks=tuple(blocks), confirmed=confirmed), header)


def checklist(letter: Letter, header: LetterHeader) -> dict[str, Status]:
    """Each element of the header: present, missing or to_confirm, read from the blocks as they are now."""
    return checking.check(header, letter.blocks, letter.expected, letter.drafted, letter.confirmed)


def _checked(letter: Letter, header: LetterHeader) -> Letter:
    status = checklist(letter, header)
    return replace(letter, elements=status, missing=checking.missing(header, letter.blocks, letter.expected, status))


def _refuse(template: LetterTemplate, ground: Ground, context: LetterContext) -> None:
    header = template.header
    if context.lang != header.lang:
        raise LetterError(f'The letter is in "{header.lang}", the context in "{context.lang}": ask for one language.')
    if context.sender.role not in header.signers:
        raise LetterError(f"{header.id} may be signed by {', '.join(header.signers)}: choose another signer or letter.")
    if context.sender.own_name and not header.own_name:
        raise LetterError(f"{header.id} needs a mandate: an association may not sign it in its own name.")
    if header.id not in ground.letters or context.harm not in header.harms or context.harm not in ground.harms:
        raise LetterError(
            f"{header.id} does not go with ground {ground.id} for {context.harm}: choose another of the three."
        )
    unknown = set(context.facts) - set(template.asks(ground.id))
    if unknown:
        raise LetterError(
            f"{header.id} has no such fact for {context.harm}: {', '.join(sorted(unknown))}. "
            "Facts are in facts.toml and fields.toml."
        )
    if header.earlier == "retracted" and context.earlier and context.earlier.signed_by not in ("", context.sender.name):
        raise LetterError(f"{header.id} is signed by whoever signed the notice it takes back: choose that signer.")


def _blocks(template: LetterTemplate, ground: Ground, context: LetterContext) -> tuple[Block, ...]:
    lang, label = template.header.lang, template.words.label
    text = template.safe(ground).render(template.header.id, data(template, ground, context))
    signature = Block("signature", items=((visible(context.sender.name)[0],),))
    inserts = {
        "urls": urls_block(context, template), "signature": signature,
        "chronology": chronology_block(context, template), "exhibits": exhibits_block(context, template),
    }  # fmt: skip
    blocks = [_typeset(block, lang) for block in parse(text, inserts)]
    if len(context.items) >= ANNEX_FROM and any(block.kind == "urls" for block in blocks):
        blocks = _with_annex(blocks, label, number(template, context)["annex"], lang)
    return tuple(blocks)


def _with_annex(blocks: list[Block], label: Mapping[str, str], annex: str, lang: str) -> list[Block]:
    """The list of addresses moved to the end, where it keeps its element; a sentence stands in its place."""
    body: list[Block] = []
    for block in blocks:
        sentence = typeset(label["annex_sentence"].format(annex=annex), lang)
        body.append(Block("para", block.element, sentence) if block.kind == "urls" else block)
    heading = Block("heading", text=typeset(label["annex"], lang))
    return [*body, heading, *(block for block in blocks if block.kind == "urls")]


def _typeset(block: Block, lang: str) -> Block:
    """The block with the spaces of its language; an address is exact and stays as it is."""
    if block.kind == "urls":
        items = tuple((item[0], *(typeset(line, lang) for line in item[1:])) for item in block.items)
    else:
        items = tuple(tuple(typeset(part, lang) for part in item) for item in block.items)
    return replace(block, text=typeset(block.text, lang), items=items)


def _expected(template: LetterTemplate, ground: Ground, context: LetterContext) -> dict[str, tuple[str, ...]]:
    """For each element the values that must be found in its text; under "signature" the name that signs."""
    earlier, lang = context.earlier, template.header.lang
    values: dict[str, tuple[str, ...]] = {
        "ground.articles": tuple(f"article {article.article}" for article in ground.articles),
        "items": printed_addresses(context),
        "sender.name": (visible(context.sender.name)[0],),
        "sender.email": (visible(context.sender.email)[0],),
        "person.name": (visible(person(context))[0],),
        "addressee.entity": (visible(context.addressee.entity)[0],),
        "addressee.address": tuple(visible(line)[0] for line in context.addressee.lines),
        "earlier.reference": (earlier.reference,) if earlier else (),
        "earlier.sent_on": (day(earlier.sent_on, lang),) if earlier else (),
    }
    for name, fact in template.asks(ground.id).items():
        given = said(template, name, fact, context.facts.get(name, ""))
        values[f"facts.{name}"] = tuple(visible(line)[0] for line in given.splitlines())
    shown = {
        element.id: tuple(value for name in element.shows for value in values[name] if value)
        for element in template.header.elements
    }
    return {**shown, "signature": tuple(value for value in values["sender.name"] if value)}


def _head(template: LetterTemplate, context: LetterContext) -> Head:
    label, sender, lang = template.words.label, context.sender, template.header.lang
    behalf = label["on_behalf"].format(name=sender.on_behalf_of) if sender.on_behalf_of else ""
    place = label["place_date"] if context.place else label["date_only"]
    dated = place.format(place=context.place, date=day(context.today, lang))
    stamp = label["specimen"] if context.specimen else None if context.signed_off else label["draft"]
    return Head(
        sender=_shown((sender.name, behalf, sender.email, sender.city)),
        addressee=_shown((context.addressee.entity, *context.addressee.lines)),
        place_date=typeset(visible(dated)[0], lang),
        subject_label=typeset(label["subject"], lang),
        reference_label=label["reference"],
        reference=None if reveals(context) else context.reference,
        page_label=label["page"],
        stamp=stamp,
    )


def _shown(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines without what is invisible, and without empty ones."""
    return tuple(shown for line in lines if (shown := visible(line)[0]))
