"""Sensitive needs are read by named people only, wherever they could be met."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from campaigns import access, needs, team
from campaigns.models import Coverage, Need, Role, User
from campaigns.needs import Basket
from campaigns.refusal import Refusal
from tests import factories, needs_stage
from tests.factories import TUESDAY
from tests.needs_stage import Stage

SENSITIVE = ("PRO_VIOLENCES", "PRO_ENFANT", "PRO_MALTRAITANCE", "PSY_SUICIDE", "SAN_ADDICTION")


@pytest.fixture
def lead(stage: Stage) -> User:
    return factories.user(stage.session, Role.LEAD, stage.campaign)


def inbox(stage: Stage, user: User) -> list[Need]:
    return list(needs.inbox(stage.session, user, stage.campaign, Basket.NEW, at=TUESDAY))


def cover(stage: Stage, user: User, *territories, sensitive=(), by: User) -> None:
    team.cover(stage.session, user, list(territories), sensitive=list(sensitive), by=by, at=TUESDAY)


@pytest.mark.parametrize("category", SENSITIVE)
def test_a_coordinator_who_is_not_named_never_meets_a_sensitive_need(stage, category):
    need = stage.raised(category)
    stage.session.flush()
    assert need.is_sensitive
    assert need not in inbox(stage, stage.bob)
    assert need in inbox(stage, stage.anne)
    assert need in inbox(stage, stage.odile)
    assert needs.with_story(stage.session, stage.bob, need.id, stage.campaign, at=TUESDAY) is None
    assert (
        access.need_of(stage.session, stage.bob, need.id, campaign=stage.campaign, at=TUESDAY)
        is None
    )
    assert stage.bob not in needs.colleagues(stage.session, need)
    assert "bob@example.org" not in stage.mails(need)


def test_the_lead_names_a_reader_and_takes_it_back_and_it_holds_at_once(stage, lead):
    need = stage.raised("PRO_VIOLENCES")
    stage.session.flush()
    cover(stage, stage.bob, stage.here, sensitive=[stage.here], by=lead)
    assert need in inbox(stage, stage.bob)
    cover(stage, stage.bob, stage.here, by=lead)
    assert need not in inbox(stage, stage.bob)
    assert needs.with_story(stage.session, stage.bob, need.id, stage.campaign, at=TUESDAY) is None


def test_being_named_in_one_territory_opens_nothing_in_another(stage, lead):
    need = stage.raised("PRO_VIOLENCES", whom=stage.person(needs_stage.AMIENS))
    stage.session.flush()
    cover(stage, stage.bob, stage.here, stage.elsewhere, sensitive=[stage.here], by=lead)
    assert need not in inbox(stage, stage.bob)
    named = stage.session.scalars(
        sa.select(Coverage.territory_id).where(
            Coverage.user_id == stage.bob.id, Coverage.reads_sensitive.is_(True)
        )
    ).all()
    assert named == [stage.here.id]


def test_a_coordinator_keeps_a_territory_and_reads_nothing_sensitive_outside_it(stage, lead):
    with pytest.raises(Refusal) as refusal:
        cover(stage, stage.bob, by=lead)
    assert refusal.value.field == "territories"
    with pytest.raises(Refusal) as refusal:
        cover(stage, stage.bob, stage.here, sensitive=[stage.elsewhere], by=lead)
    assert refusal.value.field == "sensitive"
    with pytest.raises(Refusal, match="Seule la coordination"):
        cover(stage, stage.karim, stage.here, by=lead)


def test_a_volunteer_who_calls_next_learns_nothing_of_a_sensitive_need(stage):
    need = stage.raised("PRO_VIOLENCES")
    plain = stage.raised("ALI_COURSES")
    stage.session.flush()
    told = needs.of_person(stage.session, stage.paulette, stage.campaign)
    assert plain in told
    assert need not in told
