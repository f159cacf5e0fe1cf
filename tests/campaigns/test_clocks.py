"""By when a need must be acknowledged, in working time: nights, lunches, holidays, clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.clocks import OFFICE_DAY, Opening, due, working_days_after
from campaigns.reference import Urgency

PARIS = ZoneInfo("Europe/Paris")
OPENING = Opening(holidays=frozenset({date(2026, 5, 1), date(2026, 12, 25), date(2027, 1, 1)}))


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def when(urgency: Urgency, raised: str) -> str:
    found = due(urgency, raised_at=paris(raised), opening=OPENING)
    return found.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        ("2026-11-24 10:00", "2026-11-24 10:30"),
        ("2026-11-22 03:10", "2026-11-22 03:40"),  # a Sunday night
        ("2026-10-25 01:45", "2026-10-25 02:15"),  # before the clock goes back
        ("2027-03-28 01:45", "2027-03-28 03:15"),  # the clock jumps from two to three
    ],
)
def test_a_vital_emergency_has_thirty_minutes_whatever_the_hour(raised: str, expected: str) -> None:
    assert when(Urgency.U0, raised) == expected


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        ("2026-11-24 09:00", "2026-11-24 11:00"),
        ("2026-11-24 11:00", "2026-11-24 14:30"),  # an hour before lunch, an hour after
        ("2026-11-24 12:30", "2026-11-24 15:30"),
        ("2026-11-24 17:00", "2026-11-25 10:00"),
        ("2026-11-24 06:00", "2026-11-24 10:30"),
        ("2026-11-27 17:00", "2026-11-30 10:00"),  # over the weekend
        ("2026-12-24 17:00", "2026-12-28 10:00"),  # over Christmas and the weekend
    ],
)
def test_an_urgent_need_has_two_opening_hours(raised: str, expected: str) -> None:
    assert when(Urgency.U1, raised) == expected


@pytest.mark.parametrize(
    ("urgency", "raised", "expected"),
    [
        (Urgency.U2, "2026-11-24 10:00", "2026-11-26 10:00"),
        (Urgency.U2, "2026-11-26 10:00", "2026-11-30 10:00"),
        (Urgency.U2, "2026-04-30 10:00", "2026-05-05 10:00"),  # the first of May is no day
        (Urgency.U2, "2026-11-24 22:00", "2026-11-26 17:30"),
        (Urgency.U2, "2026-11-24 05:00", "2026-11-26 08:30"),
        (Urgency.U2, "2026-11-28 10:00", "2026-12-01 10:00"),  # raised on a Saturday
        (Urgency.U3, "2026-11-24 10:00", "2026-12-03 10:00"),
        (Urgency.U3, "2026-12-24 10:00", "2027-01-06 10:00"),
        (Urgency.U3, "2026-10-23 10:00", "2026-11-03 10:00"),  # same hour after the clock change
    ],
)
def test_other_needs_have_working_days(urgency: Urgency, raised: str, expected: str) -> None:
    assert when(urgency, raised) == expected


def test_an_organisation_that_works_on_saturday_counts_it() -> None:
    opening = Opening(week=(OFFICE_DAY,) * 6 + ((),))
    assert working_days_after(paris("2026-11-27 10:00"), 1, opening) == paris("2026-11-28 10:00")


@given(
    st.integers(0, 2 * 365 * 24 * 60),
)
def test_the_more_urgent_the_sooner_and_never_before_it_was_raised(minutes: int) -> None:
    raised = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    instants = [due(urgency, raised_at=raised, opening=OPENING) for urgency in list(Urgency)[1:]]
    assert instants == sorted(instants)
    assert instants[0] >= raised
    assert due(Urgency.U0, raised_at=raised, opening=OPENING) > raised
    for instant in instants:
        local = instant.astimezone(PARIS)
        assert OPENING.works_on(local.date())
        assert 8 <= local.hour <= 17
