"""A need nobody has seen climbs by its clock; one that no longer moves is said again, once a stage."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import needs
from campaigns.models import (
    Absence,
    Need,
    NeedStage,
    OutgoingMail,
    Role,
    Urgency,
    User,
)
from campaigns.needs import escalating
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import Stage, set_up

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HALF = timedelta(minutes=30)


@pytest.fixture
def stage(session: Session, somme: None) -> Stage:
    """The stage, with a lead, and Bob as Anne's deputy."""
    made = set_up(session)
    factories.user(session, Role.LEAD, email="lea@example.org", first_name="Léa")
    made.anne.deputy_id = made.bob.id
    made.here.director_email = "direction.hds@example.org"
    return made


def alone(stage: Stage) -> None:
    """Bob answers for no territory any more, but for Anne's as her stand-in."""
    stage.session.execute(
        sa.text("DELETE FROM coverage WHERE user_id = :bob"), {"bob": stage.bob.id}
    )


def told(stage: Stage, need: Need) -> list[tuple[str, str]]:
    """Stages mailed about a need, with their recipients, in the order posted."""
    rows = stage.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.kind == "need_waiting").order_by(OutgoingMail.id)
    )
    return [(row.about["stage"], row.to_address) for row in rows if row.about["need"] == need.id]


def test_a_vital_need_nobody_saw_climbs_after_thirty_minutes_even_on_a_sunday_night(
    stage: Stage,
) -> None:
    sunday = datetime(2026, 11, 29, 1, 40, tzinfo=UTC)
    need = stage.raised("SAN_VITAL", at=sunday)
    assert escalating.is_any_due(stage.session, at=sunday + HALF - timedelta(seconds=1)) is False
    assert needs.escalate(stage.session, at=sunday + HALF - timedelta(seconds=1)) == 0
    assert escalating.is_any_due(stage.session, at=sunday + HALF)
    assert needs.escalate(stage.session, at=sunday + HALF) == 1
    assert told(stage, need) == [("deputy", "odile@example.org")]  # Bob was told with Anne
    assert needs.escalate(stage.session, at=sunday + HALF + timedelta(minutes=29)) == 0
    assert needs.escalate(stage.session, at=sunday + HOUR) == 1
    assert told(stage, need)[1:] == [
        ("lead", "lea@example.org"),
        ("director", "direction.hds@example.org"),
    ]
    for hours in range(2, 72):
        assert needs.escalate(stage.session, at=sunday + hours * HOUR) == 0
    assert not escalating.is_any_due(stage.session, at=sunday + 80 * HOUR)


@pytest.mark.parametrize(
    ("raised_at", "deputy_at"),
    [
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), datetime(2026, 11, 24, 10, 0, tzinfo=UTC)),
        # Friday 17:00 in Paris: half an hour that day, the rest on Monday from 8:30.
        (datetime(2026, 11, 27, 16, 0, tzinfo=UTC), datetime(2026, 11, 30, 9, 0, tzinfo=UTC)),
        # The eve of 11 November, a public holiday.
        (datetime(2026, 11, 10, 16, 0, tzinfo=UTC), datetime(2026, 11, 12, 9, 0, tzinfo=UTC)),
        # Clocks go back on Sunday 25 October, forward on Sunday 28 March.
        (datetime(2026, 10, 23, 15, 0, tzinfo=UTC), datetime(2026, 10, 26, 9, 0, tzinfo=UTC)),
        (datetime(2027, 3, 26, 16, 0, tzinfo=UTC), datetime(2027, 3, 30, 8, 0, tzinfo=UTC)),
    ],
    ids=["tuesday", "weekend", "holiday", "clocks go back", "clocks go forward, Easter"],
)
def test_an_urgent_need_climbs_after_two_opening_hours(
    stage: Stage, raised_at: datetime, deputy_at: datetime
) -> None:
    alone(stage)
    need = stage.raised("ALI_URGENCE", at=raised_at)
    assert (need.urgency, need.due_at) == (Urgency.U1, deputy_at)
    before = deputy_at - timedelta(minutes=1)
    assert needs.escalate(stage.session, at=before) == 0
    assert needs.escalate(stage.session, at=deputy_at) == 1


def test_who_acknowledges_stops_the_climb(stage: Stage) -> None:
    need = stage.raised("ALI_URGENCE")
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY + HOUR)
    assert needs.escalate(stage.session, at=TUESDAY + 5 * DAY) == 0
    assert told(stage, need) == []


def test_the_deputy_of_who_was_told_comes_before_the_coordination(stage: Stage) -> None:
    need = stage.raised("PRO_ENFANT")  # sensitive: Anne alone was told
    deputy = factories.user(
        stage.session, Role.COORDINATION, stage.campaign, email="dora@example.org"
    )
    stage.anne.deputy_id = deputy.id
    needs.escalate(stage.session, at=need.due_at)
    assert told(stage, need) == [("deputy", "dora@example.org")]


def test_a_deputy_who_may_not_read_a_sensitive_need_is_not_sent_to_a_closed_door(
    stage: Stage,
) -> None:
    need = stage.raised("PRO_ENFANT")
    needs.escalate(stage.session, at=need.due_at)
    assert told(stage, need) == [("deputy", "odile@example.org")]


def test_who_is_away_is_replaced_from_the_first_mail_on(stage: Stage) -> None:
    alone(stage)
    day = date(2026, 11, 24)
    stage.session.add(Absence(user_id=stage.anne.id, first_on=day, last_on=day))
    stage.session.flush()
    need = stage.raised("ALI_URGENCE")
    assert "bob@example.org" in stage.mails(need)
    assert "anne@example.org" not in stage.mails(need)


def test_a_need_sent_to_another_territory_climbs_there_too_without_a_new_clock(
    stage: Stage,
) -> None:
    need = stage.raised("ALI_URGENCE")
    needs.escalate(stage.session, at=need.due_at)
    later = need.due_at + timedelta(minutes=10)
    needs.refer_again(
        stage.session,
        need,
        f"TERRITOIRE_{stage.elsewhere.code}",
        reason="A déménagé",
        by=stage.odile,
        version=need.version,
        at=later,
    )
    due = need.due_at
    assert needs.escalate(stage.session, at=later) == 1
    assert need.due_at == due
    assert Counter(name for name, _ in told(stage, need)) == {"deputy": 2}


def test_two_workers_tell_one_stage_once(stage: Stage) -> None:
    need = stage.raised("ALI_URGENCE")
    stage.session.add(
        NeedStage(
            need_id=need.id,
            stage=f"deputy-U1-{need.territory_id}",
            reached_at=need.due_at,
            told=[],
        )
    )
    stage.session.flush()
    assert needs.escalate(stage.session, at=need.due_at) == 0


def test_each_climb_is_on_the_timeline_of_who_has_an_account(stage: Stage) -> None:
    need = stage.raised("ALI_URGENCE")
    needs.escalate(stage.session, at=need.due_at)
    step = need.steps[-1]
    assert (step.kind, step.is_internal, step.by_id) == ("escalated", True, None)


def test_the_lead_sees_which_urgent_needs_wait_and_who_was_told(stage: Stage) -> None:
    need = stage.raised("ALI_URGENCE")
    stage.here.phone, stage.here.on_call_phone = "0322000001", "0199000002"
    needs.escalate(stage.session, at=need.due_at)
    (row,) = needs.unseen(stage.session, stage.campaign, at=need.due_at)
    assert (row.reference, row.territory) == (need.reference, stage.here.name)
    assert (row.phone, row.on_call, row.told) == ("0322000001", "0199000002", ("Odile",))
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=need.due_at)
    assert needs.unseen(stage.session, stage.campaign, at=need.due_at + DAY) == []


# What no longer moves ----------------------------------------------------------------------


def followed(stage: Stage, need: Need, until: timedelta) -> list[tuple[int, str, str]]:
    """Look once an hour from the raising on; give (day, stage, recipient) of each mail."""
    seen: list[tuple[int, str, str]] = []
    at = need.raised_at
    while at < need.raised_at + until:
        at += HOUR
        needs.follow(stage.session, stage.campaign, at=at)
        for name, to in told(stage, need)[len(seen) :]:
            seen.append(((at - need.raised_at) // DAY, name, to))
    return seen


def test_an_idle_need_is_said_again_at_two_five_ten_and_twenty_one_working_days(
    stage: Stage,
) -> None:
    need = stage.raised("AUT_APA")
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY)
    seen = followed(stage, need, timedelta(days=40))
    anne = [(day, name) for day, name, to in seen if to == "anne@example.org"]
    # From Tuesday 24 November: Thursday, the next Tuesday, two weeks, then 23 December.
    assert [name for _, name in anne] == ["day2", "day5", "day10", "day21"]
    assert [day for day, _ in anne] == [1, 6, 13, 28]
    assert {(name, to) for _, name, to in seen if to != "anne@example.org"} == {
        ("day21", "odile@example.org")
    }


def test_nobody_is_reminded_of_what_is_a_day_old_nor_twice_of_one_stage(stage: Stage) -> None:
    need = stage.raised("ALI_COURSES")
    seen = followed(stage, need, timedelta(days=9))
    assert min(day for day, _, _ in seen) >= 1
    assert max(Counter((name, to) for _, name, to in seen).values()) == 1
    by_day = Counter((day, to) for day, _, to in seen)
    assert max(by_day.values()) == 1


def test_a_priority_need_nobody_took_is_said_at_its_date_with_the_same_mail_as_the_second_day(
    stage: Stage,
) -> None:
    need = stage.raised("AUT_AIDANT")
    assert need.urgency is Urgency.U2
    at = need.due_at + timedelta(minutes=1)
    assert needs.follow(stage.session, stage.campaign, at=at) == 1
    assert {name for name, _ in told(stage, need)} == {"due"}
    assert needs.follow(stage.session, stage.campaign, at=at + HOUR) == 0
    names = set(stage.session.scalars(sa.select(NeedStage.stage)))
    assert {name.partition("-")[0] for name in names} == {"due", "day2"}


def test_a_need_that_moved_starts_its_wait_again(stage: Stage) -> None:
    need = stage.raised("AUT_APA")
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY)
    assert needs.follow(stage.session, stage.campaign, at=TUESDAY + 2 * DAY) == 1
    need.moved_at = TUESDAY + 3 * DAY
    stage.session.flush()
    assert needs.follow(stage.session, stage.campaign, at=TUESDAY + 3 * DAY + HOUR) == 0
    assert needs.follow(stage.session, stage.campaign, at=TUESDAY + 7 * DAY) == 1
    assert [name for name, _ in told(stage, need)] == ["day2", "day2"]


@pytest.mark.parametrize(("rhythm", "count"), [("each", 1), ("day", 1), ("urgent", 0)])
def test_reminders_follow_the_rhythm_somebody_chose(stage: Stage, rhythm: str, count: int) -> None:
    need = stage.raised("AUT_APA")
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY)
    stage.anne.needs_rhythm = rhythm
    needs.follow(stage.session, stage.campaign, at=TUESDAY + 2 * DAY)
    assert len(told(stage, need)) == count


def test_an_urgent_stage_is_mailed_whatever_the_rhythm(stage: Stage) -> None:
    stage.session.execute(sa.update(User).values(needs_rhythm="urgent"))
    need = stage.raised("ALI_URGENCE")
    needs.escalate(stage.session, at=need.due_at)
    assert told(stage, need) == [("deputy", "odile@example.org")]
