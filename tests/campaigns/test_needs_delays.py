"""What a campaign decides about delays holds: clocks, reminders, the one mail of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from campaigns import mails, needs
from campaigns.directory import opening_of
from campaigns.models import (
    Need,
    Office,
    OutgoingMail,
    ReferralState,
    Role,
    Urgency,
)
from campaigns.needs import delays, facets, idle
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import Stage

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
USUAL = {name: str(getattr(delays.Delays(), name)) for name in delays.NAMES}
CCAS = "ccas.peronne@communes80.example.org"
FIVE = TUESDAY.replace(hour=16)  # in Paris


def settle(stage: Stage, **changed: str) -> bool:
    lead = factories.user(stage.session, Role.LEAD, email="lea@example.org")
    return delays.settle(stage.session, stage.campaign, USUAL | changed, by=lead, at=TUESDAY)


def choose(stage: Stage, **kept: int) -> None:
    stage.campaign.thresholds = {delays.KEY: kept}
    stage.session.flush()


def leaving(stage: Stage, need: Need) -> Sequence[datetime]:
    """When each mail to the partner about a need leaves."""
    rows = stage.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.to_address == CCAS))
    return [row.next_at for row in rows if row.about["need"] == need.id]


# The settings --------------------------------------------------------------------------------


def test_only_what_differs_is_kept_beside_what_other_rooms_keep(stage: Stage) -> None:
    stage.campaign.thresholds = {"silence": {"tries": 4}}
    assert settle(stage, vital_minutes="20", digest_hour="16")
    kept = {"silence": {"tries": 4}, "delays": {"vital_minutes": 20, "digest_hour": 16}}
    assert stage.campaign.thresholds == kept


def test_the_usual_delays_typed_again_change_nothing(stage: Stage) -> None:
    assert not settle(stage)
    assert stage.campaign.thresholds == {}


@pytest.mark.parametrize(
    ("field", "typed", "say"),
    [
        ("vital_minutes", "4", "Choisissez entre 5 et 120 minutes."),
        ("urgent_then", "neuf", "Choisissez entre 1 et 8 heures ouvrées."),
        ("partner_days", "8", "Choisissez entre 2 et 7 jours."),  # its link would be dead
        ("digest_hour", "18", "Choisissez entre 9 et 17 heures."),
        ("normal_days", "2", "choisissez plus de 2"),
        ("still_3", "5", "choisissez plus de 5"),
    ],
)
def test_a_delay_nobody_could_keep_is_refused_on_its_field(
    stage: Stage, field: str, typed: str, say: str
) -> None:
    with pytest.raises(Refusal, match=say) as refused:
        settle(stage, **{field: typed})
    assert refused.value.field == field
    assert stage.campaign.thresholds == {}


# The clocks ----------------------------------------------------------------------------------


def test_a_need_is_promised_the_delays_of_its_campaign(stage: Stage) -> None:
    before = stage.raised("SAN_VITAL")
    choose(stage, vital_minutes=10, urgent_hours=3, priority_days=1)
    due = {
        stage.raised(code, whom=stage.person("80620")).due_at - TUESDAY
        for code in ("SAN_VITAL", "ALI_URGENCE", "ALI_COURSES")
    }
    lunch = 90 * MINUTE
    assert due == {10 * MINUTE, 3 * HOUR + lunch, DAY}
    assert before.due_at == TUESDAY + 30 * MINUTE  # what was promised stays


def test_the_lead_hears_of_an_unseen_emergency_after_the_time_left_to_the_deputies(
    stage: Stage,
) -> None:
    factories.user(stage.session, Role.LEAD, email="lea@example.org")
    choose(stage, vital_then=15)
    stage.raised("SAN_VITAL")
    needs.escalate(stage.session, at=TUESDAY + 44 * MINUTE)
    leads = sa.select(sa.func.count()).where(OutgoingMail.to_address == "lea@example.org")
    assert stage.session.scalar(leads) == 0
    needs.escalate(stage.session, at=TUESDAY + 45 * MINUTE)
    assert stage.session.scalar(leads) == 1


def test_what_no_longer_moves_is_counted_shown_and_told_by_the_campaigns_days(
    stage: Stage,
) -> None:
    choose(stage, still_1=3, still_2=6)
    need = stage.raised("DRO_RETRAITE")
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY)
    assert needs.follow(stage.session, stage.campaign, at=TUESDAY + 2 * DAY) == 0
    assert needs.follow(stage.session, stage.campaign, at=TUESDAY + 3 * DAY) == 1
    told = stage.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.kind == "need_waiting"))
    assert [mail.about["days"] for mail in told] == [3]
    counted = facets.facets(
        stage.session, stage.anne, stage.campaign, states=[need.state], at=TUESDAY + 3 * DAY
    )
    assert counted.idle == {3: 1, 6: 0, 10: 0, 21: 0}
    advice = idle.advice("B-1", need.state, 3, stages=delays.of(stage.campaign).stages)
    assert advice.action.startswith("Dites qui s’en occupe")
    assert "3 jours ouvrés" in advice.draft


def test_a_partner_is_reminded_at_the_campaigns_pace_then_the_need_comes_back(
    stage: Stage,
) -> None:
    choose(stage, partner_days=3, partner_reminders=1)
    need = stage.raised("ALI_PORTAGE")
    (referral,) = [one for one in need.referrals if one.office_id and one.territory_id is None]
    referral.state, referral.link_expires_at = ReferralState.SENT, TUESDAY + needs.LINK_LIFE
    assert needs.remind_partners(stage.session, stage.campaign, at=TUESDAY + 2 * DAY) == 0
    assert needs.remind_partners(stage.session, stage.campaign, at=TUESDAY + 3 * DAY) == 1
    assert referral.reminded == 1
    assert needs.remind_partners(stage.session, stage.campaign, at=TUESDAY + 6 * DAY) == 1
    assert referral.returned_at == TUESDAY + 6 * DAY


# The one mail of the day ---------------------------------------------------------------------


def with_digest(stage: Stage) -> None:
    stage.session.execute(sa.update(Office).values(wants_digest=True))


def test_the_mail_of_the_day_leaves_at_the_campaigns_hour(stage: Stage) -> None:
    with_digest(stage)
    choose(stage, digest_hour=11)
    assert leaving(stage, stage.raised("ALI_PORTAGE")) == [TUESDAY + HOUR]


def test_a_need_that_would_be_read_too_late_does_not_wait_for_the_mail_of_the_day(
    stage: Stage,
) -> None:
    with_digest(stage)
    held = stage.raised("ALI_PORTAGE")
    assert (held.urgency, leaving(stage, held)) == (Urgency.U2, [FIVE])
    choose(stage, priority_days=1)
    short = stage.raised("ALI_PORTAGE", whom=stage.person("80620"))
    assert leaving(stage, short) == [TUESDAY]


def test_a_need_sent_elsewhere_on_its_last_day_is_told_at_once_to_who_reads_once_a_day(
    stage: Stage,
) -> None:
    stage.claire.needs_rhythm = "day"
    need = stage.raised("DRO_RETRAITE", at=TUESDAY)
    late = need.due_at - HOUR
    destination = f"TERRITOIRE_{stage.elsewhere.code}"
    needs.refer_again(
        stage.session, need, destination, reason="A déménagé", by=stage.anne,
        version=need.version, at=late,
    )  # fmt: skip
    rows = stage.session.scalars(
        sa.select(OutgoingMail.next_at).where(OutgoingMail.to_address == stage.claire.email)
    )
    assert rows.all() == [late]


def test_two_campaigns_with_two_hours_still_make_one_mail_a_day(stage: Stage) -> None:
    opening = opening_of(stage.session, 2026)
    at_four = FIVE - HOUR

    def slot(at: datetime, hour: int) -> datetime:
        return mails.slot_of(
            stage.session,
            "ccas@example.org",
            at=at,
            opening=opening,
            hour=FIVE.time().replace(hour),
        )

    assert slot(TUESDAY, 16) == at_four
    mails.post(
        stage.session, "need_referred", to="ccas@example.org", key="one", about={"need": 1},
        at=TUESDAY, not_before=at_four,
    )  # fmt: skip
    assert slot(TUESDAY + MINUTE, 17) == at_four  # joined
    assert slot(at_four + MINUTE, 17) == (TUESDAY + DAY).replace(hour=7, minute=30)  # had theirs
