"""Raising a need: where it goes and why, how urgent it is, who is told, on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns import needs
from campaigns.models import (
    Agreement,
    Mode,
    Need,
    NeedState,
    Office,
    ReferralState,
    Result,
    Urgency,
)
from campaigns.needs import Draft
from campaigns.reference import Alert
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import ACHEUX, PERONNE, Stage

HDS = "tas.hauts-de-somme@departement80.example.org"
COORDINATION = "coordination@appel-solidaire.example.org"


def destinations(need: Need) -> list[str]:
    return [referral.destination for referral in need.referrals]


# Where it goes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "insee", "schemes", "expected"),
    [
        ("AUT_APA", PERONNE, "APA", ["TERRITOIRE_HDS"]),
        ("AUT_APA", ACHEUX, "APA", ["TERRITOIRE_HDS"]),
        ("ALI_COURSES", PERONNE, "", ["CCAS_80620"]),
        ("ALI_COURSES", ACHEUX, "", ["MAIRIE_80003"]),
        ("ALI_PORTAGE", PERONNE, "APA", ["CCAS_80620", "TERRITOIRE_HDS"]),
        ("ALI_PORTAGE", PERONNE, "RSA", ["CCAS_80620"]),
        ("ALI_URGENCE", ACHEUX, "", ["TERRITOIRE_HDS", "MAIRIE_80003"]),
        ("LOG_INDIGNE", PERONNE, "", ["MAIRIE_80620"]),
        ("SAN_DROITS", PERONNE, "", ["CPAM"]),
        ("AUT_PCH", PERONNE, "PCH", ["MDPH"]),
        ("PRO_ENFANT", PERONNE, "", ["CRIP", "COORDINATION", "L119"]),
        ("DIV_AUTRE", PERONNE, "", ["COORDINATION"]),
        ("AUT_APA", None, "APA", ["COORDINATION"]),
        ("ALI_COURSES", None, "", ["COORDINATION"]),
    ],
)
def test_a_need_goes_by_kind_and_commune_and_never_nowhere(
    stage: Stage, category: str, insee: str | None, schemes: str, expected: list[str]
) -> None:
    need = stage.raised(category, whom=stage.person(insee, schemes=schemes))
    assert destinations(need) == expected
    assert all(referral.reason for referral in need.referrals)


def test_what_the_volunteer_heard_changes_the_route(stage: Stage) -> None:
    need = stage.raised("SAN_DROITS", facts={"regime_agricole": True})
    assert destinations(need) == ["MSA"]


def test_what_is_previewed_is_what_is_sent(stage: Stage) -> None:
    draft = Draft("ALI_PORTAGE", answers={"ALI_PORTAGE_1": True})
    shown = needs.preview(stage.session, stage.paulette, draft, campaign=stage.campaign)
    need = stage.raised("ALI_PORTAGE", answers={"ALI_PORTAGE_1": True})
    told = [(step.destination.code, step.reason) for step in shown.steps]
    assert told == [(referral.destination, referral.reason) for referral in need.referrals]
    assert shown.urgency is need.urgency is Urgency.U1


def test_a_person_without_a_commune_is_in_the_coordinations_basket_only(stage: Stage) -> None:
    need = stage.raised("AUT_APA", whom=stage.person(None))
    assert need.territory is None
    assert stage.mails(need) == [COORDINATION, "odile@example.org"]
    for user, expected in ((stage.odile, 1), (stage.anne, 0)):
        found = needs.inbox(stage.session, user, stage.campaign, needs.Basket.NEW, at=TUESDAY)
        assert len(found) == expected


# Who is told -------------------------------------------------------------------------------


def test_a_territory_is_told_by_its_address_and_each_coordinator_once(stage: Stage) -> None:
    need = stage.raised("AUT_APA")
    assert stage.mails(need) == ["anne@example.org", "bob@example.org", HDS]
    assert need.referrals[0].state is ReferralState.TO_SEND


def test_a_partner_is_told_by_its_address_alone(stage: Stage) -> None:
    assert stage.mails(stage.raised()) == ["ccas.peronne@communes80.example.org"]


def test_a_sensitive_need_is_told_to_its_named_readers(stage: Stage) -> None:
    need = stage.raised("PRO_VIOLENCES")
    assert need.is_sensitive
    assert "anne@example.org" in stage.mails(need)
    assert "bob@example.org" not in stage.mails(need)
    basket = needs.Basket.NEW
    assert needs.inbox(stage.session, stage.anne, stage.campaign, basket, at=TUESDAY) == [need]
    assert needs.inbox(stage.session, stage.bob, stage.campaign, basket, at=TUESDAY) == []
    assert needs.counts(stage.session, stage.bob, stage.campaign, at=TUESDAY)[basket] == 0


def test_a_territory_without_a_reader_has_the_coordination_told(stage: Stage) -> None:
    whom = stage.person("80021")  # Claire is no named reader
    need = stage.raised("PRO_MALTRAITANCE", whom=whom)
    to_territory = next(r for r in need.referrals if r.territory_id == stage.elsewhere.id)
    assert to_territory.state is ReferralState.TO_SEND
    assert "odile@example.org" in stage.mails(need)
    assert "claire@example.org" not in stage.mails(need)


def test_a_number_to_ring_is_shown_and_nothing_is_sent(stage: Stage) -> None:
    need = stage.raised("AUT_AIDE_DOM")
    by_phone = next(r for r in need.referrals if r.mode is Mode.PHONE)
    assert by_phone.destination == "SAD"
    assert by_phone.state is ReferralState.SENT
    assert stage.mails(need) == ["anne@example.org", "bob@example.org", HDS]


@pytest.mark.parametrize(
    "address",
    [
        "ccas@example.org, voleur@example.org",
        "ccas@example.org\r\nBcc: voleur@example.org",
        "CCAS <ccas@example.org>",
        "ccas",
    ],
)
def test_an_address_that_is_not_one_address_is_never_written_to(stage: Stage, address: str) -> None:
    stage.session.execute(
        sa.update(Office).where(Office.code == "CCAS_80620").values(email=address)
    )
    need = stage.raised()
    assert stage.mails(need) == []
    assert need.referrals[0].state is ReferralState.REFUSED
    assert "à joindre autrement" in need.steps[-1].say


# How urgent --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "answers", "expected"),
    [
        ("ALI_COURSES", {}, Urgency.U2),
        ("ALI_COURSES", {"ALI_COURSES_1": False}, Urgency.U2),
        ("ALI_COURSES", {"ALI_COURSES_1": True}, Urgency.U1),
        ("PSY_SOUTIEN", {"PSY_SOUTIEN_1": True, "PSY_SOUTIEN_2": True}, Urgency.U0),
    ],
)
def test_questions_raise_the_urgency(
    stage: Stage, category: str, answers: dict[str, bool], expected: Urgency
) -> None:
    assert stage.raised(category, answers=answers).urgency is expected


def test_the_clock_starts_with_the_urgency(stage: Stage) -> None:
    assert stage.raised("SAN_VITAL").due_at == TUESDAY + timedelta(minutes=30)
    assert stage.raised("ALI_URGENCE").due_at == TUESDAY + timedelta(hours=2)


# Agreement ---------------------------------------------------------------------------------


def test_without_agreement_a_need_is_kept_and_sent_nowhere(stage: Stage) -> None:
    need = stage.raised(agreement=Agreement.NO)
    assert (need.state, need.result) == (NeedState.CLOSED, Result.REFUSED)
    assert need.referrals == []
    assert stage.mails(need) == []


@pytest.mark.parametrize(
    "told",
    [
        {"category": "PSY_SUICIDE"},
        {"category": "PRO_ENFANT"},
        {"category": "PRO_MALTRAITANCE"},
        {"category": "PRO_VIOLENCES", "answers": {"PRO_VIOLENCES_1": True}},
    ],
)
def test_a_danger_is_never_filed_away_because_the_person_said_no(
    stage: Stage, told: dict[str, Any]
) -> None:
    with pytest.raises(Refusal, match="même si la personne ne le souhaite pas") as refused:
        stage.raised(**told, agreement=Agreement.NO)
    assert refused.value.field == "agreement"
    need = stage.raised(**told, agreement=Agreement.VITAL)
    assert needs.alert.unseen(stage.session, stage.odile, stage.campaign, at=TUESDAY) == (
        [need] if need.urgency is Urgency.U0 else []
    )


def test_a_need_said_to_be_a_vital_emergency_is_never_answered_at_leisure(stage: Stage) -> None:
    assert stage.raised("ALI_PORTAGE").urgency is Urgency.U2
    assert stage.raised("ALI_COURSES", agreement=Agreement.VITAL).urgency is Urgency.U1
    assert stage.raised("SAN_VITAL", agreement=Agreement.VITAL).urgency is Urgency.U0


def test_a_vital_emergency_goes_without_agreement(stage: Stage) -> None:
    need = stage.raised("PRO_ENFANT", agreement=Agreement.VITAL)
    assert "crip@departement80.example.org" in stage.mails(need)


@pytest.mark.parametrize(
    ("told", "field"),
    [({"agreement": None}, "agreement"), ({"text": "  "}, "text")],
)
def test_a_need_is_refused_when_something_is_missing(
    stage: Stage, told: dict[str, object], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        stage.raised(**told)
    assert refused.value.field == field


def test_a_kind_that_does_not_exist_is_refused(stage: Stage) -> None:
    with pytest.raises(Refusal) as refused:
        stage.raised("RIEN")
    assert refused.value.field == "category"


# The same need again -----------------------------------------------------------------------


def test_the_same_need_still_open_receives_what_is_added(stage: Stage) -> None:
    first = stage.raised()
    again = stage.raised(text="Le voisin ne peut plus l’aider", at=TUESDAY + timedelta(days=1))
    assert again is first
    assert again.steps[-1].say == "Signalé de nouveau\u00a0: Le voisin ne peut plus l’aider"
    assert len(stage.mails(first)) == 1


def test_a_closed_need_raised_again_is_a_new_one(stage: Stage) -> None:
    first = stage.raised()
    needs.close(
        stage.session,
        first,
        Result.SOLVED,
        say="Livraison mise en place",
        by=stage.anne,
        version=first.version,
        at=TUESDAY,
    )
    assert stage.raised() is not first


def test_needs_of_two_people_or_without_a_kind_are_never_joined(stage: Stage) -> None:
    assert stage.raised() is not stage.raised(whom=stage.person(PERONNE))
    assert stage.raised("DIV_AUTRE") is not stage.raised("DIV_AUTRE")


def test_a_need_that_becomes_urgent_is_told_again_and_rings_again(stage: Stage) -> None:
    need = stage.raised("PSY_SOUTIEN")
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY)
    later = TUESDAY + timedelta(days=1)
    stage.raised("PSY_SOUTIEN", answers={"PSY_SOUTIEN_2": True}, at=later)
    assert need.urgency is Urgency.U0
    assert need.due_at == later + timedelta(minutes=30)
    assert need.acknowledged_at is None
    assert stage.mails(need) == ["psychologues@appel-solidaire.example.org"] * 2
    assert needs.alert.unseen(stage.session, stage.anne, stage.campaign, at=TUESDAY) == [need]


# Alerts ------------------------------------------------------------------------------------


def test_the_red_button_tells_the_coordination_at_once(stage: Stage) -> None:
    need = needs.sound_alarm(
        stage.session, campaign=stage.campaign, person=stage.paulette, by=stage.karim, at=TUESDAY
    )
    assert need.urgency is Urgency.U0
    assert stage.mails(need) == [COORDINATION, "odile@example.org"]
    assert needs.alert.unseen(stage.session, stage.anne, stage.campaign, at=TUESDAY) == [need]


@pytest.mark.parametrize(
    ("alert", "insee", "expected"),
    [
        (Alert.TERRITORY, PERONNE, "TERRITOIRE_HDS"),
        (Alert.TERRITORY, None, "COORDINATION"),
        (Alert.COORDINATION, PERONNE, "COORDINATION"),
    ],
)
def test_an_outcome_that_is_an_alert_goes_to_who_looks_the_same_day(
    stage: Stage, alert: Alert, insee: str | None, expected: str
) -> None:
    whom = stage.person(insee)
    factories.volunteer(stage.session, stage.campaign)
    plan = factories.published(stage.session, stage.campaign)
    line = next(
        one for one in factories.lines(stage.session, plan) if one.household_id == whom.household_id
    )
    logged = factories.call(stage.session, line, whom, by=stage.karim, at=TUESDAY)
    need = needs.raise_alert(
        stage.session,
        alert,
        campaign=stage.campaign,
        person=whom,
        call=logged.calls[0],
        by=stage.karim,
        at=TUESDAY,
    )
    assert destinations(need) == [expected]
    assert (need.urgency, need.agreement) == (Urgency.U1, Agreement.VITAL)


def test_raising_is_in_the_journal(stage: Stage) -> None:
    stage.raised()
    noted = [(one.action, one.detail) for one in stage.session.info["journal"]]
    assert ("need_raised", {"category": "ALI_COURSES", "urgency": "U2"}) in noted
