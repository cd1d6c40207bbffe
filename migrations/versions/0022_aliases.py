"""Let districts add words for items"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('catalog_alias',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_seq', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=40), nullable=False),
    sa.Column('division_code', sa.String(length=6), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('author', sa.String(length=64), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reviewer', sa.String(length=64), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['item_seq'], ['catalog_item.seq'], name=op.f('fk_catalog_alias_item_seq')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalog_alias')),
    sa.UniqueConstraint('item_seq', 'number', name=op.f('uq_catalog_alias_item_seq_number'))
    )


def downgrade() -> None:
    op.drop_table('catalog_alias')
