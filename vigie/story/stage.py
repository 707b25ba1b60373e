"""The stage: an invented web, a mailbox, a scratch instance in organisation mode, and the people of the story."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from cases import case, mandate, people
from cases.case import OpenedCase
from config.settings import Settings
from demo import mailbox, records, web
from demo import people as invented_people
from storage import vault
from storage.database import transaction
from vigie import wiring
from vigie.clock import MovableClock, real_clock
from vigie.wiring import Wiring
from vigie.workers import Workshop

SENDER = "notifications@veilleuse.exemple.invalid"
PASSWORD_LENGTH = 12
ROLES = ("agent", "lead", "lawyer")


@dataclass(frozen=True)
class People:
    """The accounts of the story; none has a password until `Stage.give_passwords`."""

    organisation: str
    agent: str
    lead: str
    lawyer: str


@dataclass
class Stage:
    """Everything the acts of the story work with."""

    folder: Path
    web: web.Web
    mailbox: mailbox.Mailbox
    wiring: Wiring
    clock: MovableClock
    workshop: Workshop
    people: People
    case: OpenedCase

    @contextmanager
    def session(self) -> Iterator[Session]:
        with transaction(self.wiring.factory) as session:
            yield session

    @property
    def now(self) -> dt.datetime:
        return self.clock()

    def give_passwords(self) -> dict[str, str]:
        """Let the people of the story sign in: role -> the password made now."""
        words = {role: secrets.token_urlsafe(PASSWORD_LENGTH) for role in ROLES}
        with self.session() as session:
            for role, word in words.items():
                people.set_password(session, self.now, getattr(self.people, role), word, actor="system")
        return words

    def close(self) -> None:
        """End the invented web, the mailbox and the connections."""
        self.web.stop()
        self.mailbox.stop()
        self.wiring.engine.dispose()


def set_up(folder: Path) -> Stage:
    """Start the invented web and mailbox, prepare a scratch instance, and let its people sign in for the first time."""
    invented, box = web.start(), mailbox.Mailbox()
    overlay = folder / "records"
    records.write(invented, overlay)
    clock = MovableClock(real_clock()())
    loaded = wiring.load(clock, _settings(folder, overlay, invented, box), migrate=True)
    with transaction(loaded.factory) as session:
        vault.prepare_instance(session, clock())
        cast = _cast(session, clock())
        opened = _open_case(session, clock(), cast)
    return Stage(folder, invented, box, loaded, clock, Workshop(loaded, "demo"), cast, opened)


def _settings(folder: Path, overlay: Path, invented: web.Web, box: mailbox.Mailbox) -> Settings:
    return Settings.load(
        {
            "VIGIE_DEMO": "1",
            "VIGIE_MODE": "organisation",
            "VIGIE_STATE_DIR": str(folder / "state"),
            "VIGIE_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "VIGIE_CONFIG_DIR": str(overlay),
            "VIGIE_ALLOW": ",".join(invented.allow),
            "VIGIE_SMTP_HOST": "127.0.0.1",
            "VIGIE_SMTP_PORT": str(box.port),
            "VIGIE_SMTP_TLS": "none",
            "VIGIE_SMTP_SENDER": SENDER,
            "VIGIE_UNDO_MINUTES": "0",
        }
    )


def _cast(session: Session, now: dt.datetime) -> People:
    """An association with an agent and a lead, and a lawyer."""
    here = people.add_organisation(session, now, kind="association", name=invented_people.ASSOCIATION)
    office = people.add_organisation(session, now, kind="law_office", name=invented_people.LAWYER.employer)
    ids = {
        role: people.add_account(
            session,
            now,
            organisation_id=office if role == "lawyer" else here,
            role=role,
            login=f"{role}@exemple.invalid",
            name=invented_people.LAWYER.name if role == "lawyer" else f"{role}, {invented_people.ASSOCIATION}",
            password=None,
            actor="system",
        )
        for role in ROLES
    }
    return People(here, **ids)


def _open_case(session: Session, now: dt.datetime, cast: People) -> OpenedCase:
    """Camille's case, opened by the agent, under a mandate to the association."""
    opened = case.open_case(
        session,
        now,
        organisation_id=cast.organisation,
        name=invented_people.WATCHED.name,
        lang="fr",
        contact={"letters": SENDER, "city": invented_people.WATCHED.city},
        under_18_today="no",
        actor=cast.agent,
    )
    for part, account in (("agent", cast.agent), ("lead", cast.lead), ("lawyer", cast.lawyer)):
        people.join(session, now, opened.id, account, part, actor=cast.lead)
    for kind, account in (("association", cast.agent), ("association", cast.lead), ("lawyer", cast.lawyer)):
        mandate.grant(
            session,
            now,
            case_id=opened.id,
            account_id=account,
            kind=kind,
            scope=mandate.SCOPES,
            valid_from=now.date(),
            actor="subject",
        )
    return opened
