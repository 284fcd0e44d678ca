"""What officers were reminded of, their deputies, chats that a reset ended, and since when a campaign waits

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("officer_chats", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "officer_deputies",
        sa.Column("officer_id", _ROW, nullable=False),
        sa.Column("deputy_id", _ROW, nullable=False),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["officers.id"], name=op.f("fk_officer_deputies_deputy_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_officer_deputies_officer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officer_deputies")),
    )
    op.create_table(
        "officer_reminders",
        sa.Column("officer_id", _ROW, nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_officer_reminders_officer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("officer_id", "subject", name=op.f("pk_officer_reminders")),
    )
    with op.batch_alter_table("officer_reminders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_reminders_at"), ["at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("officer_reminders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officer_reminders_at"))

    op.drop_table("officer_reminders")
    op.drop_table("officer_deputies")
    with op.batch_alter_table("officer_chats", schema=None) as batch_op:
        batch_op.drop_column("ended_at")
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_column("submitted_at")
