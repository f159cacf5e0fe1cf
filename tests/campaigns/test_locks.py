"""« Appel en cours par Paul »: one person, two volunteers; it warns, it never blocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, journal, retry, sealing, sheets
from campaigns.models import Call, Campaign, Line, Person, User
from campaigns.sheets import locks
from tests import factories as make
from tests.factories import TUESDAY, WEEK

HALF_WAY = TUESDAY + timedelta(minutes=10)
OVER = TUESDAY + timedelta(minutes=15)


def two(session: Session) -> tuple[Campaign, Person, User, User, Line]:
    """A household on Claire's sheet, and Paul, who has room."""
    essai = make.campaign(session)
    claire = make.volunteer(session, essai, first_name="Claire")
    whom = make.person(session, essai)
    (line,) = make.lines(session, make.published(session, essai))
    paul = make.volunteer(session, essai, first_name="Paul")
    return essai, whom, claire, paul, line


def test_a_household_is_open_for_a_quarter_of_an_hour(session: Session) -> None:
    _, _, claire, paul, line = two(session)
    home = line.household_id
    assert locks.take(session, home, by=claire, at=TUESDAY) is None
    held = locks.take(session, home, by=paul, at=HALF_WAY)
    assert held == locks.Held(home, "Claire", TUESDAY)
    assert locks.take(session, home, by=paul, at=OVER) is None
    assert locks.held(session, [home], but=claire, at=OVER)[home].first_name == "Paul"
    assert locks.held(session, [home], but=paul, at=OVER) == {}


def test_a_page_that_lives_renews_it_and_says_since_when(session: Session) -> None:
    _, _, claire, paul, line = two(session)
    for minutes in (0, 10, 20):
        at = TUESDAY + timedelta(minutes=minutes)
        assert locks.take(session, line.household_id, by=claire, at=at) is None
    held = locks.take(session, line.household_id, by=paul, at=TUESDAY + timedelta(minutes=30))
    assert held is not None
    assert held.since == TUESDAY
    late = TUESDAY + timedelta(minutes=50)
    assert locks.take(session, line.household_id, by=claire, at=late) is None
    (again,) = locks.held(session, [line.household_id], but=paul, at=late).values()
    assert again.since == late


def test_leaving_frees_one_s_own_only(session: Session) -> None:
    _, _, claire, paul, line = two(session)
    home = line.household_id
    locks.take(session, home, by=claire, at=TUESDAY)
    locks.leave(session, home, by=paul)
    assert locks.open_now(session, at=HALF_WAY) == {(home, claire.id)}
    locks.leave(session, home, by=claire)
    assert locks.take(session, home, by=paul, at=HALF_WAY) is None


def test_taking_costs_one_statement_and_one_more_when_a_colleague_has_it(
    session: Session, count_queries: Callable[[], int]
) -> None:
    _, _, claire, paul, line = two(session)
    home, before = line.household_id, count_queries()
    locks.take(session, home, by=claire, at=TUESDAY)
    assert count_queries() - before == 1
    locks.take(session, home, by=paul, at=TUESDAY)
    assert count_queries() - before == 3


def opened(session: Session, whom: Person, by: User) -> None:
    """The page was opened, and that is in the journal."""
    journal.record(session, "person_opened", about=("person", whom.id), by=by, at=TUESDAY)
    journal.write_pending(session)


def report(
    session: Session, line: Line, whom: Person, essai: Campaign, *, by: User, seen: int
) -> str:
    """Save as the page does; what the volunteer is told."""
    answers = retry.Answers(spoke=retry.Spoke.NO_ANSWER)
    filled = calls.Filled(key=sealing.fresh_nonce(), person_id=whom.id, answers=answers)
    logged = calls.log(session, line, filled=filled, campaign=essai, by=by, at=HALF_WAY)
    session.flush()
    calls.tell_the_others(session, logged, line, person_id=whom.id, seen=seen, by=by, at=HALF_WAY)
    return logged.report.said


def test_a_report_for_a_line_that_moved_is_kept_and_both_are_told(session: Session) -> None:
    essai, whom, claire, paul, line = two(session)
    opened(session, whom, claire)
    sheets.moving.give_back(session, essai, claire, by=claire, at=TUESDAY)
    where = {"person_id": whom.id, "campaign": essai, "at": HALF_WAY}
    found = calls.for_report(session, claire, line.id, **where)
    assert found == line
    said = report(session, line, whom, essai, by=claire, seen=0)
    assert "Cette fiche était passée à Paul" in said
    assert session.scalars(sa.select(Call)).one().volunteer_id == claire.id
    sheet = sheets.own(session, paul, essai, week=WEEK)
    assert sheet is not None
    assert [one.say for one in sheets.notices.unread(session, sheet)][-1] == (
        "Claire a appelé un foyer de votre feuille à 10\u00a0h\u00a010."
    )
    stranger = make.volunteer(session, essai)
    assert calls.for_report(session, stranger, line.id, **where) is None


def test_a_report_for_a_household_that_went_back_to_the_pool_is_kept(session: Session) -> None:
    essai, whom, claire, paul, line = two(session)
    paul.suspended_at = TUESDAY
    opened(session, whom, claire)
    line_id = line.id
    sheets.moving.give_back(session, essai, claire, by=claire, at=TUESDAY)
    assert session.scalars(sa.select(Line)).all() == []
    where = {"person_id": whom.id, "campaign": essai, "at": HALF_WAY}
    found = calls.for_report(session, claire, line_id, **where)
    assert found is not None
    assert found.household_id == whom.household_id
    report(session, found, whom, essai, by=claire, seen=0)
    assert sheets.counts(session, essai, WEEK)[claire.id] == (1, 0)
    claire.suspended_at = TUESDAY
    assert calls.for_report(session, claire, found.id, **where) is None


def test_two_attempts_on_one_household_are_both_kept_and_the_second_is_told(
    session: Session,
) -> None:
    essai, whom, claire, paul, line = two(session)
    opened(session, whom, claire)
    sheets.moving.give_back(session, essai, claire, by=claire, at=TUESDAY)
    assert "a aussi appelé" not in report(session, line, whom, essai, by=paul, seen=0)
    said = report(session, line, whom, essai, by=claire, seen=0)
    assert "Paul a aussi appelé, à 10\u00a0h\u00a010\u00a0: les deux sont gardés." in said
    assert len(session.scalars(sa.select(Call)).all()) == 2
    now = session.scalars(sa.select(sa.func.max(Call.id))).one()
    assert "a aussi appelé" not in report(session, line, whom, essai, by=claire, seen=now)


def test_a_line_number_used_again_by_another_household_takes_no_report(session: Session) -> None:
    essai, whom, claire, _, line = two(session)
    other = make.person(session, essai)
    where = {"campaign": essai, "at": HALF_WAY}
    assert calls.for_report(session, claire, line.id, person_id=whom.id, **where) == line
    found = calls.for_report(session, claire, line.id, person_id=other.id, **where)
    assert found == line  # never opened: the report is refused there, « n’est plus à appeler »
