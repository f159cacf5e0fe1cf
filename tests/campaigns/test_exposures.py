"""What volunteers see beyond a name and a commune: off, then with a reason, until a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import exposures, journal, launching, weeks
from campaigns.exposures import Field
from campaigns.models import Campaign, CampaignState, JournalEntry, Role, User
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import TUESDAY

TODAY = weeks.local_day(TUESDAY)
REASON = "Une visite à domicile est prévue avec le CCAS."
BORN = date(1941, 11, 25)


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session, thresholds={"silence": {"tries": 4}})


@pytest.fixture
def lead(session: Session) -> User:
    return factories.user(session, Role.LEAD)


def begin(
    session: Session,
    campaign: Campaign,
    lead: User,
    field: Field = Field.ADDRESS,
    *,
    until: date = TODAY,
    reason: str = REASON,
    at: datetime = TUESDAY,
) -> None:
    exposures.show(session, campaign, field, reason=reason, until=until, by=lead, at=at)


def shown(campaign: Campaign, on: date = TODAY) -> set[Field]:
    return set(exposures.in_force(campaign, today=on))


def test_nothing_is_shown_until_a_lead_says_why(campaign: Campaign) -> None:
    assert shown(campaign) == set()


def test_an_exposure_holds_on_its_last_day_and_no_longer(
    session: Session, campaign: Campaign, lead: User
) -> None:
    last = TODAY + timedelta(days=3)
    begin(session, campaign, lead, until=last)
    assert shown(campaign, last - timedelta(days=1)) == {Field.ADDRESS}
    assert shown(campaign, last) == {Field.ADDRESS}
    assert shown(campaign, last + timedelta(days=1)) == set()


@pytest.mark.parametrize(
    ("reason", "until", "field"),
    [
        ("", TODAY, "reason"),
        ("visite 123456789", TODAY, "reason"),
        ("x" * 301, TODAY, "reason"),
        (REASON, TODAY - timedelta(days=1), "until"),
        (REASON, TODAY + timedelta(days=184), "until"),
    ],
)
def test_an_exposure_without_reason_or_end_is_refused(
    session: Session, campaign: Campaign, lead: User, reason: str, until: date, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        begin(session, campaign, lead, reason=reason, until=until)
    assert refused.value.field == field
    assert shown(campaign) == set()


def test_taken_back_it_is_hidden_at_once_and_remembered_with_who(
    session: Session, campaign: Campaign, lead: User
) -> None:
    begin(session, campaign, lead, until=TODAY + timedelta(days=9))
    assert exposures.hide(session, campaign, Field.ADDRESS, by=lead, at=TUESDAY)
    assert not exposures.hide(session, campaign, Field.ADDRESS, by=lead, at=TUESDAY)
    held, past = exposures.told(session, today=TODAY)
    assert (shown(campaign), held) == (set(), [])
    (one,) = past
    assert (one.by, one.ended_by, one.exposure.reason) == (lead.full_name, lead.full_name, REASON)
    assert campaign.thresholds["silence"] == {"tries": 4}  # what other rooms keep beside


def test_the_journal_names_the_field_and_never_the_reason(
    session: Session, campaign: Campaign, lead: User
) -> None:
    begin(session, campaign, lead, Field.AGE)
    exposures.hide(session, campaign, Field.AGE, by=lead, at=TUESDAY)
    journal.write_pending(session)
    noted = session.execute(
        sa.select(JournalEntry.action, JournalEntry.detail)
        .where(JournalEntry.action.startswith("exposure_"))
        .order_by(JournalEntry.id)
    ).all()
    assert [tuple(one) for one in noted] == [
        ("exposure_begun", {"field": "age", "until": TODAY.isoformat()}),
        ("exposure_ended", {"field": "age"}),
    ]


def test_said_again_it_takes_the_place_of_the_first(
    session: Session, campaign: Campaign, lead: User
) -> None:
    begin(session, campaign, lead, until=TODAY + timedelta(days=9))
    begin(session, campaign, lead, reason="Une autre raison, plus courte.")
    held, past = exposures.told(session, of=campaign, today=TODAY)
    assert [one.exposure.until for one in held] == [TODAY]
    assert [one.exposure.reason for one in past] == [REASON]


def test_in_a_heat_alert_it_ends_with_the_alert_even_cut_short(
    session: Session, campaign: Campaign, lead: User
) -> None:
    campaign.heat_until = TODAY + timedelta(days=4)
    session.flush()
    with pytest.raises(Refusal, match="alerte chaleur"):
        begin(session, campaign, lead, until=TODAY + timedelta(days=5))
    begin(session, campaign, lead, until=TODAY + timedelta(days=4))
    assert shown(campaign) == {Field.ADDRESS}
    campaign.heat_until = None
    assert shown(campaign) == set()


def test_a_campaign_that_is_over_shows_nothing_and_takes_none(
    session: Session, campaign: Campaign, lead: User
) -> None:
    begin(session, campaign, lead)
    campaign.state = CampaignState.CLOSED
    session.flush()
    assert shown(campaign) == set()
    with pytest.raises(Refusal, match="terminée"):
        begin(session, campaign, lead)


def test_a_copy_of_a_campaign_shows_nothing(
    session: Session, campaign: Campaign, lead: User
) -> None:
    begin(session, campaign, lead)
    made = launching.copy(
        session, campaign, name="Suivante", with_volunteers=True, by=lead, at=TUESDAY
    )
    assert shown(made) == set()
    assert made.thresholds == {"silence": {"tries": 4}}


def test_many_changes_forget_old_ones_and_never_what_holds(
    session: Session, campaign: Campaign, lead: User
) -> None:
    begin(session, campaign, lead, Field.AGE)
    for _ in range(exposures.REMEMBERED + 3):
        begin(session, campaign, lead)
    assert shown(campaign) == {Field.AGE, Field.ADDRESS}
    assert len(campaign.thresholds[exposures.KEY]) == exposures.REMEMBERED + 1


def test_a_person_is_told_by_age_band_and_whole_address(
    session: Session, campaign: Campaign, lead: User
) -> None:
    factories.commune(session, "80620", "Péronne")
    known = factories.person(
        session, campaign, birth_date=BORN, address="1 rue des Lilas", postal_code="80200",
        insee="80620",
    )  # fmt: skip
    unknown = factories.person(session, campaign)
    begin(session, campaign, lead, Field.AGE)
    begin(session, campaign, lead, Field.ADDRESS)
    said = [one.said for one in exposures.of_person(campaign, known, today=TODAY)]
    assert said == ["80 à 84\u00a0ans", "1 rue des Lilas, 80200 Péronne"]
    assert [one.said for one in exposures.of_person(campaign, unknown, today=TODAY)] == ["", ""]


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2001, 11, 24), "moins de 60\u00a0ans"),
        (date(2001, 11, 25), "60 à 64\u00a0ans"),
        (date(2026, 11, 24), "80 à 84\u00a0ans"),
        (date(2026, 11, 25), "85 à 89\u00a0ans"),
        (date(2041, 11, 25), "95\u00a0ans et plus"),
    ],
)
def test_a_band_changes_on_the_birthday(on: date, said: str) -> None:
    assert exposures.age_band(BORN, on) == said
