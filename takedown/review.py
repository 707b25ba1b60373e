"""The review pack: one page per letter and ground with all that a lawyer signs, its source, and what changed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from sqlalchemy.orm import Session

from config.records import Ground
from takedown import signoff
from takedown.blocks import LetterError
from takedown.letter import Letter
from takedown.letter_context import LetterContext, LetterItem, Recipient, Sender
from takedown.letterbook import Letterbook, LetterTemplate, signoff_hash
from takedown.letters import draft


@dataclass(frozen=True)
class ReviewPage:
    """What is to be read before one signature. `signed_at` and `signed_by` are those of exactly this text.

    `changed` are the lines that differ from what was signed last (`+ ` now, `- ` then); empty when nothing was signed
    before, or when the text of that signature was not kept (`before_at` says that there was one).
    """

    letter: str
    lang: str
    title: str
    ground: Ground
    sha256: str
    page: str
    signed_at: dt.datetime | None
    signed_by: str | None
    before_at: dt.datetime | None
    changed: tuple[str, ...]

    @property
    def signed(self) -> bool:
        return self.signed_at is not None

    def to_json(self) -> dict[str, Any]:
        return {
            "letter": self.letter, "lang": self.lang, "ground": self.ground.id, "title": self.title,
            "sha256": self.sha256, "page": self.page, "signed": self.signed, "signed_at": self.signed_at,
            "signed_by": self.signed_by, "before_at": self.before_at, "changed": list(self.changed),
        }  # fmt: skip


def pages(
    session: Session, book: Letterbook, grounds: Iterable[Ground], *, letter: str = "all", lang: str | None = None
) -> Iterator[ReviewPage]:
    """A page for each letter (or one) under each ground that it goes with, in every language or one."""
    known = list(grounds)
    for (name, spoken), template in sorted(book.letters.items()):
        if letter in ("all", name) and lang in (None, spoken):
            for ground in known:
                if name in ground.letters:
                    yield page(session, template, ground)


def page(session: Session, template: LetterTemplate, ground: Ground) -> ReviewPage:
    """The page of one letter under one ground, as the book and the record say it now."""
    header, sha = template.header, signoff_hash(template, ground)
    said = "\n".join(_lines(template, ground)) + "\n"
    now = signoff.find(session, letter=header.id, lang=header.lang, sha=sha)
    last = signoff.last(session, letter=header.id, lang=header.lang, ground=ground.id)
    before = last if now is None else None
    return ReviewPage(
        letter=header.id, lang=header.lang, title=header.title, ground=ground, sha256=sha, page=said,
        signed_at=now.at if now else None, signed_by=now.account_id if now else None,
        before_at=before.at if before else None,
        changed=tuple(_difference(before.page, said)) if before and before.page else (),
    )  # fmt: skip


def specimen(template: LetterTemplate, ground: Ground) -> Letter | None:
    """The letter as it reads, with a marked gap for each thing that a person says; None where it cannot be written."""
    header = template.header
    harm = next((name for name in header.harms if name in ground.harms), None)
    if harm is None:
        return None
    context = LetterContext(
        today=header.effective_date, reference="SPECIMEN-0000", sender=Sender(role=header.signers[0]), harm=harm,
        addressee=Recipient(entity="…"), items=(LetterItem(url="https://exemple.invalid/"),), specimen=True,
        lang="fr" if header.lang == "fr" else "en",
    )  # fmt: skip
    try:
        return draft(template, ground, context)
    except LetterError:
        return None


def sign(session: Session, now: dt.datetime, seen: ReviewPage, *, account: str) -> str:
    """Record a lawyer's signature under exactly this page; the caller makes sure that it is a lawyer's account."""
    return signoff.sign(
        session, now, letter=seen.letter, lang=seen.lang, sha=seen.sha256, account=account, ground=seen.ground.id,
        page=seen.page,
    )  # fmt: skip


def _lines(template: LetterTemplate, ground: Ground) -> Iterator[str]:
    """The source, the text, the elements, then every passage and word that the signature covers."""
    header = template.header
    yield f"{header.id} ({header.lang}), {ground.id}: {header.title}"
    yield f"version {header.version}, {header.effective_date}; {header.confidence}; {', '.join(header.signers)}"
    yield from (f"basis: {one}" for one in header.basis)
    yield f"source: {ground.source} ({ground.checked_on}, {ground.confidence})"
    yield from (f"article: {one.article}, {one.code} ({one.confidence})" for one in ground.articles)
    yield from (f"avoid: {word}" for word in ground.avoid)
    for element in header.elements:
        yield f"element: {element.id}: {getattr(element.label, header.lang)} ({element.confirmed_by})"
    yield from ("", f"== {header.subject} ==", *template.text.strip().splitlines())
    yield from ("", f"== {getattr(ground.title, header.lang)} ==")
    yield from getattr(ground.reasons, header.lang, "").strip().splitlines()
    yield str(getattr(ground.penalty, header.lang, ""))
    for name, text in sorted(template.parts.items()):
        yield from ("", f"== {name} ==", *text.strip().splitlines())
    yield from ("", f"== words.toml ({header.lang}) ==", *_flat(template.words.model_dump(), ""))


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key, value in sorted(table.items()):
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key} = {value}"


def _difference(before: str, now: str) -> Iterator[str]:
    """Only the lines that differ, without the marks of a patch."""
    for line in unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=0):
        if not line.startswith(("---", "+++", "@@")):
            yield f"{line[0]} {line[1:]}"
