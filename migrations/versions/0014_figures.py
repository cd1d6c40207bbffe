"""Count cases and prints by month"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("from_division", sa.String(length=6), nullable=False),
        sa.Column("to_division", sa.String(length=6), nullable=False),
        sa.Column("item_seq", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_month")),
        sa.UniqueConstraint(
            "month", "kind", "from_division", "to_division", "item_seq", name=op.f("uq_figure_month_month_kind_from_division_to_division_item_seq")
        ),
    )
    op.create_index("ix_figure_month_from", "figure_month", ["from_division", "month"])
    op.create_index("ix_figure_month_to", "figure_month", ["to_division", "month"])


def downgrade() -> None:
    op.drop_table("figure_month")
