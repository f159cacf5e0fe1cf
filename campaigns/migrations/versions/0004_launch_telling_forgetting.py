"""a campaign is launched, told, reported and forgotten"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    no = sa.false()
    op.create_table('journal_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('why', sa.String(length=12), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('entry_mac', sa.String(length=64), nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_mark'))
    )
    op.create_table('scan_mark',
    sa.Column('object_kind', sa.String(length=24), nullable=False),
    sa.Column('last_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('object_kind', name=op.f('pk_scan_mark'))
    )
    op.create_table('tombstone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('purged', 'erased', 'objected', name='kind_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('object_kind', sa.String(length=24), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('fingerprints', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tombstone')),
    sa.UniqueConstraint('kind', 'object_kind', 'object_id', name=op.f('uq_tombstone_kind_object_kind_object_id'))
    )
    op.create_table('announcement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=600), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_announcement_by_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_announcement_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    op.create_index('ix_announcement_campaign_id', 'announcement', ['campaign_id'], unique=False)

    op.create_table('export',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('form', sa.String(length=8), nullable=False),
    sa.Column('is_named', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('chosen', sa.JSON(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'ready', 'failed', 'expired', name='state_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=200), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_token', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user_account.id'], name=op.f('fk_export_asked_by_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_export_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export'))
    )
    op.create_index('ix_export_asked_by_id', 'export', ['asked_by_id'], unique=False)
    op.create_index('ix_export_state', 'export', ['state', 'expires_at'], unique=False)

    op.create_table('purge_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('done', sa.JSON(), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_token', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_purge_run_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purge_run'))
    )
    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=1000), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('is_shared', sa.Boolean(), nullable=False),
    sa.Column('shared_as', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user_account.id'], name=op.f('fk_question_answered_by_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_question_campaign_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_question_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    op.create_index('ix_question_user_id', 'question', ['user_id'], unique=False)
    op.create_index('ix_question_waiting', 'question', ['campaign_id', 'answered_at'], unique=False)

    op.create_table('text_finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('object_kind', sa.String(length=24), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('kinds', sa.String(length=120), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('is_kept', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['settled_by_id'], ['user_account.id'], name=op.f('fk_text_finding_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_finding')),
    sa.UniqueConstraint('object_kind', 'object_id', 'field', name=op.f('uq_text_finding_object_kind_object_id_field'))
    )
    op.create_index('ix_text_finding_waiting', 'text_finding', ['settled_at', 'found_at'], unique=False)

    op.create_table('announcement_read',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('announcement_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcement.id'], name=op.f('fk_announcement_read_announcement_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_announcement_read_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_read')),
    sa.UniqueConstraint('announcement_id', 'user_id', name=op.f('uq_announcement_read_announcement_id_user_id'))
    )
    op.create_index('ix_announcement_read_user_id', 'announcement_read', ['user_id'], unique=False)

    op.create_table('rights_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('right', sa.Enum('access', 'correction', 'erasure', 'objection', name='right_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=24), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('is_refused', sa.Boolean(), nullable=False),
    sa.Column('answer', sa.String(length=300), nullable=False),
    sa.Column('certificate', sa.JSON(), nullable=False),
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user_account.id'], name=op.f('fk_rights_request_answered_by_id')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['user_account.id'], name=op.f('fk_rights_request_noted_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_rights_request_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rights_request'))
    )
    op.create_index('ix_rights_request_person_id', 'rights_request', ['person_id'], unique=False)
    op.create_index('ix_rights_request_waiting', 'rights_request', ['answered_at', 'due_on'], unique=False)

    op.add_column('campaign', sa.Column('preset', sa.String(length=24), nullable=False, server_default=''))
    op.add_column('campaign', sa.Column('copied_from_id', sa.Integer(), sa.ForeignKey('campaign.id', name='fk_campaign_copied_from_id'), nullable=True), inline_references=True)
    op.add_column('campaign', sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('campaign', sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('campaign', sa.Column('purpose', sa.String(length=300), nullable=False, server_default=''))
    op.add_column('campaign', sa.Column('legal_basis', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('campaign', sa.Column('help_room_url', sa.String(length=300), nullable=False, server_default=''))
    op.add_column('campaign', sa.Column('is_public', sa.Boolean(), nullable=False, server_default=no))
    op.add_column('campaign', sa.Column('checklist', sa.JSON(), nullable=False, server_default='{}'))
    op.add_column('campaign', sa.Column('final_counts', sa.JSON(), nullable=False, server_default='{}'))

    op.add_column('enrolment', sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('enrolment', sa.Column('notice_channel', sa.String(length=8), nullable=False, server_default=''))

    op.add_column('organisation', sa.Column('dpo_contact', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('organisation', sa.Column('outlines', sa.LargeBinary(), nullable=True))

    op.add_column('person', sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True))

    op.add_column('user_account', sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('user_account', sa.Column('inactive_told_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('user_account', sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True))

    # Campaigns that ran before: what is known of their days; conservation counts from here.
    op.execute("UPDATE campaign SET opened_at = created_at WHERE state <> 'draft'")
    op.execute("UPDATE campaign SET closed_at = CURRENT_TIMESTAMP WHERE state = 'closed'")


def downgrade() -> None:
    for table, names in {
        'campaign': ('final_counts', 'checklist', 'is_public', 'help_room_url', 'legal_basis',
                     'purpose', 'closed_at', 'opened_at', 'copied_from_id', 'preset'),
        'enrolment': ('notice_channel', 'noticed_at'),
        'organisation': ('outlines', 'dpo_contact'),
        'person': ('forgotten_at',),
        'user_account': ('forgotten_at', 'inactive_told_at', 'last_seen_at'),
    }.items():
        for name in names:
            op.drop_column(table, name)
    for table in (
        'rights_request',
        'announcement_read',
        'text_finding',
        'question',
        'purge_run',
        'export',
        'announcement',
        'tombstone',
        'scan_mark',
        'journal_mark',
    ):
        op.drop_table(table)
