"""What is said of somebody's agreement: « urgence vitale » is kept for an immediate danger."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from campaigns import needs
from campaigns.models import Agreement, Urgency
from campaigns.needs.dangers import DANGERS, Danger, Way
from campaigns.retry import Mood, Spoke
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import Stage

BUTTONS = [(danger, way) for danger in DANGERS for way in danger.ways]


@pytest.mark.parametrize(
    ("heard", "way"), BUTTONS, ids=[f"{one.code}-{way.code}" for one, way in BUTTONS]
)
def test_only_an_immediate_danger_is_told_as_vital(stage: Stage, heard: Danger, way: Way) -> None:
    need = needs.sound_alarm(
        stage.session,
        stage.paulette,
        heard,
        way=way,
        campaign=stage.campaign,
        by=stage.karim,
        at=TUESDAY,
    )
    said = needs.agreement_words(need)
    is_vital = need.agreement is Agreement.VITAL and need.urgency is Urgency.U0
    assert ("vitale" in said) is is_vital
    if not is_vital and need.agreement is Agreement.VITAL:
        assert said.startswith("sans accord : ")


@pytest.mark.parametrize("category", ["PRO_MALTRAITANCE", "PRO_ENFANT"])
def test_a_report_that_protects_somebody_vulnerable_names_the_law(
    stage: Stage, category: str
) -> None:
    need = stage.raised(category, agreement=Agreement.VITAL)
    said = needs.agreement_words(need)
    assert "434-3" in said
    assert "226-14" in said
    for referral in need.referrals:
        assert needs.for_partner(referral).agreement == said


def test_an_alert_that_is_the_result_of_a_call_is_not_told_as_vital(
    session: Session, stage: Stage
) -> None:
    caller = factories.volunteer(session, stage.campaign)
    (line,) = factories.lines(session, factories.published(session, stage.campaign), caller)
    logged = factories.call(
        session, line, stage.paulette, by=caller, at=TUESDAY, spoke=Spoke.YES, mood=Mood.WORRYING
    )
    (need,) = logged.needs
    assert "alerte" in needs.agreement_words(need)
    assert "vitale" not in needs.agreement_words(need)


def test_who_agreed_and_who_did_not_are_told_as_they_said(stage: Stage) -> None:
    assert needs.agreement_words(stage.raised("PRO_ENFANT")) == Agreement.YES.label
    refused = stage.raised("ALI_COURSES", agreement=Agreement.NO)
    assert needs.agreement_words(refused) == Agreement.NO.label
