"""People a mairie proposes to call: with their agreement, decided by the coordination."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns import people, records
from campaigns.models import (
    CallSuggestion,
    CampaignState,
    Enrolment,
    Office,
    OutgoingMail,
    Person,
    StopReason,
    SuggestionState,
)
from campaigns.records import mairies, suggested
from campaigns.records.suggested import Proposal
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import PERONNE, Stage

TOLD = Proposal(
    "Marchand",
    "Odette",
    phone="01 99 00 44 12",
    insee=PERONNE,
    agreed_on=TUESDAY.date(),
    said_by="Mme Roux, à l’accueil",
)


@pytest.fixture
def office(stage: Stage) -> Office:
    found = sa.select(Office).where(Office.kind == "mairie", Office.insee == PERONNE)
    mairie = stage.session.scalars(found).one()
    mairies.send_link(stage.session, stage.campaign, mairie, by=stage.odile, at=TUESDAY)
    return mairie


def propose(stage: Stage, office: Office, told: Proposal = TOLD) -> CallSuggestion:
    return suggested.propose(stage.session, stage.campaign, office, told, at=TUESDAY)


def told(stage: Stage, kind: str) -> list[str]:
    rows = stage.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.kind == kind))
    return [mail.to_address for mail in rows]


def test_a_mairie_s_link_opens_its_own_form_and_no_other(stage: Stage, office: Office) -> None:
    token = mairies.office_token(stage.session, office, stage.campaign)
    assert mairies.behind(stage.session, token) == (office, stage.campaign)
    other = office.id + 1
    assert mairies.behind(stage.session, token.replace(f"{office.id}-", f"{other}-", 1)) is None
    for wrong in ("", "1", "1-1", "x-1-y", f"{'9' * 30}-1-y", token[:-1], token + "é"):
        assert mairies.behind(stage.session, wrong) is None


def test_a_link_dies_with_the_office_or_the_campaign(stage: Stage, office: Office) -> None:
    token = mairies.office_token(stage.session, office, stage.campaign)
    stage.campaign.state = CampaignState.PAUSED
    assert mairies.behind(stage.session, token) is None
    stage.campaign.state = CampaignState.OPEN
    office.closed_at = TUESDAY
    assert mairies.behind(stage.session, token) is None


def test_the_link_is_mailed_once_a_day(stage: Stage, office: Office) -> None:
    assert told(stage, "suggestion_link") == [office.email]
    with pytest.raises(Refusal, match="déjà"):
        mairies.send_link(stage.session, stage.campaign, office, by=stage.odile, at=TUESDAY)
    office.email = ""
    with pytest.raises(Refusal, match="adresse"):
        mairies.send_link(stage.session, stage.campaign, office, by=stage.odile, at=TUESDAY)


def test_a_mairie_names_its_own_commune(stage: Stage, office: Office) -> None:
    assert [one.insee for one in mairies.communes_of(stage.session, office)] == [PERONNE]


def test_a_proposal_waits_and_the_coordination_is_told_by_reference(
    stage: Stage, office: Office
) -> None:
    made = propose(stage, office)
    assert (made.state, made.phone) == (SuggestionState.WAITING, "+33199004412")
    assert told(stage, "suggestion_made") == ["odile@example.org"]
    assert suggested.waiting(stage.session, stage.campaign) == [made]
    assert stage.session.scalar(sa.select(Person).where(Person.last_name == "Marchand")) is None


def test_the_same_proposal_twice_is_kept_once(stage: Stage, office: Office) -> None:
    assert propose(stage, office) is propose(stage, office)
    assert suggested.waiting_count(stage.session, stage.campaign) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_name": "  "}, "last_name"),
        ({"phone": ""}, "phone"),
        ({"phone": "12 34"}, "phone"),
        ({"agreed_on": None}, "agreed_on"),
        ({"agreed_on": TUESDAY.date() + timedelta(days=1)}, "agreed_on"),
        ({"agreed_on": TUESDAY.date() - timedelta(days=400)}, "agreed_on"),
        ({"said_by": ""}, "said_by"),
    ],
)
def test_without_an_agreement_or_a_number_nothing_is_kept(
    stage: Stage, office: Office, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        propose(stage, office, replace(TOLD, **changes))  # type: ignore[arg-type]  # planted
    assert refused.value.field == field


def test_somebody_accepted_is_to_be_called_first_and_keeps_their_source(
    stage: Stage, office: Office
) -> None:
    made = propose(stage, office)
    person = suggested.accept(stage.session, stage.campaign, made, by=stage.odile, at=TUESDAY)
    assert (person.last_name, person.insee, made.person_id) == ("Marchand", PERONNE, person.id)
    assert factories.enrolment(stage.session, person).priority == 0
    assert records.sources_of(stage.session, person) == [(suggested.SOURCE, "")]
    assert told(stage, "suggestion_answered") == [office.email]
    with pytest.raises(Refusal, match="déjà"):
        suggested.refuse(stage.session, made, by=stage.odile, at=TUESDAY)


def test_who_asked_not_to_be_called_is_not_brought_back(stage: Stage, office: Office) -> None:
    before = suggested.accept(
        stage.session, stage.campaign, propose(stage, office), by=stage.odile, at=TUESDAY
    )
    people.stop(stage.session, before, reason=StopReason.OBJECTED, by=None, at=TUESDAY)
    again = propose(stage, office)
    with pytest.raises(Refusal, match="ne plus être appelée"):
        suggested.accept(stage.session, stage.campaign, again, by=stage.odile, at=TUESDAY)
    assert again.state is SuggestionState.WAITING


def test_somebody_already_known_is_shown_and_not_added_twice(stage: Stage, office: Office) -> None:
    known = factories.person(
        stage.session, stage.campaign, last_name="Marchand", first_name="Odette", insee=PERONNE
    )
    known.phones[0].e164 = "+33199004412"
    stage.session.flush()
    made = propose(stage, office)
    assert list(suggested.alike(stage.session, stage.campaign, made)) == [known]
    suggested.already_called(stage.session, stage.campaign, made, known, by=stage.odile, at=TUESDAY)
    assert (made.state, made.person_id) == (SuggestionState.ACCEPTED, known.id)
    query = sa.select(sa.func.count()).select_from(Enrolment).join(Person)
    assert stage.session.scalar(query.where(Person.last_name == "Marchand")) == 1


def test_a_refusal_adds_nobody_and_answers_the_mairie(stage: Stage, office: Office) -> None:
    made = propose(stage, office)
    suggested.refuse(stage.session, made, by=stage.odile, at=TUESDAY)
    assert made.state is SuggestionState.REFUSED
    assert told(stage, "suggestion_answered") == [office.email]
    assert suggested.waiting(stage.session, stage.campaign) == []
