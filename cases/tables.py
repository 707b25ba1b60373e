"""Tables of the cases room: organisations, accounts, cases, members, mandates, sessions and tokens."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, Instant


class Organisation(Base):
    """An association or a law office; in personal mode there is one, of kind `personal`."""

    __tablename__ = "organisation"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # association | law_office | personal
    name_sealed: Mapped[bytes] = mapped_column(
        LargeBinary, server_default=text("''")
    )  # a law office bears the name of a person
    two_people: Mapped[bool] = mapped_column(default=False)  # asks a second person for every approval
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class Account(Base):
    """Somebody who signs in; login and display name are sealed under the instance key."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str] = mapped_column(String(16))  # see cases.people.ROLES
    login_blind: Mapped[str] = mapped_column(String(64), unique=True)
    login_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    display_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    password_hash: Mapped[str] = mapped_column(String(200))
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    disabled_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class CaseFile(Base):
    """One person's matter (dossier)."""

    __tablename__ = "case_file"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)  # random, e.g. V-7K3Q-M9TD: tells nothing
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    status: Mapped[str] = mapped_column(String(8))  # open | paused | closed | erased
    lang: Mapped[str] = mapped_column(String(2))
    residence: Mapped[str] = mapped_column(String(6), default="FR")
    subject_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    subject_key_blind: Mapped[str] = mapped_column(String(64), index=True)  # folded name: finds conflicting claims
    contact_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON: safe contact, sender e-mail used in letters
    under_18_today: Mapped[str] = mapped_column(String(8), default="unknown")  # yes | no | unknown
    ex_partner: Mapped[bool] = mapped_column(default=False)
    danger: Mapped[bool] = mapped_column(default=False)
    frozen: Mapped[bool] = mapped_column(default=False)  # conflicting claim: no alert, no hit, until reviewed
    receipt_blind: Mapped[str | None] = mapped_column(String(64), unique=True)
    receipt_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    erased_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Member(Base):
    """An account that takes part in a case, with its part in it and until when."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("case_id", "account_id", "part"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    part: Mapped[str] = mapped_column(String(16))  # subject | relative | agent | lead | lawyer | auditor
    since: Mapped[dt.datetime] = mapped_column(Instant)
    until: Mapped[dt.datetime | None] = mapped_column(Instant)


class Mandate(Base):
    """Written authority of a lawyer, a relative or an association over a case."""

    __tablename__ = "mandate"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(16))  # lawyer | relative | association
    scope: Mapped[str] = mapped_column(String(200))  # codes separated by spaces: watch notify complain
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    document_sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class WebSession(Base):
    """A signed-in browser: an account, or a subject with her receipt code; kept as the hash of an opaque id."""

    __tablename__ = "web_session"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the cookie's value
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"))
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    seen_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Token(Base):
    """A token for commands and the API, shown once, kept as its hash."""

    __tablename__ = "token"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
