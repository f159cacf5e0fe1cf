"""Campaigns are created, opened, paused and closed by rule; settings are read, or refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import launch
from campaigns.models import (
    Campaign,
    CampaignState,
    Commune,
    GuideVersion,
    Office,
    Organisation,
    Role,
    Territory,
)
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import EVE, TUESDAY


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session, state=CampaignState.DRAFT)


def count(session: Session, model: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# Founding -----------------------------------------------------------------------------------


def test_the_somme_comes_with_its_places_and_offices(session: Session) -> None:
    organisation = launch.found_organisation(session, departement="80", at=EVE)
    assert organisation.name == "Département – Somme"
    assert count(session, Commune) == 771
    assert count(session, Territory) == 5
    assert count(session, Office) > 800
    assert organisation.coordination_email


def test_another_departement_starts_with_its_communes_only(session: Session) -> None:
    launch.found_organisation(session, departement="2A", at=EVE)
    communes = session.scalars(sa.select(Commune.insee)).all()
    assert communes
    assert all(insee.startswith("2A") for insee in communes)
    assert count(session, Territory) == 0


def test_an_instance_has_one_organisation(session: Session) -> None:
    launch.found_organisation(session, departement="2A", at=EVE)
    with pytest.raises(Refusal, match="déjà prête"):
        launch.found_organisation(session, departement="2A", at=EVE)


def test_an_unknown_departement_is_refused(session: Session) -> None:
    with pytest.raises(Refusal, match="n’existe pas"):
        launch.found_organisation(session, departement="99", at=EVE)


# Campaigns ----------------------------------------------------------------------------------


def test_a_campaign_starts_in_preparation_with_its_guide(session: Session) -> None:
    made = launch.create_campaign(session, name="  Canicule   2027 ", by=None, at=EVE)
    assert (made.name, made.slug, made.state) == (
        "Canicule 2027",
        "canicule-2027",
        CampaignState.DRAFT,
    )
    assert launch.guide(session, made).number == 1
    assert count(session, GuideVersion) == 1


@pytest.mark.parametrize("name", ["", "   ", "!!!"])
def test_a_campaign_needs_a_name(session: Session, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        launch.create_campaign(session, name=name, by=None, at=EVE)
    assert refused.value.field == "name"


def test_two_campaigns_never_share_a_short_name(session: Session) -> None:
    launch.create_campaign(session, name="Été", by=None, at=EVE)
    with pytest.raises(Refusal, match="s’appelle déjà"):
        launch.create_campaign(session, name="ete", by=None, at=EVE)


ALLOWED = {
    ("draft", "pilot"),
    ("draft", "open"),
    ("pilot", "open"),
    ("pilot", "paused"),
    ("pilot", "closed"),
    ("open", "paused"),
    ("open", "closed"),
    ("paused", "pilot"),
    ("paused", "open"),
    ("paused", "closed"),
}


@pytest.mark.parametrize(
    ("start", "end"), list(product(CampaignState, CampaignState)), ids=lambda state: state.value
)
def test_a_campaign_moves_only_along_its_table(
    session: Session, campaign: Campaign, start: CampaignState, end: CampaignState
) -> None:
    campaign.state = start
    campaign.thresholds = {"pilot": {"volunteers": [1]}}
    if (start.value, end.value) in ALLOWED:
        launch.move(session, campaign, end, by=None, at=TUESDAY)
        assert campaign.state is end
    else:
        with pytest.raises(Refusal, match="ne peut pas devenir"):
            launch.move(session, campaign, end, by=None, at=TUESDAY)
        assert campaign.state is start


def test_people_are_called_in_pilot_and_open_campaigns_only(session: Session) -> None:
    made = {state: factories.campaign(session, state.value, state=state) for state in CampaignState}
    assert launch.running(session) == [made[CampaignState.PILOT], made[CampaignState.OPEN]]


# Settings -----------------------------------------------------------------------------------


def settle(session: Session, campaign: Campaign, **wanted: Any) -> Organisation:
    organisation = session.get_one(Organisation, 1)
    by = factories.user(session, Role.LEAD)
    now = launch.settings_of(organisation, campaign)
    launch.settle(session, organisation, campaign, replace(now, **wanted), by=by, at=TUESDAY)
    return organisation


def test_telephones_are_kept_in_one_form(session: Session, campaign: Campaign) -> None:
    organisation = settle(
        session, campaign, switchboard_phone="03.53.01.00 10", coordination_phone="+33639980012"
    )
    assert organisation.switchboard_phone == "+33353010010"
    assert organisation.coordination_phone == "+33639980012"
    assert settle(session, campaign, switchboard_phone=" ").switchboard_phone == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("coordination_phone", "03 53 01"),
        ("switchboard_phone", "03 53 01 00 10 ou 03 53 01 00 11"),
        ("switchboard_phone", "bonjour"),
        ("coordination_email", "pas une adresse"),
        ("name", "  "),
        ("of_name", ""),
    ],
)
def test_what_cannot_be_read_is_refused_on_its_field(
    session: Session, campaign: Campaign, field: str, value: str
) -> None:
    with pytest.raises(Refusal) as refused:
        settle(session, campaign, **{field: value})
    assert refused.value.field == field


def test_settings_of_the_campaign_and_the_organisation_go_each_to_their_row(
    session: Session, campaign: Campaign
) -> None:
    organisation = settle(
        session, campaign, name=" Département  de la Somme", pace=15, own_commune_allowed=False
    )
    assert organisation.name == "Département de la Somme"
    assert (campaign.pace, campaign.own_commune_allowed) == (15, False)


def test_the_journal_names_what_changed_and_nothing_when_nothing_did(
    session: Session, campaign: Campaign
) -> None:
    session.info.pop("journal", None)
    settle(session, campaign)
    assert not session.info.get("journal")
    settle(session, campaign, pace=9, coordination_email="Coord@Example.org")
    (note,) = session.info["journal"]
    assert note.action == "settings_changed"
    assert sorted(note.detail["names"]) == ["coordination_email", "pace"]
