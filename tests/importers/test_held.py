"""What a list says of not calling somebody holds, whatever else is known or doubted of them."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import records
from campaigns.models import Campaign, Person, QualityCase, QualityKind, StopReason, User
from importers import load
from importers.choices import Choices
from tests.importers import lists
from tests.importers.lists import ALIKE, AT, RENEE, TODAY

LATER = AT + timedelta(days=1)
NEVER = "« ne pas appeler » dans la liste"
ASKS = (*RENEE[:-1], "ne pas appeler")


def plain(text: str | None) -> str:
    return (text or "").replace("\u00a0", " ")


def open_cases(session: Session, person: Person) -> dict[QualityKind, str]:
    cases = session.scalars(
        sa.select(QualityCase).where(
            QualityCase.person_id == person.id, QualityCase.closed_at.is_(None)
        )
    )
    return {case.kind: plain(case.detail) for case in cases}


def touch(session: Session, person: Person, by: User) -> None:
    """Correct something else of a record by hand."""
    given = records.given_of(person)
    changed = type(given)(**{**_fields(given), "language": "arabe"})
    at = AT + timedelta(hours=1)
    records.change(session, person, changed, seen=person.updated_at, by=by, at=at)
    session.flush()


def _fields(given: records.Given) -> dict[str, object]:
    return {name: getattr(given, name) for name in given.__dataclass_fields__}


def test_a_newcomer_in_doubt_keeps_the_hold_of_their_own_line(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE)
    lists.take_in(session, campaign, (*ALIKE[:-1], "ne pas appeler"), at=LATER, source="CCAS")
    newcomer = lists.everybody(session)[1]
    assert plain(newcomer.hold) == NEVER
    cases = open_cases(session, newcomer)
    assert cases[QualityKind.HOLD] == NEVER
    assert cases[QualityKind.DOUBLE].startswith("peut-être déjà dans la liste : ")


def test_once_joined_the_record_keeps_the_hold_of_the_line(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, RENEE)
    lists.take_in(session, campaign, (*ALIKE[:-1], "ne pas appeler"), at=LATER, source="CCAS")
    renee, newcomer = lists.everybody(session)
    records.merge(session, renee, newcomer, by=lead, at=LATER)
    assert plain(renee.hold) == NEVER


def test_a_record_somebody_touched_is_put_on_hold_by_a_list_and_it_is_said(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, RENEE)
    touch(session, lists.everybody(session)[0], lead)
    batch = lists.read(session, campaign, ASKS, at=LATER)
    said = [plain(each["say"]) for each in batch.report["problems"] if each["code"] == "held"]
    assert said == [f"Mise de côté, personne ne l’appelle avant votre avis : {NEVER}."]
    load.confirm(session, batch, by=None, at=LATER)
    session.expire_all()
    assert plain(lists.everybody(session)[0].hold) == NEVER


def test_a_hold_lifted_here_is_not_put_back_by_the_same_words_and_it_is_said(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, ASKS)
    records.release(session, lists.everybody(session)[0], by=lead, at=AT + timedelta(hours=1))
    session.flush()
    batch = lists.take_in(session, campaign, ASKS, at=LATER)
    assert lists.everybody(session)[0].hold is None
    assert "hold_released" in {each["code"] for each in batch.report["problems"]}


def test_other_words_than_those_lifted_put_the_record_on_hold(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, ASKS)
    records.release(session, lists.everybody(session)[0], by=lead, at=AT + timedelta(hours=1))
    session.flush()
    lists.take_in(session, campaign, (*RENEE[:-1], "DCD en novembre"), at=LATER)
    assert plain(lists.everybody(session)[0].hold) == "décès signalé dans la liste"


def test_a_doubt_about_somebody_who_objected_says_so(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, (*RENEE[:3], "", *RENEE[4:]))
    (renee,) = lists.everybody(session)
    renee.stop, renee.stopped_at = StopReason.OBJECTED, AT
    session.flush()
    alike = (*ALIKE[:4], "", *ALIKE[5:])
    batch = lists.read(session, campaign, alike, source="CCAS", at=LATER)
    (doubt,) = batch.report["doubts"]
    assert doubt["other"]["Appels"] == "ne souhaite plus être appelée"
    (said,) = [each["say"] for each in batch.report["problems"] if each["code"] == "to_confirm"]
    assert "une personne déjà connue, ne souhaite plus être appelée," in said


def test_two_people_said_of_an_objector_of_the_same_name_leaves_the_newcomer_on_hold(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, (*RENEE[:3], "", *RENEE[4:]))
    (renee,) = lists.everybody(session)
    renee.stop, renee.stopped_at = StopReason.OBJECTED, AT
    session.flush()
    alike = (*ALIKE[:4], "", *ALIKE[5:])
    batch = lists.read(session, campaign, alike, source="CCAS", at=LATER)
    batch.choices = Choices(same={2: False}).kept()
    load.prepare(session, batch, today=TODAY)
    session.flush()
    load.confirm(session, batch, by=None, at=LATER)
    session.expire_all()
    newcomer = lists.everybody(session)[1]
    words = "du nom d’une personne qui ne souhaite plus être appelée : à vérifier"
    assert plain(newcomer.hold) == words
    assert open_cases(session, newcomer)[QualityKind.HOLD] == words
