"""Ask for fees and keep what the payment platform says"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('fee_payment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=50), nullable=False),
    sa.Column('case_number', sa.String(length=50), nullable=False),
    sa.Column('authority_code', sa.String(length=18), nullable=False),
    sa.Column('charge', sa.String(length=100), nullable=False),
    sa.Column('amount_fen', sa.Integer(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('before_delivery', sa.Text(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('issued_by', sa.String(length=64), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('transaction', sa.String(length=64), nullable=True),
    sa.Column('settled_by', sa.String(length=64), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_reason', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_payment')),
    sa.UniqueConstraint('number', name=op.f('uq_fee_payment_number')),
    sa.UniqueConstraint('transaction', name=op.f('uq_fee_payment_transaction'))
    )
    op.create_index(op.f('ix_fee_payment_case_number'), 'fee_payment', ['case_number'], unique=False)
    op.create_table('fee_message',
    sa.Column('event', sa.String(length=64), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['payment_id'], ['fee_payment.id'], name=op.f('fk_fee_message_payment_id')),
    sa.PrimaryKeyConstraint('event', name=op.f('pk_fee_message'))
    )
    op.create_index(op.f('ix_fee_message_payment_id'), 'fee_message', ['payment_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_fee_message_payment_id'), table_name='fee_message')
    op.drop_table('fee_message')
    op.drop_index(op.f('ix_fee_payment_case_number'), table_name='fee_payment')
    op.drop_table('fee_payment')
