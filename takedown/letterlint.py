"""Lint of the letterbook: every letter under every ground it goes with, read for safety and filled in once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from config import messages
from config.records import Ground
from takedown.blocks import LetterError
from takedown.letter_context import LetterContext
from takedown.letterbook import Letterbook, LetterTemplate
from takedown.letters import draft
from takedown.samples import Samples


def faults(
    book: Letterbook, grounds: Iterable[Ground], samples: Samples, rules: Collection[str] | None = None
) -> Iterator[str]:
    """One sentence a fault: unsafe template, letter without ground, element the text does not hold, forbidden law.

    `rules` are the ids of the deadline rules that a letter may start; None leaves that unread.
    """
    grounds = list(grounds)
    known = {letter_id for letter_id, _ in book.letters}
    for ground in grounds:
        for letter_id in ground.letters:
            if letter_id not in known:
                yield f'Ground {ground.id} names "{letter_id}", which is no letter: write it, or take it out.'
    for (letter_id, lang), template in sorted(book.letters.items()):
        unknown = [rule for rule in template.header.clocks if rules is not None and rule not in rules]
        place = f"letters/{lang}/{letter_id}.j2"
        yield from (f'{place}: key "clocks": {rule} is no record of deadlines/: correct it.' for rule in unknown)
        yield from (f"{place}: {fault}" for fault in _of(template, grounds, samples))


def _of(template: LetterTemplate, grounds: list[Ground], samples: Samples) -> Iterator[str]:
    header = template.header
    fitting = [ground for ground in grounds if header.id in ground.letters]
    for code in (f"letter.discloses.{name}" for name in header.discloses):
        if code not in messages.messages():
            yield f"{code} has no text: add it to config/texts/letters.toml."
    for harm in header.harms:
        if not any(harm in ground.harms for ground in fitting):
            yield f"no ground of config/grounds goes with this letter for {harm}: add one, or take the harm out."
    for ground in fitting:
        if not set(header.harms) & set(ground.harms):
            yield f"ground {ground.id} names this letter and serves none of its harms: correct one of the two."
        unsafe = template.safe(ground).faults(header.id)
        yield from unsafe
        if not unsafe:
            yield from _filled(template, ground, samples)


def _filled(template: LetterTemplate, ground: Ground, samples: Samples) -> Iterator[str]:
    """Faults of the letter filled in at least once for every harm, every signer and every invented case."""
    header = template.header
    harms = [name for name in header.harms if name in ground.harms]
    said: set[str] = set()
    for turn in range(max(len(harms), len(header.signers), len(samples.cases)) if harms else 0):
        role, harm = header.signers[turn % len(header.signers)], harms[turn % len(harms)]
        context = samples.context(turn % len(samples.cases), template, ground, harm, role)
        said.update(_of_letter(template, ground, context))
    yield from (f"ground {ground.id}: {fault}" for fault in sorted(said))


def _of_letter(template: LetterTemplate, ground: Ground, context: LetterContext) -> Iterator[str]:
    role = context.sender.role
    try:
        letter = draft(template, ground, context)
    except (LetterError, KeyError) as error:
        yield f"signed by {role}: {error}"
        return
    yield from (f"signed by {role}: {lacking.to_json()['text']['en']}" for lacking in letter.missing)
    words = [remark.params["word"] for remark in letter.warnings if remark.code == "letter.warning.word_to_avoid"]
    yield from (f'"{word}" is not to be written: reword it.' for word in words)
    tags = {block.element for block in letter.blocks if block.element}
    yield from (
        f"@{tag} is no element of the header: add it there, or correct it." for tag in tags - set(letter.drafted)
    )
