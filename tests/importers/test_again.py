"""A list that comes back: who is absent, what changed for most, what was said before."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import (
    Campaign,
    Enrolment,
    FileNumber,
    MatchChoice,
    Person,
    Provenance,
    QualityCase,
    QualityKind,
    SourceDecision,
)
from campaigns.refusal import Refusal
from importers import batches, load, sources
from importers.choices import Choices
from tests import factories
from tests.importers import lists
from tests.importers.lists import ALIKE, AT, HEADERS, PAUL, RENEE, ZOE

LATER = AT + timedelta(days=1)


def open_cases(session: Session) -> list[tuple[int, QualityKind]]:
    """The points open, by person and kind."""
    rows = session.execute(
        sa.select(QualityCase.person_id, QualityCase.kind)
        .where(QualityCase.closed_at.is_(None))
        .order_by(QualityCase.person_id, QualityCase.kind)
    )
    return [(person_id, kind) for person_id, kind in rows]


def crowd(count: int, *, address: str = "rue X") -> list[tuple[object, ...]]:
    """So many people, each with a file number and a first name of their own."""
    return [
        (at, "DUPONT", f"Renée{chr(97 + at)}", "07/03/1941", "", f"{at} {address}", "80000",
         "AMIENS", "")
        for at in range(count)
    ]  # fmt: skip


# Provenance and absence -------------------------------------------------------------------


def test_who_is_not_in_the_new_list_of_a_source_is_said_and_nobody_is_stopped(
    session: Session, campaign: Campaign
) -> None:
    first = lists.take_in(session, campaign, RENEE, PAUL, ZOE)
    second = lists.take_in(session, campaign, RENEE, at=LATER)
    _, paul, zoe = lists.everybody(session)
    assert first.report["absent"] == {"count": 0, "people": []}
    assert second.report["absent"] == {"count": 2, "people": [paul.id, zoe.id]}
    assert {
        person_id for person_id, kind in open_cases(session) if kind is QualityKind.ABSENT
    } == set()
    last = {each.person_id: each.last_batch_id for each in session.scalars(sa.select(Provenance))}
    assert sorted(last.values()) == [first.id, first.id, second.id]
    assert [each.stop for each in lists.everybody(session)] == [None] * 3


def test_absent_people_go_to_whoever_checks_when_somebody_says_so_once(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE, PAUL)
    closing = Choices(close_absent=True)
    for _ in range(2):
        lists.take_in(session, campaign, RENEE, choices=closing, at=LATER)
    paul = lists.everybody(session)[1]
    assert open_cases(session) == [(paul.id, QualityKind.ABSENT)]
    lists.take_in(session, campaign, RENEE, PAUL, at=LATER + timedelta(days=1))
    assert open_cases(session) == []  # they are back


def test_the_list_of_another_source_makes_nobody_absent(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE, PAUL)
    other = lists.take_in(session, campaign, RENEE, source="CAF", at=LATER)
    assert other.report["absent"] == {"count": 0, "people": []}


# A field that changes for most ------------------------------------------------------------


def test_a_field_that_changes_for_most_people_needs_a_tick(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, *crowd(20))
    batch = lists.read(session, campaign, *crowd(20, address="avenue Z"), at=LATER)
    assert batch.report["massive"] == [
        {"field": "address", "label": "Adresse", "changed": 20, "of": 20}
    ]
    lead = factories.user(session, factories.Role.LEAD)
    with pytest.raises(Refusal, match="Adresse"):
        batches.ask_to_enter(session, batch, by=lead, at=LATER)
    with pytest.raises(Refusal, match="Adresse"), session.begin_nested():
        load.confirm(session, batch, by=lead, at=LATER)
    session.refresh(batch)
    batch.choices = Choices(ticked=frozenset({"address"})).kept()
    load.confirm(session, batch, by=lead, at=LATER)
    session.expire_all()
    assert {each.address.split(" ", 1)[1] for each in lists.everybody(session)} == {"avenue Z"}


def test_some_changes_and_gaps_filled_need_no_tick(session: Session, campaign: Campaign) -> None:
    before = crowd(20)
    lists.take_in(session, campaign, *[(*row[:5], "", *row[6:]) for row in before])
    assert lists.take_in(session, campaign, *before, at=LATER).report["massive"] == []
    some = [*crowd(5, address="avenue Z"), *before[5:]]
    assert lists.take_in(session, campaign, *some, at=LATER).report["massive"] == []


# Corrections, wishes, objections ----------------------------------------------------------


def test_only_the_column_somebody_corrected_is_kept(session: Session, campaign: Campaign) -> None:
    lists.take_in(session, campaign, RENEE)
    renee = lists.everybody(session)[0]
    renee.address, renee.by_hand, renee.updated_at = "3 bis rue X", "address", LATER
    session.flush()
    moved = (*RENEE[:5], "8 rue Z", "80100", "ABBEVILLE", "")
    lists.take_in(session, campaign, moved, at=LATER + timedelta(days=1))
    renee = lists.everybody(session)[0]
    assert (renee.address, renee.insee) == ("3 bis rue X", "80001")


def test_an_opposition_to_the_mayor_comes_in_and_no_list_withdraws_it(
    session: Session, campaign: Campaign
) -> None:
    headers = (*HEADERS, "Opposition transmission mairie", "Service d’aide à domicile",
               "Personne à prévenir")  # fmt: skip
    told = (*RENEE, "OUI", "ADMR d’Amiens", "Sa fille")
    lists.take_in(session, campaign, told, headers=headers)
    renee = lists.everybody(session)[0]
    assert (renee.mayor_opt_out, renee.home_help, renee.notify_person) == (
        True, "ADMR d’Amiens", "Sa fille",
    )  # fmt: skip
    lists.take_in(session, campaign, (*RENEE, "NON", "", ""), headers=headers, at=LATER)
    assert lists.everybody(session)[0].mayor_opt_out is True


def test_an_opposition_that_comes_later_is_noted(session: Session, campaign: Campaign) -> None:
    lists.take_in(session, campaign, RENEE)
    headers = (*HEADERS, "Opposition transmission mairie")
    lists.take_in(session, campaign, (*RENEE, "OUI"), headers=headers, at=LATER)
    assert lists.everybody(session)[0].mayor_opt_out is True


# Doubts -----------------------------------------------------------------------------------


def test_a_doubt_is_shown_side_by_side(session: Session, campaign: Campaign) -> None:
    lists.take_in(session, campaign, RENEE)
    batch = lists.read(session, campaign, ALIKE, at=LATER)
    renee = lists.everybody(session)[0]
    (doubt,) = batch.report["doubts"]
    assert (doubt["line"], doubt["person_id"], doubt["other_line"]) == (2, renee.id, None)
    assert doubt["mine"].keys() == doubt["other"].keys()
    assert (doubt["mine"]["Date de naissance"], doubt["other"]["Date de naissance"]) == (
        "", "07/03/1941",
    )  # fmt: skip
    assert doubt["other"]["Téléphone"] == "06 39 98 00 12"
    load.confirm(session, batch, by=None, at=LATER)
    assert "doubts" not in batch.report


def test_a_doubt_nobody_answered_is_kept_aside_with_who_it_may_be(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE)
    lists.take_in(session, campaign, ALIKE, at=LATER)
    renee, alike = lists.everybody(session)
    case = session.scalars(
        sa.select(QualityCase).where(QualityCase.kind == QualityKind.DOUBLE)
    ).one()
    assert (case.person_id, case.other_id, alike.hold is None) == (alike.id, renee.id, False)


def test_the_same_person_is_joined_and_never_asked_again(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE)
    said = Choices(same={2: True})
    batch = lists.take_in(session, campaign, ALIKE, choices=said, source="CAF", at=LATER)
    assert (batch.report["unchanged"], lists.count(session, Person)) == (1, 1)
    choice = session.scalars(sa.select(MatchChoice)).one()
    assert choice.is_same
    assert "DUPONT" not in choice.row_key.upper()
    again = lists.read(session, campaign, PAUL, ALIKE, source="CAF", at=LATER)
    assert (again.report["doubts"], again.report["to_confirm"]) == ([], 0)


def test_two_people_both_enter_free_to_be_called_and_are_never_asked_again(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE)
    said = Choices(same={2: False})
    lists.take_in(session, campaign, ALIKE, choices=said, at=LATER)
    renee, other = lists.everybody(session)
    assert (renee.hold, other.hold) == (None, None)
    again = lists.read(session, campaign, ALIKE, RENEE, at=LATER)
    assert (again.report["doubts"], again.report["unchanged"]) == ([], 2)


def test_a_file_number_of_somebody_else_stays_theirs(session: Session, campaign: Campaign) -> None:
    lists.take_in(session, campaign, RENEE)
    other = (1, "MARTIN", "Lucie", "02/02/1950", "03 53 01 00 15", "", "80000", "AMIENS", "")
    for at in (LATER, LATER + timedelta(days=1)):
        batch = lists.take_in(session, campaign, other, at=at)
    renee, _ = lists.everybody(session)
    assert session.scalars(sa.select(FileNumber.person_id)).all() == [renee.id]
    assert batch.report["unchanged"] == 1


def test_a_record_joined_to_another_leads_to_the_one_that_stays(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE, ZOE)
    renee, zoe = lists.everybody(session)
    zoe.merged_into_id, zoe.updated_at = renee.id, LATER
    session.flush()
    lists.take_in(session, campaign, (*ZOE[:8], ""), at=LATER)
    assert lists.count(session, Person) == 2


# Points to check --------------------------------------------------------------------------


def test_a_list_opens_the_points_of_new_people_once(session: Session, campaign: Campaign) -> None:
    nowhere = (4, "MARTIN", "Paul", "02/02/1940", "03 53 01 00 15", "", "99999", "Ailleurs", "")
    for at in (AT, LATER):
        lists.take_in(session, campaign, RENEE, ZOE, nowhere, at=at)
    _, zoe, martin = lists.everybody(session)
    assert open_cases(session) == [
        (zoe.id, QualityKind.HOLD), (zoe.id, QualityKind.NUMBER), (martin.id, QualityKind.PLACE),
    ]  # fmt: skip


def test_a_number_that_comes_closes_its_point(session: Session, campaign: Campaign) -> None:
    silent = (*RENEE[:4], "", *RENEE[5:])
    lists.take_in(session, campaign, silent)
    assert [kind for _, kind in open_cases(session)] == [QualityKind.NUMBER]
    lists.take_in(session, campaign, RENEE, at=LATER)
    assert open_cases(session) == []


# What changed since the reading -----------------------------------------------------------


def test_what_came_between_the_reading_and_the_confirmation_counts(
    session: Session, campaign: Campaign
) -> None:
    waiting = lists.read(session, campaign, RENEE, PAUL)
    lists.take_in(session, campaign, RENEE, at=LATER)
    load.confirm(session, waiting, by=None, at=LATER)
    session.expire_all()
    assert lists.count(session, Person) == 2
    assert (waiting.report["created"], waiting.report["unchanged"]) == (1, 1)


# Sources ----------------------------------------------------------------------------------


def test_a_source_remembers_its_columns_and_says_what_moved(
    session: Session, campaign: Campaign
) -> None:
    odd = (*HEADERS[:2], "Truc", *HEADERS[3:])
    chosen = dict(zip(odd, (
        "file_number", "last_name", "first_name", "birth_date", "phone", "address", "postal_code",
        "town", "comment"), strict=True))  # fmt: skip
    lists.take_in(session, campaign, RENEE, headers=odd, choices=Choices(columns=chosen))
    again = lists.read(session, campaign, PAUL, headers=odd, at=LATER)
    proposal = again.report["proposals"][2]
    assert (proposal["field"], proposal["why"]) == ("first_name", "retenue pour la source IODAS")
    assert again.report["columns_changed"] == []
    renamed = lists.read(session, campaign, PAUL, headers=HEADERS, at=LATER)
    assert renamed.report["columns_changed"] == [
        {"header": "Prénom", "was": "", "now": "first_name"},
        {"header": "Truc", "was": "first_name", "now": ""},
    ]


def test_the_same_file_again_says_when_it_came(session: Session, campaign: Campaign) -> None:
    lists.take_in(session, campaign, RENEE)
    batch = lists.read(session, campaign, RENEE, at=LATER)
    said = [each["say"] for each in batch.report["problems"] if each["code"] == "same_file"]
    assert said == ["Ce fichier a déjà été importé le 24/11/2026."]


def test_a_communal_register_enters_another_campaign_by_a_decision_only(
    session: Session, campaign: Campaign
) -> None:
    batch = lists.read(session, campaign, RENEE, source="Registre d’Amiens")
    source = sources.of(session, "Registre d’Amiens", at=AT)
    source.is_register = True
    session.flush()
    with pytest.raises(Refusal, match="registre communal"), session.begin_nested():
        load.confirm(session, batch, by=None, at=AT)
    session.refresh(batch)
    session.add(
        SourceDecision(source_id=source.id, campaign_id=campaign.id, reason="Canicule.", at=AT)
    )
    load.confirm(session, batch, by=None, at=AT)
    assert lists.count(session, Person) == 1


def test_a_register_enters_the_campaign_it_is_for(session: Session) -> None:
    campaign = lists.campaign(session, "canicule", is_register=True)
    sources.of(session, "Registre", at=AT).is_register = True
    lists.take_in(session, campaign, RENEE, source="Registre")
    assert lists.count(session, Person) == 1


# Enrichment -------------------------------------------------------------------------------


def test_an_enrichment_list_fills_what_is_missing_and_creates_nobody(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, (*RENEE[:4], "", "", *RENEE[6:]), PAUL)
    brought = (1, "DUPONT", "Renée", "", "03 53 01 00 15", "3 rue X", "80000", "AMIENS", "")
    other = ("", "dupont", "PAUL", "01/02/1939", "03 53 01 00 16", "9 rue Y", "", "", "")
    batch = lists.take_in(session, campaign, brought, other, ZOE, is_enrichment=True, at=LATER)
    renee, paul = lists.everybody(session)
    assert batch.report["enrichment"] == {"matched": 2, "filled": 1, "unknown": 1}
    assert (batch.report["updated"], batch.report["unchanged"], batch.report["refused"]) == (
        1,
        1,
        1,
    )
    assert ([each.e164 for each in renee.phones], renee.address) == (["+33353010015"], "3 rue X")
    assert ([each.e164 for each in paul.phones], paul.address) == (["+33639980012"], "3 rue X")
    assert [
        each["row"] for each in batch.report["problems"] if each["code"] == "unknown_person"
    ] == [4]


def test_a_newcomer_takes_the_priority_of_their_row_and_no_list_changes_it_afterwards(
    session: Session, campaign: Campaign
) -> None:
    headers = (*HEADERS, "Priorité")
    first = lists.take_in(session, campaign, (*RENEE, "haute"), headers=headers)
    assert first.report["problems"] == []
    enrolment = session.scalars(sa.select(Enrolment)).one()
    assert enrolment.priority == 1
    lists.take_in(session, campaign, (*RENEE, "8"), headers=headers)
    assert session.scalars(sa.select(Enrolment.priority)).all() == [1]
    other = lists.campaign(session, "autre")
    unclear = lists.read(session, other, (*RENEE, "voir Anne"), headers=headers)
    assert [each["code"] for each in unclear.report["problems"]] == ["priority_unclear"]
