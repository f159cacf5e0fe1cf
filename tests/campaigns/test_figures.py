"""The figures behind the pictures: what happened week after week, who is left, what is chance."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import reference, weeks
from campaigns.directory import outlines
from campaigns.models import (
    Agreement,
    Call,
    Campaign,
    Commune,
    JournalEntry,
    Line,
    Need,
    NeedState,
    Organisation,
    Person,
    Referral,
    ReferralState,
    Report,
    Result,
    Role,
    Urgency,
    User,
)
from campaigns.overview import area, best_time, chance, trend
from campaigns.overview.effect import effect
from campaigns.overview.equity import NO_SCHEME, equity
from campaigns.overview.places import places
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import EVE, TUESDAY, WEEK

PAST = ("2026-W46", "2026-W47", WEEK)
AMIENS, PERONNE = "80021", "80620"
# Ten in the morning and three in the afternoon, either side of October's clock change.
SUMMER_AM = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
WINTER_AM = datetime(2026, 11, 17, 11, 45, tzinfo=UTC)  # a quarter to one: still the morning
WINTER_PM = datetime(2026, 11, 17, 12, 15, tzinfo=UTC)  # a quarter past one
SUMMER_PM = datetime(2026, 10, 20, 11, 30, tzinfo=UTC)  # half past one


class Calls:
    """Calls as rows: what counts them reads nothing else."""

    def __init__(self, session: Session, campaign: Campaign) -> None:
        self.session = session
        whom = factories.person(session, campaign, stop="died", stopped_at=EVE)
        factories.person(session, campaign, household=whom.household)
        self.by = factories.volunteer(session, campaign)
        self.line = factories.lines(session, factories.published(session, campaign))[0]
        self.campaign = campaign
        self.number = 0

    def add(self, whom: Person, at: datetime, *, tried: int = 1, talked: int = 1) -> None:
        """So many attempts, the first of which are answered."""
        reports = []
        for _ in range(tried):
            self.number += 1
            reports.append(
                Report(
                    user_id=self.by.id,
                    key=f"{self.number:032d}",
                    digest="x",
                    line_id=self.line.id,
                    received_at=at,
                )
            )
        self.session.add_all(reports)
        self.session.flush()
        enrolment = factories.enrolment(self.session, whom)
        for place, report in enumerate(reports):
            is_talk = place < talked
            self.session.add(
                Call(
                    campaign_id=self.campaign.id,
                    report_id=report.id,
                    line_id=self.line.id,
                    enrolment_id=enrolment.id,
                    person_id=whom.id,
                    volunteer_id=self.by.id,
                    at=at,
                    outcome="REPONDU" if is_talk else "ABSENT_DATE",
                    is_conversation=is_talk,
                )
            )
            if is_talk:
                enrolment.last_conversation_at = at
        self.session.flush()


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session)


@pytest.fixture
def calls(session: Session, campaign: Campaign) -> Calls:
    return Calls(session, campaign)


def need(session: Session, campaign: Campaign, whom: Person, by: User, **columns: Any) -> Need:
    values: dict[str, Any] = {
        "category": "ALI_COURSES",
        "urgency": Urgency.U2,
        "agreement": Agreement.YES,
        "text": "des courses",
        "raised_at": EVE,
        "due_at": EVE + timedelta(days=2),
        "moved_at": EVE,
    } | columns
    row = Need(campaign_id=campaign.id, person_id=whom.id, raised_by_id=by.id, **values)
    session.add(row)
    session.flush()
    return row


# Chance ---------------------------------------------------------------------------------------


def test_two_shares_are_compared_as_a_statistician_does() -> None:
    # prop.test(c(45, 30), c(100, 100)) of R 4 says 0.04087.
    assert chance.apart(45, 100, 30, 100) == pytest.approx(0.04087, abs=5e-5)
    assert chance.apart(30, 100, 45, 100) == chance.apart(45, 100, 30, 100)


def test_too_few_people_never_differ_and_the_same_share_never_does() -> None:
    assert chance.apart(4, 4, 0, 900) == 1.0
    assert chance.apart(0, 0, 0, 0) == 1.0
    assert chance.apart(50, 100, 500, 1000) == 1.0
    with pytest.raises(ValueError, match="within its whole"):
        chance.apart(3, 2, 1, 2)


def test_the_more_groups_are_compared_the_stricter() -> None:
    assert chance.beyond({"a": 0.04}) == {"a"}
    assert chance.beyond({"a": 0.04, "b": 0.5}) == frozenset()
    assert chance.beyond({"a": 0.001, "b": 0.03, "c": 0.9}) == {"a"}
    assert chance.beyond({"a": 0.001, "b": 0.02, "c": 0.9}) == {"a", "b"}
    assert chance.beyond({}) == frozenset()


# Equity ---------------------------------------------------------------------------------------


def test_who_was_never_reached_is_counted_by_commune_age_and_scheme(
    session: Session, campaign: Campaign
) -> None:
    factories.commune(session, AMIENS, "Amiens")
    factories.commune(session, PERONNE, "Péronne")
    spoken = {"last_conversation_at": EVE}
    born = TUESDAY.date().replace(year=1946)  # eighty today
    for number in range(60):
        factories.person(
            session, campaign, insee=AMIENS, schemes="APA", birth_date=born, enrolled=spoken
        )
        factories.person(
            session,
            campaign,
            insee=PERONNE,
            schemes="APA PCH" if number < 30 else "",
            birth_date=born + timedelta(days=1),
            enrolled=spoken if number < 12 else {},
        )
    factories.person(session, campaign, insee=AMIENS, stop="died", stopped_at=EVE)
    factories.person(session, campaign, hold="à confirmer")
    found = equity(session, campaign, on=TUESDAY.date())
    assert (found.people, found.never) == (120, 48)
    towns = {one.name: (one.people, one.never, one.is_behind) for one in found.communes}
    assert towns == {"Péronne": (60, 48, True), "Amiens": (60, 0, False)}
    assert [one.name for one in found.bands] == ["70 à 79 ans", "80 à 89 ans"]
    schemes = {one.name: (one.people, one.never) for one in found.schemes}
    assert schemes == {"APA": (90, 18), "PCH": (30, 18), NO_SCHEME: (30, 30)}
    here = session.get_one(Commune, AMIENS).territory_id
    assert equity(session, campaign, on=TUESDAY.date(), within=[here or 0]).people == 60


# Best time --------------------------------------------------------------------------------------


def test_the_best_half_is_learnt_across_a_clock_change_and_becomes_a_hint(
    session: Session, campaign: Campaign, calls: Calls
) -> None:
    whom = factories.person(session, campaign, schemes="PCH APA")
    for at in (SUMMER_AM, WINTER_AM):
        calls.add(whom, at, tried=30, talked=24)
    for at in (SUMMER_PM, WINTER_PM):
        calls.add(whom, at, tried=30, talked=6)
    (moment,) = best_time.moments(session, campaign, at=TUESDAY)
    assert moment.tried == {"am": 60, "pm": 60}
    assert moment.talked == {"am": 48, "pm": 12}
    assert moment.words.replace("\u00a0", " ") == "Âge inconnu, APA PCH, commune inconnue"
    assert best_time.learn(session, campaign, at=TUESDAY) == 1
    like = factories.person(session, campaign, schemes="APA PCH")
    own = factories.person(session, campaign, schemes="APA PCH", best_half="pm")
    unlike = factories.person(session, campaign, schemes="APA")
    homes = [one.household_id for one in (like, own, unlike)]
    told = best_time.hints(session, campaign, homes, on=TUESDAY.date())
    assert told == {like.household_id: "plutôt le matin"}


def test_two_at_one_number_who_differ_have_no_hint(session: Session, campaign: Campaign) -> None:
    campaign.thresholds = {best_time.KEY: {"unknown|APA|0": "am", "unknown|PCH|0": "pm"}}
    one = factories.person(session, campaign, schemes="APA")
    factories.person(session, campaign, schemes="PCH", household=one.household)
    assert best_time.hints(session, campaign, [one.household_id], on=TUESDAY.date()) == {}


@pytest.mark.parametrize(("tried", "learnt"), [(49, 0), (50, 1)])
def test_nothing_is_learnt_under_fifty_calls_in_each_half(
    session: Session, campaign: Campaign, calls: Calls, tried: int, learnt: int
) -> None:
    whom = factories.person(session, campaign)
    calls.add(whom, WINTER_AM, tried=tried, talked=tried)
    calls.add(whom, WINTER_PM, tried=50, talked=5)
    campaign.thresholds = {"silence": {"tries": 4}, best_time.KEY: {"old": "am"}}
    session.flush()
    assert best_time.learn(session, campaign, at=TUESDAY) == learnt
    assert campaign.thresholds["silence"] == {"tries": 4}
    assert "old" not in campaign.thresholds[best_time.KEY]


def test_a_difference_that_may_be_chance_teaches_nothing(
    session: Session, campaign: Campaign, calls: Calls
) -> None:
    whom = factories.person(session, campaign)
    calls.add(whom, WINTER_AM, tried=60, talked=32)
    calls.add(whom, WINTER_PM, tried=60, talked=28)
    assert best_time.learn(session, campaign, at=TUESDAY) == 0


# Week after week ----------------------------------------------------------------------------------


def test_the_sweep_is_told_backwards_from_who_waits_now(
    session: Session, campaign: Campaign, calls: Calls
) -> None:
    waiting = [factories.person(session, campaign) for _ in range(4)]
    first, second = (factories.person(session, campaign) for _ in range(2))
    calls.add(first, weeks.starts_at("2026-W46") + timedelta(hours=10))
    calls.add(first, weeks.starts_at(WEEK) + timedelta(hours=10))  # not a first one any more
    calls.add(second, weeks.ends_at("2026-W47") - timedelta(minutes=1))
    for reached in (first, second):
        factories.enrolment(session, reached).stage = "resting"
    session.flush()
    rows = trend.sweep_weeks(session, campaign, PAST, at=TUESDAY)
    known = rows[: len(PAST)]
    # Beside the four, the one who shares a line in the fixture waits too.
    assert [one.left for one in known] == [len(waiting) + 2, len(waiting) + 1, len(waiting) + 1]
    assert known[1].expected == known[1].left
    assert all(one.left is None and one.expected is not None for one in rows[len(PAST) :])
    assert [one.week for one in known] == [*PAST]
    assert rows[-1].expected == 0


def test_what_was_planned_is_what_the_sheets_held(
    session: Session, campaign: Campaign, calls: Calls
) -> None:
    on_sheets = session.scalar(sa.select(sa.func.count()).select_from(Line)) or 0
    rows = trend.sweep_weeks(session, campaign, PAST, at=TUESDAY)
    before, now = rows[1].planned, rows[2].planned
    assert before is not None
    assert now is not None
    assert before - now >= on_sheets > 0


def test_the_people_of_other_territories_are_not_counted_and_nothing_is_forecast(
    session: Session, campaign: Campaign
) -> None:
    here, there = (factories.commune(session, insee, insee) for insee in (AMIENS, PERONNE))
    for town in (here, here, there):
        factories.person(session, campaign, insee=town.insee)
    rows = trend.sweep_weeks(session, campaign, PAST, at=TUESDAY, within=[here.territory_id])
    assert [one.left for one in rows] == [2, 2, 2]
    assert all(one.expected is None for one in rows)


def test_needs_are_counted_by_week_and_category(session: Session, campaign: Campaign) -> None:
    whom = factories.person(session, campaign)
    by = factories.volunteer(session, campaign)
    start = weeks.starts_at("2026-W47")
    for at, category in (
        (start - timedelta(microseconds=1), "ALI_COURSES"),
        (start, "ALI_COURSES"),
        (start, "ALI_PORTAGE"),
        (weeks.starts_at("2026-W46") - timedelta(microseconds=1), "ALI_PORTAGE"),
    ):
        need(session, campaign, whom, by, raised_at=at, category=category)
    found = trend.need_weeks(session, campaign, PAST)
    labels = reference.categories()
    assert dict(found.categories) == {
        labels["ALI_COURSES"].label: (1, 1, 0),
        labels["ALI_PORTAGE"].label: (0, 1, 0),
    }
    assert found.totals == (1, 2, 0)
    claire = factories.user(session, Role.COORDINATOR, campaign)
    those = area.of(session, claire, campaign, at=TUESDAY).needs
    assert trend.need_weeks(session, campaign, PAST, those=those).totals == (0, 0, 0)


def test_loads_count_each_volunteer_once(session: Session, campaign: Campaign) -> None:
    for _ in range(7):
        factories.person(session, campaign)
    factories.volunteer(session, campaign)
    factories.published(session, campaign)
    found = {one.label: (one.given, one.left) for one in trend.loads(session, campaign, WEEK)}
    assert found.pop("6 à 10") == (1, 1)
    assert set(found.values()) == {(0, 0)}
    assert trend.loads(session, campaign, WEEK)[2].short == "6–10"


def test_weeks_begin_with_the_campaign_but_are_two_at_least() -> None:
    assert trend.last_weeks(TUESDAY, 8, since=EVE) == ("2026-W47", WEEK)
    assert trend.last_weeks(TUESDAY, 8, since=TUESDAY) == ("2026-W47", WEEK)
    assert len(trend.last_weeks(TUESDAY, 8, since=EVE - timedelta(days=300))) == 8


# Effect and places --------------------------------------------------------------------------------


def test_effect_counts_what_was_closed_in_time_and_what_was_rerouted(
    session: Session, campaign: Campaign, calls: Calls
) -> None:
    whom = factories.person(session, campaign)
    calls.add(whom, WINTER_AM, tried=4, talked=2)
    start = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    week = timedelta(days=7)
    for closed_at in (start + week, start + week + timedelta(seconds=1), None):
        closed = {"state": NeedState.CLOSED, "result": Result.SOLVED, "closed_at": closed_at}
        need(session, campaign, whom, calls.by, raised_at=start, **(closed if closed_at else {}))
    young = need(session, campaign, whom, calls.by, raised_at=TUESDAY - timedelta(days=1))
    session.add(
        Referral(
            need_id=young.id,
            destination="CPAM",
            name="CPAM",
            mode=reference.Mode.MAIL,
            reason="x",
            state=ReferralState.NOT_OURS,
            nonce="n",
            moved_at=TUESDAY,
        )
    )
    withdrawn = {"state": NeedState.CLOSED, "result": Result.WITHDRAWN, "closed_at": TUESDAY}
    need(session, campaign, whom, calls.by, raised_at=start, **withdrawn)
    session.flush()
    found = effect(session, campaign, start.date(), TUESDAY.date(), at=TUESDAY)
    assert (found.raised, found.ripe, found.closed_in_time, found.rerouted) == (4, 3, 1, 1)
    assert found.per_hundred == 200.0
    assert found.reach(1, "am") == (4, 2)
    assert found.weekdays == (1,)


def test_places_count_people_and_needs_by_commune(session: Session, campaign: Campaign) -> None:
    here, there = (factories.commune(session, insee, insee) for insee in (AMIENS, PERONNE))
    by = factories.volunteer(session, campaign)
    one = factories.person(session, campaign, insee=AMIENS, enrolled={"last_conversation_at": EVE})
    factories.person(session, campaign, insee=AMIENS)
    factories.person(session, campaign, insee=PERONNE)
    factories.person(session, campaign)  # of no known commune
    need(session, campaign, one, by)
    found = {
        place.insee: (place.people, place.never, place.needs) for place in places(session, campaign)
    }
    assert found == {AMIENS: (2, 1, 1), PERONNE: (1, 1, 0)}
    only = places(session, campaign, area=area.Area((there.territory_id or 0,)))
    assert [place.insee for place in only] == [PERONNE]
    assert here.territory_id != there.territory_id


# Outlines -------------------------------------------------------------------------------------------


def square(insee: str = AMIENS) -> bytes:
    ring = [[2, 49], [3, 49], [3, 50], [2, 50], [2, 49]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"geometry": shape, "properties": {"code": insee, "nom": "Amiens"}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def test_an_organisation_brings_its_outlines_and_goes_back(
    session: Session, campaign: Campaign
) -> None:
    lead = factories.user(session, Role.LEAD, campaign)
    factories.commune(session, AMIENS, "Amiens")
    assert len(outlines.shapes(session).outlines) == 771
    assert outlines.bring(session, square(), licence=" IGN,  2026 ", by=lead, at=TUESDAY) == 1
    found = outlines.shapes(session)
    assert (found.is_own, found.licence, len(found.outlines)) == (True, "IGN, 2026", 1)
    assert found.outlines[0].area == "Territoire de Amiens"
    outlines.drop(session, by=lead, at=TUESDAY)
    assert not outlines.shapes(session).is_own
    session.get_one(Organisation, 1).departement = "01"
    assert outlines.shapes(session).outlines == ()


@pytest.mark.parametrize(
    ("content", "licence", "field"),
    [
        (square(), " ", "licence"),
        (square("99999"), "IGN", "file"),
        (b"\xff\xfe", "IGN", "file"),
        (b"{}", "IGN", "file"),
        (b'{"features":[]}', "IGN", "file"),
    ],
)
def test_a_file_that_cannot_be_a_map_is_refused_and_nothing_is_kept(
    session: Session, campaign: Campaign, content: bytes, licence: str, field: str
) -> None:
    lead = factories.user(session, Role.LEAD, campaign)
    factories.commune(session, AMIENS, "Amiens")
    with pytest.raises(Refusal) as refused:
        outlines.bring(session, content, licence=licence, by=lead, at=TUESDAY)
    assert refused.value.field == field
    assert session.get_one(Organisation, 1).outlines is None
    assert not session.scalars(sa.select(JournalEntry)).all()
