"""The organisation's own hours, closed days and holidays, and everything that counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire import escalation
from appel_solidaire.instance import Instance
from campaigns import calls, clocks, directory, journal, mails, needs, sheets
from campaigns.directory import Region, hours, opening
from campaigns.directory.opening import Closure
from campaigns.models import Campaign, JournalEntry, NeedStage, Organisation, Role, Urgency, User
from campaigns.needs import escalating, idle
from campaigns.refusal import Refusal
from campaigns.weeks import PARIS
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import Stage

FRIDAY_OFF = date(2026, 11, 27)
USUAL = ["8:30 – 12:00, 13:30 – 17:30"] * 5 + ["", ""]


@pytest.fixture
def lead(stage: Stage) -> User:
    return factories.user(stage.session, Role.LEAD, stage.campaign)


def organisation(session: Session) -> Organisation:
    return session.get_one(Organisation, 1)


def settle(session: Session, lead: User, days: list[str], region: str = "FR") -> bool:
    wanted = hours.Week(days, region)
    return hours.settle(session, organisation(session), wanted, by=lead, at=TUESDAY)


def close(session: Session, lead: User, first: date, last: date | None = None) -> None:
    closure = Closure(first, last or first, "Pont")
    hours.close(session, organisation(session), closure, by=lead, at=TUESDAY)


def acts(session: Session) -> list[tuple[str, dict[str, Any]]]:
    journal.write_pending(session)
    rows = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id))
    return [(one.action, one.detail) for one in rows]


def local(at: datetime) -> str:
    return at.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")


def test_an_organisation_that_chose_nothing_opens_at_the_usual_hours(stage: Stage) -> None:
    found = directory.opening_of(stage.session, 2026)
    assert found.week == clocks.OFFICE_WEEK
    assert not found.closed
    held = hours.in_force(organisation(stage.session))
    assert held == hours.Week(
        ["08:30 – 12:00, 13:30 – 17:30"] * 5 + [""] * 2, Region.MAINLAND.value
    )


def test_hours_are_kept_by_weekday_and_the_journal_says_what_changed(
    stage: Stage, lead: User
) -> None:
    days = ["9h-12h30 et 14 h – 18 h 30", *USUAL[1:4], "9:00 à 13:00", "9:00 – 12:00", "fermé"]
    assert settle(stage.session, lead, days)
    week = directory.opening_of(stage.session, 2026).week
    assert week[0] == ((time(9), time(12, 30)), (time(14), time(18, 30)))
    assert week[4:] == (((time(9), time(13)),), ((time(9), time(12)),), ())
    assert sorted(organisation(stage.session).opening_hours) == ["0", "4", "5"]
    assert hours.say_hours(week)[1:] == [
        "du mardi au jeudi, de 8\u00a0h\u00a030 à 12\u00a0h et de 13\u00a0h\u00a030 à "
        "17\u00a0h\u00a030",
        "le vendredi, de 9\u00a0h à 13\u00a0h",
        "le samedi, de 9\u00a0h à 12\u00a0h",
    ]
    assert not settle(stage.session, lead, days)
    assert settle(stage.session, lead, USUAL)
    assert organisation(stage.session).opening_hours == {}
    assert acts(stage.session)[-2:] == [("opening_settled", {"names": ["opening_hours"]})] * 2


@pytest.mark.parametrize(
    ("typed", "say"),
    [
        ("le matin", "Écrivez l’heure comme"),
        ("25:00 – 26:00", "Écrivez l’heure comme"),
        ("12:00 – 8:00", "plus tardive"),
        ("8:00", "plus tardive"),
        ("8:00 – 12:00, 11:00 – 15:00", "se chevauchent autour de 11"),
        (", ".join(f"{one}:00 – {one}:30" for one in range(8, 13)), "une à 4 tranches"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_on_their_day(
    stage: Stage, lead: User, typed: str, say: str
) -> None:
    with pytest.raises(Refusal, match=say) as refused:
        settle(stage.session, lead, [*USUAL[:3], typed, *USUAL[4:]])
    assert refused.value.field == "day_3"
    assert organisation(stage.session).opening_hours == {}


def test_a_week_without_any_open_day_and_an_unknown_region_are_refused(
    stage: Stage, lead: User
) -> None:
    with pytest.raises(Refusal, match="au moins un jour"):
        settle(stage.session, lead, [""] * 7)
    with pytest.raises(Refusal, match="région de la liste"):
        settle(stage.session, lead, USUAL, region="Zone A")


@pytest.mark.parametrize(
    ("departement", "chosen", "expected"),
    [
        ("80", "", Region.MAINLAND),
        ("67", "", Region.ALSACE_MOSELLE),
        ("57", "", Region.ALSACE_MOSELLE),
        ("974", "", Region.REUNION),
        ("80", "AM", Region.ALSACE_MOSELLE),
        ("974", "FR", Region.MAINLAND),
    ],
)
def test_the_holidays_are_those_of_the_departement_unless_chosen(
    departement: str, chosen: str, expected: Region
) -> None:
    one = Organisation(departement=departement, holidays_region=chosen)
    assert opening.region_of(one) is expected


@pytest.mark.parametrize(
    ("region", "day"),
    [
        (Region.ALSACE_MOSELLE, date(2026, 4, 3)),  # Good Friday
        (Region.ALSACE_MOSELLE, date(2026, 12, 26)),
        (Region.GUADELOUPE, date(2026, 5, 27)),
        (Region.MARTINIQUE, date(2026, 5, 22)),
        (Region.GUYANE, date(2026, 6, 10)),
        (Region.REUNION, date(2026, 12, 20)),
        (Region.MAYOTTE, date(2026, 4, 27)),
    ],
)
def test_each_region_has_its_own_days(region: Region, day: date) -> None:
    # Code du travail, L3134-13, and the decree 83-1003 on the abolition of slavery.
    assert day in opening.public_holidays(region, 2026)
    assert day not in opening.public_holidays(Region.MAINLAND, 2026)


@pytest.mark.parametrize("region", Region)
def test_every_region_of_the_list_is_known_to_the_calendar(region: Region) -> None:
    assert date(2027, 1, 1) in opening.public_holidays(region, 2026)


def test_a_closed_day_is_no_working_day_until_it_is_taken_back(stage: Stage, lead: User) -> None:
    session = stage.session
    close(session, lead, FRIDAY_OFF)
    assert not directory.works_on(session, FRIDAY_OFF)
    assert hours.open_again(session, organisation(session), FRIDAY_OFF, by=lead, at=TUESDAY)
    assert not hours.open_again(session, organisation(session), FRIDAY_OFF, by=lead, at=TUESDAY)
    assert directory.works_on(session, FRIDAY_OFF)
    assert acts(session)[-2:] == [
        ("days_closed", {"first": "2026-11-27"}),
        ("days_opened", {"first": "2026-11-27"}),
    ]


@pytest.mark.parametrize(
    ("first", "last", "field", "say"),
    [
        (date(2026, 12, 2), date(2026, 12, 1), "last_on", "avant le premier"),
        (date(2026, 12, 1), date(9999, 12, 31), "last_on", "31 jours au plus"),
        (date(2025, 1, 1), date(2025, 1, 1), "first_on", "Choisissez un jour"),
        (date(2030, 1, 1), date(2030, 1, 1), "first_on", "Choisissez un jour"),
        (date(2026, 12, 24), date(2026, 12, 31), "first_on", "du 28/12/2026 au 29/12/2026"),
    ],
)
def test_a_closure_that_cannot_be_is_refused_on_its_field(
    stage: Stage, lead: User, first: date, last: date, field: str, say: str
) -> None:
    close(stage.session, lead, date(2026, 12, 28), date(2026, 12, 29))
    with pytest.raises(Refusal, match=say) as refused:
        close(stage.session, lead, first, last)
    assert refused.value.field == field


def test_the_delays_of_needs_leave_out_what_is_closed(stage: Stage, lead: User) -> None:
    thursday = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)  # 17:30, the office closes
    close(stage.session, lead, FRIDAY_OFF)
    settle(stage.session, lead, ["10:00 – 12:00", *USUAL[1:]])
    urgent = stage.raised("ALI_URGENCE", at=thursday)
    normal = stage.raised("AUT_APA", at=thursday)
    assert (urgent.urgency, normal.urgency) == (Urgency.U1, Urgency.U3)
    assert local(urgent.due_at) == "2026-11-30 12:00"  # Monday's only hours
    # Seven working days from Monday the 30th; Tuesday the 8th closes at 17:30.
    assert local(normal.due_at) == "2026-12-08 17:30"


def test_who_comes_after_the_deputies_is_told_in_opening_hours(stage: Stage, lead: User) -> None:
    raised = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)  # 16:30
    need = stage.raised("ALI_URGENCE", at=raised)
    due = need.due_at
    assert local(due) == "2026-11-27 09:30"
    close(stage.session, lead, date(2026, 11, 30))
    settle(stage.session, lead, [*USUAL[:4], "8:30 – 10:30", *USUAL[5:]])
    needs.escalate(stage.session, at=due + timedelta(hours=3))  # closed since 10:30
    assert stages(stage.session, need.id) == {escalating.DEPUTY}
    tuesday = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)  # 9:30: one hour more was left
    needs.escalate(stage.session, at=tuesday - timedelta(minutes=1))
    assert stages(stage.session, need.id) == {escalating.DEPUTY}
    needs.escalate(stage.session, at=tuesday)
    assert stages(stage.session, need.id) == {escalating.DEPUTY, escalating.LEAD}


def stages(session: Session, need_id: int) -> set[str]:
    rows = session.scalars(sa.select(NeedStage.stage).where(NeedStage.need_id == need_id))
    return {one.partition("-")[0] for one in rows}


def test_days_without_movement_and_the_one_mail_of_the_day_follow(stage: Stage, lead: User) -> None:
    monday = datetime(2026, 11, 30, 9, tzinfo=UTC)
    close(stage.session, lead, FRIDAY_OFF)
    settle(stage.session, lead, ["8:30 – 12:00", *USUAL[1:]])
    found = directory.opening_of(stage.session, 2026)
    thursday = datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert idle.working_days(thursday, at=monday, opening=found) == 1

    def slot(at: datetime) -> str:
        to = "ccas@example.org"
        return local(mails.slot_of(stage.session, to, at=at, opening=found))

    assert slot(thursday) == "2026-11-26 17:00"
    assert slot(thursday + timedelta(days=1)) == "2026-11-30 08:30"
    assert slot(monday) == "2026-11-30 12:00"  # before it closes, not at five


def test_calls_are_not_planned_on_closed_days_nor_on_the_region_s_holidays(
    stage: Stage, lead: User
) -> None:
    before = calls.rules.of(stage.campaign, 2026)
    assert before.works_on(FRIDAY_OFF)
    close(stage.session, lead, FRIDAY_OFF)
    settle(stage.session, lead, USUAL, region="AM")
    after = calls.rules.of(stage.campaign, 2026)
    assert not after.works_on(FRIDAY_OFF)
    assert not after.works_on(date(2026, 4, 3))
    noon = datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert "Ce n’est pas le moment" in calls.rules.out_of_hours(stage.campaign, at=noon)
    stage.campaign.rules = {"works_on_holidays": True}  # a heat alert
    assert calls.rules.of(stage.campaign, 2026).works_on(FRIDAY_OFF)
    assert before == calls.rules.of(Campaign(rules={}), 2026)


def test_the_split_gives_nobody_for_a_half_day_that_is_closed(stage: Stage, lead: User) -> None:
    factories.volunteer(stage.session, stage.campaign, [(4, "am")])
    week, eve = "2026-W48", datetime(2026, 11, 20, 18, tzinfo=UTC)
    sheets.propose(stage.session, stage.campaign, week, at=eve)
    mine = sheets.of_week(stage.session, stage.campaign, week).volunteers
    assert not mine[-1].is_away
    close(stage.session, lead, FRIDAY_OFF)
    sheets.propose(stage.session, stage.campaign, week, at=eve)
    assert sheets.of_week(stage.session, stage.campaign, week).volunteers[-1].is_away


def test_who_is_on_call_is_said_before_an_own_closed_day(stage: Stage, lead: User) -> None:
    close(stage.session, lead, date(2026, 11, 26))

    def say(day: int) -> str:
        at = datetime(2026, 11, day, 14, tzinfo=UTC)
        return directory.on_call(stage.session, stage.here, at).say

    assert say(25) == "Personne n’est d’astreinte demain, jour de fermeture."
    assert say(26) == "Personne n’est d’astreinte aujourd’hui, jour de fermeture."


def test_nothing_is_said_again_while_the_organisation_is_closed(
    instance: Instance, somme: None
) -> None:
    now = instance.clock()
    with instance.database.unit() as session:
        factories.campaign(session)
        lead = factories.user(session, Role.LEAD)
        close(session, lead, now.astimezone(PARIS).date())
    assert escalation.run_due(instance) == 0
    with instance.database.unit() as session:
        day = now.astimezone(PARIS).date()
        hours.open_again(session, organisation(session), day, by=lead, at=now)
    assert escalation.run_due(instance) == 1  # the needs of the hour were looked at
