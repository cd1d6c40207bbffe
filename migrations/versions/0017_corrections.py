"""Corrections before acceptance"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_case", sa.Column("correction_due_on", sa.Date(), nullable=True))
    op.add_column("case_case", sa.Column("complete_on", sa.Date(), nullable=True))
    op.create_table(
        "case_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notified_by", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("paper_number", sa.String(length=64), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_case.id"], name=op.f("fk_case_correction_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_correction")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_case_correction_case_id_position")),
    )
    op.create_table(
        "case_correction_defect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=200), nullable=True),
        sa.Column("field", sa.String(length=64), nullable=True),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mend", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("arises_from", sa.String(length=16), nullable=True),
        sa.Column("supplied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supplied_form", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["case_correction.id"],
            name=op.f("fk_case_correction_defect_correction_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_correction_defect")),
        sa.UniqueConstraint(
            "correction_id", "position", name=op.f("uq_case_correction_defect_correction_id_position")
        ),
    )


def downgrade() -> None:
    op.drop_table("case_correction_defect")
    op.drop_table("case_correction")
    with op.batch_alter_table("case_case") as batch:
        batch.drop_column("complete_on")
        batch.drop_column("correction_due_on")
