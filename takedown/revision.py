"""A letter that a person edited, in Word or in the portal: checked again, with what changed and what must be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from config import messages
from takedown import changes, letters, notices, store, track, versions
from takedown.errors import NoticeError
from takedown.letter import Letter
from takedown.letterbook import Letterbook
from takedown.tables import NoticeRow
from takedown.word import Edited


@dataclass(frozen=True)
class Revision:
    """Both states of a letter; `fell` when an approval or a ready state fell; `notes` say what was left out."""

    before: Letter
    after: Letter
    labels: Mapping[str, Mapping[str, str]]
    notes: tuple[str, ...] = ()
    fell: bool = False

    def lines(self, lang: str) -> Iterator[str]:
        """Sentences for a terminal."""
        yield from changes.lines(self.before, self.after, self.labels, lang, approved=self.fell)
        yield from (messages.render(code, {}, lang) for code in self.notes)

    def to_json(self) -> dict[str, Any]:
        return {
            "changes": [change.to_json() for change in changes.between(self.before, self.after)],
            "checklist": dict(self.after.elements), "notes": list(self.notes), "approval_fell": self.fell,
            "text": {lang: list(self.lines(lang)) for lang in ("fr", "en")},
        }  # fmt: skip


def revise(
    session: Session,
    now: dt.datetime,
    notice_id: str,
    edited: Edited,
    *,
    actor: str,
    letterbook: Letterbook,
    state: str | None = None,
) -> Revision:
    """Keep the edited letter; the approval of the old one falls.

    `state` is the content hash of the letter that the person had before her, where it is known. Raises `NoticeError`
    when somebody else changed it meanwhile, when it has left, or when nothing differs.
    """
    if state is not None and state != store.get(session, NoticeRow, notice_id).content_sha256:
        raise NoticeError.coded("refusal.edited_meanwhile")
    seen = look(session, notice_id, edited, letterbook=letterbook)
    if (edited.subject, edited.blocks) == (seen.before.subject, seen.before.blocks):
        raise NoticeError.coded("refusal.word_same")
    notices.edit(session, now, notice_id, edited.blocks, actor=actor, letterbook=letterbook, subject=edited.subject)
    return seen


def look(session: Session, notice_id: str, edited: Edited, *, letterbook: Letterbook) -> Revision:
    """What an edit would change; nothing is kept."""
    notice = store.get(session, NoticeRow, notice_id)
    if notice.status not in track.EDITABLE:
        raise NoticeError.coded("refusal.left_edit")
    header = letterbook.get(notice.letter, notice.lang).header
    before = store.open_letter(session, notice)
    after = letters.edited(replace(before, subject=edited.subject), header, edited.blocks)
    return Revision(before, after, _labels(letterbook, notice), edited.notes, fell=notice.status != "draft")


def last(session: Session, notice_id: str, *, letterbook: Letterbook, since_draft: bool = False) -> Revision:
    """What the last change of a letter did, or every change since it was drafted; nothing where nobody changed it."""
    notice = store.get(session, NoticeRow, notice_id)
    now = store.open_letter(session, notice)
    then = (versions.as_drafted if since_draft else versions.before_last)(session, notice_id)
    return Revision(then or now, now, _labels(letterbook, notice))


def _labels(letterbook: Letterbook, notice: NoticeRow) -> dict[str, dict[str, str]]:
    header = letterbook.get(notice.letter, notice.lang).header
    return {element.id: element.label.model_dump() for element in header.elements}
