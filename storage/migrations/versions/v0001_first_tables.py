"""The first tables of every room, in hand-written DDL: it imports no room, so that history never changes with code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, the lowest room first, so that every foreign key finds its table."""
    _storage()
    _cases()
    _monitor()
    _evidence()
    _takedown()


def _storage() -> None:
    op.create_table(
        "case_key",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("wrapped", sa.LargeBinary()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("destroyed_at", INSTANT),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_key"),
    )
    op.create_table(
        "leader",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("lease_until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leader"),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("subject_table", sa.String(64), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("detail_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entry"),
        sa.UniqueConstraint("case_id", "seq", name="uq_ledger_entry_case_id_seq"),
    )
    op.create_table(
        "ledger_head",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_ledger_head"),
    )
    op.create_table(
        "no_fetch",
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name="pk_no_fetch"),
    )


def _cases() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("two_people", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("login_blind", sa.String(64), nullable=False),
        sa.Column("login_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("display_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_account_organisation_id"),
        sa.UniqueConstraint("login_blind", name="uq_account_login_blind"),
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("residence", sa.String(6), nullable=False),
        sa.Column("subject_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("subject_key_blind", sa.String(64), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("under_18_today", sa.String(8), nullable=False),
        sa.Column("ex_partner", sa.Boolean(), nullable=False),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("receipt_blind", sa.String(64)),
        sa.Column("receipt_hash", sa.String(200)),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("erased_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_case_file"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_case_file_organisation_id"),
        sa.UniqueConstraint("number", name="uq_case_file_number"),
        sa.UniqueConstraint("receipt_blind", name="uq_case_file_receipt_blind"),
    )
    op.create_index("ix_case_file_subject_key_blind", "case_file", ["subject_key_blind"])
    op.create_table(
        "mandate",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("scope", sa.String(200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("document_sha256", sa.String(64)),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_mandate_account_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_mandate_case_id"),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_member_account_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_member_case_id"),
        sa.UniqueConstraint("case_id", "account_id", "part", name="uq_member_case_id_account_id_part"),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_token_account_id"),
        sa.UniqueConstraint("hash", name="uq_token_hash"),
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(36)),
        sa.Column("case_id", sa.String(36)),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_web_session"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_web_session_account_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_web_session_case_id"),
    )


def _monitor() -> None:
    op.create_table(
        "source_use",
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day", name="pk_source_use"),
    )
    op.create_table(
        "watch_change",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("watch_id", sa.String(36), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_watch_change"),
    )
    op.create_table(
        "silenced_address",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("address_blind", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "address_blind", name="pk_silenced_address"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_silenced_address_case_id"),
    )
    op.create_table(
        "watch",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("attested_by", sa.String(36)),
        sa.Column("attested_at", INSTANT),
        sa.Column("reviewed_by", sa.String(36)),
        sa.Column("reviewed_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_watch_case_id"),
    )
    op.create_index("ix_watch_case_id", "watch", ["case_id"])
    op.create_table(
        "fingerprint",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("watch_id", sa.String(36), nullable=False),
        sa.Column("bank_id", sa.String(64), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("value_blind", sa.String(64), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("quality", sa.Integer()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_fingerprint"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_fingerprint_case_id"),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name="fk_fingerprint_watch_id"),
        sa.UniqueConstraint("watch_id", "value_blind", name="uq_fingerprint_watch_id_value_blind"),
    )
    op.create_index("ix_fingerprint_watch_id", "fingerprint", ["watch_id"])
    op.create_table(
        "watch_source",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("watch_id", sa.String(36), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("lease_owner", sa.String(64)),
        sa.Column("lease_until", INSTANT),
        sa.Column("cursor_sealed", sa.LargeBinary()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch_source"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_watch_source_case_id"),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name="fk_watch_source_watch_id"),
        sa.UniqueConstraint("watch_id", "source", name="uq_watch_source_watch_id_source"),
    )
    op.create_index("ix_watch_source_due_at", "watch_source", ["due_at"])
    op.create_table(
        "watch_term",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("watch_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("value_blind", sa.String(64), nullable=False),
        sa.Column("term_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_watch_term"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_watch_term_case_id"),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name="fk_watch_term_watch_id"),
        sa.UniqueConstraint("watch_id", "value_blind", name="uq_watch_term_watch_id_value_blind"),
    )
    op.create_index("ix_watch_term_watch_id", "watch_term", ["watch_id"])
    op.create_table(
        "run",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("watch_source_id", sa.String(36), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sightings", sa.Integer(), nullable=False),
        sa.Column("matches", sa.Integer(), nullable=False),
        sa.Column("searched", sa.Integer(), nullable=False),
        sa.Column("error_classes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_run_case_id"),
        sa.ForeignKeyConstraint(["watch_source_id"], ["watch_source.id"], name="fk_run_watch_source_id"),
    )
    op.create_index("ix_run_watch_source_id", "run", ["watch_source_id"])
    op.create_table(
        "sighting",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("address_blind", sa.String(64), nullable=False),
        sa.Column("sighting_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sighting"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_sighting_case_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_sighting_run_id"),
        sa.UniqueConstraint("case_id", "source", "address_blind", name="uq_sighting_case_id_source_address_blind"),
    )
    op.create_index("ix_sighting_address_blind", "sighting", ["address_blind"])
    op.create_table(
        "match",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("watch_id", sa.String(36), nullable=False),
        sa.Column("sighting_id", sa.String(36), nullable=False),
        sa.Column("term_id", sa.String(36)),
        sa.Column("fingerprint_id", sa.String(36)),
        sa.Column("dedupe_blind", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("band", sa.String(10), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("algorithm", sa.String(32), nullable=False),
        sa.Column("match_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_match"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_match_case_id"),
        sa.ForeignKeyConstraint(["fingerprint_id"], ["fingerprint.id"], name="fk_match_fingerprint_id"),
        sa.ForeignKeyConstraint(["sighting_id"], ["sighting.id"], name="fk_match_sighting_id"),
        sa.ForeignKeyConstraint(["term_id"], ["watch_term.id"], name="fk_match_term_id"),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name="fk_match_watch_id"),
        sa.UniqueConstraint("case_id", "dedupe_blind", name="uq_match_case_id_dedupe_blind"),
    )
    op.create_index("ix_match_case_id", "match", ["case_id"])
    op.create_table(
        "judgement",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("match_id", sa.String(36), nullable=False),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("harm", sa.String(24)),
        sa.Column("age_on_image", sa.String(8), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("claimed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_judgement"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_judgement_case_id"),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name="fk_judgement_match_id"),
    )
    op.create_index("ix_judgement_match_id", "judgement", ["match_id"])


def _evidence() -> None:
    op.create_table(
        "exhibit",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(36), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("http_status", sa.Integer()),
        sa.Column("error_class", sa.String(16)),
        sa.Column("manifest_sha256", sa.String(64)),
        sa.Column("file_name", sa.String(64)),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(64)),
        sa.Column("lease_until", INSTANT),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("captured_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_exhibit"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_exhibit_case_id"),
        sa.UniqueConstraint("case_id", "number", name="uq_exhibit_case_id_number"),
    )
    op.create_index("ix_exhibit_case_id", "exhibit", ["case_id"])


def _takedown() -> None:
    op.create_table(
        "content",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("judgement_id", sa.String(36)),
        sa.Column("address_blind", sa.String(64), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("marker_sealed", sa.LargeBinary()),
        sa.Column("platform", sa.String(64)),
        sa.Column("harm", sa.String(24), nullable=False),
        sa.Column("age_on_image", sa.String(8), nullable=False),
        sa.Column("exhibit_id", sa.String(36)),
        sa.Column("published_on", sa.Date()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_content"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_content_case_id"),
        sa.UniqueConstraint("case_id", "address_blind", name="uq_content_case_id_address_blind"),
        sa.UniqueConstraint("judgement_id", name="uq_content_judgement_id"),
    )
    op.create_index("ix_content_case_id", "content", ["case_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("reference", sa.String(24), nullable=False),
        sa.Column("letter", sa.String(48), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("ground", sa.String(48), nullable=False),
        sa.Column("platform", sa.String(64)),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("signer", sa.String(16), nullable=False),
        sa.Column("addressee_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("blocks_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("template_sha256", sa.String(64), nullable=False),
        sa.Column("specimen", sa.Boolean(), nullable=False),
        sa.Column("earlier_notice_id", sa.String(36)),
        sa.Column("drafted_by", sa.String(64), nullable=False),
        sa.Column("approved_by", sa.String(64)),
        sa.Column("approved_at", INSTANT),
        sa.Column("second_approved_by", sa.String(64)),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_notice_case_id"),
        sa.ForeignKeyConstraint(["earlier_notice_id"], ["notice.id"], name="fk_notice_earlier_notice_id"),
        sa.UniqueConstraint("reference", name="uq_notice_reference"),
    )
    op.create_index("ix_notice_case_id", "notice", ["case_id"])
    op.create_table(
        "sign_off",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("letter", sa.String(48), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("template_sha256", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_off"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sign_off_account_id"),
        sa.UniqueConstraint("letter", "lang", "template_sha256", name="uq_sign_off_letter_lang_template_sha256"),
    )
    op.create_table(
        "dispatch",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("notice_id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("approved_by", sa.String(64), nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(64)),
        sa.Column("lease_until", INSTANT),
        sa.Column("message_id", sa.String(120), nullable=False),
        sa.Column("receipt_sealed", sa.LargeBinary()),
        sa.Column("error_class", sa.String(24)),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_dispatch"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_dispatch_case_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_dispatch_notice_id"),
        sa.UniqueConstraint("key", name="uq_dispatch_key"),
    )
    op.create_index("ix_dispatch_notice_id", "dispatch", ["notice_id"])
    op.create_table(
        "reply",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("notice_id", sa.String(36), nullable=False),
        sa.Column("message_blind", sa.String(64)),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("authenticated", sa.Boolean(), nullable=False),
        sa.Column("reply_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reply"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_reply_case_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_reply_notice_id"),
        sa.UniqueConstraint("message_blind", name="uq_reply_message_blind"),
    )
    op.create_index("ix_reply_notice_id", "reply", ["notice_id"])
    op.create_table(
        "track",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("content_id", sa.String(36), nullable=False),
        sa.Column("place", sa.String(12), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("outcome", sa.String(12)),
        sa.Column("rung", sa.String(32), nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("lease_owner", sa.String(64)),
        sa.Column("lease_until", INSTANT),
        sa.Column("confirmations", sa.Integer(), nullable=False),
        sa.Column("first_down_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_track"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_track_case_id"),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name="fk_track_content_id"),
        sa.UniqueConstraint("content_id", "place", "target", name="uq_track_content_id_place_target"),
    )
    op.create_index("ix_track_case_id", "track", ["case_id"])
    op.create_index("ix_track_due_at", "track", ["due_at"])
    op.create_table(
        "check_made",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("track_id", sa.String(36), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_made"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_check_made_case_id"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name="fk_check_made_track_id"),
    )
    op.create_index("ix_check_made_track_id", "check_made", ["track_id"])
    op.create_table(
        "deadline",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("track_id", sa.String(36), nullable=False),
        sa.Column("notice_id", sa.String(36)),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("met_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_deadline"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_deadline_case_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_deadline_notice_id"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name="fk_deadline_track_id"),
    )
    op.create_index("ix_deadline_case_id", "deadline", ["case_id"])
    op.create_table(
        "notice_track",
        sa.Column("notice_id", sa.String(36), nullable=False),
        sa.Column("track_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", "track_id", name="pk_notice_track"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_track_notice_id"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name="fk_notice_track_track_id"),
    )
    op.create_table(
        "takedown_event",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("content_id", sa.String(36)),
        sa.Column("track_id", sa.String(36)),
        sa.Column("notice_id", sa.String(36)),
        sa.Column("code", sa.String(48), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_takedown_event"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_takedown_event_case_id"),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name="fk_takedown_event_content_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_takedown_event_notice_id"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name="fk_takedown_event_track_id"),
    )
    op.create_index("ix_takedown_event_case_id", "takedown_event", ["case_id"])
    op.create_index("ix_takedown_event_track_id", "takedown_event", ["track_id"])
