"""Changing the words of a letter: in plain fields, or in Word and back; then what changed, passage by passage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Response

from cases import case
from portal.access import Entered
from portal.letter import page as letter_page
from portal.visit import Visit
from takedown import changes, notices, revision, store, track, typed, word
from takedown.errors import NoticeError, TakedownError
from takedown.letter import Letter
from takedown.tables import NoticeRow
from takedown.word import Edited

router = APIRouter(include_in_schema=False)


@router.get("/lettres/{notice_id}/modifier", name="letter_edit_form")
def form(visit: Entered, notice_id: str) -> Response:
    """Every passage in a field of its own."""
    row = store.get(visit.session, NoticeRow, notice_id)
    letter = store.open_letter(visit.session, row)
    if row.status not in track.EDITABLE:
        return letter_page(visit, notice_id, refusal=NoticeError.coded("refusal.left_edit"), status=409)
    return _form(visit, row, letter, {"subject": letter.subject} | _fields(letter))


@router.post("/lettres/{notice_id}/modifier", name="letter_edit")
def edit(visit: Entered, notice_id: str) -> Response:
    """Keep what was typed, checked again; or the form again with every word of it and the reason why not."""
    row = store.get(visit.session, NoticeRow, notice_id)
    letter = store.open_letter(visit.session, row)
    said = {name: visit.typed(name) for name in ("subject", *_fields(letter))}
    if not said["subject"]:
        return _form(visit, row, letter, said, problems={"subject": "portal.edit.problem.subject"}, status=422)
    try:
        _keep(visit, notice_id, lambda: _edited(letter, said), state=visit.typed("state"))
    except TakedownError as error:
        return _form(visit, row, letter, said, refusal=error, status=409)
    return visit.go(f"/lettres/{notice_id}/changements")


@router.post("/lettres/{notice_id}/word", name="letter_import")
def take_in(visit: Entered, notice_id: str) -> Response:
    """Take an edited Word letter in; a hostile or unsuitable file changes nothing and says why."""
    data = visit.given("file")
    if not data:
        return letter_page(visit, notice_id, problems={"file": "portal.letter.problem.file"}, status=422)
    letter = store.open_letter(visit.session, store.get(visit.session, NoticeRow, notice_id))
    try:
        notes = _keep(visit, notice_id, lambda: word.read(data, letter)).notes
    except TakedownError as error:
        return letter_page(visit, notice_id, refusal=error, status=409)
    return _changes(visit, notice_id, notes=notes)


@router.get("/lettres/{notice_id}/changements", name="letter_changes")
def show_changes(visit: Entered, notice_id: str, depuis: str = "") -> Response:
    """What the last change did; with `?depuis=projet` everything since the draft."""
    return _changes(visit, notice_id, since_draft=depuis == "projet")


def _keep(visit: Visit, notice_id: str, read: Callable[[], Edited], *, state: str | None = None) -> revision.Revision:
    with visit.session.begin_nested():
        return revision.revise(
            visit.session, visit.now, notice_id, read(), actor=visit.actor.id, letterbook=visit.services.letterbook,
            state=state,
        )  # fmt: skip


def _fields(letter: Letter) -> dict[str, str]:
    """Name of a field -> what stands in it."""
    return {f"block_{number}": typed.to_text(block) for number, block in enumerate(letter.blocks)}


def _edited(letter: Letter, said: Mapping[str, str]) -> Edited:
    blocks = tuple(
        changed
        for number, block in enumerate(letter.blocks)
        for changed in typed.to_blocks(block, said[f"block_{number}"], letter.lang)
    )
    if not blocks:
        raise NoticeError.coded("refusal.word_empty")
    return Edited(typed.cleaned(said["subject"], letter.lang)[0], blocks, ())


def _form(
    visit: Visit,
    row: NoticeRow,
    letter: Letter,
    said: Mapping[str, str],
    *,
    problems: Mapping[str, str] | None = None,
    refusal: TakedownError | None = None,
    status: int = 200,
) -> Response:
    visit.residence = case.load(visit.session, row.case_id).residence
    return visit.page(
        "letter_edit", status=status, row=row, letter=letter, said=said, problems=problems or {}, refusal=refusal,
        labels=_labels(visit, row),
    )  # fmt: skip


def _changes(visit: Visit, notice_id: str, *, notes: tuple[str, ...] = (), since_draft: bool = False) -> Response:
    row = store.get(visit.session, NoticeRow, notice_id)
    seen = revision.last(visit.session, notice_id, letterbook=visit.services.letterbook, since_draft=since_draft)
    visit.residence = case.load(visit.session, row.case_id).residence
    return visit.page(
        "letter_changes", row=row, changes=changes.between(seen.before, seen.after), notes=notes, labels=seen.labels,
        todo=list(changes.consequences(seen.after, seen.labels, visit.lang)), since_draft=since_draft,
        letter_lang=row.lang,
    )  # fmt: skip


def _labels(visit: Visit, row: NoticeRow) -> dict[str, Any]:
    return dict(
        notices.preview(
            visit.session, row.id, letterbook=visit.services.letterbook, catalogue=visit.services.catalogue
        ).labels
    )
