"""An answer holds for the question that was asked, and goes when the list is taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import records
from campaigns.models import Campaign, ImportBatch, ImportState, MatchChoice, Person, User
from campaigns.records import Given
from campaigns.refusal import Refusal
from importers import choosing, load, undoing
from importers.choices import Choices
from tests.importers import lists
from tests.importers.lists import ALIKE, AT, PAUL, RENEE, TODAY

LATER = AT + timedelta(days=1)
DURAND = (9, "DURAND", "Paul", "05/05/1950", "06 39 98 00 77", "", "80000", "AMIENS", "")


def doubtful(session: Session, campaign: Campaign) -> ImportBatch:
    """A list whose only line may be Renée, answered « the same » on its page."""
    batch = lists.read(session, campaign, ALIKE, source="CCAS", at=LATER)
    choosing.answer(batch, {2: True})
    session.flush()
    return batch


def again(session: Session, batch: ImportBatch) -> None:
    load.prepare(session, batch, today=TODAY)
    session.flush()


def test_an_answer_is_asked_again_once_the_line_says_something_else(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE, DURAND)
    batch = doubtful(session, campaign)
    fixes = {2: {"NOM": "DURAND", "Prénom": "Paul", "Téléphone": "06 39 98 00 77"}}
    kept = Choices.of(batch.choices)
    batch.choices = Choices(same=kept.same, asked=kept.asked, fixes=fixes).kept()
    again(session, batch)
    assert [each["line"] for each in batch.report["doubts"]] == [2]
    assert Choices.of(batch.choices).same == {}


def test_an_answer_stays_as_long_as_the_question_is_the_same(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE)
    batch = doubtful(session, campaign)
    again(session, batch)
    assert batch.report["doubts"] == []
    assert Choices.of(batch.choices).same == {2: True}


def test_answers_given_before_a_reading_are_taken_back_by_reading_again(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE)
    batch = doubtful(session, campaign)
    again(session, batch)
    choosing.take_back_answers(session, batch)
    assert (Choices.of(batch.choices).same, batch.state) == ({}, ImportState.RECEIVED)


def test_a_list_whose_answer_is_about_somebody_else_by_now_does_not_enter(
    session: Session, campaign: Campaign, lead: User
) -> None:
    undated = (1, "DUPONT", "Renée", "07/03/1941", "", "3 rue X", "80000", "AMIENS", "")
    lists.take_in(session, campaign, undated)
    batch = doubtful(session, campaign)
    given = Given(
        "Dupont", first_name="Renée", birth_date=date(1965, 5, 5),
        phones=(("+33639980012", ""),), postal_code="80000", town="Amiens", insee="80021",
    )  # fmt: skip
    records.add(session, campaign, given, by=lead, at=LATER)
    session.flush()
    with pytest.raises(Refusal) as refused, session.begin_nested():
        load.confirm(session, batch, by=lead, at=LATER)
    assert refused.value.say.replace("\u00a0", " ") == (
        "Le registre a changé : répondez de nouveau pour une ligne."
    )
    assert refused.value.field == "same"


def test_the_old_shape_of_answers_is_still_read(session: Session, campaign: Campaign) -> None:
    lists.take_in(session, campaign, RENEE)
    batch = lists.read(session, campaign, ALIKE, source="CCAS", at=LATER)
    batch.choices = {"same": {"2": True}}
    again(session, batch)
    load.confirm(session, batch, by=None, at=LATER)
    assert lists.count(session, Person) == 1


def test_an_answer_goes_with_the_list_it_was_given_for(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, RENEE)
    batch = doubtful(session, campaign)
    load.confirm(session, batch, by=lead, at=LATER)
    session.expire_all()
    assert lists.count(session, MatchChoice) == 1
    undoing.undo(session, batch, by=lead, at=LATER + timedelta(hours=1))
    assert lists.count(session, MatchChoice) == 0
    batch = lists.read(session, campaign, ALIKE, source="CCAS", at=LATER + timedelta(hours=2))
    assert len(batch.report["doubts"]) == 1


def test_a_list_that_changed_somebody_joined_since_is_not_undone(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, RENEE, PAUL)
    moved = (*RENEE[:5], "9 rue Neuve", *RENEE[6:])
    batch = lists.take_in(session, campaign, moved, at=LATER)
    renee, paul = lists.everybody(session)
    records.merge(session, renee, paul, by=lead, at=LATER + timedelta(hours=1))
    session.flush()
    why = undoing.why_not(session, batch, at=LATER + timedelta(hours=2))
    assert "Une fiche a été réunie" in (why or "")


def test_a_join_made_before_a_list_does_not_hold_it_back(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, RENEE, PAUL)
    renee, paul = lists.everybody(session)
    records.merge(session, renee, paul, by=lead, at=AT + timedelta(hours=1))
    session.flush()
    zoe = (3, "LEFÈVRE", "Zoé", "05/05/1990", "", "9 rue Y", "80100", "ABBEVILLE", "")
    batch = lists.take_in(session, campaign, RENEE, zoe, at=LATER)
    assert undoing.why_not(session, batch, at=LATER + timedelta(hours=2)) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 3
