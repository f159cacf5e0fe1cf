"""Offices say twice a year whether the directory is right about them, by a link that serves once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns import directory
from campaigns.directory import confirming
from campaigns.models import Office, OutgoingMail, Role
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import Stage


@pytest.fixture
def ccas(stage: Stage) -> Office:
    """The only office that has an address: what leaves is counted easily."""
    stage.session.execute(sa.update(Office).where(Office.code != "CCAS_80620").values(email=""))
    return stage.session.scalars(sa.select(Office).where(Office.code == "CCAS_80620")).one()


def switched_on(stage: Stage) -> None:
    lead = factories.user(stage.session, Role.LEAD, stage.campaign)
    wanted = replace(confirming.settings_of(stage.campaign), asks=True)
    confirming.settle(stage.session, stage.campaign, wanted, by=lead, at=TUESDAY)


def asked(stage: Stage, at=TUESDAY) -> int:
    return directory.ask_due(stage.session, stage.campaign, at=at)


def test_nobody_is_asked_before_the_lead_switched_it_on(stage, ccas):
    assert asked(stage) == 0
    switched_on(stage)
    assert asked(stage) == 1
    (mail,) = stage.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.kind == "office_confirm")
    )
    assert (mail.to_address, mail.about) == (ccas.email, {"office": ccas.id})


def test_an_office_is_asked_again_when_its_link_has_died_or_half_a_year_after_its_answer(
    stage, ccas
):
    switched_on(stage)
    assert asked(stage) == 1
    assert asked(stage, TUESDAY + timedelta(hours=2)) == 0
    assert asked(stage, TUESDAY + timedelta(days=29)) == 0
    later = TUESDAY + timedelta(days=30)
    assert asked(stage, later) == 1
    confirming.confirm(stage.session, ccas, at=later)
    assert asked(stage, later + timedelta(days=181)) == 0
    assert asked(stage, later + timedelta(days=182)) == 1


def test_a_closed_office_and_the_coordination_are_not_asked(stage, ccas):
    switched_on(stage)
    stage.session.execute(
        sa.update(Office).where(Office.code == "COORDINATION").values(email="c@example.org")
    )
    ccas.closed_at = TUESDAY
    stage.session.flush()
    assert asked(stage) == 0


def test_a_few_offices_are_asked_each_day_those_silent_for_longest_first(stage):
    switched_on(stage)
    assert asked(stage) == confirming.A_DAY
    assert asked(stage, TUESDAY + timedelta(days=1)) == confirming.A_DAY


def test_a_link_serves_once_and_looking_spends_nothing(stage, ccas):
    switched_on(stage)
    asked(stage)
    token = confirming.token(stage.session, ccas)
    assert confirming.find(stage.session, token, at=TUESDAY) is ccas
    assert confirming.find(stage.session, token, at=TUESDAY) is ccas
    confirming.confirm(stage.session, ccas, at=TUESDAY)
    assert ccas.confirmed_at == TUESDAY
    assert confirming.find(stage.session, token, at=TUESDAY) is None


@pytest.mark.parametrize("wrong", ["", "x", "1", "999999-abc", "²-abc", "12345678901-a"])
def test_a_link_that_is_not_ours_opens_nothing(stage, wrong):
    assert confirming.find(stage.session, wrong, at=TUESDAY) is None


def test_a_link_dies_with_its_month_with_the_next_question_and_with_the_office(stage, ccas):
    switched_on(stage)
    asked(stage)
    token = confirming.token(stage.session, ccas)
    month = TUESDAY + timedelta(days=30)
    assert confirming.find(stage.session, token, at=month - timedelta(seconds=1)) is ccas
    assert confirming.find(stage.session, token, at=month) is None
    asked(stage, month)
    assert confirming.find(stage.session, token, at=month) is None
    fresh = confirming.token(stage.session, ccas)
    ccas.closed_at = month
    assert confirming.find(stage.session, fresh, at=month) is None


def test_an_office_corrects_its_hours_telephones_and_topics_and_no_list_overwrites_them(
    stage, ccas
):
    wanted = replace(
        confirming.held(ccas), hours="9 h – 12 h", phone="0353010044", topics=("ALI_PORTAGE",)
    )
    changed = confirming.correct(stage.session, ccas, wanted, at=TUESDAY)
    assert sorted(changed) == ["hours", "phone", "topics"]
    assert (ccas.phone, ccas.topics) == ("03 53 01 00 44", "ALI_PORTAGE")
    assert ccas.by_hand == "hours phone topics"
    assert ccas.confirmed_at == TUESDAY


def test_what_an_office_types_wrong_is_refused_and_its_link_still_lives(stage, ccas):
    switched_on(stage)
    asked(stage)
    token = confirming.token(stage.session, ccas)
    with pytest.raises(Refusal) as refusal:
        confirming.correct(
            stage.session, ccas, replace(confirming.held(ccas), phone="01 99"), at=TUESDAY
        )
    assert refusal.value.field == "phone"
    assert confirming.find(stage.session, token, at=TUESDAY) is ccas


def test_fewer_than_thirty_days_between_two_questions_is_refused(stage):
    with pytest.raises(Refusal, match="entre 30 et 730"):
        confirming.settle(
            stage.session, stage.campaign, confirming.Settings(True, 7), by=stage.odile, at=TUESDAY
        )
