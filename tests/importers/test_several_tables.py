"""Tables that are not one list: side by side, one under the other, lying down."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Person
from importers import beside, columns, header, load, vocabulary, workbook
from importers.columns import BESIDE
from importers.unreadable import SAYS, Unreadable
from importers.workbook import Table
from tests.importers import files, lists

TITLES = ("Nom", "Prénom", "Téléphone")
OTHERS = ("Prénom", "Nom", "Téléphone")


def fields(*headers: str) -> list[str | None]:
    return [each.field for each in columns.propose(headers, [])]


def below(*rows: tuple[Any, ...]) -> tuple[list[int], list[tuple[int, str]]]:
    """The lines left in a table, and what is said of the others."""
    table = Table("", ("",), 1, TITLES, [(at, [*row]) for at, row in enumerate(rows, start=2)])
    said = [(each.row, each.code) for each in beside.cut_below(table)]
    return [line for line, _ in table.rows], said


def test_the_numbers_of_a_list_beside_another_go_to_nobody_of_the_first() -> None:
    assert fields("Nom", "Prénom", "Tél", "Nom (2)", "Prénom (2)", "Tél (2)") == [
        "last_name", "first_name", "phone", None, None, None
    ]  # fmt: skip
    found = columns.propose(("Nom", "Tél", "Nom (2)", "Tél (2)"), [])
    assert [each.why for each in found[2:]] == [BESIDE, BESIDE]


@pytest.mark.parametrize(
    "headers",
    [("Nom", "Tél", "Tél (2)"), ("Nom", "Prénom", "Nom (2)", "Tél"), ("Nom", "Nom usuel", "Tél")],
)
def test_a_title_that_comes_twice_is_no_second_list(headers: tuple[str, ...]) -> None:
    assert "phone" in fields(*headers)


def test_people_under_titles_in_another_order_are_refused_and_said() -> None:
    dupont, martin = ("DUPONT", "Renée", "1"), ("Paul", "MARTIN", "2")
    assert below(dupont, OTHERS, martin, ("", "", "")) == (
        [2], [(3, "dropped_row"), (4, "other_table")]
    )  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [TITLES, ("NOMAD", "Prénom", "06"), ("Nomblot", "Jean", "Téléphone"), ("Nom", "Prénom", ""),
     ("Nom", None, 3.0)],
)  # fmt: skip
def test_the_same_titles_again_or_a_person_end_no_table(row: tuple[Any, ...]) -> None:
    assert below(("DUPONT", "Renée", "1"), row, ("MARTIN", "Paul", "2"))[0] == [2, 3, 4]


def test_a_table_that_lies_down_is_refused_with_what_to_do(
    session: Session, campaign: Campaign
) -> None:
    rows = [
        ("Nom", "DUPONT", "MARTIN"),
        ("Prénom", "Renée", "Paul"),
        ("Commune", "Amiens", "Albert"),
    ]
    batch = load.receive(
        session, campaign, content=files.xlsx(rows), filename="l.xlsx", source="CCAS", by=None,
        at=lists.AT,
    )  # fmt: skip
    with pytest.raises(Unreadable) as refusal:
        load.examine(session, batch, today=lists.TODAY, asks=True)
    assert refusal.value.say == SAYS["sideways"]
    assert lists.count(session, Person) == 0


def test_a_list_of_people_does_not_lie_down() -> None:
    table = workbook.read(files.xlsx(), name="l.xlsx")
    assert not header.is_sideways(table.rows)


@pytest.mark.parametrize(
    "title", ["Tél fils", "Téléphone de sa fille", "Tél. voisine", "Tél neveu"]
)
def test_the_number_of_somebody_near_is_not_the_number_of_the_person(title: str) -> None:
    assert vocabulary.recognise(title)[0] == "contact_person"


def test_a_maiden_name_is_still_one() -> None:
    assert vocabulary.recognise("Nom de jeune fille")[0] == "birth_name"
    assert vocabulary.recognise("Votre nom de jeune fille, madame")[0] == "birth_name"
