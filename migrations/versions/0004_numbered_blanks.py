"""Keep numbered blanks by their serial numbers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "print_blank",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("machine_number", sa.String(length=32), nullable=True),
        sa.Column("job_number", sa.String(length=32), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_blank")),
        sa.UniqueConstraint("kind", "serial", name=op.f("uq_print_blank_kind_serial")),
    )
    op.create_index(op.f("ix_print_blank_job_number"), "print_blank", ["job_number"])
    op.create_index(
        "ix_print_blank_stock", "print_blank", ["machine_number", "kind", "state", "serial"]
    )
    op.create_table(
        "print_blank_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("machine_number", sa.String(length=32), nullable=True),
        sa.Column("job_number", sa.String(length=32), nullable=True),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_blank_event")),
    )
    op.create_index(
        "ix_print_blank_event_shift", "print_blank_event", ["machine_number", "kind", "at"]
    )
    with op.batch_alter_table("print_job") as table:
        table.add_column(sa.Column("blank_kind", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("print_job") as table:
        table.drop_column("blank_kind")
    op.drop_table("print_blank_event")
    op.drop_table("print_blank")
