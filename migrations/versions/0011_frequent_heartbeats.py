"""Make a machine's sign of life cheap: no index on what changes with each, and nonces found by their age"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_machine_machine_last_seen_at", "machine_machine")
    op.drop_index("ix_machine_nonce_age", "machine_nonce")
    op.create_index("ix_machine_nonce_at", "machine_nonce", ["at"])


def downgrade() -> None:
    op.drop_index("ix_machine_nonce_at", "machine_nonce")
    op.create_index("ix_machine_nonce_age", "machine_nonce", ["machine_id", "at"])
    op.create_index("ix_machine_machine_last_seen_at", "machine_machine", ["last_seen_at"])
