"""Whom an alarm was passed on to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("machine_alarm", sa.Column("passed_to", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("machine_alarm", "passed_to")
