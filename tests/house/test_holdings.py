"""Every table and every column is in the register of what is kept about people."""

from __future__ import annotations

import sqlalchemy as sa

from campaigns import holdings
from campaigns.holdings import Nature, Whose
from campaigns.models import Base

PERSON, HOUSEHOLD = sa.literal(1), sa.literal(2)


def test_every_table_is_in_the_register_and_no_other() -> None:
    assert set(holdings.TABLES) == set(Base.metadata.tables)


def test_every_column_is_said_to_be_something() -> None:
    unsaid = []
    for table in Base.metadata.sorted_tables:
        said = holdings.TABLES[table.name].columns
        for column in table.columns:
            if column.name not in said and not (column.primary_key or column.foreign_keys):
                unsaid.append(str(column))
    assert unsaid == [], "say in campaigns/holdings what these columns hold"


def test_the_register_names_no_column_that_is_gone() -> None:
    gone = [
        f"{name}.{column}"
        for name, holding in holdings.TABLES.items()
        for column in (*holding.columns, *holding.by)
        if column not in Base.metadata.tables[name].columns
    ]
    assert gone == []


def test_every_table_with_a_key_to_a_person_or_a_household_is_about_people() -> None:
    """Whatever hangs on a person, however far, is theirs: nothing is forgotten by an oversight."""
    theirs = {"person", "household"}
    while True:
        more = {
            table.name
            for table in Base.metadata.sorted_tables
            for key in table.foreign_keys
            if key.column.table.name in theirs
        } - theirs
        if not more:
            break
        theirs |= more
    said = {
        name
        for name, holding in holdings.TABLES.items()
        if holding.whose in {Whose.PERSON, Whose.HOUSEHOLD}
    }
    assert said == theirs | set(holdings.LOOSE)


def test_every_table_about_people_has_its_way_to_them() -> None:
    for name in holdings.about_people():
        where = holdings.rows_about(name, [1], [2])
        assert (where is None) == (name in holdings.LOOSE), name


def test_a_free_text_column_is_never_taken_for_a_fact() -> None:
    """Long texts about people are words or personal; codes and sentences made by rules are not."""
    made_by_rules = {"line.why", "line.moved_why", "referral.name", "referral.reason"}
    wrong = []
    for name in holdings.about_people():
        for column in holdings.table(name).columns:
            length = getattr(column.type, "length", None)
            is_long = isinstance(column.type, sa.String) and (length is None or length > 120)
            if is_long and holdings.nature(name, column.name) is Nature.FACT:
                wrong.append(str(column))
    assert set(wrong) - made_by_rules == {"person.by_hand"}  # names of columns
