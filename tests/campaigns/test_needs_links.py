"""A partner's link: eight days, renewed by mail, a spoken code; silence brings the need back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from campaigns import needs, reference
from campaigns.models import (
    Need,
    NeedState,
    Office,
    OutgoingMail,
    Referral,
    ReferralState,
)
from campaigns.needs import PartnerAnswer
from campaigns.refusal import Refusal
from tests.factories import TUESDAY
from tests.needs_stage import Stage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sent(stage: Stage, at: datetime = TUESDAY) -> Referral:
    """A referral whose mail the server took at this instant."""
    referral = stage.raised(at=at).referrals[0]
    referral.state, referral.link_expires_at = ReferralState.SENT, at + needs.LINK_LIFE
    stage.session.flush()
    return referral


def mails_to_partner(stage: Stage, referral: Referral) -> list[str]:
    """Why each mail to the partner was posted, in order."""
    rows = stage.session.scalars(
        sa.select(OutgoingMail)
        .where(OutgoingMail.kind == "need_referred", OutgoingMail.user_id.is_(None))
        .order_by(OutgoingMail.id)
    )
    return [
        str(row.about.get("why", "first")) for row in rows if row.about["referral"] == referral.id
    ]


# The link and its renewal ------------------------------------------------------------------


def test_a_link_too_old_may_be_asked_for_again_and_the_old_one_never_opens(stage: Stage) -> None:
    referral = sent(stage)
    old = needs.partner_token(stage.session, referral)
    late = TUESDAY + 9 * DAY
    assert needs.find_asleep(stage.session, old, at=TUESDAY + DAY) is None
    assert needs.find_referral(stage.session, old, at=late) is None
    assert needs.find_asleep(stage.session, old, at=late) is referral
    assert needs.renew(stage.session, referral, at=late)
    assert needs.renew(stage.session, referral, at=late) is False  # once within the hour
    referral.link_expires_at = late + needs.LINK_LIFE  # its mail has left
    new = needs.partner_token(stage.session, referral)
    assert needs.find_referral(stage.session, new, at=late) is referral
    assert needs.find_referral(stage.session, old, at=late) is None
    assert needs.find_asleep(stage.session, old, at=late) is referral
    assert mails_to_partner(stage, referral) == ["first", "renewed"]


@pytest.mark.parametrize(
    "state", [ReferralState.NOT_OURS, ReferralState.DONE, ReferralState.EXPIRED]
)
def test_nothing_is_renewed_for_who_has_nothing_more_to_do(
    stage: Stage, state: ReferralState
) -> None:
    referral = sent(stage)
    token = needs.partner_token(stage.session, referral)
    referral.state = state
    stage.session.flush()
    assert needs.find_asleep(stage.session, token, at=TUESDAY + 9 * DAY) is None


def test_a_forged_link_is_never_renewed(stage: Stage) -> None:
    referral = sent(stage)
    token = needs.partner_token(stage.session, referral)
    for forged in (f"{token}x", f"{referral.id}-", "zut", f"{referral.id + 1}-{token}"):
        assert needs.find_asleep(stage.session, forged, at=TUESDAY + 9 * DAY) is None


# The spoken code ---------------------------------------------------------------------------


def test_the_spoken_code_is_six_digits_and_changes_with_the_link(stage: Stage) -> None:
    referral = sent(stage)
    assert needs.opens_with(stage.session, referral, "")
    assert referral.office is not None
    referral.office.asks_code = True
    code = needs.code_of(stage.session, referral)
    assert (len(code), code.isdigit()) == (6, True)
    assert needs.opens_with(stage.session, referral, f" {code[:3]} {code[3:]} ")
    for wrong in ("", "000000" if code != "000000" else "111111", code[:5], f"{code}0", "é"):
        assert not needs.opens_with(stage.session, referral, wrong)
    needs.renew(stage.session, referral, at=TUESDAY)
    assert needs.code_of(stage.session, referral) != code


# Silence -----------------------------------------------------------------------------------


def look(stage: Stage, day: int) -> None:
    needs.remind_partners(stage.session, stage.campaign, at=TUESDAY + day * DAY)


def test_a_silent_partner_is_reminded_on_days_five_and_ten_and_the_need_comes_back_on_fifteen(
    stage: Stage,
) -> None:
    referral = sent(stage)
    need = referral.need
    seen: dict[int, tuple[int, ReferralState]] = {}
    for day in range(18):
        look(stage, day)
        look(stage, day)  # harmless twice
        seen[day] = (len(mails_to_partner(stage, referral)), referral.state)
        token = needs.partner_token(stage.session, referral)
        alive = needs.find_referral(stage.session, token, at=TUESDAY + day * DAY)
        assert (alive is not None) == (day < 15)  # never dead while somebody is awaited
    assert [seen[day][0] for day in (4, 5, 9, 10, 14, 15, 17)] == [1, 2, 2, 3, 3, 3, 3]
    assert seen[14][1] is ReferralState.SENT
    assert seen[15][1] is ReferralState.EXPIRED
    assert referral.returned_at == TUESDAY + 15 * DAY
    assert "Pas de réponse de CCAS de Péronne" in need.steps[-1].say
    returned = stage.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.kind == "need_waiting")
    ).all()
    assert {(row.to_address, row.about["stage"]) for row in returned} == {
        ("anne@example.org", "returned"),
        ("bob@example.org", "returned"),
    }


@pytest.mark.parametrize("said", [PartnerAnswer.TAKEN, PartnerAnswer.DONE])
def test_who_answered_is_not_reminded(stage: Stage, said: PartnerAnswer) -> None:
    referral = sent(stage)
    needs.answer(stage.session, referral, said, words="", at=TUESDAY + DAY)
    for day in range(20):
        look(stage, day)
    assert mails_to_partner(stage, referral) == ["first"]


def test_a_need_with_a_partner_goes_back_to_its_owner_when_the_partner_keeps_silent(
    stage: Stage,
) -> None:
    need = stage.raised("AUT_APA")
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY)
    needs.refer_again(
        stage.session,
        need,
        "CCAS_80620",
        reason="Plus près",
        by=stage.anne,
        version=need.version,
        at=TUESDAY,
    )
    referral = need.referrals[-1]
    referral.state, referral.link_expires_at = ReferralState.READ, TUESDAY + needs.LINK_LIFE
    for day in range(16):
        look(stage, day)
    assert (need.state, need.owner) == (NeedState.TAKEN, stage.anne)


def test_a_partner_whose_address_went_away_is_given_up_at_once(stage: Stage) -> None:
    referral = sent(stage)
    assert referral.office is not None
    referral.office.email = ""
    stage.session.flush()
    look(stage, 5)
    assert referral.state is ReferralState.EXPIRED


# Question and answer, proposal -------------------------------------------------------------


def test_a_question_is_answered_behind_the_link_and_the_mail_says_nothing(stage: Stage) -> None:
    referral = sent(stage)
    need = referral.need
    needs.answer(stage.session, referral, PartnerAnswer.MORE, words="Quel étage ?", at=TUESDAY)
    told = stage.session.scalars(
        sa.select(OutgoingMail.to_address).where(OutgoingMail.kind == "need_waiting")
    ).all()
    assert sorted(told) == ["anne@example.org", "bob@example.org"]
    needs.reply(
        stage.session,
        need,
        referral,
        "Au deuxième, sans ascenseur.",
        by=stage.anne,
        version=need.version,
        at=TUESDAY + HOUR,
    )
    assert needs.replies(referral) == [(TUESDAY + HOUR, "Au deuxième, sans ascenseur.")]
    assert mails_to_partner(stage, referral) == ["first", "answered"]
    assert "ascenseur" not in str(stage.session.scalars(sa.select(OutgoingMail.about)).all())
    with pytest.raises(Refusal, match="Écrivez votre réponse"):
        needs.reply(
            stage.session, need, referral, " ", by=stage.anne, version=need.version, at=TUESDAY
        )


def test_not_competent_proposes_whom_and_one_click_sends_it_there(stage: Stage) -> None:
    referral = sent(stage)
    need = referral.need
    other = (
        stage.session.scalars(sa.select(Office).where(Office.code == "MAIRIE_80620")).one_or_none()
        or stage.session.scalars(
            sa.select(Office).where(Office.email != "", Office.id != referral.office_id).limit(1)
        ).one()
    )
    needs.answer(
        stage.session, referral, PartnerAnswer.NOT_OURS, words="", at=TUESDAY, proposed=other
    )
    assert needs.proposal_of(stage.session, referral) is other
    office = needs.follow_proposal(
        stage.session, need, referral, by=stage.anne, version=need.version, at=TUESDAY + HOUR
    )
    assert office is other
    assert need.referrals[-1].destination == other.code
    assert need.referrals[-1].reason == f"{referral.name} l’a proposé."
    assert need.state is NeedState.WITH_PARTNER


# On paper, by telephone --------------------------------------------------------------------


def test_the_code_of_an_answer_records_it_once(stage: Stage) -> None:
    referral = sent(stage)
    codes = needs.answer_codes(referral)
    assert len(set(codes.values())) == len(PartnerAnswer)
    typed = codes[PartnerAnswer.TAKEN]
    asked = {"campaign": stage.campaign, "by": stage.anne, "at": TUESDAY}
    first = needs.record_code(stage.session, typed.replace(" ", "."), **asked)
    steps = len(referral.need.steps)
    again = needs.record_code(stage.session, typed, **asked)
    assert (first.is_new, again.is_new) == (True, False)
    assert referral.state is ReferralState.TAKEN
    assert len(referral.need.steps) == steps
    assert referral.need.steps[-1].by is stage.anne


def test_a_slip_in_a_code_is_seen_and_a_code_of_elsewhere_is_refused(stage: Stage) -> None:
    referral = sent(stage)
    digits = needs.answer_codes(referral)[PartnerAnswer.DONE].replace(" ", "")
    asked = {"campaign": stage.campaign, "at": TUESDAY}
    for place in range(len(digits)):
        slip = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        with pytest.raises(Refusal, match="n’est pas juste"):
            needs.record_code(stage.session, slip, by=stage.anne, **asked)
    for place in range(len(digits) - 1):
        if digits[place] == digits[place + 1]:
            continue
        turned = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        with pytest.raises(Refusal, match="n’est pas juste"):
            needs.record_code(stage.session, turned, by=stage.anne, **asked)
    with pytest.raises(Refusal, match="que vous ne suivez pas"):
        needs.record_code(stage.session, digits, by=stage.claire, **asked)
    assert referral.state is ReferralState.SENT


def test_a_typed_answer_that_needs_words_asks_for_them(stage: Stage) -> None:
    referral = sent(stage)
    code = needs.answer_codes(referral)[PartnerAnswer.MORE]
    asked = {"campaign": stage.campaign, "by": stage.anne, "at": TUESDAY}
    with pytest.raises(Refusal) as refused:
        needs.record_code(stage.session, code, **asked)
    assert refused.value.field == "words"
    assert needs.record_code(stage.session, code, words="Quel étage ?", **asked).is_new


# The one mail of the day -------------------------------------------------------------------


def with_digest(stage: Stage) -> None:
    stage.session.execute(sa.update(Office).values(wants_digest=True))


def held(need: Need, stage: Stage) -> datetime:
    row = stage.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.dedup_key == f"referral:{need.referrals[0].id}")
    ).one()
    return row.next_at


def test_what_is_not_urgent_waits_for_five_or_for_the_next_opening(stage: Stage) -> None:
    with_digest(stage)
    five = TUESDAY.replace(hour=16)
    assert held(stage.raised(), stage) == five
    evening = TUESDAY.replace(hour=17)
    late = stage.raised(whom=stage.person("80620"), at=evening)
    assert held(late, stage) == (TUESDAY + DAY).replace(hour=7, minute=30)


def test_a_day_that_began_with_a_digest_has_no_second_one(stage: Stage) -> None:
    with_digest(stage)
    monday_evening = (TUESDAY - DAY).replace(hour=17)
    first = stage.raised(at=monday_evening)
    second = stage.raised(whom=stage.person("80620"), at=TUESDAY)
    assert first.referrals[0].destination == second.referrals[0].destination
    assert held(first, stage) == TUESDAY.replace(hour=7, minute=30)
    assert held(second, stage) == (TUESDAY + DAY).replace(hour=7, minute=30)


def test_a_need_that_becomes_urgent_is_told_at_once_and_what_was_held_is_taken_back(
    stage: Stage,
) -> None:
    with_digest(stage)
    need = stage.raised()
    assert held(need, stage) > TUESDAY
    question = next(one for one in reference.questions() if one.category == "ALI_COURSES")
    stage.raised(answers={question.id: True}, at=TUESDAY + HOUR)
    assert need.urgency == "U1"
    rows = stage.session.scalars(sa.select(OutgoingMail)).all()
    mine = [row for row in rows if row.about["need"] == need.id and row.user_id is None]
    assert [row.next_at for row in mine] == [TUESDAY + HOUR]
