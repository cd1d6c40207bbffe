"""Routing rules are proposed by one person and published by another"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalog_rule_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer", sa.String(length=64), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_rule_proposal")),
        sa.UniqueConstraint("number", name=op.f("uq_catalog_rule_proposal_number")),
    )
    op.add_column("catalog_rule", sa.Column("reviewer", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("catalog_rule") as table:
        table.drop_column("reviewer")
    op.drop_table("catalog_rule_proposal")
