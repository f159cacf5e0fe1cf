"""calls are cared for, needs are followed, routes are edited"""

import sqlalchemy as sa
from alembic import op



revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    no, yes = sa.false(), sa.true()
    op.create_table('guide_switch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('section', sa.String(length=80), nullable=False),
    sa.Column('mode', sa.Enum('on', 'off', 'dates', name='mode_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=True),
    sa.Column('last_on', sa.Date(), nullable=True),
    sa.CheckConstraint('first_on <= last_on', name=op.f('ck_guide_switch_in_order')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_guide_switch_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_switch')),
    sa.UniqueConstraint('campaign_id', 'section', name=op.f('uq_guide_switch_campaign_id_section'))
    )
    op.create_table('desk_slot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.CheckConstraint('places > 0', name=op.f('ck_desk_slot_places_positive')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_desk_slot_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_slot')),
    sa.UniqueConstraint('office_id', 'starts_at', name=op.f('uq_desk_slot_office_id_starts_at'))
    )
    op.create_table('guide_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('markdown', sa.Text(), nullable=False),
    sa.Column('from_number', sa.Integer(), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('edited_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_guide_draft_campaign_id')),
    sa.ForeignKeyConstraint(['edited_by_id'], ['user_account.id'], name=op.f('fk_guide_draft_edited_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_draft')),
    sa.UniqueConstraint('campaign_id', name=op.f('uq_guide_draft_campaign_id'))
    )
    op.create_table('office_commune',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('insee', sa.String(length=5), nullable=False),
    sa.ForeignKeyConstraint(['insee'], ['commune.insee'], name=op.f('fk_office_commune_insee')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_office_commune_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_commune')),
    sa.UniqueConstraint('office_id', 'insee', name=op.f('uq_office_commune_office_id_insee'))
    )
    op.create_index('ix_office_commune_insee', 'office_commune', ['insee'], unique=False)

    op.create_table('quiz_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_quiz_attempt_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_attempt'))
    )
    op.create_index('ix_quiz_attempt_user_id', 'quiz_attempt', ['user_id'], unique=False)

    op.create_table('rehearsal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('scenario', sa.String(length=40), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_rehearsal_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rehearsal')),
    sa.UniqueConstraint('user_id', 'scenario', name=op.f('uq_rehearsal_user_id_scenario'))
    )
    op.create_table('route_table',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'published', 'replaced', name='state_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_route_table_campaign_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user_account.id'], name=op.f('fk_route_table_made_by_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['user_account.id'], name=op.f('fk_route_table_published_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_route_table')),
    sa.UniqueConstraint('campaign_id', 'number', name=op.f('uq_route_table_campaign_id_number'))
    )
    op.create_table('saved_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('filters', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_saved_view_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('user_id', 'name', name=op.f('uq_saved_view_user_id_name'))
    )
    op.create_table('weak_signal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(length=24), nullable=False),
    sa.Column('insee', sa.String(length=5), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_weak_signal_campaign_id')),
    sa.ForeignKeyConstraint(['insee'], ['commune.insee'], name=op.f('fk_weak_signal_insee')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['user_account.id'], name=op.f('fk_weak_signal_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_weak_signal'))
    )
    op.create_index('ix_weak_signal_place', 'weak_signal', ['campaign_id', 'category', 'insee'], unique=False)

    op.create_table('route_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('table_id', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(length=24), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('destination', sa.String(length=40), nullable=False),
    sa.Column('condition', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.Enum('mail', 'telephone', name='mode_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('territory_code', sa.String(length=20), nullable=False),
    sa.Column('insee', sa.String(length=5), nullable=False),
    sa.Column('audience', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['table_id'], ['route_table.id'], name=op.f('fk_route_row_table_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_route_row'))
    )
    op.create_index('ix_route_row_table_id', 'route_row', ['table_id'], unique=False)

    op.create_table('alarm',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('territory_id', sa.Integer(), nullable=True),
    sa.Column('volunteer_id', sa.Integer(), nullable=True),
    sa.Column('why', sa.Enum('silence', 'heat', 'fall', 'words', 'by_hand', name='why_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('say', sa.String(length=300), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('ending', sa.Enum('found_well', 'away', 'hospital', 'rescue', 'died', 'passed_on', name='ending_known', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(closed_at IS NULL) = (ending IS NULL)', name=op.f('ck_alarm_closed_together')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_alarm_campaign_id')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['user_account.id'], name=op.f('fk_alarm_closed_by_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['user_account.id'], name=op.f('fk_alarm_opened_by_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['user_account.id'], name=op.f('fk_alarm_owner_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_alarm_person_id')),
    sa.ForeignKeyConstraint(['territory_id'], ['territory.id'], name=op.f('fk_alarm_territory_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['user_account.id'], name=op.f('fk_alarm_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm'))
    )
    op.create_index('ix_alarm_open', 'alarm', ['campaign_id', 'closed_at'], unique=False)
    op.create_index('ix_alarm_person_id', 'alarm', ['person_id'], unique=False)
    op.create_index('ix_alarm_territory_id', 'alarm', ['territory_id'], unique=False)

    op.create_table('call_suggestion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('last_name', sa.String(length=120), nullable=False),
    sa.Column('first_name', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=16), nullable=False),
    sa.Column('insee', sa.String(length=5), nullable=True),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('said_by', sa.String(length=120), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'accepted', 'refused', name='state_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_call_suggestion_campaign_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_call_suggestion_decided_by_id')),
    sa.ForeignKeyConstraint(['insee'], ['commune.insee'], name=op.f('fk_call_suggestion_insee')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_call_suggestion_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_call_suggestion_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_suggestion'))
    )
    op.create_index('ix_call_suggestion_campaign_id', 'call_suggestion', ['campaign_id'], unique=False)
    op.create_index('ix_call_suggestion_office_id', 'call_suggestion', ['office_id'], unique=False)
    op.create_index('ix_call_suggestion_person_id', 'call_suggestion', ['person_id'], unique=False)

    op.create_table('report_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['line_id'], ['line.id'], name=op.f('fk_report_draft_line_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_report_draft_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_draft')),
    sa.UniqueConstraint('user_id', 'line_id', name=op.f('uq_report_draft_user_id_line_id'))
    )
    op.create_index('ix_report_draft_line_id', 'report_draft', ['line_id'], unique=False)

    op.create_table('alarm_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alarm_id', sa.Integer(), nullable=False),
    sa.Column('rung', sa.Enum('other_number', 'contact', 'home_help', 'neighbour', 'town', 'police', 'rescue', name='rung_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('reached', sa.Boolean(), nullable=False),
    sa.Column('say', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['alarm_id'], ['alarm.id'], name=op.f('fk_alarm_step_alarm_id')),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_alarm_step_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm_step'))
    )
    op.create_index('ix_alarm_step_alarm_id', 'alarm_step', ['alarm_id'], unique=False)

    op.create_table('call_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_call_revision_by_id')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_call_revision_call_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_revision'))
    )
    op.create_index('ix_call_revision_call_id', 'call_revision', ['call_id'], unique=False)

    op.create_table('good_news',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('thanks', 'story', 'offer', name='kind_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_good_news_by_id')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_good_news_call_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_good_news_campaign_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_good_news_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_good_news'))
    )
    op.create_index('ix_good_news_by_id', 'good_news', ['by_id'], unique=False)
    op.create_index('ix_good_news_call_id', 'good_news', ['call_id'], unique=False)
    op.create_index('ix_good_news_campaign_at', 'good_news', ['campaign_id', 'at'], unique=False)
    op.create_index('ix_good_news_person_id', 'good_news', ['person_id'], unique=False)

    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('volunteer_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.Enum('first', 'sample', name='why_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by_id', sa.Integer(), nullable=True),
    sa.Column('remark', sa.String(length=500), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_review_call_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_review_campaign_id')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['user_account.id'], name=op.f('fk_review_reviewed_by_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['user_account.id'], name=op.f('fk_review_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('call_id', name=op.f('uq_review_call_id'))
    )
    op.create_index('ix_review_volunteer_id', 'review', ['volunteer_id'], unique=False)
    op.create_index('ix_review_waiting', 'review', ['campaign_id', 'reviewed_at'], unique=False)

    op.create_table('appointment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('office', 'home', 'phone', 'desk', name='kind_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('with_whom', sa.String(length=120), nullable=False),
    sa.Column('state', sa.Enum('planned', 'kept', 'missed', 'cancelled', name='state_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['user_account.id'], name=op.f('fk_appointment_made_by_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_appointment_need_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['desk_slot.id'], name=op.f('fk_appointment_slot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment'))
    )
    op.create_index('ix_appointment_need_id', 'appointment', ['need_id'], unique=False)
    op.create_index('ix_appointment_slot_id', 'appointment', ['slot_id'], unique=False)

    op.create_table('care_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('volunteer_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('difficult', 'talk', 'debrief', name='kind_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_care_request_call_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_care_request_campaign_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_care_request_need_id')),
    sa.ForeignKeyConstraint(['taken_by_id'], ['user_account.id'], name=op.f('fk_care_request_taken_by_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['user_account.id'], name=op.f('fk_care_request_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_request'))
    )
    op.create_index('ix_care_request_call_id', 'care_request', ['call_id'], unique=False)
    op.create_index('ix_care_request_need_id', 'care_request', ['need_id'], unique=False)
    op.create_index('ix_care_request_open', 'care_request', ['campaign_id', 'closed_at'], unique=False)
    op.create_index('ix_care_request_volunteer_id', 'care_request', ['volunteer_id'], unique=False)

    op.create_table('need_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user_account.id'], name=op.f('fk_need_question_asked_by_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_question_need_id')),
    sa.ForeignKeyConstraint(['to_id'], ['user_account.id'], name=op.f('fk_need_question_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_question'))
    )
    op.create_index('ix_need_question_need_id', 'need_question', ['need_id'], unique=False)
    op.create_index('ix_need_question_to_id', 'need_question', ['to_id'], unique=False)

    op.create_table('need_stage',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=24), nullable=False),
    sa.Column('reached_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_stage_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_stage')),
    sa.UniqueConstraint('need_id', 'stage', name=op.f('uq_need_stage_need_id_stage'))
    )
    op.create_table('voucher',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('amount_cents', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('state', sa.Enum('asked', 'granted', 'refused', name='state_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name=op.f('ck_voucher_decided_together')),
    sa.CheckConstraint('amount_cents >= 0', name=op.f('ck_voucher_amount_positive')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user_account.id'], name=op.f('fk_voucher_asked_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_voucher_decided_by_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_voucher_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voucher'))
    )
    op.create_index('ix_voucher_need_id', 'voucher', ['need_id'], unique=False)

    op.add_column('absence', sa.Column('deputy_id', sa.Integer(), sa.ForeignKey('user_account.id', name='fk_absence_deputy_id'), nullable=True), inline_references=True)
    op.create_index('ix_absence_deputy_id', 'absence', ['deputy_id'], unique=False)

    op.add_column('call', sa.Column('is_heavy', sa.Boolean(), nullable=False, server_default=no))
    op.add_column('call', sa.Column('caller_mood', sa.String(length=12), nullable=False, server_default=''))
    op.add_column('call', sa.Column('rang_back', sa.Boolean(), nullable=False, server_default=no))
    op.add_column('call', sa.Column('corrected_at', sa.DateTime(timezone=True), nullable=True))

    op.add_column('campaign', sa.Column('heat_until', sa.Date(), nullable=True))
    op.add_column('campaign', sa.Column('thresholds', sa.JSON(), nullable=False, server_default='{}'))

    op.add_column('guide_version', sa.Column('published_by_id', sa.Integer(), sa.ForeignKey('user_account.id', name='fk_guide_version_published_by_id'), nullable=True), inline_references=True)
    op.add_column('guide_version', sa.Column('note', sa.String(length=200), nullable=False, server_default=''))

    op.add_column('need', sa.Column('face_to_face', sa.Boolean(), nullable=False, server_default=no))
    op.add_column('need', sa.Column('joint_review_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('need', sa.Column('joined_to_id', sa.Integer(), sa.ForeignKey('need.id', name='fk_need_joined_to_id'), nullable=True), inline_references=True)
    op.add_column('need', sa.Column('helped', sa.String(length=12), nullable=False, server_default=''))
    op.add_column('need', sa.Column('helped_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('need', sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_need_joined_to_id', 'need', ['joined_to_id'], unique=False)

    op.add_column('office', sa.Column('hours', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('office', sa.Column('topics', sa.String(length=600), nullable=False, server_default=''))
    op.add_column('office', sa.Column('channel', sa.String(length=8), nullable=False, server_default='mail'))
    op.add_column('office', sa.Column('on_call_phone', sa.String(length=40), nullable=False, server_default=''))
    op.add_column('office', sa.Column('deputy_id', sa.Integer(), sa.ForeignKey('office.id', name='fk_office_deputy_id'), nullable=True), inline_references=True)
    op.add_column('office', sa.Column('asks_code', sa.Boolean(), nullable=False, server_default=no))
    op.add_column('office', sa.Column('wants_digest', sa.Boolean(), nullable=False, server_default=yes))
    op.add_column('office', sa.Column('by_hand', sa.String(length=300), nullable=False, server_default=''))
    op.add_column('office', sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('office', sa.Column('confirm_asked_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('office', sa.Column('nonce', sa.String(length=43), nullable=False, server_default=''))
    op.add_column('office', sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_office_deputy_id', 'office', ['deputy_id'], unique=False)

    op.add_column('organisation', sa.Column('on_call_phone', sa.String(length=20), nullable=False, server_default=''))
    op.add_column('organisation', sa.Column('on_call_hours', sa.String(length=120), nullable=False, server_default=''))

    op.add_column('outgoing_mail', sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('outgoing_mail', sa.Column('handled_by_id', sa.Integer(), sa.ForeignKey('user_account.id', name='fk_outgoing_mail_handled_by_id'), nullable=True), inline_references=True)

    op.add_column('person', sa.Column('guardian', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('person', sa.Column('trust_code', sa.String(length=8), nullable=False, server_default=''))

    op.add_column('referral', sa.Column('renewed', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('referral', sa.Column('reminded', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('referral', sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True))

    op.add_column('territory', sa.Column('director_email', sa.String(length=254), nullable=False, server_default=''))
    op.add_column('territory', sa.Column('phone', sa.String(length=40), nullable=False, server_default=''))
    op.add_column('territory', sa.Column('on_call_phone', sa.String(length=40), nullable=False, server_default=''))

    op.add_column('user_account', sa.Column('charter_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('user_account', sa.Column('hides_number', sa.Boolean(), nullable=False, server_default=no))
    op.add_column('user_account', sa.Column('needs_rhythm', sa.String(length=8), nullable=False, server_default='each'))
    op.add_column('user_account', sa.Column('deputy_id', sa.Integer(), sa.ForeignKey('user_account.id', name='fk_user_account_deputy_id'), nullable=True), inline_references=True)
    op.create_index('ix_user_account_deputy_id', 'user_account', ['deputy_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_absence_deputy_id', 'absence')
    op.drop_index('ix_need_joined_to_id', 'need')
    op.drop_index('ix_office_deputy_id', 'office')
    op.drop_index('ix_user_account_deputy_id', 'user_account')
    for table, names in {
        'absence': ('deputy_id',),
        'call': ('corrected_at', 'rang_back', 'caller_mood', 'is_heavy',),
        'campaign': ('thresholds', 'heat_until',),
        'guide_version': ('note', 'published_by_id',),
        'need': ('reopened_at', 'helped_at', 'helped', 'joined_to_id', 'joint_review_at', 'face_to_face',),
        'office': ('closed_at', 'nonce', 'confirm_asked_at', 'confirmed_at', 'by_hand', 'wants_digest', 'asks_code', 'deputy_id', 'on_call_phone', 'channel', 'topics', 'hours',),
        'organisation': ('on_call_hours', 'on_call_phone',),
        'outgoing_mail': ('handled_by_id', 'handled_at',),
        'person': ('trust_code', 'guardian',),
        'referral': ('returned_at', 'reminded', 'renewed',),
        'territory': ('on_call_phone', 'phone', 'director_email',),
        'user_account': ('deputy_id', 'needs_rhythm', 'hides_number', 'charter_at',),
    }.items():
        for name in names:
            op.drop_column(table, name)
    for table in (
        'voucher',
        'need_stage',
        'need_question',
        'care_request',
        'appointment',
        'review',
        'good_news',
        'call_revision',
        'alarm_step',
        'report_draft',
        'call_suggestion',
        'alarm',
        'route_row',
        'weak_signal',
        'saved_view',
        'route_table',
        'rehearsal',
        'quiz_attempt',
        'office_commune',
        'guide_draft',
        'desk_slot',
        'guide_switch',
    ):
        op.drop_table(table)
