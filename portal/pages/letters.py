"""The letters of a case: read, confirm, approve, return, take back; as paper and as text."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response
from markupsafe import Markup

from cases import case
from portal.access import Entered
from portal.visit import Visit
from takedown import notices, store
from takedown.errors import TakedownError
from takedown.render import html, pdf, text
from takedown.tables import DispatchRow, NoticeRow

router = APIRouter(include_in_schema=False)
SAFETY = {"yes": True, "no": False}


@router.get("/notes/{case_id}/lettres", name="letters")
def letters(visit: Entered, case_id: str) -> Response:
    """The letters of the case, each with its state."""
    visit.residence = case.load(visit.session, case_id).residence
    rows = [store.get(visit.session, NoticeRow, one.id) for one in notices.list_notices(visit.session, case_id)]
    shown = [(row, store.open_addressee(visit.session, row)) for row in rows]
    return visit.page("letters", letters=shown, case_id=case_id)


@router.get("/lettres/{notice_id}", name="letter")
def letter(visit: Entered, notice_id: str) -> Response:
    """One letter: to whom, what it says, what is in it and what is missing, what to think of before it leaves."""
    return _page(visit, notice_id)


@router.get("/lettres/{notice_id}/pdf", name="letter_pdf")
def letter_pdf(visit: Entered, notice_id: str) -> Response:
    """The letter on paper."""
    layout = pdf.Layout.load(visit.services.settings.config_dir)
    return _file(pdf.render(_preview(visit, notice_id).letter, layout), "application/pdf", "note.pdf")


@router.get("/lettres/{notice_id}/texte", name="letter_text")
def letter_text(visit: Entered, notice_id: str) -> Response:
    """The letter as text, to be pasted into a form."""
    said = text.render(_preview(visit, notice_id).letter)
    return _file(said.encode(), "text/plain; charset=utf-8", "note.txt")


@router.post("/lettres/{notice_id}/complete", name="letter_ready")
def ready(visit: Entered, notice_id: str) -> Response:
    """Declare it complete; what only a person can confirm is ticked one by one."""
    confirmed = frozenset(str(value) for value in visit.form.getlist("confirmed"))
    return _do(
        visit, notice_id,
        lambda: notices.mark_ready(
            visit.session, visit.now, notice_id, actor=visit.actor.id, letterbook=visit.services.letterbook,
            catalogue=visit.services.catalogue, confirmed=confirmed,
        ),
    )  # fmt: skip


@router.post("/lettres/{notice_id}/accord", name="letter_approve")
def approve(visit: Entered, notice_id: str) -> Response:
    """Approve one sending; with an ex-partner or danger, only after the question about safety."""
    safe = SAFETY.get(visit.typed("safe"))
    if asks_safety(visit) and safe is None:
        return _page(visit, notice_id, problem="portal.letter.problem.safety", status=422)
    assert visit.case_view is not None
    two_people = visit.case_view.two_people and not visit.services.personal
    return _do(
        visit, notice_id,
        lambda: notices.approve(
            visit.session, visit.now, notice_id, actor=visit.actor.id, catalogue=visit.services.catalogue,
            letterbook=visit.services.letterbook, settings=visit.services.settings, two_people=two_people,
            safe_to_notify=safe,
        ),
    )  # fmt: skip


@router.post("/lettres/{notice_id}/retour", name="letter_return")
def give_back(visit: Entered, notice_id: str) -> Response:
    """Return it to who prepared it, with a comment."""
    comment = visit.typed("comment")
    if not comment:
        return _page(visit, notice_id, problem="portal.letter.problem.comment", status=422)
    return _do(
        visit, notice_id,
        lambda: notices.return_(visit.session, visit.now, notice_id, comment=comment, actor=visit.actor.id),
    )  # fmt: skip


@router.post("/lettres/{notice_id}/annuler", name="letter_undo")
def undo(visit: Entered, notice_id: str) -> Response:
    """Take an approval back while nothing has left."""
    return _do(visit, notice_id, lambda: notices.undo(visit.session, visit.now, notice_id, actor=visit.actor.id))


@router.post("/lettres/{notice_id}/abandon", name="letter_withdraw")
def withdraw(visit: Entered, notice_id: str) -> Response:
    """Give this letter up before it leaves."""
    return _do(visit, notice_id, lambda: notices.withdraw(visit.session, visit.now, notice_id, actor=visit.actor.id))


@router.post("/lettres/{notice_id}/envoyee", name="letter_sent")
def sent(visit: Entered, notice_id: str) -> Response:
    """She filled the form in, or posted the letter, herself."""
    return _do(
        visit, notice_id,
        lambda: notices.mark_sent(
            visit.session, visit.now, notice_id, number=visit.typed("number"), on=None, actor=visit.actor.id,
            catalogue=visit.services.catalogue,
        ),
    )  # fmt: skip


def asks_safety(visit: Visit) -> bool:
    """Whether "Is it safe that the other person learns of it?" comes before this sending (design.md section 7)."""
    file = case.load(visit.session, visit.case_id)
    return file.ex_partner or file.danger


def demoted(shown: str) -> str:
    """The letter's HTML inside a page that has its own first heading."""
    return shown.replace("<h2", "<h3").replace("</h2>", "</h3>").replace("<h1>", "<h2>").replace("</h1>", "</h2>")


def _do(visit: Visit, notice_id: str, act: Callable[[], object]) -> Response:
    """Do it, or show the letter again with the sentence that says why not; nothing is kept of a refused act."""
    try:
        with visit.session.begin_nested():
            act()
    except TakedownError:
        return _page(visit, notice_id, problem="portal.letter.problem.refused", status=409)
    return visit.go(f"/lettres/{notice_id}")


def _preview(visit: Visit, notice_id: str) -> notices.Preview:
    services = visit.services
    return notices.preview(visit.session, notice_id, letterbook=services.letterbook, catalogue=services.catalogue)


def _page(visit: Visit, notice_id: str, *, problem: str | None = None, status: int = 200) -> Response:
    row = store.get(visit.session, NoticeRow, notice_id)
    seen = _preview(visit, notice_id)
    dispatch = notices.dispatch_of(visit.session, notice_id)
    return visit.page(
        "letter", status=status, row=row, letter=seen.letter, shown=Markup(demoted(html.render(seen.letter))),  # noqa: S704 - escaped by takedown.render.html
        addressee=seen.addressee, labels=seen.labels,
        ask_safety=asks_safety(visit), problem=problem, typed=visit.typed,
        dispatch=visit.session.get(DispatchRow, dispatch) if dispatch else None,
    )  # fmt: skip


def _file(data: bytes, mime: str, name: str) -> Response:
    """A download whose name says nothing."""
    return Response(data, media_type=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'})
