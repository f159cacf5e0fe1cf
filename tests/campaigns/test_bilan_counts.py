"""The counts of a period equal the rows behind them, and outlive these."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from statistics import median

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import bilan, weeks
from campaigns.bilan import stretches
from campaigns.models import Person, Referral
from campaigns.overview import ages, periods
from campaigns.overview.periods import Counts
from campaigns.reference import Mode
from tests import bilan_stage, factories
from tests.bilan_stage import Stage
from tests.factories import EVE, TUESDAY

FIRST, LAST = date(2026, 11, 16), date(2026, 11, 22)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_count_of_a_week_equals_the_rows_behind_it(session: Session, seed: int) -> None:
    stage = bilan_stage.random_weeks(session, seed)
    told = periods.of_days(session, stage.campaign, FIRST, LAST)
    _same_calls(told, stage)
    _same_needs(told, stage)


def _same_calls(told: Counts, stage: Stage) -> None:
    calls = [one for one in stage.calls if FIRST <= weeks.local_day(one.at) <= LAST]
    talks = [one for one in calls if one.is_conversation]
    assert 0 < len(calls) < len(stage.calls)
    assert told.attempts == len(calls)
    assert told.conversations == len(talks)
    assert told.outcomes == Counter(one.outcome for one in calls)
    assert told.people == len(stage.people)
    assert told.reached == len({one.person_id for one in talks})
    so_far = [one for one in stage.calls if weeks.local_day(one.at) <= LAST and one.is_conversation]
    assert told.reached_so_far == len({one.person_id for one in so_far})
    worked = {
        (one.volunteer_id, weeks.local_day(one.at), weeks.half_of(one.at))
        for one in calls
        if not one.rang_back
    }
    assert (told.half_days, told.volunteers) == (len(worked), len({one[0] for one in worked}))
    halves = Counter(
        f"{weeks.local_day(one.at).weekday()}-{weeks.half_of(one.at)}"
        for one in calls
        if not one.rang_back
    )
    assert told.tried == halves
    assert sum(told.reached_by_territory.values()) == told.reached
    assert told.people_by_territory == {"": 4, "T-80021": 4, "T-80620": 4}


def _same_needs(told: Counts, stage: Stage) -> None:
    raised = [one for one in stage.needs if FIRST <= weeks.local_day(one.raised_at) <= LAST]
    closed = [
        one
        for one in stage.needs
        if one.closed_at and FIRST <= weeks.local_day(one.closed_at) <= LAST
    ]
    assert told.needs == len(raised) > 0
    assert told.by_category == Counter(one.category for one in raised)
    for cells in (told.by_territory, told.by_authority, told.by_age, told.by_urgency):
        assert sum(cells.values()) == len(raised)
    taken = [one for one in raised if one.acknowledged_at]
    hours = [(one.acknowledged_at - one.raised_at).total_seconds() / 3600 for one in taken]  # type: ignore[operator]  # kept above
    assert told.acknowledged.count == len(taken)
    assert told.acknowledged.hours == (round(median(hours), 1) if hours else None)
    assert told.in_time == sum(one.acknowledged_at <= one.due_at for one in taken)  # type: ignore[operator]  # kept above
    assert told.closed.count == len(closed)
    assert told.results == Counter(one.result for one in closed)
    helped = [
        one
        for one in stage.needs
        if one.helped_at and FIRST <= weeks.local_day(one.helped_at) <= LAST
    ]
    assert told.helped == Counter(one.helped for one in helped)


def test_a_need_counts_under_the_first_service_it_went_to(session: Session) -> None:
    stage = bilan_stage.empty(session)
    commune = factories.commune(session)
    whom = stage.person(commune.insee)
    needs = [stage.need(whom, TUESDAY) for _ in range(3)]
    session.flush()
    for place, destination, territory in (
        (0, "TERRITOIRE", commune.territory_id),
        (0, "CCAS", None),
        (1, "COORDINATION", None),
    ):
        session.add(
            Referral(
                need_id=needs[place].id,
                destination=destination,
                name="Service",
                mode=Mode.MAIL,
                reason="parce que",
                territory_id=territory,
                nonce=f"n{place}{destination}",
                moved_at=TUESDAY,
            )
        )
    session.flush()
    day = TUESDAY.date()
    told = periods.of_days(session, stage.campaign, day, day)
    assert told.by_authority == {"territoire": 1, "coordination": 1, "": 1}


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(1966, 11, 24), "60"),  # sixty that very day
        (date(1966, 11, 25), "under"),
        (date(1936, 11, 24), "90"),
        (date(1936, 11, 25), "80"),
        (None, "unknown"),
    ],
)
def test_an_age_changes_band_on_the_birthday(
    session: Session, born: date | None, band: str
) -> None:
    stage = bilan_stage.empty(session)
    whom = stage.person(birth_date=born)
    found = session.scalar(sa.select(ages.band(TUESDAY.date())).where(Person.id == whom.id))
    assert found == band


def test_who_was_born_on_29_february_is_older_on_1_march(session: Session) -> None:
    stage = bilan_stage.empty(session)
    whom = stage.person(birth_date=date(1968, 2, 29))
    on = {
        day: session.scalar(sa.select(ages.band(day)).where(Person.id == whom.id))
        for day in (date(2028, 2, 28), date(2028, 2, 29), date(2038, 2, 28), date(2038, 3, 1))
    }
    assert list(on.values()) == ["under", "60", "60", "70"]


def test_counts_kept_as_json_are_read_back_the_same(session: Session) -> None:
    stage = bilan_stage.random_weeks(session, 3, calls=30)
    kept = json.loads(json.dumps(periods.final_counts(session, stage.campaign)))
    stage.campaign.final_counts = kept
    found = periods.frozen(stage.campaign)
    assert found is not None
    assert found.counts.attempts == len(stage.calls)
    assert found.counts == periods.of_days(session, stage.campaign, found.first_day, found.last_day)
    assert periods.counts_of({"attempts": 3, "from_a_later_version": 1}) == Counts(attempts=3)


def test_a_campaign_whose_people_were_forgotten_still_tells_its_bilan(session: Session) -> None:
    stage = bilan_stage.random_weeks(session, 4, calls=30)
    campaign = stage.campaign
    campaign.final_counts = kept = periods.final_counts(session, campaign)
    whole = stretches.campaign(campaign, now=TUESDAY)
    before = bilan.of(session, campaign, whole, at=TUESDAY)
    for whom in stage.people:
        whom.birth_date, whom.insee = None, None
    session.flush()
    assert bilan.of(session, campaign, whole, at=TUESDAY) == before
    # Later counts would lack who was forgotten: the first stay.
    assert periods.final_counts(session, campaign) == kept
    told = bilan.of(session, campaign, stretches.week("2026-W47"), at=TUESDAY)
    assert "effacées" in told.notes[0]


def test_a_campaign_nobody_called_in_has_counts_of_nothing(session: Session) -> None:
    stage = bilan_stage.empty(session)
    campaign = stage.campaign
    assert periods.frozen(campaign) is None
    kept = periods.final_counts(session, campaign)
    assert kept["first_day"] == kept["last_day"] == EVE.date().isoformat()
    assert periods.counts_of(kept["counts"]).is_empty
    late = stretches.campaign(campaign, now=EVE + timedelta(days=3))
    assert bilan.of(session, campaign, late, at=EVE).is_empty
