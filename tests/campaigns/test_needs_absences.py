"""Absences of coordinators: the deputy reads and is told between two dates, then it reverts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from appel_solidaire import summaries
from campaigns import access, needs, overview, weeks
from campaigns.models import Absence, Coverage, Need, User, WeakSignal
from campaigns.needs import absences, signals
from campaigns.refusal import Refusal
from tests.factories import TUESDAY, WEEK
from tests.needs_stage import AMIENS, PERONNE, Stage

TODAY = weeks.local_day(TUESDAY)
MONDAY, FRIDAY = TODAY - timedelta(days=1), TODAY + timedelta(days=3)


def away(
    stage: Stage,
    who: User,
    deputy: User | None,
    first: date = MONDAY,
    last: date = FRIDAY,
) -> Absence:
    return absences.note_absence(
        stage.session, who, first_on=first, last_on=last, deputy=deputy, by=who, at=TUESDAY
    )


def reads(stage: Stage, who: User, need: Need, at: datetime = TUESDAY) -> bool:
    found = access.need_of(stage.session, who, need.id, campaign=stage.campaign, at=at)
    return found is not None


def named_reader(stage: Stage, who: User) -> None:
    stage.session.execute(
        sa.update(Coverage).where(Coverage.user_id == who.id).values(reads_sensitive=True)
    )


def test_the_deputy_reads_that_territory_between_the_dates_and_no_longer(stage: Stage) -> None:
    need = stage.raised()
    assert not reads(stage, stage.claire, need)
    away(stage, stage.anne, stage.claire)
    for day, opens in ((-2, False), (-1, True), (0, True), (3, True), (4, False)):
        assert reads(stage, stage.claire, need, TUESDAY + timedelta(days=day)) is opens, day
    later = TUESDAY + timedelta(days=4)
    assert access.territories_of(stage.session, stage.claire, at=later) == [stage.elsewhere.id]
    both = access.territories_of(stage.session, stage.claire, at=TUESDAY)
    assert both == sorted([stage.here.id, stage.elsewhere.id])
    assert reads(stage, stage.anne, need)  # away is not shut out


def counted(stage: Stage, who: User, at: datetime) -> list[int]:
    """Everything a coordinator's pages and Monday's mail count, in one list."""
    session, campaign = stage.session, stage.campaign
    summed = summaries.coordinator_counts(session, campaign, WEEK, who, at)
    return [
        needs.of_week(session, who, campaign, WEEK, at=at).raised,
        needs.effects_of_week(session, who, campaign, WEEK, at=at).raised,
        sum(needs.counts(session, who, campaign, at=at).values()),
        sum(overview.open_needs(session, who, campaign, at=at).values()),
        len(overview.oldest_open(session, who, campaign, at=at)),
        overview.late_for(session, who, campaign, at=at),
        len(needs.alert.unseen(session, who, campaign, at=at)),
        len(signals.cards(session, who, campaign, at=at)),
        summed["new"],
    ]


def test_figures_mails_banners_and_cards_follow_the_absence_too(stage: Stage) -> None:
    late = stage.raised("SAN_VITAL")
    late.due_at = TUESDAY - timedelta(hours=1)
    stage.session.add(
        WeakSignal(
            campaign_id=stage.campaign.id,
            category="ALI_COURSES",
            insee=PERONNE,
            count=6,
            opened_at=TUESDAY,
            last_at=TUESDAY,
        )
    )
    stage.session.flush()
    mine = counted(stage, stage.anne, TUESDAY)
    assert all(mine)
    away(stage, stage.anne, stage.claire, last=TODAY + timedelta(days=20))
    assert counted(stage, stage.claire, TUESDAY) == mine
    assert not any(counted(stage, stage.claire, TUESDAY + timedelta(days=40)))
    assert not any(counted(stage, stage.claire, TUESDAY - timedelta(days=5)))


def test_who_stands_in_for_the_coordination_reads_everywhere_but_what_is_sensitive(
    stage: Stage,
) -> None:
    here, nowhere = stage.raised(), stage.raised(whom=stage.person(None))
    secret = stage.raised("PRO_VIOLENCES")
    away(stage, stage.odile, stage.claire)
    assert access.territories_of(stage.session, stage.claire, at=TUESDAY) is None
    assert reads(stage, stage.claire, here)
    assert reads(stage, stage.claire, nowhere)
    assert not reads(stage, stage.claire, secret)
    named_reader(stage, stage.claire)
    assert reads(stage, stage.claire, secret)
    assert not reads(stage, stage.claire, nowhere, TUESDAY + timedelta(days=4))


def test_what_is_sensitive_opens_when_both_are_named_readers(stage: Stage) -> None:
    secret = stage.raised("PRO_VIOLENCES")
    away(stage, stage.anne, stage.claire)
    assert not reads(stage, stage.claire, secret)
    named_reader(stage, stage.claire)
    assert reads(stage, stage.claire, secret)
    theirs = stage.raised("PRO_VIOLENCES", whom=stage.person(AMIENS))
    away(stage, stage.claire, stage.bob)
    assert not reads(stage, stage.bob, theirs)


def test_who_answers_follows_deputies_and_comes_back(stage: Stage) -> None:
    session = stage.session
    assert absences.stand_in(session, stage.anne, TUESDAY) is stage.anne
    away(stage, stage.anne, stage.bob)
    assert absences.stand_in(session, stage.anne, TUESDAY) is stage.bob
    need = stage.raised("AUT_APA")
    away(stage, stage.bob, stage.claire)
    assert absences.stand_in(session, stage.anne, TUESDAY) is stage.claire
    assert reads(stage, stage.claire, need)
    assert absences.stand_in(session, stage.anne, TUESDAY + timedelta(days=9)) is stage.anne


def test_a_loop_of_absences_and_a_closed_account_end_somewhere(stage: Stage) -> None:
    session = stage.session
    for who, deputy in ((stage.anne, stage.bob), (stage.bob, stage.anne)):
        session.add(Absence(user_id=who.id, first_on=MONDAY, last_on=FRIDAY, deputy_id=deputy.id))
    session.flush()
    assert absences.stand_in(session, stage.anne, TUESDAY) is stage.bob
    assert reads(stage, stage.anne, stage.raised())
    stage.bob.disabled_at = TUESDAY
    assert absences.stand_in(session, stage.anne, TUESDAY) is stage.anne


def test_the_standing_deputy_stands_in_when_none_is_chosen(stage: Stage) -> None:
    with pytest.raises(Refusal, match="Choisissez qui répond"):
        away(stage, stage.anne, None)
    absences.set_deputy(stage.session, stage.anne, stage.bob, by=stage.anne, at=TUESDAY)
    away(stage, stage.anne, None)
    assert absences.stand_in(stage.session, stage.anne, TUESDAY) is stage.bob
    with pytest.raises(Refusal, match="compte sur"):
        absences.set_deputy(stage.session, stage.anne, None, by=stage.anne, at=TUESDAY)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(2, 1, "last_on"), (-9, -8, "last_on"), (0, 900, "last_on"), (3, 4, "first_on")],
)
def test_days_that_make_no_absence_are_refused(
    stage: Stage, first: int, last: int, field: str
) -> None:
    away(stage, stage.anne, stage.bob)
    days = (TODAY + timedelta(days=first), TODAY + timedelta(days=last))
    with pytest.raises(Refusal) as refused:
        away(stage, stage.anne, stage.bob, *days)
    assert refused.value.field == field


def test_somebody_away_oneself_or_a_volunteer_stands_in_for_nobody(stage: Stage) -> None:
    away(stage, stage.bob, stage.claire)
    for deputy in (stage.bob, stage.anne, stage.karim):
        with pytest.raises(Refusal) as refused:
            away(stage, stage.anne, deputy)
        assert refused.value.field == "deputy"


def test_coming_back_early_reverts_at_once(stage: Stage) -> None:
    need = stage.raised()
    now, later = away(stage, stage.anne, stage.claire), TODAY + timedelta(days=10)
    planned = away(stage, stage.anne, stage.claire, later, later)
    assert [one.absence for one in absences.about(stage.session, stage.claire, today=TODAY)] == [
        now,
        planned,
    ]
    for absence in (now, planned):
        absences.come_back(stage.session, absence, by=stage.anne, at=TUESDAY)
    stage.session.flush()
    assert not reads(stage, stage.claire, need)
    assert absences.about(stage.session, stage.anne, today=TODAY) == []
    with pytest.raises(Refusal, match="déjà terminée"):
        absences.come_back(stage.session, now, by=stage.anne, at=TUESDAY)


def test_a_deputy_reads_no_campaign_the_absent_one_is_not_in(stage: Stage) -> None:
    need = stage.raised()
    away(stage, stage.anne, stage.claire)
    stage.session.execute(
        sa.text("DELETE FROM membership WHERE user_id = :anne"), {"anne": stage.anne.id}
    )
    assert not reads(stage, stage.claire, need)


def test_a_vital_emergency_is_written_to_whoever_stands_in_for_the_coordination(
    stage: Stage,
) -> None:
    away(stage, stage.odile, stage.claire)
    vital = stage.raised("SAN_VITAL")
    assert "claire@example.org" in stage.mails(vital)
    assert "odile@example.org" not in stage.mails(vital)
    # What is sensitive does not open for Claire: told to who is away, rather than to nobody.
    assert "odile@example.org" in stage.mails(stage.raised("PSY_SUICIDE"))
