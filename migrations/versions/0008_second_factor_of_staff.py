"""Give staff a second factor, and sessions of the desks a last use"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import kiosk.privacy

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identity_staff", sa.Column("totp_secret", kiosk.privacy.Encrypted(), nullable=True))
    op.add_column("identity_staff", sa.Column("totp_used_step", sa.Integer(), nullable=True))
    op.add_column("identity_sign_in", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("identity_sign_in") as table:
        table.drop_column("seen_at")
    with op.batch_alter_table("identity_staff") as table:
        table.drop_column("totp_used_step")
        table.drop_column("totp_secret")
