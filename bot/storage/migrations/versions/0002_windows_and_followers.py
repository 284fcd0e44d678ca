"""When a resident last wrote, to the minute, and whether they follow: what Zalo's windows depend on

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_wrote_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("follower", sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.drop_column("follower")
        batch_op.drop_column("last_wrote_at")
