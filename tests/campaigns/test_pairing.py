"""Who calls whom, when the coordination decides it: the split keeps it and says it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import pairing, records, sheets, weeks
from campaigns.models import (
    Barred,
    Campaign,
    LeftOut,
    Line,
    Pairing,
    PairingKind,
    Person,
    Role,
    User,
)
from campaigns.refusal import Refusal
from tests import factories as make
from tests.factories import EVE, TUESDAY, WEEK

RESERVED, NEVER = PairingKind.RESERVED, PairingKind.NEVER
ALL = tuple((day, half) for day in range(5) for half in weeks.HALVES)


@pytest.fixture
def essai(session: Session) -> Campaign:
    return make.campaign(session)


@pytest.fixture
def anne(session: Session, essai: Campaign) -> User:
    return make.volunteer(session, essai, ALL)


@pytest.fixture
def paul(session: Session, essai: Campaign) -> User:
    return make.volunteer(session, essai, ALL)


@pytest.fixture
def lead(session: Session) -> User:
    return make.user(session, Role.LEAD)


def decide(
    session: Session,
    whom: Person,
    voice: User,
    kind: PairingKind,
    by: User,
    *,
    reason: str = "elles s’entendent bien",
    last_on: date | None = None,
) -> Pairing:
    return pairing.decide(
        session, whom, voice, kind=kind, reason=reason, last_on=last_on, by=by, at=EVE
    )


def caller_of(session: Session, whom: Person, week: str = WEEK) -> tuple[int, str] | None:
    """Who has them in a week split just now, and the sentence beside their name."""
    plan = sheets.propose(session, session.scalars(sa.select(Campaign)).one(), week, at=EVE)
    line = session.scalar(
        sa.select(Line).where(Line.plan_id == plan.id, Line.household_id == whom.household_id)
    )
    return None if line is None else (line.sheet.volunteer_id, line.why)


@pytest.mark.parametrize("place", [0, 1])
def test_somebody_reserved_is_with_the_voice_chosen_for_them(
    session: Session, essai: Campaign, anne: User, paul: User, lead: User, place: int
) -> None:
    whom, voice = make.person(session, essai), (anne, paul)[place]
    decide(session, whom, voice, RESERVED, lead)
    found = caller_of(session, whom)
    assert found is not None
    assert found[0] == voice.id
    assert found[1].endswith("la coordination vous l’a confiée")


@pytest.mark.parametrize("place", [0, 1])
def test_a_voice_kept_away_never_has_them(
    session: Session, essai: Campaign, anne: User, paul: User, lead: User, place: int
) -> None:
    whom = make.person(session, essai)
    decide(session, whom, (anne, paul)[place], NEVER, lead)
    found = caller_of(session, whom)
    assert found is not None
    assert found[0] == (anne, paul)[1 - place].id


def test_nobody_left_to_call_them_is_said(
    session: Session, essai: Campaign, anne: User, lead: User
) -> None:
    whom = make.person(session, essai)
    decide(session, whom, anne, NEVER, lead)
    assert caller_of(session, whom) is None
    assert session.scalars(sa.select(LeftOut.reason)).all() == ["barred"]


def test_a_voice_that_is_away_is_replaced_and_the_line_says_it(
    session: Session, essai: Campaign, paul: User, lead: User
) -> None:
    away = make.volunteer(session, essai, ())
    whom = make.person(session, essai)
    decide(session, whom, away, RESERVED, lead)
    found = caller_of(session, whom)
    assert found is not None
    assert found[0] == paul.id
    assert found[1].endswith("la voix choisie pour elle ne peut pas l’appeler cette semaine")


def test_it_ends_with_the_week_of_its_last_day(
    session: Session, essai: Campaign, anne: User, lead: User
) -> None:
    whom = make.person(session, essai)
    decide(session, whom, anne, NEVER, lead, last_on=weeks.monday(WEEK))
    assert caller_of(session, whom) is None
    assert caller_of(session, whom, weeks.after(WEEK)) is not None


def test_it_ends_by_hand(session: Session, essai: Campaign, anne: User, lead: User) -> None:
    whom = make.person(session, essai)
    decided = decide(session, whom, anne, NEVER, lead)
    pairing.end(session, whom, decided, by=lead, at=EVE)
    pairing.end(session, whom, decided, by=lead, at=EVE)
    session.flush()
    assert caller_of(session, whom) is not None
    assert pairing.of_person(session, whom, today=weeks.local_day(EVE)) == []
    assert (decided.ended_at, decided.ended_by_id) == (EVE, lead.id)


def test_a_household_has_one_chosen_voice_and_the_last_word_stands(
    session: Session, essai: Campaign, anne: User, paul: User, lead: User
) -> None:
    whom = make.person(session, essai)
    for voice, kind in ((anne, RESERVED), (paul, RESERVED), (anne, NEVER), (paul, NEVER)):
        decide(session, whom, voice, kind, lead)
    session.flush()
    said = pairing.of_person(session, whom, today=weeks.local_day(EVE))
    assert [(one.pairing.kind, one.pairing.volunteer_id) for one in said] == [
        (NEVER, anne.id),
        (NEVER, paul.id),
    ]


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"reason": " "}, "reason"), ({"last_on": date(2026, 1, 1)}, "last_on")],
)
def test_without_a_reason_or_for_a_day_gone_by_it_is_refused(
    session: Session, essai: Campaign, anne: User, lead: User, asked: dict[str, object], field: str
) -> None:
    whom = make.person(session, essai)
    with pytest.raises(Refusal) as refused:
        decide(session, whom, anne, NEVER, lead, **asked)  # type: ignore[arg-type]  # either of two
    assert refused.value.field == field


def test_nobody_is_reserved_for_somebody_who_knows_them(
    session: Session, essai: Campaign, anne: User, lead: User
) -> None:
    whom = make.person(session, essai)
    session.add(Barred(household_id=whom.household_id, volunteer_id=anne.id, at=EVE))
    session.flush()
    with pytest.raises(Refusal) as refused:
        decide(session, whom, anne, RESERVED, lead)
    assert refused.value.field == "volunteer"


def test_who_is_kept_away_during_the_week_loses_the_line_at_once(
    session: Session, essai: Campaign, anne: User, paul: User, lead: User
) -> None:
    whom = make.person(session, essai)
    decide(session, whom, anne, RESERVED, lead)
    plan = make.published(session, essai)
    assert [line.household_id for line in make.lines(session, plan, anne)] == [whom.household_id]
    pairing.decide(
        session, whom, anne, kind=NEVER, reason="ne s’entendent pas", last_on=None,
        by=lead, at=TUESDAY,
    )  # fmt: skip
    moved = sheets.moving.keep_apart(
        session, essai, anne, household=whom.household_id, by=lead, at=TUESDAY
    )
    assert moved.given == 1
    assert make.lines(session, plan, anne) == []
    assert [line.household_id for line in make.lines(session, plan, paul)] == [whom.household_id]
    again = sheets.moving.keep_apart(
        session, essai, anne, household=whom.household_id, by=lead, at=TUESDAY
    )
    assert again.say == ""


def test_two_records_made_one_keep_what_was_decided(
    session: Session, essai: Campaign, anne: User, paul: User, lead: User
) -> None:
    kept, double = make.person(session, essai), make.person(session, essai)
    decide(session, kept, anne, RESERVED, lead)
    decide(session, double, paul, RESERVED, lead)
    decide(session, double, make.volunteer(session, essai), NEVER, lead)
    records.merge(session, kept, double, by=lead, at=EVE + timedelta(hours=1))
    session.flush()
    said = pairing.of_person(session, kept, today=weeks.local_day(EVE))
    assert [one.pairing.kind for one in said] == [RESERVED, NEVER]
    assert said[0].pairing.volunteer_id == anne.id


def test_a_coordinator_reads_the_decisions_of_their_territories_only(
    session: Session, essai: Campaign, anne: User, lead: User
) -> None:
    here = make.person(session, essai, insee=make.commune(session).insee)
    there = make.person(session, essai)
    session.flush()
    for whom in (here, there):
        decide(session, whom, anne, NEVER, lead)
    today = weeks.local_day(EVE)
    everywhere = pairing.of_campaign(session, essai, territories=None, today=today)
    assert {person.id for person, _ in everywhere} == {here.id, there.id}
    assert pairing.of_campaign(session, essai, territories=[999], today=today) == []


def test_somebody_in_the_same_household_speaks_once_for_both(
    session: Session, essai: Campaign, anne: User, lead: User
) -> None:
    first = make.person(session, essai)
    make.person(session, essai, household=first.household)
    decide(session, first, anne, RESERVED, lead)
    today = weeks.local_day(EVE)
    found = pairing.of_campaign(session, essai, territories=None, today=today)
    assert [person.id for person, _ in found] == [first.id]
