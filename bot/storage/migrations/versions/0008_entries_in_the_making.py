"""Drafts of stored answers, and who published which version

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_OPEN = sa.text("state IN ('draft', 'submitted', 'returned')")


def upgrade() -> None:
    op.create_table(
        "entry_drafts",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("proposal_id", _ROW, nullable=True),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("returned", sa.Text(), server_default="", nullable=False),
        sa.Column("effect", sa.JSON(), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("submitted_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_drafts")),
    )
    with op.batch_alter_table("entry_drafts", schema=None) as batch_op:
        batch_op.create_index(
            "uq_entry_drafts_open", ["entry_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        )
        batch_op.create_index(batch_op.f("ix_entry_drafts_state"), ["state"], unique=False)
    with op.batch_alter_table("entry_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("officer", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("decision", sa.String(length=10), server_default="", nullable=False))
        batch_op.add_column(sa.Column("decided_by", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("decided_at", _INSTANT, nullable=True))
        batch_op.drop_constraint("uq_entry_versions_entry_id_digest_origin", type_="unique")
        batch_op.create_unique_constraint(
            "uq_entry_versions_entry_id_digest_origin_at", ["entry_id", "digest", "origin", "at"]
        )


def downgrade() -> None:
    # Of equal versions the first one stays: the older schema knows each only once.
    op.execute(
        "DELETE FROM entry_versions WHERE id NOT IN "
        "(SELECT MIN(id) FROM entry_versions GROUP BY entry_id, digest, origin)"
    )
    with op.batch_alter_table("entry_versions", schema=None) as batch_op:
        batch_op.drop_constraint("uq_entry_versions_entry_id_digest_origin_at", type_="unique")
        batch_op.create_unique_constraint("uq_entry_versions_entry_id_digest_origin", ["entry_id", "digest", "origin"])
        for name in ("decided_at", "decided_by", "decision", "officer"):
            batch_op.drop_column(name)
    op.drop_table("entry_drafts")
