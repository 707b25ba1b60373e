"""What the person who drafts must look at before a letter leaves: codes, never words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from config.records import Ground
from takedown.checklist import Remark
from takedown.letter import POSTAL_LINES, POSTAL_WIDTH, Letter
from takedown.letter_context import LetterContext
from takedown.letter_data import person
from takedown.letterbook import LetterTemplate
from takedown.typography import visible

CONTACT = re.compile(r"(?<![\w/])(?:\+\d{2,3}|0)[ .-]?\d(?:[ .-]?\d{2}){4}(?!\d)|[^\s@/]+@[^\s@/]+\.\w+")
"""A French or international telephone number, or an e-mail address."""


def warnings(letter: Letter, template: LetterTemplate, ground: Ground, context: LetterContext) -> Iterator[Remark]:
    header = template.header
    for code in header.discloses:
        yield Remark(f"letter.discloses.{code}", {})
    if header.confidence != "V" or ground.confidence != "V":
        yield Remark("letter.warning.to_verify", {"confidence": f"{header.confidence}, {ground.confidence}"})
    for element in header.elements:
        if not element.required and letter.elements.get(element.id) == "missing":
            code = "identity_absent" if element.id == "dsa16.2.c" else "element_absent"
            yield Remark(f"letter.warning.{code}", {"label": element.label.model_dump()})
    if context.sender.role in ("lawyer", "association") and not (person(context) or context.sender.own_name):
        yield Remark("letter.warning.person_unnamed", {})
    if reveals(context):
        yield Remark("letter.warning.reference_reveals", {})
    if len(letter.head.addressee) > POSTAL_LINES or max(map(len, letter.head.addressee)) > POSTAL_WIDTH:
        yield Remark("letter.warning.address_block", {})
    yield from _text_warnings(letter, ground, context)


def _text_warnings(letter: Letter, ground: Ground, context: LetterContext) -> Iterator[Remark]:
    for position, item in enumerate(context.items, 1):
        if visible(item.url)[1]:
            yield Remark("letter.warning.hidden_characters", {"position": position})
    if any(CONTACT.search(text) for text in (*context.facts.values(), *(item.detail for item in context.items))):
        yield Remark("letter.warning.contact_in_text", {})
    if not ground.avoid:
        return
    said = _folded(" ".join(string for block in letter.blocks if block.kind != "urls" for string in block.strings()))
    for word in ground.avoid:
        if re.search(rf"\b{re.escape(_folded(word))}", said.replace("\u00a0", " ").replace("\u202f", " ")):
            yield Remark("letter.warning.word_to_avoid", {"word": word})


def reveals(context: LetterContext) -> bool:
    """Whether the reference holds a name of three letters or more."""
    reference = _folded(context.reference)
    names = f"{context.sender.name} {context.sender.on_behalf_of}"
    return any(len(word) >= 3 and word in reference for word in re.split(r"\W+", _folded(names)))


def _folded(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char)).casefold()
