"""Keep enquiries, complaints, ratings and what follows from bad ones"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('voice_rating',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('case_number', sa.String(length=50), nullable=False),
    sa.Column('occasion', sa.String(length=16), nullable=False),
    sa.Column('item_seq', sa.Integer(), nullable=False),
    sa.Column('authority_code', sa.String(length=18), nullable=True),
    sa.Column('division_code', sa.String(length=6), nullable=True),
    sa.Column('place_name', sa.String(length=100), nullable=False),
    sa.Column('rated_staff', sa.String(length=64), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('text_state', sa.String(length=16), nullable=False),
    sa.Column('published_text', sa.Text(), nullable=True),
    sa.Column('excluded', sa.Boolean(), nullable=False),
    sa.Column('rated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['identity_person.id'], name=op.f('fk_voice_rating_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_rating')),
    sa.UniqueConstraint('case_number', 'occasion', name=op.f('uq_voice_rating_case_number_occasion')),
    sa.UniqueConstraint('number', name=op.f('uq_voice_rating_number'))
    )
    op.create_index('ix_voice_rating_authority', 'voice_rating', ['authority_code', 'id'], unique=False)
    op.create_index('ix_voice_rating_text', 'voice_rating', ['text_state', 'id'], unique=False)
    op.create_table('voice_thread',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('case_number', sa.String(length=50), nullable=True),
    sa.Column('item_seq', sa.Integer(), nullable=False),
    sa.Column('authority_code', sa.String(length=18), nullable=True),
    sa.Column('division_code', sa.String(length=6), nullable=True),
    sa.Column('place_name', sa.String(length=100), nullable=False),
    sa.Column('area', sa.String(length=6), nullable=False),
    sa.Column('about_staff', sa.String(length=64), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('order_on', sa.Date(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['identity_person.id'], name=op.f('fk_voice_thread_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_thread')),
    sa.UniqueConstraint('number', name=op.f('uq_voice_thread_number'))
    )
    op.create_index('ix_voice_thread_authority', 'voice_thread', ['authority_code', 'state', 'order_on'], unique=False)
    op.create_index(op.f('ix_voice_thread_case_number'), 'voice_thread', ['case_number'], unique=False)
    op.create_index('ix_voice_thread_division', 'voice_thread', ['division_code', 'state', 'order_on'], unique=False)
    op.create_index(op.f('ix_voice_thread_person_id'), 'voice_thread', ['person_id'], unique=False)
    op.create_table('voice_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('from_place', sa.Boolean(), nullable=False),
    sa.Column('author', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['voice_thread.id'], name=op.f('fk_voice_message_thread_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_message'))
    )
    op.create_index(op.f('ix_voice_message_thread_id'), 'voice_message', ['thread_id'], unique=False)
    op.create_table('voice_rectification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('rating_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accept_due_on', sa.Date(), nullable=True),
    sa.Column('answer_due_on', sa.Date(), nullable=True),
    sa.Column('complex_due_on', sa.Date(), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handler', sa.String(length=64), nullable=True),
    sa.Column('contacted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verdict', sa.String(length=16), nullable=True),
    sa.Column('measures', sa.Text(), nullable=True),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('satisfied_after', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('escalated_stage', sa.String(length=16), nullable=True),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['rating_id'], ['voice_rating.id'], name=op.f('fk_voice_rectification_rating_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_rectification')),
    sa.UniqueConstraint('number', name=op.f('uq_voice_rectification_number')),
    sa.UniqueConstraint('rating_id', name=op.f('uq_voice_rectification_rating_id'))
    )
    op.create_index('ix_voice_rectification_state', 'voice_rectification', ['state', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_voice_rectification_state', table_name='voice_rectification')
    op.drop_table('voice_rectification')
    op.drop_index(op.f('ix_voice_message_thread_id'), table_name='voice_message')
    op.drop_table('voice_message')
    op.drop_index(op.f('ix_voice_thread_person_id'), table_name='voice_thread')
    op.drop_index('ix_voice_thread_division', table_name='voice_thread')
    op.drop_index(op.f('ix_voice_thread_case_number'), table_name='voice_thread')
    op.drop_index('ix_voice_thread_authority', table_name='voice_thread')
    op.drop_table('voice_thread')
    op.drop_index('ix_voice_rating_text', table_name='voice_rating')
    op.drop_index('ix_voice_rating_authority', table_name='voice_rating')
    op.drop_table('voice_rating')
