"""Who may reach which route: one table from the name of a route to an act, and the one door that enforces it."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.routing import BaseRoute

from cases import people, sessions, tokens, view
from cases.entitlement import ACTS, ANONYMOUS, OWNER, Actor, why_not
from cases.errors import CaseRefused
from evidence.tables import Exhibit
from monitor.tables import StoredMatch, Watch, WatchedFingerprint, WatchTerm
from portal import browser
from portal.errors import Forged, MustSignIn, NotFound, PortalError, Refused, TooLarge
from portal.services import Services
from portal.visit import Visit
from storage import ledger
from storage.database import transaction
from storage.tables import LedgerEntry
from takedown import notices
from takedown.tables import NoticeRow, ReplyRow, TrackRow

PUBLIC, SIGNED_IN = "public", "signed_in"

ACCESS: Mapping[str, str] = {
    # open to everybody
    "home": PUBLIC, "before": PUBLIC, "leave": PUBLIC, "limits": PUBLIC, "open_form": PUBLIC, "open_case": PUBLIC,
    "code_form": PUBLIC, "code_in": PUBLIC, "sign_in_form": PUBLIC, "sign_in": PUBLIC, "own_in": PUBLIC,
    "calendar_feed": PUBLIC,  # the secret in its address is the key
    "alive": PUBLIC, "ready": PUBLIC, "api_description": PUBLIC,
    "sign_out": SIGNED_IN, "own": SIGNED_IN, "api_cases": SIGNED_IN,
    # the person's own pages
    "case": "case.read", "case_pause": "case.pause", "case_resume": "case.resume", "case_addresses": "content.add",
    "case_code": "receipt.renew", "case_contact": "case.change", "watch": "watch.read", "term_remove": "watch.remove",
    "watch_attest": "watch.attest", "watch_review": "watch.review", "watch_activate": "watch.activate",
    "watch_pause": "watch.pause", "prints_form": "watch.add", "prints_add": "watch.add",
    "print_release": "watch.add", "candidates": "hit.read",
    "hits": "hit.read", "hit": "hit.read", "hit_judge": "hit.judge", "hit_follow": "watch.add",
    "letters": "notice.read", "letter": "notice.read", "letter_pdf": "notice.read", "letter_text": "notice.read",
    "letter_ready": "notice.draft", "letter_approve": "notice.approve", "letter_return": "notice.draft",
    "letter_word": "notice.read", "letter_mail": "notice.read", "letter_changes": "notice.read",
    "letter_edit_form": "notice.draft", "letter_edit": "notice.draft", "letter_import": "notice.draft",
    "letter_retract": "notice.withdraw", "letter_addressee": "notice.draft",
    "letter_undo": "notice.withdraw", "letter_withdraw": "notice.withdraw", "letter_sent": "notice.mark_sent",
    "letter_post": "notice.mark_sent", "letter_doubt": "notice.send",
    "letter_reply": "reply.add", "reply_confirm": "reply.add",
    # one track of a content, and the letter prepared for it
    "track": "content.read", "track_guide": "content.read", "track_check": "check.add", "track_act": "check.add",
    "track_capture": "evidence.capture", "track_delist": "check.add",
    "draft_form": "notice.draft", "draft": "notice.draft",
    # at work
    "phone_form": "case.open", "phone_open": "case.open", "mandate_add": "mandate.grant",
    "mandate_end": "mandate.revoke",
    "mails": "mail.read", "mail_settle": "mail.read",
    "desk": "dashboard.read", "file": "case.read", "journal": "ledger.read", "exhibit": "evidence.export",
    "press": "press.read", "calendar": "dashboard.read", "calendar_new": "dashboard.read",
    "calendar_end": "dashboard.read", "published_form": "content.read", "published": "content.add",
    "merge": "content.add", "same_person": "case.merge", "case_release": "case.release",
    "office": "office.change", "office_give": "office.change", "office_take": "office.change",
    "health": "health.read", "models": "template.read", "model": "template.read", "model_sign": "template.review",
    # the API
    "api_case": "case.read", "api_hits": "hit.read", "api_hit_judge": "hit.judge", "api_notices": "notice.read",
    "api_notice_approve": "notice.approve",
}  # fmt: skip
"""Route name -> act of `cases.entitlement.ACTS`, or "public", or "signed_in"."""

READS = {
    "case": "case.read", "file": "case.read", "hits": "hit.read", "hit": "hit.read", "candidates": "hit.read",
    "letter": "notice.read", "track": "content.read", "journal": "ledger.read", "api_case": "case.read",
    "api_hits": "hit.read",
}  # fmt: skip
"""Routes whose reading is entered in the case's ledger; an exhibit's is entered by `evidence.custody`."""
ONE_READ = dt.timedelta(hours=1)  # the same reading by the same person is entered once an hour
MOST_BYTES = 256 * 1024  # the largest form holds a few hundred addresses
UPLOADS = frozenset({"letter_import", "office_give"})
MOST_UPLOADED = 1_000_000  # a file that somebody gives stays in memory: Starlette writes to disk from 1 MiB on
SAFE = frozenset({"GET", "HEAD"})


def _case_of(kind: Any) -> Callable[[Session, str], str | None]:
    return lambda session, row_id: session.scalar(select(kind.case_id).where(kind.id == row_id))


CASE_OF: Mapping[str, Callable[[Session, str], str | None]] = {
    "case_id": lambda session, case_id: case_id,
    "hit_id": _case_of(StoredMatch),
    "watch_id": _case_of(Watch),
    "term_id": _case_of(WatchTerm),
    "print_id": _case_of(WatchedFingerprint),
    "track_id": _case_of(TrackRow),
    "notice_id": _case_of(NoticeRow),
    "reply_id": _case_of(ReplyRow),
    "exhibit_id": _case_of(Exhibit),
}
"""Path parameter -> the case that the row it names belongs to: the only way from an address to a case."""


def check_table(ours: Iterable[BaseRoute]) -> None:
    """Fail when a route has no line in the table, a line no route, or an act on a case no way to its case."""
    routes = {route.name: route for route in ours if isinstance(route, APIRoute)}
    if routes.keys() != ACCESS.keys():
        raise PortalError(f"Routes and the access table differ: {sorted(routes.keys() ^ ACCESS.keys())}")
    for name, route in routes.items():
        on_case = ACCESS[name] in ACTS and ACTS[ACCESS[name]].on_case
        if on_case and len(CASE_OF.keys() & set(route.param_convertors)) != 1:
            raise PortalError(f"The route {name} must name one row that belongs to a case.")


async def typed(request: Request) -> AsyncIterator[FormData]:
    """The form of a request, bounded in size; empty when there is none. Files are read on the routes of `UPLOADS`."""
    sent = request.headers.get("content-type", "")
    upload = sent.startswith("multipart/form-data") and request.scope["route"].name in UPLOADS
    if request.method in SAFE or not (upload or sent.startswith("application/x-www-form")):
        yield FormData()
        return
    if not 0 < int(request.headers.get("content-length") or 0) <= (MOST_UPLOADED if upload else MOST_BYTES):
        raise TooLarge
    form = await request.form(max_files=1, max_fields=1000)
    try:
        yield form
    finally:
        await form.close()


def enter(request: Request, form: Annotated[FormData, Depends(typed)]) -> Iterator[Visit]:
    """The door: one transaction, one moment, who visits, whether they may; what is done is kept whole or not at all."""
    services: Services = request.app.state.services
    name = request.scope["route"].name
    with transaction(services.factory) as session:
        visit = _visit(request, services, session, form)
        if request.method not in SAFE and not visit.by_token and not browser.same(visit.typed("csrf"), visit.csrf):
            raise Forged
        _let_in(visit, name, request.path_params)
        yield visit


Entered = Annotated[Visit, Depends(enter, scope="function")]


def _visit(request: Request, services: Services, session: Session, form: FormData) -> Visit:
    now = services.clock()
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    cookie = request.cookies.get(browser.cookie_name(services.settings), "")
    visitor = request.cookies.get(browser.visitor_name(services.settings)) or browser.new_visitor()
    actor, csrf = ANONYMOUS, browser.visitor_token(services.settings, visitor)
    if bearer:
        actor = _by_token(session, bearer)
    elif found := sessions.find(session, now, cookie) if cookie else None:
        actor, csrf = _by_session(session, services, found), found.csrf
    return Visit(
        services=services, session=session, now=now, actor=actor, form=form, csrf=csrf, visitor=visitor, cookie=cookie,
        lang=browser.language(request), path=request.url.path, by_token=bool(bearer),
        client=request.client.host if request.client else "",
    )  # fmt: skip


def _by_token(session: Session, secret: str) -> Actor:
    account = tokens.account_of(session, secret)
    return _account(session, account) if account else ANONYMOUS


def _by_session(session: Session, services: Services, found: sessions.Found) -> Actor:
    if found.account_id:
        return _account(session, found.account_id)
    if found.case_id:
        return Actor("subject", "subject", case_id=found.case_id)
    return OWNER if services.personal else ANONYMOUS


def _account(session: Session, account_id: str) -> Actor:
    try:
        return people.actor_of(session, account_id)
    except CaseRefused:
        return ANONYMOUS


def _let_in(visit: Visit, name: str, path_params: Mapping[str, str]) -> None:
    """Raise what the visitor is told: sign in, not found (strangers, always), or why a member may not do this."""
    act = ACCESS[name]
    if act == PUBLIC:
        return
    if visit.actor == ANONYMOUS:
        raise MustSignIn
    if act == SIGNED_IN:
        return
    if not ACTS[act].on_case:
        if why_not(visit.actor, act):
            raise NotFound
        return
    visit.case_id = _case(visit.session, path_params)
    made_by = _made_by(visit.session, act, path_params)
    visit.case_view = view.of(visit.session, visit.now, visit.actor, visit.case_id, made_by=made_by)
    refusal = why_not(visit.actor, act, visit.case_view)
    if refusal == "entitlement.stranger":
        raise NotFound
    if refusal:
        raise Refused(refusal)
    if name in READS:
        _enter_reading(visit, READS[name], path_params)


def _case(session: Session, path_params: Mapping[str, str]) -> str:
    (parameter,) = CASE_OF.keys() & path_params.keys()
    case_id = CASE_OF[parameter](session, path_params[parameter])
    if case_id is None:
        raise NotFound
    return case_id


def _made_by(session: Session, act: str, path_params: Mapping[str, str]) -> tuple[str, ...]:
    """Who made what is to be reviewed or approved: they may not be the second person."""
    if act == "watch.review":
        attested_by = session.scalar(select(Watch.attested_by).where(Watch.id == path_params["watch_id"]))
        return (attested_by,) if attested_by else ()
    return tuple(notices.made_by(session, path_params["notice_id"])) if act == "notice.approve" else ()


def _enter_reading(visit: Visit, act: str, path_params: Mapping[str, str]) -> None:
    subject = next(((name.removesuffix("_id"), row) for name, row in path_params.items() if name in CASE_OF), ("", ""))
    same = select(LedgerEntry.id).where(
        LedgerEntry.case_id == visit.case_id, LedgerEntry.actor == visit.actor.id, LedgerEntry.act == act,
        LedgerEntry.subject_id == subject[1], LedgerEntry.at > visit.now - ONE_READ,
    )  # fmt: skip
    if visit.session.scalar(same.limit(1)) is None:
        ledger.append(
            visit.session, case_id=visit.case_id, at=visit.now, actor=visit.actor.id, act=act, subject=subject
        )
