"""Lint of the letterbook: every letter under every ground it goes with, read for safety and filled in once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from config import messages
from config.records import Ground
from takedown.blocks import LetterError
from takedown.letter_context import Earlier, LetterContext, LetterItem, Recipient, Sender
from takedown.letterbook import Letterbook, LetterTemplate, Role
from takedown.letters import draft

DAY = dt.date(2026, 11, 24)  # a Tuesday; only used to fill in specimens


def faults(book: Letterbook, grounds: Iterable[Ground]) -> Iterator[str]:
    """One sentence a fault: unsafe template, letter without ground, element that the text does not contain."""
    grounds = list(grounds)
    known = {letter_id for letter_id, _ in book.letters}
    for ground in grounds:
        for letter_id in ground.letters:
            if letter_id not in known:
                yield f'Ground {ground.id} names "{letter_id}", which is no letter: write it, or take it out.'
    for (letter_id, lang), template in sorted(book.letters.items()):
        yield from (f"{lang}/{letter_id}: {fault}" for fault in _of(template, grounds))


def _of(template: LetterTemplate, grounds: list[Ground]) -> Iterator[str]:
    header = template.header
    fitting = [ground for ground in grounds if header.id in ground.letters]
    for code in (f"letter.discloses.{name}" for name in header.discloses):
        if code not in messages.messages():
            yield f"{code} has no text: add it to config/texts/letters.toml."
    for harm in header.harms:
        if not any(harm in ground.harms for ground in fitting):
            yield f"no ground of config/grounds goes with this letter for {harm}: add one, or take the harm out."
    for ground in fitting:
        unsafe = template.safe(ground).faults(header.id)
        yield from unsafe
        if not unsafe:
            yield from _filled(template, ground)


def _filled(template: LetterTemplate, ground: Ground) -> Iterator[str]:
    """Faults of the letter filled in for each harm and each signer."""
    header = template.header
    for harm in (name for name in header.harms if name in ground.harms):
        for role in header.signers:
            try:
                letter = draft(template, ground, _specimen(template, harm, role))
            except (LetterError, KeyError) as error:
                yield f"{ground.id}, {role}: {error}"
                continue
            yield from (f"{ground.id}, {role}: {lacking.to_json()['text']['en']}" for lacking in letter.missing)
            words = [r.params["word"] for r in letter.warnings if r.code == "letter.warning.word_to_avoid"]
            yield from (f'{ground.id}, {role}: "{word}" is not to be written: reword it.' for word in words)


def _specimen(template: LetterTemplate, harm: str, role: Role) -> LetterContext:
    facts = {name: "Xx" for name, fact in template.facts.get(harm, {}).items() if fact.required}
    return LetterContext.model_validate(
        {
            "today": DAY,
            "reference": "VG-SPECIMEN",
            "sender": Sender(name="Camille Exemple", role=role, email="contact@boite.example"),
            "addressee": Recipient(entity="Imagerie Exemple Ltd"),
            "items": (LetterItem(url="https://images.example/p/1"),),
            "harm": harm,
            "facts": facts,
            "earlier": Earlier(reference="VG-AVANT", sent_on=DAY),
            "specimen": True,
            "lang": template.header.lang,
        }
    )
