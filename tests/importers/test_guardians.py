"""Who acts for a protected adult comes with a list (B9), is corrected, comes again, is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from campaigns import records
from campaigns.models import Campaign, User
from importers import columns, undoing, vocabulary
from importers.choices import Choices
from tests.importers import lists
from tests.importers.lists import AT, HEADERS, PAUL, RENEE

LATER = AT + timedelta(days=1)
WITH = (*HEADERS, "Mesure de protection", "Tél. du mandataire")
RENEE_HELPED = (*RENEE, "Curatelle, UDAF de la Somme", "01 99 00 00 01")
SAID = "Curatelle, UDAF de la Somme, 01 99 00 00 01"


def guardian(session: Session) -> str:
    session.expire_all()
    return lists.everybody(session)[0].guardian


@pytest.mark.parametrize(
    "header",
    ["Tuteur", "Nom du curateur", "Curatrice", "Mandataire", "Coordonnées du mandataire", "MJPM",
     "Mesures de protection", "UDAF", "Organisme tutélaire", "Tél. tuteur", "Adresse du tuteur",
     "Mail curateur", "Majeur protégé", "Représentant légal", "Habilitation familiale",
     "Tutelle / curatelle", "TUTEUR(TRICE)"],
)  # fmt: skip
def test_a_column_about_a_guardian_is_known_and_gives_nobody_their_number(header: str) -> None:
    assert vocabulary.recognise(header)[0] == "guardian"


@pytest.mark.parametrize(
    ("header", "field"),
    [("Téléphone", "phone"), ("Protection universelle maladie", "health"), ("Aidant", "contact_person"),
     ("Référent social", "adviser"), ("Structure", "territory")],
)  # fmt: skip
def test_the_columns_around_it_are_what_they_were(header: str, field: str) -> None:
    assert vocabulary.recognise(header)[0] == field


def test_its_columns_under_one_title_are_about_the_guardian() -> None:
    headers = ("Nom", "Prénom", "Curateur Nom", "Curateur Téléphone")
    found = [each.field for each in columns.propose(headers, [])]
    assert found == ["last_name", "first_name", "guardian", "guardian"]


def test_a_list_brings_the_guardian_and_the_volunteers_are_told_no_measure_to_check(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE_HELPED, headers=WITH)
    assert guardian(session) == SAID
    assert lists.everybody(session)[0].manner == ""
    assert [phone.e164 for phone in lists.everybody(session)[0].phones] == ["+33639980012"]


def test_a_later_list_fills_it_changes_it_and_an_empty_cell_takes_nothing_away(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE)
    lists.take_in(session, campaign, RENEE_HELPED, headers=WITH, at=LATER)
    assert guardian(session) == SAID
    other = (*RENEE, "Tutelle, Mme LENOIR", "")
    lists.take_in(session, campaign, other, headers=WITH, at=LATER + timedelta(days=1))
    assert guardian(session) == "Tutelle, Mme LENOIR"
    lists.take_in(session, campaign, (*RENEE, "", ""), headers=WITH, at=LATER + timedelta(days=2))
    assert guardian(session) == "Tutelle, Mme LENOIR"


def test_a_guardian_corrected_by_hand_survives_the_next_list(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, RENEE_HELPED, headers=WITH)
    (renee,) = lists.everybody(session)
    told = replace(records.given_of(renee), guardian="Sa nièce")
    records.change(session, renee, told, seen=renee.updated_at, by=lead, at=LATER)
    session.flush()
    lists.take_in(session, campaign, RENEE_HELPED, headers=WITH, at=LATER + timedelta(days=1))
    assert guardian(session) == "Sa nièce"


def test_a_guardian_typed_in_the_page_of_the_list_survives_too(
    session: Session, campaign: Campaign
) -> None:
    fixes = {2: {"Mesure de protection": "Sa nièce", "Tél. du mandataire": ""}}
    lists.take_in(session, campaign, RENEE_HELPED, headers=WITH, choices=Choices(fixes=fixes))
    lists.take_in(session, campaign, RENEE_HELPED, headers=WITH, at=LATER)
    assert guardian(session) == "Sa nièce"


def test_an_undone_list_leaves_the_guardian_that_was_known_before(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, (*RENEE, "Tutelle, Mme LENOIR", ""), headers=WITH)
    second = lists.take_in(session, campaign, RENEE_HELPED, PAUL, headers=WITH, at=LATER)
    assert guardian(session) == SAID
    undoing.undo(session, second, by=lead, at=LATER + timedelta(hours=1))
    assert guardian(session) == "Tutelle, Mme LENOIR"
