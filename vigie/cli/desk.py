"""A command's desk: one transaction, one moment, one actor, and what that actor may do."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import case, people, tokens, view
from cases.case import Case
from cases.entitlement import OWNER, Actor, why_not
from cases.errors import CaseRefused
from cases.tables import Organisation
from config.messages import render
from monitor import watch
from monitor.errors import MonitorError
from monitor.tables import Watch, WatchedFingerprint, WatchTerm
from storage import ledger
from storage.database import transaction
from takedown import signing
from takedown.drafting import Office
from vigie import wiring
from vigie.cli.output import Exit, fail
from vigie.environment import TOKEN
from vigie.wiring import Wiring


@dataclass(frozen=True)
class Desk:
    """What a command works with; every act goes through `must`, every look-up of a case through `case`."""

    wiring: Wiring
    session: Session
    now: dt.datetime
    actor: Actor

    @property
    def personal(self) -> bool:
        return self.wiring.settings.mode == "personal"

    def must(self, act: str, case_id: str | None = None, made_by: tuple[str, ...] = ()) -> None:
        """Stop with exit code 5 when this actor may not do this; a stranger is told there is no such case."""
        seen = view.of(self.session, self.now, self.actor, case_id, made_by=made_by) if case_id else None
        refusal = why_not(self.actor, act, seen)
        if refusal:
            fail(render(refusal, {}, "en"), Exit.REFUSED)

    def case(self, reference: str, act: str) -> Case:
        """The case with this number or id, if the actor may do the act on it."""
        found = (
            case.by_number(self.session, reference)
            if reference.upper().startswith("V-")
            else case.load(self.session, reference)
        )
        self.must(act, found.id)
        return found

    def watch(self, watch_id: str, act: str) -> Watch:
        """The watch with this id, if the actor may do the act on its case."""
        row = self.session.get(Watch, watch_id)
        if row is None:
            raise MonitorError("There is no such watch: list them with `vigie watch list --case NUMBER`.")
        self.must(act, row.case_id, made_by=(row.attested_by,) if row.attested_by else ())
        return row

    def term(self, term_id: str, act: str) -> WatchTerm:
        """The watched term with this id, if the actor may do the act on its case."""
        row = self.session.get(WatchTerm, term_id)
        if row is None:
            raise MonitorError("There is no such term: list them with `vigie watch variants WATCH`.")
        self.must(act, row.case_id)
        return row

    def print_(self, print_id: str, act: str) -> WatchedFingerprint:
        """The registered signal with this id, if the actor may do the act on its case."""
        row = self.session.get(WatchedFingerprint, print_id)
        if row is None:
            raise MonitorError("There is no such fingerprint: list them with `vigie exchange list --watch WATCH`.")
        self.must(act, row.case_id)
        return row

    def read(
        self, case_id: str, act: str, *, subject: tuple[str, str] = ("", ""), detail: dict[str, Any] | None = None
    ) -> None:
        """Enter a reading in the case's ledger."""
        ledger.append(
            self.session, case_id=case_id, at=self.now, actor=self.actor.id, act=act, subject=subject, detail=detail
        )

    def activate(self, watch_id: str) -> str:
        """Personal mode: the owner attests, the second person's review is waived, which the ledger notes."""
        if not self.personal:
            raise CaseRefused("In organisation mode a watch is attested and reviewed by two people, then activated.")
        for act in ("attest", "review", "activate"):
            state = watch.move(self.session, self.now, watch_id, act, actor=self.actor.id, waived=True)
        return state

    def office(self, case_id: str, signer: str) -> Office:
        """Whose name and mailbox a letter carries: the association's or the lawyer's, or the mailbox she may use."""
        mailbox = self.wiring.settings.smtp_sender
        return signing.office_of(self.session, case_id, signer, actor=self.actor.id, mailbox=mailbox)

    def two_people(self, case_id: str) -> bool:
        """Whether the case's organisation wants a second person for every approval."""
        organisation = case.load(self.session, case_id).organisation_id
        return not self.personal and self.session.get_one(Organisation, organisation).two_people

    def first_organisation(self) -> str:
        found = self.session.scalar(select(Organisation.id).order_by(Organisation.id).limit(1))
        if found is None:
            raise CaseRefused("There is no organisation yet: add one with `vigie user organisation`.")
        return found


@contextmanager
def at_desk(*, setting_up: bool = False) -> Iterator[Desk]:
    """Open a desk: what is done at it is kept as a whole, or not at all.

    `setting_up`: accounts and tokens may be made by the person at the console until the first token exists.
    """
    loaded = wiring.load()
    with transaction(loaded.factory) as session:
        yield Desk(loaded, session, loaded.clock(), _actor(loaded, session, setting_up=setting_up))


def _actor(loaded: Wiring, session: Session, *, setting_up: bool) -> Actor:
    """The owner in personal mode; else the account of the token, or whoever sets up an instance without any token."""
    if loaded.settings.mode == "personal":
        return OWNER
    secret = os.environ.get(TOKEN, "")
    if setting_up and not secret and not tokens.any_exists(session):
        return OWNER
    account = tokens.account_of(session, secret)
    if account is None:
        fail(f"Say who you are: set {TOKEN} to a token made with `vigie token create`.", Exit.REFUSED)
    return people.actor_of(session, account)
