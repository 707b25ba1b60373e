"""Everybody against every route: one row of each kind in one case, and people in every relation to that case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from cases import case, mandate, people, sessions, tokens, view
from cases.entitlement import ACTS, ANONYMOUS, Actor, why_not
from monitor import watch
from monitor.document import FingerprintPart, WatchDocument
from monitor.tables import WatchedFingerprint
from portal import access
from portal.app import ROUTERS
from storage.database import transaction
from takedown import calendar_feed, incoming, replies, sender_proof, unmatched
from takedown.tables import ContentRow, NoticeRow
from tests.conftest import PASSWORD, World
from tests.portal.conftest import Browser, found_page
from tests.takedown import desk as stage

ROUTES = {route.name: route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)}
ROLES = ("relative", "agent", "lead", "lawyer", "auditor", "operator")
RELATIONS = ("member", "without_mandate", "former", "colleague", "elsewhere")
KINDS = {"agent": "association", "lead": "association", "lawyer": "lawyer", "relative": "relative"}
REFUSED = frozenset({401, 403, 404})


@dataclass(frozen=True)
class Visitor:
    """Somebody who knocks: an account, a receipt code (then `case_id`), or nobody at all."""

    name: str
    actor: Actor
    token: str = ""


def visitors(session: Session, world: World, now: dt.datetime) -> dict[str, Visitor]:
    """Every role in every relation to the case, both kinds of receipt code, and somebody who is not signed in."""
    other = case.open_case(
        session, now, organisation_id=world.elsewhere, name="Noé Ailleurs", lang="fr", actor=world.stranger
    )
    found = [
        Visitor("nobody", ANONYMOUS),
        Visitor("her code", Actor("subject", "subject", case_id=world.case.id)),
        Visitor("another's code", Actor("subject", "subject", case_id=other.id)),
    ]
    for role in ROLES:
        for relation in RELATIONS:
            found.extend(_account(session, world, now, role, relation))
    return {one.name: one for one in found}


def _account(session: Session, world: World, now: dt.datetime, role: str, relation: str) -> Iterator[Visitor]:
    takes_part = relation in ("member", "without_mandate", "former")
    if takes_part and role == "operator":  # no part in a case fits an operator
        return
    name = f"{role} {relation}"
    account = people.add_account(
        session, now, organisation_id=world.elsewhere if relation == "elsewhere" else world.organisation, role=role,
        login=f"{name}@rive.example", name=name, password=PASSWORD, actor="system",
    )  # fmt: skip
    if takes_part:
        people.join(session, now - dt.timedelta(hours=2), world.case.id, account, role, actor=world.lead)
    if takes_part and relation != "without_mandate" and role in KINDS:
        mandate.grant(
            session, now, case_id=world.case.id, account_id=account, kind=KINDS[role], scope=mandate.SCOPES,
            valid_from=now.date() - dt.timedelta(days=1), actor="subject",
        )  # fmt: skip
    if relation == "former":
        people.leave(session, now - dt.timedelta(hours=1), world.case.id, account, actor=world.lead)
    yield Visitor(name, people.actor_of(session, account), tokens.create(session, now, account_id=account)[1])


def rows(session: Session, world: World, desk: stage.Desk) -> dict[str, str]:
    """Path parameter -> one row of that kind, all of Camille's case."""
    hit = found_page(session, world, title="Un sujet", matched="Camille Exemple")
    (watched,) = watch.of_case(session, world.case.id)
    (term,) = watch.terms_of(session, [watched.id])
    part = FingerprintPart(type="pdq", value="9c" * 32, quality=90, age_on_image="adult")
    printed = WatchDocument(case=world.case.id, fingerprints=(part,), sources=("site",))
    watch.add(session, world.now, case_id=world.case.id, document=printed, actor=world.agent)
    content = desk.content(session)
    track = stage.track_of(session, content).id
    notice = desk.draft(session, [track])
    raw = f"From: a@elsewhere.example\nSubject: {session.get_one(NoticeRow, notice).reference}\n\nBien reçu."
    reply = replies.take_in(session, world.now, raw.encode(), catalogue=desk.catalogue)
    exhibit = session.get_one(ContentRow, content).exhibit_id
    stray = unmatched.keep(session, world.now, incoming.read(b"From: a@b.example\n\nBonjour."), sender_proof.UNPROVED)
    held = mandate.grant(
        session, world.now, case_id=world.case.id, account_id=world.agent, kind="association", scope=["watch"],
        valid_from=world.now.date(), actor="subject",
    )  # fmt: skip
    feed = calendar_feed.create(session, world.now, world.agent)
    assert reply is not None
    assert stray is not None
    assert exhibit is not None
    return {
        "case_id": world.case.id, "hit_id": hit, "watch_id": watched.id, "term_id": term.id, "notice_id": notice,
        "print_id": str(session.scalar(select(WatchedFingerprint.id))),
        "track_id": track, "reply_id": reply, "mail_id": stray, "exhibit_id": exhibit, "letter": "L01.doxxing",
        "lang": "fr", "mandate_id": held, "slot": "letterhead", "act": "stopncii", "secret": feed,
    }  # fmt: skip


@contextmanager
def undone(factory: sessionmaker[Session]) -> Iterator[Session]:
    """In place of the door's transaction: nothing that a request does stays, so that each meets the same case."""
    session = factory()
    try:
        yield session
    finally:
        session.rollback()
        session.close()


def knock(browser: Browser, visitor: Visitor, name: str, ids: dict[str, str]) -> int:
    """Ask for a route as this visitor, with an empty form or an empty document; gives the status."""
    route = ROUTES[name]
    path = route.path.format(**ids)
    if not path.startswith("/api/"):
        return (browser.get(path) if "GET" in route.methods else browser.fill(path)).status_code
    bearer = {"authorization": f"Bearer {visitor.token}"} if visitor.token else {}
    method = "GET" if "GET" in route.methods else "POST"
    return browser.request(method, path, headers=bearer, json=None if method == "GET" else {}).status_code


def fits(status: int, name: str, visitor: Visitor, session: Session, world: World, made_by: tuple[str, ...]) -> bool:
    """Whether a status is what the entitlement table says for this visitor and route."""
    act, api = access.ACCESS[name], ROUTES[name].path.startswith("/api/")
    get = "GET" in ROUTES[name].methods
    if name == "own_in":
        return status == 404  # not a door of an organisation's instance
    if act == access.PUBLIC:
        return status not in REFUSED
    if api and not get and not visitor.token:
        return status == 403  # a document without a token carries no proof that it comes from a page of ours
    if visitor.actor == ANONYMOUS:
        return status == (401 if api or not get else 303)
    if act == access.SIGNED_IN:
        return status not in REFUSED
    if not ACTS[act].on_case:
        return status == 404 if why_not(visitor.actor, act) else status not in REFUSED
    seen = view.of(session, world.now, visitor.actor, world.case.id, made_by=made_by)
    refusal = why_not(visitor.actor, act, seen)
    if refusal is None:
        return status not in REFUSED and status < 500
    return status == (404 if refusal == "entitlement.stranger" else 403)


def sign_in(browser: Browser, world: World, now: dt.datetime, visitor: Visitor) -> None:
    """Give the browser this visitor's session; somebody without one gets the token of a form."""
    if visitor.actor == ANONYMOUS:
        browser.see("/code")
        return
    with transaction(world.factory) as session:
        whose = {"case_id": visitor.actor.case_id} if visitor.actor.case_id else {"account_id": visitor.actor.id}
        started = sessions.start(session, now, **whose)
    browser.cookies.set("vigie", started.cookie)
    browser.csrf = started.csrf
