"""People already stored are known again under every key a line of a list gives them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from campaigns import values
from campaigns.models import Campaign
from importers import matching, register
from importers.cleaning import CleanRow
from tests import factories
from tests.importers import lists
from tests.importers.lists import AT

BORN = date(1941, 3, 7)


@pytest.mark.parametrize(
    ("last", "first", "birth"),
    [
        ("DUPONT", "Renée", ""),
        ("DUPONT née MARTIN", "Renée", ""),
        ("DUPONT ép. MARTIN", "Anne-Marie", ""),
        ("DUPONT", "Renée", "MARTIN"),
        ("DE LA TOUR", "Zoé", ""),
    ],
)
def test_a_stored_person_has_the_keys_of_the_line_that_brought_them(
    session: Session, campaign: Campaign, last: str, first: str, birth: str
) -> None:
    person = factories.person(
        session, campaign, last_name=last, first_name=first, birth_name=birth, birth_date=BORN
    )
    person.name_key = values.name_key(last, first)
    session.flush()
    (stored,) = [each for each in register.people(session, source="IODAS") if each.id == person.id]
    line = matching.known_of(CleanRow(2, last, first, birth_name=birth, birth_date=BORN))
    assert (stored.known.names, stored.known.first) == (line.names, line.first)


def test_a_slip_in_the_name_of_a_stored_person_is_followed_without_asking(
    session: Session, campaign: Campaign
) -> None:
    married = ("", "DUPONT née MARTIN", "Renée", "07/03/1941", "06 39 98 00 12", "", "80000",
               "AMIENS", "")  # fmt: skip
    lists.take_in(session, campaign, married)
    slip = ("", "MARTTIN", *married[2:])
    batch = lists.read(session, campaign, slip, source="CAF", at=AT + timedelta(days=1))
    assert (batch.report["doubts"], batch.report["to_confirm"]) == ([], 0)
    assert batch.report["created"] == 0
