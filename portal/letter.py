"""The page of one letter: to whom, what it says, what lacks, what may be done with it now; and an act done on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from fastapi import Response
from markupsafe import Markup

from cases import case
from portal import reading
from portal.visit import Visit
from takedown import exposing, guiding, notices, posting, replies, store, versions
from takedown.errors import TakedownError
from takedown.render import html
from takedown.tables import DispatchRow, NoticeRow


def asks_safety(visit: Visit) -> bool:
    """Whether "Is it safe that the other person learns of it?" comes before this sending (design.md section 7)."""
    file = case.load(visit.session, visit.case_id)
    return file.ex_partner or file.danger


def demoted(shown: str) -> str:
    """The letter's HTML one rank lower, inside a page that has headings of its own."""
    return re.sub(r"(</?h)(\d)(?=[ >])", lambda found: f"{found[1]}{int(found[2]) + 1}", shown)


def do(visit: Visit, notice_id: str, act: Callable[[], object]) -> Response:
    """Do it, or show the letter again with the sentence that says why not; nothing is kept of a refused act."""
    try:
        with visit.session.begin_nested():
            act()
    except TakedownError as error:
        return page(visit, notice_id, refusal=error, status=409)
    return visit.go(f"/lettres/{notice_id}")


def preview(visit: Visit, notice_id: str) -> notices.Preview:
    services = visit.services
    return notices.preview(visit.session, notice_id, letterbook=services.letterbook, catalogue=services.catalogue)


def page(
    visit: Visit,
    notice_id: str,
    *,
    problems: Mapping[str, str] | None = None,
    refusal: TakedownError | None = None,
    status: int = 200,
) -> Response:
    row = store.get(visit.session, NoticeRow, notice_id)
    seen = preview(visit, notice_id)
    dispatch = notices.dispatch_of(visit.session, notice_id)
    visit.residence = case.load(visit.session, row.case_id).residence
    return visit.page(
        "letter", status=status, row=row, letter=seen.letter, shown=Markup(demoted(html.render(seen.letter))),  # noqa: S704 - escaped by takedown.render.html
        addressee=seen.addressee, labels=seen.labels,
        exposure=exposing.of_notice(visit.session, notice_id, visit.services.catalogue),
        ask_safety=asks_safety(visit), problems=problems or {}, refusal=refusal, typed=visit.typed,
        confirmed=frozenset(visit.form.getlist("confirmed")), kinds=replies.kinds_for(row.letter),
        tracks=reading.tracks_of(visit.session, row), comment=reading.comment(visit.session, row),
        replies=replies.opened(visit.session, notice_id) if visit.may("reply.read") else [],
        edited=versions.before_last(visit.session, notice_id) is not None,
        post_dates=posting.dates(visit.session, notice_id) if row.channel == "post" else {},
        fields=guiding.letter_form(visit.session, row, visit.services.catalogue, lang=visit.lang)
        if row.channel == "form" and row.status in ("approved", "queued") else (),
        dispatch=visit.session.get(DispatchRow, dispatch) if dispatch else None,
    )  # fmt: skip
