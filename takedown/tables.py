"""Tables of the takedown room: contents, tracks, notices, dispatches, deadlines, replies, checks, sign-offs, events."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, Instant


class ContentRow(Base):
    """A confirmed harmful thing (contenu): an address or a locator, sealed."""

    __tablename__ = "content"
    __table_args__ = (UniqueConstraint("case_id", "address_blind"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    judgement_id: Mapped[str | None] = mapped_column(String(36), unique=True)  # monitor's judgement it came from
    address_blind: Mapped[str] = mapped_column(String(64))
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON {"url": ...} or {"locator": {...}}
    marker_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # JSON: quote/title that shows it is still there
    platform: Mapped[str | None] = mapped_column(String(64))  # platform record id
    harm: Mapped[str] = mapped_column(String(24))
    age_on_image: Mapped[str] = mapped_column(String(8))  # adult | minor | unknown | none
    exhibit_id: Mapped[str | None] = mapped_column(String(36))
    published_on: Mapped[dt.date | None]
    published_source: Mapped[str | None] = mapped_column(String(8))  # page | archive | declared | unknown
    audience: Mapped[str | None] = mapped_column(String(8))  # public | closed | private; None: as its harm says
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class TrackRow(Base):
    """One way to make a content disappear from one place (démarche), with its own clock."""

    __tablename__ = "track"
    __table_args__ = (UniqueConstraint("content_id", "place", "target"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    content_id: Mapped[str] = mapped_column(ForeignKey("content.id"))
    place: Mapped[str] = mapped_column(String(12))  # source | engine | cache | archive | authority | court
    target: Mapped[str] = mapped_column(String(64))  # platform, engine or authority record id
    status: Mapped[str] = mapped_column(String(8))  # open | waiting | to_act | resolved | closed
    outcome: Mapped[str | None] = mapped_column(String(12))  # removed|delisted|restricted|refused|withdrawn
    rung: Mapped[str] = mapped_column(String(32))  # id of the step of the ladder it stands on
    due_at: Mapped[dt.datetime | None] = mapped_column(Instant, index=True)  # when followup must look at it next
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    confirmations: Mapped[int] = mapped_column(default=0)
    first_down_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class NoticeRow(Base):
    """One letter under one ground to one addressee, covering one to many tracks (notification)."""

    __tablename__ = "notice"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True)  # random, printed in the letter
    letter: Mapped[str] = mapped_column(String(48))  # letter id with variant, e.g. L01.intimate_image
    lang: Mapped[str] = mapped_column(String(2))
    ground: Mapped[str] = mapped_column(String(48))
    platform: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))  # email | file | form | post
    status: Mapped[str] = mapped_column(
        String(12)
    )  # draft|ready|approved|queued|sending|in_doubt|sent|acknowledged|...
    signer: Mapped[str] = mapped_column(String(16))  # subject | lawyer | association
    addressee_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON of takedown.addressee.Addressee
    blocks_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON: list of blocks (design.md section 8)
    content_sha256: Mapped[str] = mapped_column(String(64))  # keyed hash of blocks and addressee: what is approved
    template_sha256: Mapped[str] = mapped_column(String(64))  # of template and ground: what a sign-off is for
    specimen: Mapped[bool] = mapped_column(default=False)
    earlier_notice_id: Mapped[str | None] = mapped_column(ForeignKey("notice.id"))
    drafted_by: Mapped[str] = mapped_column(String(64))
    approved_by: Mapped[str | None] = mapped_column(String(64))
    approved_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    second_approved_by: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    sent_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class NoticeTrack(Base):
    """Which tracks a notice covers."""

    __tablename__ = "notice_track"
    notice_id: Mapped[str] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    track_id: Mapped[str] = mapped_column(ForeignKey("track.id"), primary_key=True)


class NoticeVersion(Base):
    """What a letter said before a person changed it; the newest state is the notice's own."""

    __tablename__ = "notice_version"
    __table_args__ = (UniqueConstraint("notice_id", "number"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    notice_id: Mapped[str] = mapped_column(ForeignKey("notice.id"))
    number: Mapped[int]  # 1 is the letter as it was drafted
    letter_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    replaced_by: Mapped[str] = mapped_column(String(64))  # who changed it
    at: Mapped[dt.datetime] = mapped_column(Instant)  # when it was replaced


class OfficeDocument(Base):
    """A picture on an office's letters (pièce fournie): letterhead or signature, sealed under the instance key."""

    __tablename__ = "office_document"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))  # whose signature; None: the office's
    kind: Mapped[str] = mapped_column(String(12))  # letterhead | signature
    picture_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    given_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    removed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class DispatchRow(Base):
    """One approved sending of a notice (envoi); its key makes a second sending impossible."""

    __tablename__ = "dispatch"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    notice_id: Mapped[str] = mapped_column(ForeignKey("notice.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(12))  # queued | sending | in_doubt | sent | failed | withdrawn
    approved_by: Mapped[str] = mapped_column(String(64))
    not_before: Mapped[dt.datetime] = mapped_column(Instant)  # the undo window ends here
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    message_id: Mapped[str] = mapped_column(String(120))
    receipt_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    error_class: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    sent_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class DeadlineRow(Base):
    """A computed deadline of a track, with the rule and the working that explain it (échéance)."""

    __tablename__ = "deadline"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    track_id: Mapped[str] = mapped_column(ForeignKey("track.id"))
    notice_id: Mapped[str | None] = mapped_column(ForeignKey("notice.id"))
    rule: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(10))  # legal | indicative | none
    due_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text)  # JSON of deadlines.compute: rule, dates, working; no personal data
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    met_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class CalendarFeed(Base):
    """A secret address at which somebody's calendar reads the deadlines (agenda); its secret is kept as a hash."""

    __tablename__ = "calendar_feed"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    actor: Mapped[str] = mapped_column(String(64), index=True)  # an account's id, or "owner"
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class ReplyRow(Base):
    """What came back for a notice (réponse)."""

    __tablename__ = "reply"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    notice_id: Mapped[str] = mapped_column(ForeignKey("notice.id"), index=True)
    message_blind: Mapped[str | None] = mapped_column(String(64), unique=True)  # so one message is taken in once
    kind: Mapped[str] = mapped_column(String(16))  # takedown.replies.KINDS
    authenticated: Mapped[bool]
    reply_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON {sender, subject, text}
    received_at: Mapped[dt.datetime] = mapped_column(Instant)
    read_at: Mapped[dt.datetime | None] = mapped_column(Instant)  # none: it waits for a person


class UnmatchedRow(Base):
    """A message that answers no letter we know (courrier sans dossier), until a person says what it is."""

    __tablename__ = "unmatched_mail"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    message_blind: Mapped[str] = mapped_column(String(64), unique=True)  # so one message is kept once
    state: Mapped[str] = mapped_column(String(12), index=True)  # waiting | attached | discarded
    mail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # JSON, under the instance key; gone once settled
    received_at: Mapped[dt.datetime] = mapped_column(Instant)
    settled_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    settled_by: Mapped[str | None] = mapped_column(String(64))


class MailboxRow(Base):
    """How far the mailbox of replies was read: each message once, whatever a mail program marks as read."""

    __tablename__ = "mailbox"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # blind index of account, server and folder
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)  # RFC 3501, 2.3.1.1: when it changes, numbers restart
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    due_at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    read_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    failures: Mapped[int] = mapped_column(default=0)
    error_class: Mapped[str | None] = mapped_column(String(24))


class ContactRow(Base):
    """The abuse mailbox of the network that carries a site without a record, as its registry publishes it."""

    __tablename__ = "contact"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    target: Mapped[str] = mapped_column(String(64), unique=True)  # the target of the tracks: unlisted:<host>
    holder: Mapped[str] = mapped_column(String(200))
    mailbox: Mapped[str] = mapped_column(String(254))
    source: Mapped[str] = mapped_column(String(300))  # the address of the registry's answer
    found_on: Mapped[dt.date]
    confirmed_by: Mapped[str | None] = mapped_column(String(64))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class CheckRow(Base):
    """A look at whether a content is gone (vérification) and what was concluded from it."""

    __tablename__ = "check_made"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    track_id: Mapped[str] = mapped_column(ForeignKey("track.id"), index=True)
    by: Mapped[str] = mapped_column(String(64))  # system, or the account of a person who looked
    verdict: Mapped[str] = mapped_column(String(12))  # down|hidden|moved|replaced|still_up|unclear
    facts: Mapped[str] = mapped_column(Text)  # JSON of codes and numbers; no personal data
    at: Mapped[dt.datetime] = mapped_column(Instant)


class SignOff(Base):
    """A lawyer's signature under a template and its ground, by hash; asked again only when the text changes."""

    __tablename__ = "sign_off"
    __table_args__ = (UniqueConstraint("letter", "lang", "template_sha256"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    letter: Mapped[str] = mapped_column(String(48))
    lang: Mapped[str] = mapped_column(String(2))
    template_sha256: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    ground: Mapped[str | None] = mapped_column(String(48))
    page: Mapped[str | None] = mapped_column(Text)  # the review page that was signed: shows what changed since
    at: Mapped[dt.datetime] = mapped_column(Instant)


class EventRow(Base):
    """Something that happened to a content, a track or a notice; append-only, in the same transaction as the change."""

    __tablename__ = "takedown_event"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    content_id: Mapped[str | None] = mapped_column(ForeignKey("content.id"))
    track_id: Mapped[str | None] = mapped_column(ForeignKey("track.id"), index=True)
    notice_id: Mapped[str | None] = mapped_column(ForeignKey("notice.id"))
    code: Mapped[str] = mapped_column(String(48))
    params: Mapped[str] = mapped_column(Text)  # JSON of codes, numbers, dates; no personal data
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(Instant)
