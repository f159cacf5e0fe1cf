"""A partner's link and answer: looking changes nothing, an answer moves the need, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns import needs
from campaigns.models import Need, NeedState, Referral, ReferralState, Result
from campaigns.needs import PartnerAnswer
from campaigns.refusal import Refusal
from tests.factories import TUESDAY
from tests.needs_stage import SAID, Stage

LATER = TUESDAY + timedelta(hours=1)


@pytest.fixture
def need(stage: Stage) -> Need:
    made = stage.raised("ALI_PORTAGE")  # to the CCAS and, for somebody with APA, to the territory
    for referral in made.referrals:
        referral.state = ReferralState.SENT
    return made


@pytest.fixture
def referral(need: Need) -> Referral:
    return need.referrals[0]


def say(stage: Stage, referral: Referral, said: PartnerAnswer, words: str = "La mairie") -> None:
    needs.answer(stage.session, referral, said, words=words, at=LATER)


# The link ----------------------------------------------------------------------------------


def test_a_link_is_found_until_its_date(stage: Stage, referral: Referral) -> None:
    referral.link_expires_at = LATER
    token = needs.partner_token(stage.session, referral)
    assert needs.find_referral(stage.session, token, at=LATER - timedelta(seconds=1)) is referral
    assert needs.find_referral(stage.session, token, at=LATER) is None


def test_a_forged_link_opens_nothing(stage: Stage, need: Need, referral: Referral) -> None:
    token = needs.partner_token(stage.session, referral)
    number, _, code = token.partition("-")
    forged = [
        "",
        "-",
        number,
        f"{number}-",
        f"{need.referrals[1].id}-{code}",
        f"{int(number) + 1000}-{code}",
        token[:-1],
        token + "a",
        f"{number}-é",
        f"٣-{code}",
        f"{'9' * 30}-{code}",
    ]
    for text in forged:
        assert needs.find_referral(stage.session, text, at=TUESDAY) is None, text


def test_what_is_read_here_has_no_partners_link(stage: Stage, need: Need) -> None:
    here = need.referrals[1]
    assert needs.is_internal(here)
    token = needs.partner_token(stage.session, here)
    assert needs.find_referral(stage.session, token, at=TUESDAY) is None


def test_who_has_nothing_more_to_do_reads_no_more(stage: Stage, referral: Referral) -> None:
    token = needs.partner_token(stage.session, referral)
    say(stage, referral, PartnerAnswer.NOT_OURS)
    assert needs.find_referral(stage.session, token, at=LATER) is None


def test_the_link_dies_with_the_need(stage: Stage, need: Need, referral: Referral) -> None:
    token = needs.partner_token(stage.session, referral)
    needs.close(
        stage.session,
        need,
        Result.SOLVED,
        say="Fait",
        by=stage.anne,
        version=need.version,
        at=LATER,
    )
    assert needs.find_referral(stage.session, token, at=LATER) is None


def test_opening_counts_as_read_once_and_is_journaled_each_time(
    stage: Stage, need: Need, referral: Referral
) -> None:
    for _ in range(2):
        needs.open_by_partner(stage.session, referral, at=LATER)
    assert referral.state is ReferralState.READ
    assert [step.kind for step in need.steps].count("read") == 1
    actions = [one.action for one in stage.session.info["journal"]]
    assert actions.count("referral_opened") == 2


# What they read ----------------------------------------------------------------------------


def test_a_partner_reads_what_the_need_requires_and_nothing_else(
    stage: Stage, referral: Referral
) -> None:
    view = needs.for_partner(referral)
    assert (view.person, view.commune, view.text) == ("Paulette Dupont", "Péronne", SAID)
    assert view.address == "12 rue du Canari, 80200 Péronne"
    assert len(view.phones) == 1
    told = repr(view)
    for forbidden in ("APA", "1942", "Karim", "Anne"):
        assert forbidden not in told


@pytest.mark.parametrize(
    ("category", "told"),
    [("ALI_COURSES", True), ("SAN_CANICULE", True), ("DIV_ANIMAUX", True), ("SAN_DROITS", False)],
)
def test_the_address_is_told_only_when_somebody_goes_there(
    stage: Stage, category: str, told: bool
) -> None:
    view = needs.for_partner(stage.raised(category).referrals[0])
    assert (view.address is not None) is told


# The answer --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "referral_state", "need_state", "is_seen"),
    [
        (PartnerAnswer.TAKEN, ReferralState.TAKEN, NeedState.WITH_PARTNER, True),
        (PartnerAnswer.DONE, ReferralState.DONE, NeedState.IN_PROGRESS, True),
        (PartnerAnswer.NOT_OURS, ReferralState.NOT_OURS, NeedState.NEW, False),
        (PartnerAnswer.MORE, ReferralState.SENT, NeedState.NEW, False),
    ],
)
def test_an_answer_moves_the_need(
    stage: Stage,
    need: Need,
    referral: Referral,
    said: PartnerAnswer,
    referral_state: ReferralState,
    need_state: NeedState,
    is_seen: bool,
) -> None:
    due = need.due_at
    say(stage, referral, said)
    assert (referral.state, need.state) == (referral_state, need_state)
    assert (need.acknowledged_at is not None) is is_seen
    assert need.due_at == due
    assert need.steps[-1].say == f"CCAS de Péronne\u00a0: {said.label}. La mairie"
    assert needs.say_to_volunteer(need) == need.steps[-1].say


@pytest.mark.parametrize("said", [PartnerAnswer.NOT_OURS, PartnerAnswer.MORE])
def test_a_need_the_partner_lets_go_comes_back_to_its_owner(
    stage: Stage, need: Need, referral: Referral, said: PartnerAnswer
) -> None:
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY)
    needs.move(
        stage.session,
        need,
        NeedState.WITH_PARTNER,
        say="",
        by=stage.anne,
        version=need.version,
        at=TUESDAY,
    )
    say(stage, referral, said)
    assert (need.state, need.owner) == (NeedState.TAKEN, stage.anne)


def test_one_partners_no_leaves_the_need_with_the_other(stage: Stage) -> None:
    need = stage.raised("ALI_COURSES")
    needs.refer_again(
        stage.session,
        need,
        "ASSO_ALIM",
        reason="Elle peut aussi livrer",
        by=stage.anne,
        version=need.version,
        at=TUESDAY,
    )
    first, second = need.referrals
    say(stage, second, PartnerAnswer.TAKEN)
    say(stage, first, PartnerAnswer.NOT_OURS)
    assert need.state is NeedState.WITH_PARTNER
    say(stage, second, PartnerAnswer.MORE)
    assert need.state is NeedState.NEW


@pytest.mark.parametrize("said", [PartnerAnswer.NOT_OURS, PartnerAnswer.MORE])
def test_an_answer_that_needs_words_is_refused_without(
    stage: Stage, referral: Referral, said: PartnerAnswer
) -> None:
    with pytest.raises(Refusal) as refused:
        say(stage, referral, said, words="  ")
    assert refused.value.field == "words"
    assert referral.state is ReferralState.SENT


def test_done_is_said_once(stage: Stage, referral: Referral) -> None:
    say(stage, referral, PartnerAnswer.DONE)
    with pytest.raises(Refusal):
        say(stage, referral, PartnerAnswer.TAKEN)


def test_a_partners_answer_makes_an_open_page_of_the_coordinator_stale(
    stage: Stage, need: Need, referral: Referral
) -> None:
    stage.session.flush()
    shown = need.version
    say(stage, referral, PartnerAnswer.TAKEN)
    stage.session.flush()
    with pytest.raises(needs.Changed) as changed:
        needs.take(stage.session, need, by=stage.anne, version=shown, at=LATER)
    assert changed.value.who is None
