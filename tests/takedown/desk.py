"""Invented people, platforms and letters for the tests of sending: a whole case, one step at a time."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from cases import case, mandate, people
from config import catalogue as facts
from config.catalogue import Catalogue
from config.records import Channel, Platform
from config.settings import Settings
from crawler.exchange import Exchange, Hop
from evidence.tables import Exhibit
from storage.database import transaction
from takedown import intake, notices, outbox, signoff, statistics
from takedown.compose import Stationery, stationery
from takedown.delivery.message import OutgoingMessage, Receipt
from takedown.drafting import Office
from takedown.letterbook import Letterbook, signoff_hash
from takedown.tables import ContentRow, DispatchRow, NoticeRow, TrackRow

URL = "https://images.example/p/8841"
MAILBOX = "notifications@passerelle.example"
OFFICE = Office("Association Passerelle", MAILBOX, "Lyon")


def platform(name: str = "images", *, domain: str = "images.example", kind: str = "email", **changed: Any) -> Platform:
    value = {"email": f"notice@{domain}", "form": f"https://{domain}/report", "post": "12 Harbour Street"}[kind]
    channel = Channel(kind=kind, value=value, harms=["*"], account="no", discloses_to="uploader", langs=["fr"])  # type: ignore[arg-type]
    given: dict[str, Any] = {
        "id": name, "name": name.title(), "entity": "Imagerie Sociale Ltd", "country": "IE",
        "address": ["12 Harbour Street", "Dublin 4"], "kind": "platform", "domains": [domain], "channels": [channel],
        "small_provider": "no", "covered_tida": "no", "art20": True, "machine_may_look": True,
        "forwards_to_customer": "no", "source": "invented", "checked_on": dt.date(2026, 11, 20), "confidence": "M",
    }  # fmt: skip
    return Platform(**{**given, **changed})


@cache
def book() -> Letterbook:
    return Letterbook.load()


@cache
def shipped() -> Catalogue:
    return facts.load()


def catalogue(*platforms: Platform) -> Catalogue:
    """The shipped facts, with the invented platforms in place of the real ones."""
    chosen = platforms or (platform(), platform("formed", domain="formed.example", kind="form", machine_may_look=False))
    return replace(shipped(), platforms=MappingProxyType({one.id: one for one in chosen}))


def settings(folder: Path, **changed: Any) -> Settings:
    given: dict[str, Any] = {
        "mode": "organisation", "database_url": "sqlite://", "key": b"k" * 32, "state_dir": folder, "undo_minutes": 10,
        "smtp_sender": MAILBOX, "smtp_host": "mail.example",
    }  # fmt: skip
    return Settings(**{**given, **changed})


class Hands:
    """A clock that a test moves by hand."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **span: float) -> dt.datetime:
        self.now += dt.timedelta(**span)
        return self.now


@dataclass
class Postman:
    """A channel that keeps what it was given, or fails as it is told."""

    kind: str = "email"
    given: list[OutgoingMessage] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    def deliver(self, message: OutgoingMessage) -> Receipt:
        if self.trouble:
            raise self.trouble.pop(0)
        self.given.append(message)
        return Receipt(self.kind, message.date, {"code": 250})


class Web:
    """A fake of `crawler.child.fetch`: answers one status and one page, and counts the looks."""

    def __init__(self, status: int | None = 200, text: str = "Camille Exemple, la photographie volée.") -> None:
        self.status, self.text = status, text
        self.asked: list[str] = []

    def __call__(self, address: str, **how: Any) -> Exchange:
        assert how["purpose"] == "check"
        self.asked.append(address)
        at = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
        body = f"<html><head><title>Album</title></head><body><p>{self.text}</p></body></html>".encode()
        return Exchange(
            asked=address, hops=(Hop(address, self.status, None, "203.0.113.7", 443, None),), final_url=address,
            status=self.status, headers=(), request_headers=(), mime="text/html", charset="utf-8", body=body,
            body_sha256="0" * 64, body_bytes=len(body), cut=(), started_at=at, ended_at=at, dns=("203.0.113.7",),
            error_class=None if self.status else "transient",
        )  # fmt: skip


@dataclass
class Desk:
    """One organisation, one case and all that is needed to send its letters."""

    factory: sessionmaker[Session]
    clock: Hands
    settings: Settings
    catalogue: Catalogue
    agent: str
    lead: str
    lawyer: str
    case_id: str
    paper: Stationery

    def content(self, session: Session, url: str = URL, harm: str = "intimate_image", **changed: Any) -> str:
        """A content typed by hand, whose exhibit is sealed at once."""
        given: dict[str, Any] = {"age_on_image": "adult", "quote": "la photographie volée", **changed}
        content_id = intake.by_address(
            session, self.clock(), case_id=self.case_id, url=url, harm=harm, actor=self.agent,
            catalogue=self.catalogue, **given,
        )  # fmt: skip
        seal(session, content_id)
        return content_id

    def draft(self, session: Session, track_ids: Sequence[str], **changed: Any) -> str:
        given: dict[str, Any] = {"letter": None, "signer": "association", "office": OFFICE, **changed}
        return notices.draft(
            session, self.clock(), track_ids=track_ids, actor=self.agent, catalogue=self.catalogue, letterbook=book(),
            **given,
        )  # fmt: skip

    def ready(self, session: Session, notice_id: str) -> None:
        notices.mark_ready(
            session, self.clock(), notice_id, actor=self.agent, letterbook=book(), catalogue=self.catalogue,
            confirmed=frozenset({"dsa16.2.d"}),
        )  # fmt: skip

    def approve(self, session: Session, notice_id: str, actor: str | None = None, **changed: Any) -> str | None:
        return notices.approve(
            session, self.clock(), notice_id, actor=actor or self.lead, settings=self.settings,
            catalogue=self.catalogue, letterbook=book(), **changed,
        )  # fmt: skip

    def approved(self, session: Session, **changed: Any) -> tuple[str, str]:
        """A notice through draft, ready and approval; gives (notice, dispatch)."""
        content_id = self.content(session)
        notice_id = self.draft(session, [track_of(session, content_id).id], **changed)
        self.ready(session, notice_id)
        dispatch_id = self.approve(session, notice_id)
        assert dispatch_id is not None
        return notice_id, dispatch_id

    def send(self, dispatch_id: str, channel: Any, owner: str = "worker") -> str | None:
        return outbox.run(
            self.factory, dispatch_id, owner=owner, clock=self.clock, sender=channel, catalogue=self.catalogue,
            paper=self.paper,
        )  # fmt: skip

    def sent(self, **changed: Any) -> tuple[str, str]:
        """A notice that has left; gives (notice, track)."""
        with transaction(self.factory) as session:
            notice_id, dispatch_id = self.approved(session, **changed)
        self.clock.forward(minutes=11)
        assert self.send(dispatch_id, Postman()) == "sent"
        with transaction(self.factory) as session:
            return notice_id, session.query(TrackRow.id).scalar()


def seal(session: Session, content_id: str, state: str = "sealed") -> None:
    """What a capture does, without fetching."""
    content = session.get_one(ContentRow, content_id)
    if content.exhibit_id:
        done = update(Exhibit).where(Exhibit.id == content.exhibit_id)
        session.execute(done.values(state=state, manifest_sha256="ab" * 32 if state == "sealed" else None))
        session.expire_all()


def track_of(session: Session, content_id: str) -> TrackRow:
    return session.query(TrackRow).filter_by(content_id=content_id).one()


def notice(session: Session, notice_id: str) -> NoticeRow:
    return session.get_one(NoticeRow, notice_id, populate_existing=True)


def dispatch(session: Session, dispatch_id: str) -> DispatchRow:
    return session.get_one(DispatchRow, dispatch_id, populate_existing=True)


SIGNED = ("L01", "L01M", "L01D", "L03", "L31")
"""The letters that the tests of this folder send; signing the whole book for each test would take its time."""


def sign_all(session: Session, now: dt.datetime, account: str, numbers: tuple[str, ...] = SIGNED) -> None:
    """The invented lawyer signs the French letters that are sent here, under every ground they go with."""
    for (letter, lang), template in book().letters.items():
        for ground in shipped().grounds.values():
            if letter in ground.letters and lang == "fr" and letter.partition(".")[0] in numbers:
                sha = signoff_hash(template, ground)
                signoff.sign(session, now, letter=letter, lang=lang, sha=sha, account=account)


def _account(session: Session, now: dt.datetime, organisation: str, role: str) -> str:
    return people.add_account(
        session, now, organisation_id=organisation, role=role, login=f"{role}-{os.urandom(3).hex()}@exemple.invalid",
        name=f"{role} inventé", password="quatre mots inventés ensemble", actor="system",
    )  # fmt: skip


def set_up(factory: sessionmaker[Session], now: dt.datetime, folder: Path, **about: Any) -> Desk:
    """An association with an agent, a lead and a lawyer, a signed letterbook, and Camille's case under mandate."""
    chosen = settings(folder)
    with transaction(factory) as session:
        here = people.add_organisation(session, now, kind="association", name="Association Passerelle")
        staff = {role: _account(session, now, here, role) for role in ("agent", "lead", "lawyer")}
        given = {"contact": {"email": "contact@boite.example", "city": "Lyon"}, "under_18_today": "no", **about}
        opened = case.open_case(
            session, now, organisation_id=here, name="Camille Exemple", lang="fr", actor=staff["agent"], **given
        )
        for role, account in staff.items():
            people.join(session, now, opened.id, account, role, actor=staff["lead"])
        mandate.grant(session, now, case_id=opened.id, account_id=staff["lead"], kind="association", scope=("notify",),
                      valid_from=now.date(), actor="subject")  # fmt: skip
        sign_all(session, now, staff["lawyer"])
    paper = stationery(chosen, book())
    return Desk(factory, Hands(now), chosen, catalogue(), **staff, case_id=opened.id, paper=paper)


def codes(session: Session, case_id: str) -> list[str]:
    """The codes of everything that happened in a case, oldest first."""
    return [event["code"] for event in statistics.timeline(session, case_id)]
