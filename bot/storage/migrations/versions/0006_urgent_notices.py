"""Urgent notices: their versions, duty, drills, help asked for, and CAP messages of others

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notice_signatures",
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("officer", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("template_id", "language", name=op.f("pk_notice_signatures")),
    )
    op.create_table(
        "drill_members",
        sa.Column("officer_id", _ROW, nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_drill_members_officer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_drill_members")),
    )
    op.create_table(
        "duty_shifts",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("officer_id", _ROW, nullable=False),
        sa.Column("area", sa.String(length=32), server_default="", nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_duty_shifts_officer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shifts")),
        sa.UniqueConstraint("officer_id", "area", "begins_at", name=op.f("uq_duty_shifts_officer_id_area_begins_at")),
    )
    with op.batch_alter_table("duty_shifts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_shifts_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "notice_drafts",
        sa.Column("officer_id", _ROW, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_notice_drafts_officer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_notice_drafts")),
    )
    with op.batch_alter_table("notice_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_drafts_at"), ["at"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", _ROW, nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("identifier", sa.String(length=80), nullable=False),
        sa.Column("hazard", sa.JSON(), nullable=False),
        sa.Column("area", sa.JSON(), nullable=False),
        sa.Column("blanks", sa.JSON(), nullable=False),
        sa.Column("fate", sa.String(length=8), nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=80), server_default="", nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=80), server_default="", nullable=False),
        sa.Column("taps", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["campaigns.id"], name=op.f("fk_notices_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("identifier", name=op.f("uq_notices_identifier")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notices_live",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "cap_drafts",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("identifier", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("msg_type", sa.String(length=10), nullable=False),
        sa.Column("refers_to", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=80), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_id", _ROW, nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_cap_drafts_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_drafts")),
        sa.UniqueConstraint("sender", "identifier", "sent_at", name=op.f("uq_cap_drafts_sender_identifier_sent_at")),
    )
    with op.batch_alter_table("cap_drafts", schema=None) as batch_op:
        batch_op.create_index("ix_cap_drafts_state", ["state"], unique=False)

    op.create_table(
        "help_requests",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("notice_id", _ROW, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("place_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(length=80), server_default="", nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_help_requests_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
        sa.UniqueConstraint(
            "notice_id",
            "channel",
            "account",
            "external_id",
            name=op.f("uq_help_requests_notice_id_channel_account_external_id"),
        ),
    )
    op.create_table(
        "notice_calls",
        sa.Column("run_id", _ROW, nullable=False),
        sa.Column("officer_id", _ROW, nullable=False),
        sa.Column("rung", sa.SmallInteger(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_notice_calls_officer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_notice_calls_run_id")),
        sa.PrimaryKeyConstraint("run_id", "officer_id", name=op.f("pk_notice_calls")),
    )
    op.create_table(
        "notice_taps",
        sa.Column("notice_id", _ROW, nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("place_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("tap", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_taps_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "address_hash", name=op.f("pk_notice_taps")),
    )
    op.create_table(
        "notice_versions",
        sa.Column("run_id", _ROW, nullable=False),
        sa.Column("notice_id", _ROW, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("said_by", sa.String(length=80), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=80), server_default="", nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_versions_notice_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_notice_versions_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_notice_versions")),
        sa.UniqueConstraint("notice_id", "number", name=op.f("uq_notice_versions_notice_id_number")),
    )
    op.create_table(
        "help_words",
        sa.Column("request_id", _ROW, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_requests.id"], name=op.f("fk_help_words_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_help_words")),
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=10), server_default="campaign", nullable=False))

    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("drill", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("open", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("follows", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("withdrawals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mark", sa.String(length=12), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("withdrawals", schema=None) as batch_op:
        batch_op.drop_column("mark")

    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_column("follows")
        batch_op.drop_column("open")
        batch_op.drop_column("drill")

    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_column("kind")

    op.drop_table("help_words")
    op.drop_table("notice_versions")
    op.drop_table("notice_taps")
    op.drop_table("notice_calls")
    op.drop_table("help_requests")
    with op.batch_alter_table("cap_drafts", schema=None) as batch_op:
        batch_op.drop_index("ix_cap_drafts_state")

    op.drop_table("cap_drafts")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notices_live", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )

    op.drop_table("notices")
    with op.batch_alter_table("notice_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_drafts_at"))

    op.drop_table("notice_drafts")
    with op.batch_alter_table("duty_shifts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_shifts_ends_at"))

    op.drop_table("duty_shifts")
    op.drop_table("drill_members")
    op.drop_table("notice_signatures")
