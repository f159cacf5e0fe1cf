"""A list without a line of titles: nobody is lost, and what columns hold is proposed, then asked."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from campaigns.models import Campaign, ImportState
from importers import columns, header, load, untitled, workbook
from importers.choices import Choices
from importers.unreadable import SAYS, Unreadable
from tests.importers import files, lists

RENEE = ("Mme", "DUPONT", "Renée", "07/03/1941", "3 rue X", "80000", "AMIENS", "06 39 98 00 12", "")
PAUL = ("M.", "MARTIN", "Paul", "12/05/1943", "4 bd Y", "80100", "ABBEVILLE", "03 53 01 00 15", "")
ZOE = ("Mme", "PETIT", "Zoé", "", "9 lotissement Z", "80100", "ABBEVILLE", "", "sa fille passe")
FIELDS = ["title", "last_name", "first_name", "birth_date", "address", "postal_code", "town",
          "phone", "comment"]  # fmt: skip
CHOSEN = {f"Colonne {'ABCDEFGHI'[at]}": field for at, field in enumerate(FIELDS)}


def fields(*rows: tuple[Any, ...]) -> list[str | None]:
    table = workbook.read(files.xlsx(rows), name="l.xlsx")
    assert table.is_untitled
    assert [line for line, _ in table.rows] == list(range(1, len(rows) + 1))
    sample = [cells for _, cells in table.rows]
    return [each.field for each in columns.propose(table.headers, sample, is_untitled=True)]


def dropped(session: Session, into: Campaign, *people: tuple[Any, ...], how: Any = None) -> Any:
    """A list as a worker reads it for somebody who will look."""
    batch = load.receive(
        session, into, content=files.xlsx(people), filename="l.xlsx", source="CCAS", by=None,
        at=lists.AT,
    )  # fmt: skip
    batch.choices = (how or Choices()).kept()
    load.keep(session, batch, load.examine(session, batch, today=lists.TODAY, asks=True))
    session.flush()
    return batch


def test_the_columns_are_named_as_a_spreadsheet_names_them_and_told_by_their_cells() -> None:
    assert fields(RENEE, PAUL, ZOE) == FIELDS
    assert header.lettered(28)[25:] == ("Colonne Z", "Colonne AA", "Colonne AB")


def test_a_name_over_the_list_is_no_title() -> None:
    assert fields(("Les aînés du canton",), RENEE, PAUL) == FIELDS[:8]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("DUPONT Renée", 639980012.0), ("MARTIN Paul", 353010015.0)], ["full_name", "phone"]),
        ([("Renée", "DUPONT", RENEE[7]), ("Paul", "MARTIN", PAUL[7])],
         ["first_name", "last_name", "phone"]),
        ([("Ozan", "YILMAZ", RENEE[7]), ("Duc", "NGUYEN", PAUL[7])],
         ["first_name", "last_name", "phone"]),
        ([("Yilmaz", "Ozan", RENEE[7]), ("Nguyen", "Duc", PAUL[7])],
         ["last_name", "first_name", "phone"]),
        ([("YILMAZ", RENEE[7]), ("NGUYEN", PAUL[7])], ["last_name", "phone"]),
        ([(RENEE[7], "80000 AMIENS"), (PAUL[7], "80100 ABBEVILLE")], ["phone", "postal_and_town"]),
    ],
)  # fmt: skip
def test_names_are_told_from_given_names_capitals_and_order(rows: Any, found: Any) -> None:
    assert fields(*rows) == found


def test_a_line_that_looks_like_titles_is_somebody_when_it_holds_a_number() -> None:
    line = ("Rue de la Paix", "suivie par le CIP", "DUPONT", "0639980012")
    assert workbook.read(files.xlsx([line, line]), name="l.xlsx").is_untitled


def test_unknown_titles_stay_titles() -> None:
    rows = [("Patronyme", "Appellation", "Joindre au"), ("DUPONT", "Renée", RENEE[7])]
    table = workbook.read(files.xlsx(rows), name="l.xlsx")
    assert (table.header_line, table.headers[0]) == (1, "Patronyme")


def test_somebody_may_say_that_there_are_no_titles() -> None:
    rows = [("DUPONT", "Renée"), ("MARTIN", "Paul")]
    assert workbook.read(files.xlsx(rows), name="l.xlsx").header_line == 1
    table = workbook.read(files.xlsx(rows), name="l.xlsx", header_line=0)
    assert (table.headers, len(table.rows)) == (("Colonne A", "Colonne B"), 2)
    assert Choices.of(Choices(header_line=0).kept()).header_line == 0


def test_a_letter_follows_z() -> None:
    assert [untitled.letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_forbidden_column_is_refused_without_a_title_too() -> None:
    rows = [("DUPONT", "Renée", "241039912345644", RENEE[7])] * 2
    assert fields(*rows) == ["last_name", "first_name", "nir", "phone"]


def test_it_waits_for_somebody_and_its_first_line_is_a_person(
    session: Session, campaign: Campaign
) -> None:
    waiting = dropped(session, campaign, RENEE, PAUL)
    assert (waiting.state, waiting.report["needs_name"]) == (ImportState.READY, True)
    assert waiting.report["rows"] == 2
    again = dropped(session, campaign, RENEE, PAUL, how=Choices(columns=CHOSEN))
    load.confirm(session, again, by=None, at=lists.AT)
    assert [(each.last_name, each.town) for each in lists.everybody(session)] == [
        ("DUPONT", "AMIENS"), ("MARTIN", "ABBEVILLE")
    ]  # fmt: skip


def test_the_next_list_of_the_source_is_not_asked_again_unless_columns_moved(
    session: Session, campaign: Campaign
) -> None:
    first = dropped(session, campaign, RENEE, PAUL, how=Choices(columns=CHOSEN))
    load.confirm(session, first, by=None, at=lists.AT)
    same = dropped(session, campaign, RENEE, PAUL, ZOE)
    assert (same.report.get("needs_name"), same.report["created"]) == (None, 1)
    moved = [(*each[1:], each[0]) for each in (RENEE, PAUL, ZOE)]
    assert dropped(session, campaign, *moved).report["needs_name"]


def test_who_asks_nobody_is_told_where_to_say_it(session: Session, campaign: Campaign) -> None:
    batch = load.receive(
        session, campaign, content=files.xlsx([RENEE, PAUL]), filename="l.xlsx", source="CCAS",
        by=None, at=lists.AT,
    )  # fmt: skip
    with pytest.raises(Unreadable) as refusal:
        load.examine(session, batch, today=lists.TODAY)
    assert refusal.value.say == SAYS["no_titles"]
    assert "DUPONT" not in refusal.value.say
