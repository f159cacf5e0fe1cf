"""What a volunteer has in front of them, in the order to serve it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import retry, sheets
from campaigns.models import Line, Person, Stage, StopReason, Stream, Title
from tests import factories as make
from tests.factories import EVE, TUESDAY, WEEK

THURSDAY = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
ROSTER = {"stage": Stage.ROSTER, "next_due_on": date(2026, 11, 24)}


def line_of(session: Session, whom: Person) -> Line:
    return session.scalars(sa.select(Line).where(Line.household_id == whom.household_id)).one()


def test_the_queue_serves_promises_first_and_retries_last(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    tried = {"cycle_started_at": EVE - timedelta(days=1), "not_before_at": EVE}
    retried = make.person(session, essai, enrolled=tried)
    first_call = make.person(session, essai)
    weekly = make.person(session, essai, enrolled=ROSTER)
    alarm = make.person(session, essai, enrolled=tried | {"is_alarm": True})
    late = make.person(session, essai, enrolled={"appointment_at": EVE - timedelta(days=1)})
    later = make.person(session, essai, enrolled={"appointment_at": THURSDAY})
    make.published(session, essai)
    queue = sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY)
    assert [one.line.household_id for one in queue.now] == [
        one.household_id for one in (late, alarm, weekly, first_call, retried)
    ]
    assert [one.line.household_id for one in queue.later] == [later.household_id]
    assert (queue.done, queue.total, queue.done_count) == ((), 6, 0)
    on_the_day = sheets.queue(session, mine, essai, week=WEEK, now=THURSDAY)
    assert [one.stream for one in on_the_day.now[:2]] == [Stream.APPOINTMENT] * 2
    assert on_the_day.later == ()


def test_an_appointment_made_during_the_week_comes_first_on_its_day(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    weekly = make.person(session, essai, enrolled=ROSTER)
    busy = make.person(session, essai)
    make.published(session, essai)
    line = line_of(session, busy)
    make.call(session, line, busy, by=mine, at=TUESDAY, spoke=retry.Spoke.LATER, asked=THURSDAY)
    session.flush()
    now = sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY + timedelta(hours=1))
    assert [one.line.household_id for one in now.now] == [weekly.household_id]
    assert [(one.next_at, one.last_outcome) for one in now.later] == [
        (THURSDAY, "Rappel convenu à date et heure")
    ]
    then = sheets.queue(session, mine, essai, week=WEEK, now=THURSDAY)
    assert [one.stream for one in then.now] == [Stream.APPOINTMENT, Stream.ROSTER]


def test_who_did_not_answer_comes_last_after_the_wait(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    silent, other = make.person(session, essai), make.person(session, essai)
    make.published(session, essai)
    make.call(
        session, line_of(session, silent), silent, by=mine, at=TUESDAY, spoke=retry.Spoke.NO_ANSWER
    )
    session.flush()
    queue = sheets.queue(session, mine, essai, week=WEEK, now=THURSDAY)
    assert [(one.line.household_id, one.stream) for one in queue.now] == [
        (other.household_id, Stream.SWEEP),
        (silent.household_id, Stream.RETRY),
    ]


def test_a_line_says_who_where_why_and_what_happened_last(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    make.commune(session)
    madame = make.person(session, essai, title=Title.MRS, last_name="Dupont", insee="80021")
    monsieur = make.person(
        session, essai, household=madame.household, first_name="René", last_name="Dupont"
    )
    make.published(session, essai)
    (line,) = sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY).now
    assert line.names == ("Mme Paulette Dupont", "René Dupont")
    assert (line.place, line.last_outcome) == ("Amiens", None)
    assert line.why.startswith("attend son premier appel")
    make.call(session, line.line, madame, by=mine, at=TUESDAY)
    monsieur.stop, monsieur.stopped_at = StopReason.OBJECTED, TUESDAY
    session.flush()
    (done,) = sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY).done
    assert done.names == ("Mme Paulette Dupont",)
    assert done.last_outcome == "Conversation, tout va bien"


def test_who_objects_leaves_every_sheet_at_once(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    gone = make.person(session, essai)
    make.published(session, essai)
    gone.stop, gone.stopped_at = StopReason.OBJECTED, TUESDAY
    session.flush()
    queue = sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY)
    assert (queue.now, queue.done_count) == ((), 1)


def test_only_ones_own_published_lines_of_the_week_are_served(session: Session) -> None:
    essai, other = make.campaign(session), make.campaign(session, "autre")
    mine, colleague = make.volunteer(session, essai), make.volunteer(session, essai)
    for _ in range(4):
        make.person(session, essai)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    assert sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY).total == 0
    sheets.publish(session, plan, by=None, at=EVE)
    assert sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY).total == 2
    assert sheets.queue(session, mine, essai, week="2026-W49", now=TUESDAY).total == 0
    assert sheets.queue(session, mine, other, week=WEEK, now=TUESDAY).total == 0
    colleague.suspended_at = TUESDAY
    assert sheets.queue(session, colleague, essai, week=WEEK, now=TUESDAY).total == 0


def test_the_next_line_follows_the_one_just_left(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    for _ in range(3):
        make.person(session, essai)
    make.published(session, essai)
    ids = [one.line.id for one in sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY).now]

    def following(after: int | None) -> int | None:
        found = sheets.next_line(session, mine, essai, week=WEEK, now=TUESDAY, after=after)
        return found.line.id if found else None

    assert [following(one) for one in (None, *ids, 0)] == [*ids, ids[0], ids[0]]
    session.execute(sa.update(Line).values(closed_at=TUESDAY))
    session.expire_all()
    assert following(None) is None


def test_the_only_line_left_is_served_again(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    make.person(session, essai)
    make.published(session, essai)
    (line,) = sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY).now
    again = sheets.next_line(session, mine, essai, week=WEEK, now=TUESDAY, after=line.line.id)
    assert again == line


def test_who_lives_there_and_is_not_of_the_campaign_is_not_named(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    here = make.person(session, essai, last_name="Dupont")
    make.published(session, essai)
    elsewhere = make.campaign(session, slug="ailleurs")
    make.person(session, elsewhere, household=here.household, last_name="Martin")
    (line,) = sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY).now
    assert (line.names, line.name) == (("Paulette Dupont",), "Paulette Dupont")


def test_a_line_whose_people_left_the_campaign_is_done(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    gone = make.person(session, essai)
    make.published(session, essai)
    session.delete(make.enrolment(session, gone))
    session.flush()
    (line,) = sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY).done
    assert (line.names, line.name, line.last_outcome) == ((), "", None)


def test_a_sheet_takes_two_statements_whatever_its_length(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    for _ in range(24):
        make.person(session, essai)
    make.published(session, essai)
    session.expire_all()
    user, of = session.get_one(type(mine), mine.id), session.get_one(type(essai), essai.id)
    made: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *said: made.append(said[2]))
    assert sheets.queue(session, user, of, week=WEEK, now=TUESDAY).total == 24
    assert len(made) == 2
