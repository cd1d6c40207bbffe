"""PINs as keyed digests; a PIN stored before is not known and has to be chosen anew"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _replace("pin_hash", sa.Column("pin_digest", sa.String(length=64), nullable=True))


def downgrade() -> None:
    _replace("pin_digest", sa.Column("pin_hash", sa.String(length=256), nullable=True))


def _replace(old: str, new: sa.Column[str]) -> None:
    with op.batch_alter_table("identity_person") as table:
        table.drop_column(old)
        table.add_column(new)
