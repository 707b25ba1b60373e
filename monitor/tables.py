"""Tables of the monitor room: watches, their terms, fingerprints and sources, runs, sightings, matches, judgements."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, Instant


class Watch(Base):
    """A standing order to look for one person (veille)."""

    __tablename__ = "watch"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    status: Mapped[str] = mapped_column(String(8))  # draft | attested | reviewed | active | paused
    attested_by: Mapped[str | None] = mapped_column(String(36))
    attested_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reviewed_by: Mapped[str | None] = mapped_column(String(36))
    reviewed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    look_back_at: Mapped[dt.datetime | None] = mapped_column(
        Instant
    )  # new prints wait to be compared with recent media


class WatchTerm(Base):
    """A watched name, alias, handle, phone, e-mail, address, phrase; all its words are sealed in one JSON."""

    __tablename__ = "watch_term"
    __table_args__ = (UniqueConstraint("watch_id", "value_blind"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    watch_id: Mapped[str] = mapped_column(ForeignKey("watch.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # name|alias|handle|phone|email|address|phrase
    value_blind: Mapped[str] = mapped_column(String(64))
    term_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON {value, aliases, context, exclude}
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    removed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class WatchedFingerprint(Base):
    """A signal registered in a watch (empreinte), never for an image of a minor or of unknown age."""

    __tablename__ = "fingerprint"
    __table_args__ = (UniqueConstraint("watch_id", "value_blind"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    watch_id: Mapped[str] = mapped_column(ForeignKey("watch.id"), index=True)
    bank_id: Mapped[str] = mapped_column(String(64))  # groups the signals of one image: a random id, not a file hash
    type: Mapped[str] = mapped_column(String(16))
    value_blind: Mapped[str] = mapped_column(String(64))
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    quality: Mapped[int | None]
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    removed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    shared_by: Mapped[str | None] = mapped_column(String(64))  # who allowed that this one signal is given to services
    shared_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    quarantined_at: Mapped[dt.datetime | None] = mapped_column(Instant)  # it matched too much: not compared
    released_at: Mapped[dt.datetime | None] = mapped_column(Instant)  # a person looked: it is not stopped again


class NegativePrint(Base):
    """A picture that a person said is not the registered one (a rejected hit, one of her own), as a PDQ signal."""

    __tablename__ = "negative_print"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    watch_id: Mapped[str] = mapped_column(ForeignKey("watch.id"), index=True)
    bank_id: Mapped[str] = mapped_column(String(64))
    match_id: Mapped[str | None] = mapped_column(String(36), index=True)  # the hit that was rejected
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    quality: Mapped[int | None]
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class RecentMedia(Base):
    """A page with pictures seen in the last day, for prints registered later; unreadable once its key is gone."""

    __tablename__ = "recent_media"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    slot: Mapped[str] = mapped_column(String(13), index=True)
    source: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[dt.datetime] = mapped_column(Instant)
    media_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON {address, media: [{url, signals}]}


class WatchSource(Base):
    """One watch asking one source: when it is next due, its cursor, who is doing it now."""

    __tablename__ = "watch_source"
    __table_args__ = (UniqueConstraint("watch_id", "source"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    watch_id: Mapped[str] = mapped_column(ForeignKey("watch.id"))
    source: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    cursor_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    failures: Mapped[int] = mapped_column(default=0)


class SourceUse(Base):
    """How many requests a source has had on a day (UTC): the quota that all workers share."""

    __tablename__ = "source_use"
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    requests: Mapped[int] = mapped_column(default=0)


class Run(Base):
    """One execution of one source for one watch (passage), with what it cost and how it ended."""

    __tablename__ = "run"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    watch_source_id: Mapped[str] = mapped_column(ForeignKey("watch_source.id"), index=True)
    source: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(8))  # running | done | partial | failed
    started_at: Mapped[dt.datetime] = mapped_column(Instant)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    pages: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)
    sightings: Mapped[int] = mapped_column(default=0)
    matches: Mapped[int] = mapped_column(default=0)
    searched: Mapped[int] = mapped_column(default=0)  # queries answered with proof of the expected shape
    error_classes: Mapped[str] = mapped_column(Text, default="")  # "robots:3 transient:1": classes and counts only


class StoredSighting(Base):
    """A page that matched (occurrence relevée); pages that match nothing are never stored."""

    __tablename__ = "sighting"
    __table_args__ = (UniqueConstraint("case_id", "source", "address_blind"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"))
    source: Mapped[str] = mapped_column(String(64))
    address_blind: Mapped[str] = mapped_column(String(64), index=True)
    sighting_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON of crawler.sighting.Sighting, text shortened
    fetched_at: Mapped[dt.datetime] = mapped_column(Instant)


class StoredMatch(Base):
    """A sighting x a term or a fingerprint (concordance), with score, band and reasons."""

    __tablename__ = "match"
    __table_args__ = (UniqueConstraint("case_id", "dedupe_blind"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    watch_id: Mapped[str] = mapped_column(ForeignKey("watch.id"))
    sighting_id: Mapped[str] = mapped_column(ForeignKey("sighting.id"))
    term_id: Mapped[str | None] = mapped_column(ForeignKey("watch_term.id"))
    fingerprint_id: Mapped[str | None] = mapped_column(ForeignKey("fingerprint.id"))
    dedupe_blind: Mapped[str] = mapped_column(String(64))  # term or fingerprint x address
    kind: Mapped[str] = mapped_column(String(8))  # text | image
    band: Mapped[str] = mapped_column(String(10))  # automatic | context | rejected
    score: Mapped[float]
    algorithm: Mapped[str] = mapped_column(String(32))
    match_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON of the match contract (design.md section 8)
    state: Mapped[str] = mapped_column(String(8))  # new | me | not_me | unsure
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class StoredJudgement(Base):
    """A person's verdict on a match (appréciation); takedown claims each one exactly once."""

    __tablename__ = "judgement"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    match_id: Mapped[str] = mapped_column(ForeignKey("match.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(8))  # me | not_me | unsure
    harm: Mapped[str | None] = mapped_column(String(24))  # harm code, when "me" and something must go
    age_on_image: Mapped[str] = mapped_column(String(8))  # adult | minor | unknown | none (no image concerned)
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(Instant)
    claimed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class SilencedAddress(Base):
    """An address that never alerts again in a case: her own accounts and rejected hits."""

    __tablename__ = "silenced_address"
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    address_blind: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(16))  # own_account | not_me
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class WatchChange(Base):
    """A numbered list of changes to watches: workers poll it to refresh the index in their memory."""

    __tablename__ = "watch_change"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    watch_id: Mapped[str] = mapped_column(String(36))
    at: Mapped[dt.datetime] = mapped_column(Instant)
