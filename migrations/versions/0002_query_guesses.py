"""Count wrong query codes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_query_guess",
        sa.Column("number_digest", sa.String(length=64), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number_digest", name=op.f("pk_case_query_guess")),
    )
    op.create_index(op.f("ix_case_query_guess_last_at"), "case_query_guess", ["last_at"])


def downgrade() -> None:
    op.drop_table("case_query_guess")
