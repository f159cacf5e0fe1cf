"""opening hours, closed days and region of holidays; the organisation's own forms"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('need_form',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(length=24), nullable=False),
    sa.Column('filename', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=4), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_need_form_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_form')),
    sa.UniqueConstraint('category', name=op.f('uq_need_form_category'))
    )
    op.add_column('organisation', sa.Column('holidays_region', sa.String(length=4), nullable=False, server_default=''))
    op.add_column('organisation', sa.Column('opening_hours', sa.JSON(), nullable=False, server_default='{}'))
    op.add_column('organisation', sa.Column('closed_days', sa.JSON(), nullable=False, server_default='[]'))


def downgrade() -> None:
    op.drop_column('organisation', 'closed_days')
    op.drop_column('organisation', 'opening_hours')
    op.drop_column('organisation', 'holidays_region')
    op.drop_table('need_form')
