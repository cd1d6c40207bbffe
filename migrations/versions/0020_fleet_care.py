"""Alarms with who answers them, maintenance, and what a machine can do and where it stands"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COLUMNS = (
    ("key_since", sa.DateTime(timezone=True)),
    ("maintenance_since", sa.DateTime(timezone=True)),
    ("hall", sa.String(length=100)),
    ("opening_hours", sa.String(length=100)),
    ("abilities", sa.JSON()),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("machine_machine", sa.Column(name, kind, nullable=True))
    op.create_table(
        "machine_alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("open_key", sa.String(length=128), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("passed_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["machine_id"],
            ["machine_machine.id"],
            name=op.f("fk_machine_alarm_machine_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_alarm")),
        sa.UniqueConstraint("open_key", name=op.f("uq_machine_alarm_open_key")),
    )
    op.create_index(op.f("ix_machine_alarm_machine_id"), "machine_alarm", ["machine_id"])
    op.create_index("ix_machine_alarm_due", "machine_alarm", ["ended_at", "due_at"])


def downgrade() -> None:
    op.drop_table("machine_alarm")
    with op.batch_alter_table("machine_machine") as table:
        for name, _ in COLUMNS:
            table.drop_column(name)
