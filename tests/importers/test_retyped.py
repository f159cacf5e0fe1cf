"""What somebody typed over in a list holds when the very same file comes again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from campaigns import records
from campaigns.models import Campaign, MatchChoice, User
from importers import load, undoing
from importers.choices import Choices
from tests.importers import lists
from tests.importers.lists import AT, PAUL, RENEE, ZOE

LATER = AT + timedelta(days=1)
NAMELESS = (8, "", "", "05/05/1950", "06 39 98 00 77", "4 rue Y", "80000", "AMIENS", "")
UNDATED = ("", "DUPOND", "Renne", "", "06 39 98 00 31", "3 rue X", "80000", "AMIENS", "")


def typed(
    session: Session, campaign: Campaign, *people: tuple[Any, ...], **cells: str
) -> dict[str, Any]:
    """A list whose first line somebody types over before it enters; its report."""
    choices = Choices(fixes={2: {name.replace("_", " "): text for name, text in cells.items()}})
    batch = lists.read(session, campaign, *people, choices=choices)
    load.confirm(session, batch, by=None, at=AT)
    session.expire_all()
    return batch.report


def again(session: Session, campaign: Campaign, *people: tuple[Any, ...]) -> dict[str, Any]:
    """The very same file, read the next day."""
    return lists.read(session, campaign, *people, at=LATER).report


@pytest.mark.parametrize(
    "cells",
    [
        {"NOM": "LEROY", "Prénom": "Monique"},
        {"NOM": "DUPONT", "Prénom": "Renée", "Téléphone": "06 39 98 00 32"},
        {"NOM": "DUPONT", "Date de naissance": "07/03/1941"},
    ],
)
def test_a_name_typed_over_is_not_asked_again_by_the_same_file(
    session: Session, campaign: Campaign, cells: dict[str, str]
) -> None:
    typed(session, campaign, UNDATED, PAUL, **cells)
    report = again(session, campaign, UNDATED, PAUL)
    assert (report["created"], report["updated"], report["to_confirm"]) == (0, 0, 0)
    assert report["doubts"] == []
    assert report["absent"]["count"] == 0
    lists.take_in(session, campaign, UNDATED, PAUL, at=LATER)
    assert lists.count(session, type(lists.everybody(session)[0])) == 2
    assert lists.everybody(session)[0].last_name == cells["NOM"]


def test_a_name_typed_where_there_was_none_is_not_asked_again(
    session: Session, campaign: Campaign
) -> None:
    first = typed(session, campaign, NAMELESS, PAUL, NOM="MARTIN", Prénom="Odile")
    assert first["refused"] == 0
    report = again(session, campaign, NAMELESS, PAUL)
    assert (report["refused"], report["created"], report["unchanged"]) == (0, 0, 2)
    assert [each["code"] for each in report["problems"] if each["row"] == 2] == []
    lists.take_in(session, campaign, NAMELESS, PAUL, at=LATER)
    (odile, _) = lists.everybody(session)
    assert (odile.last_name, odile.first_name) == ("MARTIN", "Odile")
    assert [phone.e164 for phone in odile.phones] == ["+33639980077"]


def test_a_number_typed_over_does_not_come_back(session: Session, campaign: Campaign) -> None:
    typed(session, campaign, RENEE, Téléphone="06 39 98 00 99")
    lists.take_in(session, campaign, RENEE, at=LATER)
    (renee,) = lists.everybody(session)
    assert [phone.e164 for phone in renee.phones] == ["+33639980099"]


def test_a_line_that_says_something_else_by_now_is_somebody_to_look_at(
    session: Session, campaign: Campaign
) -> None:
    typed(session, campaign, NAMELESS, NOM="MARTIN", Prénom="Odile")
    other = (*NAMELESS[:4], "06 39 98 00 78", *NAMELESS[5:])
    assert again(session, campaign, other)["refused"] == 1


def test_of_two_lines_that_say_the_same_neither_is_known_again(
    session: Session, campaign: Campaign
) -> None:
    typed(session, campaign, NAMELESS, NOM="MARTIN", Prénom="Odile")
    assert again(session, campaign, NAMELESS, NAMELESS)["refused"] == 2


def test_a_line_that_says_too_little_is_never_known_again(
    session: Session, campaign: Campaign
) -> None:
    bare = ("", "", "", "", "", "", "", "AMIENS", "")
    typed(session, campaign, bare, NOM="MARTIN", Prénom="Odile")
    assert lists.count(session, MatchChoice) == 0


def test_what_is_typed_now_goes_before_what_was_typed_then(
    session: Session, campaign: Campaign
) -> None:
    typed(session, campaign, NAMELESS, NOM="MARTIN", Prénom="Odile")
    other = Choices(fixes={2: {"NOM": "PETIT", "Prénom": "Jeanne", "ID IODAS": "9",
                               "Date de naissance": "1/1/1960", "Téléphone": ""}})  # fmt: skip
    report = lists.read(session, campaign, NAMELESS, at=LATER, choices=other).report
    assert report["created"] == 1


def test_it_leads_to_the_record_that_stays_once_two_are_made_one(
    session: Session, campaign: Campaign, lead: User
) -> None:
    typed(session, campaign, NAMELESS, ZOE, NOM="MARTIN", Prénom="Odile")
    odile, zoe = lists.everybody(session)
    records.merge(session, zoe, odile, by=lead, at=AT + timedelta(hours=1))
    session.flush()
    report = again(session, campaign, NAMELESS)
    assert (report["refused"], report["created"]) == (0, 0)


def test_it_is_forgotten_with_the_list_that_is_undone(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, PAUL)
    choices = Choices(fixes={2: {"NOM": "MARTIN", "Prénom": "Odile"}})
    batch = lists.read(session, campaign, NAMELESS, at=LATER, choices=choices)
    load.confirm(session, batch, by=lead, at=LATER)
    session.expire_all()
    undoing.undo(session, batch, by=lead, at=LATER + timedelta(hours=1))
    assert lists.count(session, MatchChoice) == 0
    assert again(session, campaign, NAMELESS)["refused"] == 1


def test_nothing_of_what_was_written_can_be_read_back(session: Session, campaign: Campaign) -> None:
    typed(session, campaign, NAMELESS, NOM="MARTIN", Prénom="Odile")
    (kept,) = session.query(MatchChoice).all()
    assert kept.row_key.isalnum()
    assert len(kept.row_key) == 64
