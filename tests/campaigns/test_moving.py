"""Tuesday: somebody falls ill, another joins, one has time, one has none; each act moves the least."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, retry, sheets
from campaigns.models import (
    Absence,
    Availability,
    Call,
    Campaign,
    IssuedSheet,
    LeftOut,
    Line,
    SheetNotice,
    SignedSession,
    SkipReason,
    Stage,
    User,
    WeekPlan,
)
from campaigns.refusal import Refusal
from campaigns.sheets import moving
from tests import factories as make
from tests.factories import EVE, TUESDAY, WEEK

TUESDAY_TO_FRIDAY = ((1, "am"), (3, "am"), (4, "am"))
THURSDAY = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
NO_ANSWER = {"spoke": retry.Spoke.NO_ANSWER}


@pytest.fixture
def essai(session: Session) -> Campaign:
    return make.campaign(session)


def people(session: Session, of: Campaign, count: int) -> list[int]:
    return [make.person(session, of).household_id for _ in range(count)]


def on_sheet(session: Session, plan: WeekPlan, whose: User) -> set[int]:
    return {line.household_id for line in make.lines(session, plan, whose)}


def waiting(session: Session, plan: WeekPlan) -> set[int]:
    return set(session.scalars(sa.select(LeftOut.household_id).where(LeftOut.plan_id == plan.id)))


def told(session: Session, plan: WeekPlan, whose: User) -> list[str]:
    of = session.get_one(Campaign, plan.campaign_id)
    sheet = sheets.own(session, whose, of, week=plan.week)
    return [one.say for one in sheets.notices.unread(session, sheet)] if sheet else []


def line_at(session: Session, household: int) -> Line:
    return session.scalars(sa.select(Line).where(Line.household_id == household)).one()


def try_once(session: Session, household: int, by: User, at: datetime = TUESDAY) -> Line:
    line = line_at(session, household)
    (member,) = calls.at_the_line(
        session, line, campaign=session.get_one(Campaign, by_campaign(session, line))
    )
    make.call(session, line, member.person, by=by, at=at, **NO_ANSWER)
    session.flush()
    return line


def by_campaign(session: Session, line: Line) -> int:
    return session.get_one(WeekPlan, line.plan_id).campaign_id


# Absence -------------------------------------------------------------------------------------


def test_who_falls_ill_hands_everything_on_and_nothing_else_moves(
    session: Session, essai: Campaign
) -> None:
    ill, well = make.volunteer(session, essai), make.volunteer(session, essai, first_name="Paul")
    everybody = people(session, essai, 8)
    plan = make.published(session, essai)
    hers, his = on_sheet(session, plan, ill), on_sheet(session, plan, well)
    moved = moving.absent(
        session,
        essai,
        ill,
        first_on=date(2026, 11, 24),
        last_on=date(2026, 11, 29),
        by=ill,
        at=TUESDAY,
    )
    assert (moved.given, moved.back) == (len(hers), 0)
    assert f"{len(hers)} foyers changent de voix" in moved.say
    assert on_sheet(session, plan, well) == set(everybody) >= his
    assert on_sheet(session, plan, ill) == set()
    assert session.scalars(sa.select(Absence.user_id)).all() == [ill.id]
    assert [line.moved_at for line in make.lines(session, plan, well)[-len(hers) :]] == [
        TUESDAY
    ] * len(hers)
    (said,) = told(session, plan, well)
    assert f"{len(hers)} foyers rejoignent votre feuille" in said
    assert "Michelle ne peut pas appeler ces jours-ci" in said


def test_an_absence_of_one_morning_hands_on_only_what_no_longer_fits(
    session: Session, essai: Campaign
) -> None:
    ill = make.volunteer(session, essai, half_days=((2, "am"), (3, "am")), pace=3)
    people(session, essai, 6)
    plan = make.published(session, essai)
    well = make.volunteer(session, essai, half_days=((4, "am"),))
    wednesday = date(2026, 11, 25)
    moved = moving.absent(
        session, essai, ill, first_on=wednesday, last_on=wednesday, by=ill, at=TUESDAY
    )
    assert (moved.given, moved.back) == (3, 0)
    assert len(on_sheet(session, plan, ill)) == len(on_sheet(session, plan, well)) == 3


def test_an_absence_on_days_without_half_days_moves_nothing(
    session: Session, essai: Campaign
) -> None:
    ill, _ = make.volunteer(session, essai, pace=1), make.volunteer(session, essai)
    people(session, essai, 6)
    plan = make.published(session, essai)
    before = on_sheet(session, plan, ill)
    saturday = date(2026, 11, 28)
    moved = moving.absent(
        session, essai, ill, first_on=saturday, last_on=saturday, by=ill, at=TUESDAY
    )
    assert (moved.given, moved.back, moved.say) == (0, 0, "L’absence est notée.")
    assert on_sheet(session, plan, ill) == before


def test_with_nobody_free_the_untouched_wait_and_attempts_stay(
    session: Session, essai: Campaign
) -> None:
    ill = make.volunteer(session, essai)
    tried, untouched = people(session, essai, 2)
    plan = make.published(session, essai)
    line = try_once(session, tried, ill)
    moved = moving.absent(
        session,
        essai,
        ill,
        first_on=date(2026, 11, 24),
        last_on=date(2026, 11, 29),
        by=ill,
        at=TUESDAY,
    )
    assert (moved.given, moved.back) == (0, 1)
    assert "1 foyer déjà appelé reste" in moved.say
    assert waiting(session, plan) == {untouched}
    assert make.lines(session, plan, ill) == [line]
    assert plan.summary["assigned"] == 1


def test_a_line_that_moves_keeps_its_attempts_and_its_next_try(
    session: Session, essai: Campaign
) -> None:
    ill = make.volunteer(session, essai)
    (tried,) = people(session, essai, 1)
    plan = make.published(session, essai)
    line = try_once(session, tried, ill)
    well, next_at = make.volunteer(session, essai), line.next_at
    moving.give_back(session, essai, ill, by=ill, at=TUESDAY)
    assert make.lines(session, plan, well) == [line]
    assert (line.next_at, line.closed_at, line.moved_at) == (next_at, None, TUESDAY)
    assert session.scalars(sa.select(Call.line_id)).all() == [line.id]
    (later,) = sheets.queue(session, well, essai, week=WEEK, now=TUESDAY).later
    assert later.last_outcome == "Sonne, ne répond pas"


def test_a_promised_call_back_goes_only_to_who_works_that_half_day(
    session: Session, essai: Campaign
) -> None:
    ill = make.volunteer(session, essai)
    promised = make.person(session, essai, enrolled={"appointment_at": THURSDAY}).household_id
    plan = make.published(session, essai)
    friday = make.volunteer(session, essai, half_days=((4, "am"),))
    thursday = make.volunteer(session, essai, half_days=((3, "am"),))
    moving.absent(
        session,
        essai,
        ill,
        first_on=date(2026, 11, 26),
        last_on=date(2026, 11, 26),
        by=ill,
        at=TUESDAY,
    )
    assert on_sheet(session, plan, thursday) == {promised}
    assert on_sheet(session, plan, friday) == on_sheet(session, plan, ill) == set()


def test_next_week_s_published_sheets_empty_for_a_holiday(
    session: Session, essai: Campaign
) -> None:
    away, here = make.volunteer(session, essai), make.volunteer(session, essai)
    people(session, essai, 6)
    plan = make.published(session, essai)
    friday = EVE + timedelta(hours=1)
    moving.absent(
        session,
        essai,
        away,
        first_on=date(2026, 11, 23),
        last_on=date(2026, 12, 6),
        by=away,
        at=friday,
    )
    assert on_sheet(session, plan, away) == set()
    assert len(on_sheet(session, plan, here)) == 6


def test_who_is_back_early_is_given_who_waits(session: Session, essai: Campaign) -> None:
    back = make.volunteer(session, essai)
    people(session, essai, 3)
    plan = make.published(session, essai)
    week = {"first_on": date(2026, 11, 23), "last_on": date(2026, 11, 29)}
    assert moving.absent(session, essai, back, **week, by=back, at=EVE).back == 3
    moved = moving.back_early(session, essai, back, by=back, at=TUESDAY)
    assert moved.given == len(on_sheet(session, plan, back)) == 3
    assert session.scalars(sa.select(Absence.last_on)).all() == [date(2026, 11, 23)]
    assert waiting(session, plan) == set()
    with pytest.raises(Refusal, match="n’a pas d’absence en cours"):
        moving.back_early(session, essai, back, by=back, at=TUESDAY)


# Joining, more, back -------------------------------------------------------------------------


def test_who_joins_in_mid_week_takes_from_those_who_wait(session: Session, essai: Campaign) -> None:
    first = make.volunteer(session, essai, half_days=((0, "am"),))
    people(session, essai, 20)
    plan = make.published(session, essai)
    kept = on_sheet(session, plan, first)
    new = make.volunteer(session, essai, half_days=((1, "pm"), (0, "am")), pace=5)
    moved = moving.join(session, essai, new, by=new, at=TUESDAY)
    assert moved.given == 5  # Monday morning has passed
    assert "5 foyers de plus" in moved.say
    assert on_sheet(session, plan, first) == kept
    assert len(waiting(session, plan)) == 3
    again = moving.join(session, essai, new, by=new, at=TUESDAY)
    assert (again.given, "plus de place" in again.say) == (0, True)


def test_five_more_come_from_the_pool_then_from_who_cannot_finish(
    session: Session, essai: Campaign
) -> None:
    slow = make.volunteer(session, essai, half_days=((0, "am"), (3, "am")), pace=4)
    people(session, essai, 8)
    plan = make.published(session, essai)
    quick = make.volunteer(session, essai, half_days=((1, "am"),), pace=1)
    (waits,) = people(session, essai, 1)
    moved = moving.more(session, essai, quick, by=quick, at=TUESDAY)
    assert moved.given == 5
    assert waits in on_sheet(session, plan, quick)
    assert len(on_sheet(session, plan, slow)) == 4
    assert any("4 foyers quittent votre feuille" in one for one in told(session, plan, slow))


def test_more_is_refused_while_a_promised_call_is_due(session: Session, essai: Campaign) -> None:
    mine = make.volunteer(session, essai)
    make.person(session, essai, enrolled={"appointment_at": EVE - timedelta(days=1)})
    make.published(session, essai)
    with pytest.raises(Refusal, match="rappel promis vous attend"):
        moving.more(session, essai, mine, by=mine, at=TUESDAY)
    with pytest.raises(Refusal, match="Aucune feuille n’est publiée"):
        moving.more(session, essai, mine, by=mine, at=TUESDAY + timedelta(days=7))


def test_what_somebody_asked_for_the_same_day_is_not_taken_back(
    session: Session, essai: Campaign
) -> None:
    mine = make.volunteer(session, essai, half_days=((0, "am"),))
    people(session, essai, 1)
    plan = make.published(session, essai)
    session.execute(sa.delete(Line))
    moving.more(session, essai, mine, by=mine, at=TUESDAY)
    moving.take_back_unfinished(session, essai, at=TUESDAY + timedelta(hours=1))
    assert len(on_sheet(session, plan, mine)) == 1
    moving.take_back_unfinished(session, essai, at=TUESDAY + timedelta(days=1))
    assert on_sheet(session, plan, mine) == set()


def test_giving_back_the_rest_leaves_what_is_done(session: Session, essai: Campaign) -> None:
    mine = make.volunteer(session, essai)
    called, *_ = people(session, essai, 4)
    plan = make.published(session, essai)
    line = line_at(session, called)
    (member,) = calls.at_the_line(session, line, campaign=essai)
    make.call(session, line, member.person, by=mine, at=TUESDAY)
    session.flush()
    other = make.volunteer(session, essai, half_days=((3, "am"),), pace=2)
    moved = moving.give_back(session, essai, mine, by=mine, at=TUESDAY)
    assert (moved.given, moved.back) == (2, 1)
    assert moved.say == "C’est noté. 2 foyers changent de voix. 1 foyer attend une place."
    assert on_sheet(session, plan, mine) == {called}
    assert len(on_sheet(session, plan, other)) == 2
    assert sheets.counts(session, essai, WEEK) == {mine.id: (1, 1), other.id: (2, 0)}


# Suspending ----------------------------------------------------------------------------------


def test_a_suspended_volunteer_is_signed_out_and_keeps_nothing_open(
    session: Session, essai: Campaign
) -> None:
    lead = make.user(session, make.Role.LEAD, essai)
    gone = make.volunteer(session, essai)
    tried, _ = people(session, essai, 2)
    plan = make.published(session, essai)
    try_once(session, tried, gone)
    session.add(SignedSession(key_hash="x", user_id=gone.id, opened_at=TUESDAY, seen_at=TUESDAY))
    moved = moving.suspend(session, essai, gone, by=lead, at=TUESDAY)
    assert (moved.given, moved.back) == (0, 2)
    session.flush()
    session.expire_all()
    assert session.scalars(sa.select(SignedSession.ended_at)).all() == [TUESDAY]
    total, done = sheets.counts(session, essai, WEEK)[gone.id]
    assert total == done == 1  # its attempt is kept, on a line that is closed
    new = make.volunteer(session, essai)
    assert moving.join(session, essai, new, by=lead, at=TUESDAY).given == 2
    assert on_sheet(session, plan, new) >= {tried}
    with pytest.raises(Refusal, match="déjà suspendu"):
        moving.suspend(session, essai, gone, by=lead, at=TUESDAY)
    assert "L’accès est rétabli" in moving.resume(session, essai, gone, by=lead, at=TUESDAY).say
    with pytest.raises(Refusal, match="n’est pas suspendu"):
        moving.resume(session, essai, gone, by=lead, at=TUESDAY)


# The week goes on ------------------------------------------------------------------------------


def test_what_is_left_after_the_last_half_day_goes_to_who_still_works(
    session: Session, essai: Campaign
) -> None:
    monday = make.volunteer(session, essai, half_days=((0, "am"),))
    tried, fresh = people(session, essai, 2)
    plan = make.published(session, essai)
    line = try_once(session, tried, monday, at=TUESDAY - timedelta(days=1))
    thursday = make.volunteer(session, essai, half_days=((3, "am"),))
    moved = moving.take_back_unfinished(session, essai, at=TUESDAY)
    assert (moved.given, moved.back) == (2, 0)
    assert on_sheet(session, plan, thursday) == {tried, fresh}
    assert line in make.lines(session, plan, thursday)
    assert moving.take_back_unfinished(session, essai, at=TUESDAY).given == 0
    late = moving.take_back_unfinished(session, essai, at=FRIDAY_EVENING)
    assert (late.given, late.back) == (0, 1)
    assert make.lines(session, plan, thursday) == [line]


def test_somebody_being_called_does_not_move(session: Session, essai: Campaign) -> None:
    monday = make.volunteer(session, essai, half_days=((0, "am"),))
    held, _ = people(session, essai, 2)
    plan = make.published(session, essai)
    make.volunteer(session, essai, half_days=((3, "am"),))
    sheets.locks.take(session, held, by=monday, at=TUESDAY)
    assert moving.take_back_unfinished(session, essai, at=TUESDAY).given == 1
    assert on_sheet(session, plan, monday) == {held}


def test_the_late_are_named_and_one_click_spreads_what_they_cannot_do(
    session: Session, essai: Campaign
) -> None:
    late = make.volunteer(session, essai, half_days=((0, "am"), (3, "am")), pace=3)
    people(session, essai, 6)
    plan = make.published(session, essai)
    free = make.volunteer(session, essai, half_days=((2, "am"),), pace=2)
    (found,) = moving.late(session, essai, at=TUESDAY)
    assert (found.volunteer, found.left, found.half_days_left) == (late, 6, 1)
    moved = moving.rebalance(session, essai, by=late, at=TUESDAY)
    assert (moved.given, moved.back) == (2, 0)
    assert len(on_sheet(session, plan, free)) == 2
    assert len(on_sheet(session, plan, late)) == 4  # one too many, but nobody has room


def test_forty_people_added_on_tuesday_fill_the_half_days_left(
    session: Session, essai: Campaign
) -> None:
    past = make.volunteer(session, essai, half_days=((0, "am"),))
    ahead = make.volunteer(session, essai, half_days=((3, "am"),), pace=30)
    plan = make.published(session, make.person(session, essai) and essai)
    before = on_sheet(session, plan, past) | on_sheet(session, plan, ahead)
    people(session, essai, 40)
    moved = moving.top_up(session, essai, WEEK, at=TUESDAY)
    assert moved.given == 30 - len(before & on_sheet(session, plan, ahead))
    assert on_sheet(session, plan, past) <= before
    assert len(waiting(session, plan)) == 40 - moved.given
    assert "foyers sont ajoutés" in moved.say
    with pytest.raises(Refusal, match="ne sont pas publiées"):
        moving.top_up(session, essai, "2026-W50", at=TUESDAY)


def test_before_the_week_the_split_itself_tops_up(session: Session, essai: Campaign) -> None:
    make.volunteer(session, essai)
    make.person(session, essai)
    make.published(session, essai)
    people(session, essai, 2)
    assert moving.top_up(session, essai, WEEK, at=EVE + timedelta(hours=1)).given == 2


def test_a_publication_nobody_started_is_undone(session: Session, essai: Campaign) -> None:
    lead = make.user(session, make.Role.LEAD, essai)
    mine = make.volunteer(session, essai)
    tried, _ = people(session, essai, 2)
    plan = make.published(session, essai)
    moving.give_back(session, essai, mine, by=mine, at=EVE + timedelta(days=3))
    moving.top_up(session, essai, WEEK, at=TUESDAY)
    assert session.scalar(sa.select(sa.func.count()).select_from(SheetNotice))
    moving.unpublish(session, plan, by=lead, at=TUESDAY)
    assert sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY).total == 0
    with pytest.raises(Refusal, match="ne sont pas publiées"):
        moving.unpublish(session, plan, by=lead, at=TUESDAY)
    sheets.propose(session, essai, WEEK, at=TUESDAY)
    sheets.publish(session, plan, by=lead, at=TUESDAY)
    try_once(session, tried, mine)
    with pytest.raises(Refusal, match="1 foyer est déjà appelé"):
        moving.unpublish(session, plan, by=lead, at=TUESDAY)


def test_a_sheet_on_paper_is_not_unpublished_nor_its_lines_deleted(
    session: Session, essai: Campaign
) -> None:
    mine = make.volunteer(session, essai)
    people(session, essai, 1)
    plan = make.published(session, essai)
    (line,) = make.lines(session, plan, mine)
    session.add(
        IssuedSheet(
            sheet_id=line.sheet_id, kind="pdf", number="F-1", lines=[line.id], issued_at=TUESDAY
        )
    )
    session.flush()
    with pytest.raises(Refusal, match="sur papier"):
        moving.unpublish(session, plan, by=mine, at=TUESDAY)
    moving.give_back(session, essai, mine, by=mine, at=TUESDAY)
    assert make.lines(session, plan, mine) == [line]


# Passing on ------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", SkipReason)
def test_a_household_passed_on_is_a_colleague_s_at_once_and_does_not_return(
    session: Session, essai: Campaign, reason: SkipReason
) -> None:
    mine = make.volunteer(session, essai)
    (tried,) = people(session, essai, 1)
    plan = make.published(session, essai)
    line = try_once(session, tried, mine)
    other = make.volunteer(session, essai)

    def pass_on(by: User) -> bool:
        return calls.skip(session, line, reason=reason, campaign=essai, by=by, at=TUESDAY)

    assert pass_on(mine)
    assert make.lines(session, plan, other) == [line]
    assert "Michelle passe la main" in line.moved_why
    assert not pass_on(other)
    assert (line.closed_at, waiting(session, plan)) == (TUESDAY, {tried})
    assert moving.top_up(session, essai, WEEK, at=TUESDAY).given == 0


def test_somebody_owed_nothing_any_more_is_only_closed(session: Session, essai: Campaign) -> None:
    mine, _ = make.volunteer(session, essai), make.volunteer(session, essai)
    whom = make.person(session, essai, enrolled={"stage": Stage.SWEEP})
    make.published(session, essai)
    line = line_at(session, whom.household_id)
    whom.hold = "à vérifier"
    session.flush()
    assert not calls.skip(
        session, line, reason=SkipReason.OTHER, campaign=essai, by=mine, at=TUESDAY
    )
    assert line.closed_at == TUESDAY


def test_half_days_ticked_since_monday_count(session: Session, essai: Campaign) -> None:
    mine = make.volunteer(session, essai, half_days=())
    people(session, essai, 2)
    make.volunteer(session, essai, half_days=((0, "am"),), pace=1)
    make.published(session, essai)
    session.add(Availability(user_id=mine.id, weekday=4, half="pm"))
    session.flush()
    assert moving.join(session, essai, mine, by=mine, at=TUESDAY).given == 1
