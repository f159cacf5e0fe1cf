"""Reports read again: which ones, what the volunteer receives, and what a save costs for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy.orm import Session

from campaigns import care
from campaigns.care import Sampling, reviewing
from campaigns.care.sampling import draw
from campaigns.models import Call, Campaign, Line, Mood, Report, Review, ReviewWhy, Role, User
from campaigns.refusal import Refusal
from campaigns.retry import Spoke
from tests import factories
from tests.factories import TUESDAY

numbers = some.integers(0, 99)
counts = some.integers(0, 300)


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session)


@pytest.fixture
def claire(session: Session, campaign: Campaign) -> User:
    return factories.volunteer(session, campaign, first_name="Claire", last_name="Martin")


@pytest.fixture
def line(session: Session, campaign: Campaign, claire: User) -> Line:
    factories.person(session, campaign)
    (line,) = factories.lines(session, factories.published(session, campaign))
    return line


def _call(session: Session, line: Line, by: User, **columns: object) -> Call:
    """A call as it stands just before its report is sampled."""
    of = session.get_one(Campaign, line.sheet.plan.campaign_id)
    (person,) = line.household.people
    number = session.scalar(sa.select(sa.func.count()).select_from(Report)) or 0
    report = Report(
        user_id=by.id, key=f"key-{by.id}-{number}", digest="", line_id=line.id, received_at=TUESDAY
    )
    session.add(report)
    session.flush()
    values = {"outcome": "JOINT_OK", "is_conversation": True, "note": ""} | columns
    call = Call(
        campaign_id=of.id, report_id=report.id, line_id=line.id, person_id=person.id,
        enrolment_id=factories.enrolment(session, person).id, volunteer_id=by.id,
        at=TUESDAY, **values,
    )  # fmt: skip
    session.add(call)
    return call


def _sample(session: Session, campaign: Campaign, call: Call, by: User) -> Review | None:
    return care.sample(session, call, campaign=campaign, by=by, has_needs=False, at=TUESDAY)


# The rule -------------------------------------------------------------------------------------


@given(drawn=numbers, before=some.integers(0, 9))
def test_the_first_ten_reports_are_all_read_again(drawn: int, before: int) -> None:
    assert Sampling().is_read_again(drawn=drawn, before=before)


def test_then_fifteen_in_a_hundred_then_two() -> None:
    rule = Sampling()
    for before, share in ((10, 15), (49, 15), (50, 2), (5_000, 2)):
        assert sum(rule.is_read_again(drawn=one, before=before) for one in range(100)) == share


@given(rule=some.builds(Sampling, numbers, numbers, counts, numbers), drawn=numbers, before=counts)
def test_counting_stops_where_the_answer_is_known(rule: Sampling, drawn: int, before: int) -> None:
    seen = min(before, rule.reach(drawn))
    assert rule.is_read_again(drawn=drawn, before=seen) == rule.is_read_again(
        drawn=drawn, before=before
    )


def test_the_draw_is_always_the_same_for_a_report_and_fair_over_many() -> None:
    assert draw(campaign_id=1, report_id=7) == draw(campaign_id=1, report_id=7)
    drawn = [draw(campaign_id=1, report_id=one) for one in range(20_000)]
    assert set(drawn) == set(range(100))
    assert 0.14 < sum(one < 15 for one in drawn) / len(drawn) < 0.16
    other = [draw(campaign_id=2, report_id=one) for one in range(200)]
    assert other != drawn[:200]


def test_a_campaign_may_set_its_own_shares_and_nonsense_is_refused() -> None:
    rule = Sampling.of({"reviews": {"first": 3, "percent": 50}, "silence": {"first": 99}})
    assert (rule.first, rule.percent, rule.experienced_percent) == (3, 50, 2)
    assert Sampling.of({"reviews": rule.kept()}) == rule
    assert Sampling().kept() == {}
    for wrong in (-1, 101, "dix", 1.5):
        with pytest.raises(Refusal) as refused:
            Sampling.of({"reviews": {"percent": wrong}})
        assert refused.value.field == "percent"


# Sampling a call --------------------------------------------------------------------------------


def test_the_first_report_that_says_something_waits_to_be_read_again(
    session: Session, campaign: Campaign, claire: User, line: Line
) -> None:
    (person,) = line.household.people
    logged = factories.call(session, line, person, by=claire, at=TUESDAY)
    session.flush()
    review = session.scalars(sa.select(Review)).one()
    assert (review.call_id, review.volunteer_id) == (logged.calls[0].id, claire.id)
    assert (review.why, review.reviewed_at) == (ReviewWhy.FIRST, None)


def test_a_report_sent_twice_is_read_again_once(
    session: Session, campaign: Campaign, claire: User, line: Line
) -> None:
    from campaigns import calls, retry

    (person,) = line.household.people
    filled = calls.Filled(
        key="k" * 24, person_id=person.id, answers=retry.Answers(Spoke.YES, mood=Mood.WELL)
    )
    for _ in range(3):
        calls.log(session, line, filled=filled, campaign=campaign, by=claire, at=TUESDAY)
    assert len(session.scalars(sa.select(Review)).all()) == 1


def test_a_call_without_an_answer_and_without_a_word_is_never_read_again(
    session: Session, campaign: Campaign, claire: User, line: Line
) -> None:
    silent = _call(session, line, claire, outcome="NON_REPONSE", is_conversation=False)
    assert _sample(session, campaign, silent, claire) is None
    noted = _call(session, line, claire, is_conversation=False, note="Sonne occupé le matin.")
    assert _sample(session, campaign, noted, claire) is not None


def test_what_the_coordination_types_from_paper_is_not_read_again(
    session: Session, campaign: Campaign, claire: User, line: Line
) -> None:
    anne = factories.user(session, Role.COORDINATION, campaign)
    assert _sample(session, campaign, _call(session, line, anne), anne) is None


def test_after_ten_reports_chance_decides_and_says_so(
    session: Session, campaign: Campaign, claire: User, line: Line
) -> None:
    made = [_sample(session, campaign, _call(session, line, claire), claire) for _ in range(60)]
    whys = [review.why if review else None for review in made]
    assert whys[:10] == [ReviewWhy.FIRST] * 10
    assert set(whys[10:]) <= {None, ReviewWhy.SAMPLE}
    drawn = [
        draw(campaign_id=campaign.id, report_id=one.call.report_id) for one in made[10:] if one
    ]
    assert all(one < 15 for one in drawn)


def test_an_experienced_volunteers_save_costs_one_bounded_count(
    session: Session, campaign: Campaign, claire: User, line: Line,
    count_queries: Callable[[], int],
) -> None:  # fmt: skip
    for _ in range(70):
        _call(session, line, claire)
    session.flush()
    call = _call(session, line, claire, is_conversation=True)
    session.flush()
    before = count_queries()
    _sample(session, campaign, call, claire)
    assert count_queries() - before == 1


# Reading ----------------------------------------------------------------------------------------


@pytest.fixture
def anne(session: Session, campaign: Campaign) -> User:
    return factories.user(session, Role.COORDINATION, campaign, first_name="Anne")


@pytest.fixture
def waiting(session: Session, campaign: Campaign, claire: User, line: Line) -> list[Review]:
    found = [_sample(session, campaign, _call(session, line, claire), claire) for _ in range(3)]
    session.flush()
    return [one for one in found if one is not None]


def test_reports_are_read_one_at_a_time_the_oldest_first_and_may_be_passed_over(
    session: Session, campaign: Campaign, anne: User, waiting: list[Review]
) -> None:
    def shown(after: int = 0) -> int:
        reading = reviewing.to_read(session, campaign, after=after)
        assert reading is not None
        return reading.review.id

    first, second, third = (one.id for one in waiting)
    assert [shown(), shown(first), shown(third)] == [first, second, first]
    reviewing.read(session, waiting[0], remark="", by=anne, at=TUESDAY)
    assert shown() == second
    assert reviewing.waiting_count(session, campaign) == 2


def _unseen(session: Session, user: User) -> int:
    session.expire_all()  # told by an update of the table
    return sum(one.seen_at is None for one in reviewing.received(session, user))


def test_a_remark_reaches_its_volunteer_until_they_have_read_it(
    session: Session, campaign: Campaign, claire: User, anne: User, waiting: list[Review]
) -> None:
    other = factories.volunteer(session, campaign)
    reviewing.read(session, waiting[0], remark="  Beau compte rendu,\nmerci. ", by=anne, at=TUESDAY)
    reviewing.read(session, waiting[1], remark="", by=anne, at=TUESDAY)
    (mine,) = reviewing.received(session, claire)
    assert mine.remark == "Beau compte rendu, merci."
    assert (_unseen(session, claire), _unseen(session, other)) == (1, 0)
    reviewing.seen(session, other, up_to=mine.id, at=TUESDAY)
    assert _unseen(session, claire) == 1
    reviewing.seen(session, claire, up_to=mine.id, at=TUESDAY)
    assert _unseen(session, claire) == 0


def test_a_remark_that_came_meanwhile_stays_unread(
    session: Session, claire: User, anne: User, waiting: list[Review]
) -> None:
    reviewing.read(session, waiting[0], remark="Merci.", by=anne, at=TUESDAY)
    later = TUESDAY + timedelta(minutes=5)
    reviewing.read(session, waiting[1], remark="Merci encore.", by=anne, at=later)
    reviewing.seen(session, claire, up_to=waiting[0].id, at=later)
    assert _unseen(session, claire) == 1


def test_a_colleague_who_was_first_is_not_replaced(
    session: Session, campaign: Campaign, anne: User, waiting: list[Review]
) -> None:
    reviewing.read(session, waiting[0], remark="Merci.", by=anne, at=TUESDAY)
    bruno = factories.user(session, Role.COORDINATION, campaign)
    with pytest.raises(Refusal, match="vient d’être relu"):
        reviewing.read(session, waiting[0], remark="Autre chose.", by=bruno, at=TUESDAY)
    assert (waiting[0].remark, waiting[0].reviewed_by_id) == ("Merci.", anne.id)


def test_a_remark_too_long_is_refused(session: Session, anne: User, waiting: list[Review]) -> None:
    with pytest.raises(Refusal) as refused:
        reviewing.read(session, waiting[0], remark="a" * 501, by=anne, at=TUESDAY)
    assert refused.value.field == "remark"


def test_the_tally_is_by_name_without_any_rank(
    session: Session, campaign: Campaign, claire: User, line: Line, anne: User,
    waiting: list[Review],
) -> None:  # fmt: skip
    zoe = factories.volunteer(session, campaign, first_name="Zoé", last_name="Arnaud")
    _sample(session, campaign, _call(session, line, zoe), zoe)
    reviewing.read(session, waiting[0], remark="", by=anne, at=TUESDAY)
    session.flush()
    assert [
        (one.volunteer, one.waiting, one.read) for one in reviewing.tallies(session, campaign)
    ] == [
        ("Zoé Arnaud", 1, 0),
        ("Claire Martin", 2, 1),
    ]


def test_every_proposed_remark_is_short_and_begins_with_what_is_good() -> None:
    proposed = reviewing.remarks()
    assert len(proposed) >= 6
    assert all(len(words) <= reviewing.REMARK_LENGTH for words in proposed)
    assert all("merci" in words.lower() for words in proposed)
