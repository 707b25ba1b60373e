"""Tables of the evidence room: exhibits."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, Instant


class Exhibit(Base):
    """A numbered item of evidence (pièce); its sealed package lies in the state folder under a random name."""

    __tablename__ = "exhibit"
    __table_args__ = (UniqueConstraint("case_id", "number"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    number: Mapped[int]
    about: Mapped[str] = mapped_column(String(36))  # id of the content or track it is evidence for
    reason: Mapped[str] = mapped_column(String(16))  # before_notice | check | manual
    state: Mapped[str] = mapped_column(String(12))  # capturing | sealed | address_only | failed
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    http_status: Mapped[int | None]
    error_class: Mapped[str | None] = mapped_column(String(16))
    manifest_sha256: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    requested_at: Mapped[dt.datetime] = mapped_column(Instant)
    captured_at: Mapped[dt.datetime | None] = mapped_column(Instant)
