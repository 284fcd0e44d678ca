"""Texts as they were signed last, and what a decision was about

Revision: 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("campaign_texts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signed_text", sa.Text(), nullable=True))
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_column("seen")
    with op.batch_alter_table("campaign_texts", schema=None) as batch_op:
        batch_op.drop_column("signed_text")
