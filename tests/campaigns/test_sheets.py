"""The week’s split as it is read, written, published and topped up, on both engines."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count, product

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, journal, overview, retry, sheets, weeks
from campaigns.calls.effects import is_owed
from campaigns.models import (
    Absence,
    Barred,
    CampaignState,
    Enrolment,
    LeftOut,
    Line,
    Person,
    Phone,
    Sheet,
    SkipReason,
    Stage,
    StopReason,
    Stream,
    WeekPlan,
    Wish,
)
from campaigns.refusal import Refusal
from campaigns.sheets import owed
from tests import factories as make
from tests.factories import EVE, TUESDAY, WEEK

THURSDAY_MORNING = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SHAPE = {
    "week",
    "due",
    "assigned",
    "unassigned",
    "known_pairs",
    "kept_pairs",
    "volunteers",
    "load",
    "optimal",
    "seconds",
}


def due(session: Session, plan: WeekPlan) -> set[int]:
    """Households on a line or waiting."""
    return set(session.scalars(sa.select(Line.household_id).where(Line.plan_id == plan.id))) | set(
        session.scalars(sa.select(LeftOut.household_id).where(LeftOut.plan_id == plan.id))
    )


# Who is due --------------------------------------------------------------------------------


def test_people_nobody_may_call_are_never_planned(session: Session) -> None:
    essai = make.campaign(session)
    make.volunteer(session, essai)
    called = make.person(session, essai)
    make.person(session, essai, stop=StopReason.OBJECTED, stopped_at=EVE)
    make.person(session, essai, hold="fiche à vérifier")
    make.person(session, essai, has_number=False)
    make.person(session, essai, enrolled={"suspended_until": date(2026, 11, 30)})
    silent = make.person(session, essai)
    silent.phones[0].invalid_at = EVE
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    assert due(session, plan) == {called.household_id}
    assert (plan.summary["due"], plan.summary["assigned"]) == (1, 1)


def test_each_reason_to_call_is_found_and_nothing_else(session: Session) -> None:
    essai = make.campaign(session)
    started = EVE - timedelta(days=2)
    roster = {"stage": Stage.ROSTER, "wish": Wish.WEEKLY}
    tried = {"cycle_started_at": started}
    owed_to = {
        Stream.SWEEP: {},
        Stream.ROSTER: roster | {"next_due_on": date(2026, 11, 29)},
        Stream.RETRY: roster | tried | {"not_before_at": THURSDAY_MORNING},
        Stream.APPOINTMENT: roster | {"appointment_at": THURSDAY_MORNING},
        Stream.ALARM: tried | {"is_alarm": True, "not_before_at": EVE + timedelta(days=1)},
    }
    for enrolled in owed_to.values():
        make.person(session, essai, enrolled=enrolled)
    make.person(session, essai, enrolled=roster | {"next_due_on": date(2026, 11, 30)})
    make.person(session, essai, enrolled=tried | {"not_before_at": weeks.ends_at(WEEK)})
    make.person(session, essai, enrolled={"appointment_at": weeks.ends_at(WEEK)})
    make.person(session, essai, enrolled={"stage": Stage.RESTING})
    make.person(session, essai, enrolled={"stage": Stage.UNREACHABLE})
    make.volunteer(session, essai)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    assert Counter(line.stream for line in make.lines(session, plan)) == Counter(owed_to.keys())
    assert plan.summary["streams"] == dict.fromkeys([stream.value for stream in Stream], 1)


def test_the_split_and_the_call_page_agree_on_who_is_owed_a_call(session: Session) -> None:
    essai = make.campaign(session)
    inside, beyond = THURSDAY_MORNING, weeks.ends_at(WEEK)
    states = product(
        Stage,
        [None, inside, beyond],
        [None, inside, beyond],
        [None, date(2026, 11, 29), date(2026, 11, 30)],
        [None, date(2026, 11, 29), date(2026, 11, 30)],
        [True, False],
    )
    names = [
        "stage",
        "appointment_at",
        "not_before_at",
        "next_due_on",
        "suspended_until",
        "is_alarm",
    ]
    ids = count(1)
    home = make.person(session, essai, stop=StopReason.DIED, stopped_at=EVE).household_id
    rows = [dict(zip(names, state, strict=True)) | {"id": next(ids)} for state in states]
    first = 1000
    base = {"household_id": home, "name_key": "", "last_name": "Dupont"}
    base |= {"created_at": EVE, "updated_at": EVE}
    people = [base | {"id": first + row["id"]} for row in rows]
    session.execute(sa.insert(Person), people)
    session.execute(
        sa.insert(Phone), [{"person_id": one["id"], "e164": "+33639980001"} for one in people]
    )
    session.execute(
        sa.insert(Enrolment),
        [
            row
            | {"id": first + row["id"], "person_id": first + row["id"]}
            | {"campaign_id": essai.id, "created_at": EVE}
            for row in rows
        ],
    )
    found = session.execute(
        sa.select(Enrolment, owed.stream_in(WEEK).is_not(None), owed.is_not_away(WEEK))
        .join(Person)
        .where(Person.stop.is_(None))
    ).all()
    assert len(found) == len(rows)
    for row, has_stream, is_here in found:
        assert (has_stream and is_here) == is_owed(row, week=WEEK), vars(row)


def test_a_household_is_one_line_for_its_most_pressing_member(session: Session) -> None:
    essai = make.campaign(session)
    make.volunteer(session, essai)
    first = make.person(session, essai)
    make.person(
        session,
        essai,
        household=first.household,
        enrolled={"stage": Stage.ROSTER, "next_due_on": date(2026, 11, 25)},
    )
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    assert [line.stream for line in make.lines(session, plan)] == [Stream.ROSTER]


# Who calls ---------------------------------------------------------------------------------


def test_only_volunteers_free_in_the_week_get_a_sheet(session: Session) -> None:
    essai, other = make.campaign(session), make.campaign(session, "autre")
    free = make.volunteer(session, essai)
    away = make.volunteer(session, essai)
    session.add(Absence(user_id=away.id, first_on=date(2026, 11, 20), last_on=date(2026, 11, 30)))
    make.volunteer(session, essai, ())
    make.volunteer(session, essai, suspended_at=EVE)
    make.volunteer(session, essai, disabled_at=EVE)
    make.volunteer(session, other)
    for _ in range(3):
        make.person(session, essai)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    assert {line.sheet.volunteer_id for line in make.lines(session, plan)} == {free.id}
    assert plan.summary["volunteers"] == 1


def test_a_public_holiday_is_not_worked(session: Session) -> None:
    essai = make.campaign(session)
    make.volunteer(session, essai, [(4, "am")])
    make.person(session, essai)
    plan = sheets.propose(session, essai, "2026-W53", at=EVE)  # Friday is the first of January
    assert plan.summary["unassigned"] == {"no_caller": 1}
    assert sheets.of_week(session, essai, "2026-W53").volunteers[0].is_away


def test_capacity_follows_half_days_pace_and_limit(session: Session) -> None:
    essai = make.campaign(session, pace=2)
    plain = make.volunteer(session, essai)
    slow = make.volunteer(session, essai, pace=1)
    limited = make.volunteer(session, essai, weekly_limit=1)
    for _ in range(9):
        make.person(session, essai)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    loads = {one.id: len(make.lines(session, plan, one)) for one in (plain, slow, limited)}
    assert loads == {plain.id: 4, slow.id: 2, limited.id: 1}
    assert plan.summary["load"] == {"min": 1, "median": 2, "max": 4}
    assert plan.summary["unassigned"] == {"no_room": 2}
    assert plan.summary["what_would_help"]


def test_an_appointment_is_honoured_on_a_half_day_its_caller_works(session: Session) -> None:
    essai = make.campaign(session)
    make.volunteer(session, essai, [(3, "pm")])
    thursday = make.volunteer(session, essai, [(3, "am")])
    kept = make.person(session, essai, enrolled={"appointment_at": THURSDAY_MORNING})
    tuesday = make.person(session, essai, enrolled={"appointment_at": TUESDAY})
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    (line,) = make.lines(session, plan, thursday)
    assert (line.household_id, line.next_at) == (kept.household_id, THURSDAY_MORNING)
    waiting = session.scalars(sa.select(LeftOut)).one()
    assert (waiting.household_id, waiting.reason) == (tuesday.household_id, "half_day")


def test_an_appointment_that_was_missed_is_served_on_any_half_day(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai, [(4, "pm")])
    make.person(session, essai, enrolled={"appointment_at": EVE - timedelta(days=1)})
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    (line,) = make.lines(session, plan, mine)
    assert (line.stream, line.next_at) == (Stream.APPOINTMENT, None)


def test_the_voice_stays_unless_the_person_asked_for_another(session: Session) -> None:
    essai = make.campaign(session)
    voice, other = make.volunteer(session, essai), make.volunteer(session, essai)
    known = {"stage": Stage.ROSTER, "next_due_on": date(2026, 11, 24)}
    known |= {"last_volunteer_id": voice.id, "times_by_last": 2}
    faithful = make.person(session, essai, enrolled=known)
    tired = make.person(session, essai, enrolled=known | {"other_caller": True})
    friend = make.person(session, essai)
    session.add(Barred(household_id=friend.household_id, volunteer_id=voice.id, at=EVE))
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    (line,) = make.lines(session, plan, voice)
    assert (line.household_id, line.kept_voice) == (faithful.household_id, True)
    assert "vous l’avez déjà eue deux fois" in line.why
    assert {line.household_id for line in make.lines(session, plan, other)} == {
        tired.household_id,
        friend.household_id,
    }
    assert (plan.summary["known_pairs"], plan.summary["kept_pairs"]) == (1, 1)


@pytest.mark.parametrize("spoken", ["portugais, turc", "pt tr", "Portugais"])
def test_a_language_finds_its_speaker_however_it_is_written(session: Session, spoken: str) -> None:
    essai = make.campaign(session)
    make.volunteer(session, essai)
    speaker = make.volunteer(session, essai, languages=spoken)
    make.person(session, essai, language="Portugais")
    make.person(session, essai, language="breton et polonais")
    make.person(session, essai, language="Français / portugais")
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    assert "parle portugais, comme vous" in make.lines(session, plan, speaker)[0].why
    assert plan.summary["assigned"] == 2
    assert plan.summary["unassigned"] == {"language": 1}


# Proposing, publishing, topping up -----------------------------------------------------------


def test_the_summary_has_the_shape_of_the_command_line(session: Session) -> None:
    essai = make.campaign(session)
    make.volunteer(session, essai)
    make.person(session, essai)
    seconds = count()
    plan = sheets.propose(session, essai, WEEK, at=EVE, clock=lambda: float(next(seconds)))
    assert plan.summary.keys() >= SHAPE
    assert plan.summary["week"] == WEEK
    assert plan.summary["optimal"] is True
    assert plan.summary["seconds"] == {"read": 1.0, "solve": 1.0, "write": 1.0}


def test_an_empty_campaign_has_an_empty_week(session: Session) -> None:
    essai = make.campaign(session)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    assert (plan.summary["due"], plan.summary["load"]) == (0, {"min": 0, "median": 0, "max": 0})
    with pytest.raises(Refusal, match="rien à publier"):
        sheets.publish(session, plan, by=None, at=EVE)
    with pytest.raises(Refusal, match="rien à publier"):
        sheets.publish(session, None, by=None, at=EVE)


def test_the_same_week_computed_again_replaces_the_proposal(session: Session) -> None:
    essai = make.campaign(session)
    make.volunteer(session, essai)
    first = make.person(session, essai)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    first.stop, first.stopped_at = StopReason.OBJECTED, EVE
    second = make.person(session, essai)
    assert sheets.propose(session, essai, WEEK, at=TUESDAY) is plan
    assert due(session, plan) == {second.household_id}
    assert (plan.summary["due"], plan.computed_at) == (1, TUESDAY)


def test_a_week_is_published_once_by_a_campaign_that_calls(session: Session) -> None:
    essai = make.campaign(session, state=CampaignState.PAUSED)
    lead = make.volunteer(session, essai)
    make.person(session, essai)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    with pytest.raises(Refusal, match="en pause"):
        sheets.publish(session, plan, by=lead, at=EVE)
    essai.state = CampaignState.OPEN
    sheets.publish(session, plan, by=lead, at=EVE)
    assert plan.published_at == EVE
    with pytest.raises(Refusal, match="déjà publiées"):
        sheets.publish(session, plan, by=lead, at=TUESDAY)
    journal.write_pending(session)
    assert [entry.action for entry in journal.latest(session)][0] == "week_published"


def test_a_published_week_is_topped_up_and_nothing_on_it_moves(session: Session) -> None:
    essai = make.campaign(session, pace=1)
    mine = make.volunteer(session, essai)
    called, closed = make.person(session, essai), make.person(session, essai)
    plan = make.published(session, essai)
    stood = make.lines(session, plan)
    make.call(session, stood[0], called, by=mine, at=TUESDAY)
    before = [(line.id, line.sheet_id, line.position, line.closed_at) for line in stood]
    added = [make.person(session, essai) for _ in range(3)]
    joined = make.volunteer(session, essai, [(4, "am")])
    sheets.propose(session, essai, WEEK, at=TUESDAY)
    after = make.lines(session, plan, mine)
    assert [(line.id, line.sheet_id, line.position, line.closed_at) for line in after] == before
    assert [line.household_id for line in make.lines(session, plan, joined)] == [
        added[0].household_id
    ]
    assert due(session, plan) == {one.household_id for one in (called, closed, *added)}
    assert plan.summary["due"] == 5
    assert plan.summary["assigned"] == 3
    assert plan.summary["unassigned"] == {"no_room": 2}


def test_dealing_again_moves_only_lines_nobody_started(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    started = make.person(session, essai)
    for _ in range(3):
        make.person(session, essai)
    plan = make.published(session, essai)
    (kept,) = [one for one in make.lines(session, plan) if one.household_id == started.household_id]
    make.call(session, kept, started, by=mine, at=TUESDAY, spoke=retry.Spoke.NO_ANSWER)
    other = make.volunteer(session, essai)
    sheets.redeal(session, essai, WEEK, at=TUESDAY)
    assert kept in make.lines(session, plan, mine)
    assert len(make.lines(session, plan, other)) == 2
    assert plan.summary["assigned"] == plan.summary["due"] == 4


def test_a_household_passed_on_does_not_return_this_week_when_it_is_split_again(
    session: Session,
) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    passed_on = make.person(session, essai)
    plan = make.published(session, essai)
    (line,) = make.lines(session, plan, mine)
    calls.skip(session, line, reason=SkipReason.OTHER, campaign=essai, by=mine, at=TUESDAY)
    sheets.propose(session, essai, WEEK, at=TUESDAY)
    assert make.lines(session, plan) == []
    sheets.redeal(session, essai, WEEK, at=TUESDAY)
    assert due(session, plan) == {passed_on.household_id}
    assert make.lines(session, plan) == []
    colleague = make.volunteer(session, essai)
    sheets.propose(session, essai, WEEK, at=TUESDAY)
    assert len(make.lines(session, plan, colleague)) == 1
    later = sheets.propose(session, essai, weeks.after(WEEK), at=TUESDAY)
    assert len(make.lines(session, later)) == 1


def test_a_week_runs_from_monday_eight_to_sunday_evening() -> None:
    monday = weeks.monday(WEEK)
    assert not sheets.is_running(WEEK, weeks.at(monday, 7, 59))
    assert sheets.is_running(WEEK, weeks.at(monday, 8))
    assert not sheets.is_running(WEEK, weeks.ends_at(WEEK))


# Counters ----------------------------------------------------------------------------------


def test_the_board_the_counters_and_the_queues_say_the_same(session: Session) -> None:
    essai = make.campaign(session)
    people = [make.person(session, essai) for _ in range(7)]
    users = [make.volunteer(session, essai) for _ in range(2)]
    plan = make.published(session, essai)
    line = make.lines(session, plan, users[0])[0]
    whom = next(one for one in people if one.household_id == line.household_id)
    make.call(session, line, whom, by=users[0], at=TUESDAY)
    gone = next(
        one
        for one in people
        if one.household_id == make.lines(session, plan, users[1])[0].household_id
    )
    gone.stop, gone.stopped_at = StopReason.OBJECTED, TUESDAY
    session.flush()
    counters = sheets.counts(session, essai, WEEK)
    board = {row.id: row for row in sheets.of_week(session, essai, WEEK).volunteers}
    for one in users:
        queue = sheets.queue(session, one, essai, week=WEEK, now=TUESDAY)
        assert counters[one.id] == (queue.total, queue.done_count)
        assert (board[one.id].line_count, board[one.id].done) == counters[one.id]
        assert queue.done_count == 1
    assert {one: all_ for one, (all_, _) in counters.items()} == {
        one: all_ for one, (all_, _) in overview.sheet_counts(session, essai, WEEK).items()
    }


def test_half_days_are_written_as_one_says_them() -> None:
    assert sheets.half_days([(0, "am"), (2, "am"), (4, "am"), (4, "pm")]) == (
        "lun., mer. matin, ven. toute la journée"
    )
    assert sheets.half_days([]) == ""


def test_the_whole_split_takes_few_statements(session: Session) -> None:
    essai = make.campaign(session)
    for _ in range(5):
        make.volunteer(session, essai)
        make.person(session, essai)
    made: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *said: made.append(said[2]))
    sheets.propose(session, essai, WEEK, at=EVE)
    few = len(made)
    for _ in range(20):
        make.volunteer(session, essai)
        make.person(session, essai)
    made.clear()
    sheets.propose(session, essai, "2026-W49", at=EVE)
    assert len(made) <= few
    assert session.scalar(sa.select(sa.func.count()).select_from(Sheet)) == 30
