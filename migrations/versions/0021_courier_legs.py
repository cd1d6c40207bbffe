"""Follow papers between the receiving place and the authority that decides; divide joint cases into parts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_courier_leg",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("tracking", sa.String(length=40), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sent_from", sa.String(length=100), nullable=False),
        sa.Column("sent_to", sa.String(length=100), nullable=False),
        sa.Column("sent_by", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.String(length=64), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_case.id"], name=op.f("fk_case_courier_leg_case_id_case_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_courier_leg")),
        sa.UniqueConstraint("number", name=op.f("uq_case_courier_leg_number")),
    )
    op.create_index(op.f("ix_case_courier_leg_case_id"), "case_courier_leg", ["case_id"])
    op.create_index(
        "ix_case_courier_leg_due", "case_courier_leg", ["received_at", "flagged_at", "due_on"]
    )
    op.create_table(
        "case_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("item_seq", sa.Integer(), nullable=False),
        sa.Column("deciding_authority", sa.String(length=18), nullable=False),
        sa.Column("deciding_name", sa.String(length=100), nullable=False),
        sa.Column("deciding_division", sa.String(length=6), nullable=False),
        sa.Column("decided", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["case_case.id"], name=op.f("fk_case_part_lead_id_case_case")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_case.id"], name=op.f("fk_case_part_case_id_case_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_part")),
        sa.UniqueConstraint("lead_id", "position", name=op.f("uq_case_part_lead_id_position")),
        sa.UniqueConstraint("case_id", name=op.f("uq_case_part_case_id")),
    )


def downgrade() -> None:
    op.drop_table("case_part")
    op.drop_table("case_courier_leg")
