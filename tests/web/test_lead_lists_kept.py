"""What was said of the lines of a list holds in the next one: left out, put right in a workbook."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa

from appel_solidaire import reading
from campaigns.models import ImportBatch, MatchChoice, Person
from tests.importers import files
from tests.web.list_stage import (
    HEADERS,
    LIST,
    NO_PHONE,
    PAUL,
    RENEE,
    batch_of,
    choices_of,
    drop,
    dropped,
    entered,
    lead,
    plain,
    press,
    text,
)

__all__ = ["lead"]

NEXT = files.xlsx([HEADERS, NO_PHONE, PAUL, (*RENEE[:3], "80000", "Amiens", "", "vue en mars")])


def next_list(lead, instance, content: bytes = NEXT) -> tuple[str, ImportBatch]:
    """The list of the next month: its address, and what was read."""
    path = drop(lead, content, "mars.xlsx").location
    assert reading.read_due(instance) == 1
    return path, batch_of(instance, int(path.rpartition("/")[2]))


def left_out(lead, instance) -> None:
    """A list enters without its fifth line, which somebody left out."""
    path = dropped(lead, instance)
    press(lead, f"{path}/a-corriger", ligne="5", sans="5")
    assert reading.read_due(instance) == 1
    assert "Une ligne" not in text(lead, path)
    assert "1 ligne est laissée de côté, comme vous l’avez demandé." in text(lead, path)
    entered(lead, instance, path)


def names(instance) -> list[str]:
    with instance.database.reading() as session:
        return sorted(session.scalars(sa.select(Person.last_name)))


def test_a_line_left_out_stays_out_of_the_next_list_of_its_source(lead, instance):
    left_out(lead, instance)
    path, batch = next_list(lead, instance)
    assert (batch.report["created"], batch.report["rows"]) == (0, 2)
    assert "1 ligne avait été laissée de côté dans une liste précédente" in text(lead, path)
    page = text(lead, f"{path}/a-corriger?quoi=corrigees")
    assert "laissée de côté, comme dans une liste précédente" in page
    assert "Autres" not in page
    entered(lead, instance, path)
    path, batch = next_list(lead, instance)
    assert batch.report["created"] == 0
    assert names(instance) == ["DUPONT", "MARTIN"]


def test_it_is_taken_back_for_good(lead, instance):
    left_out(lead, instance)
    path, _ = next_list(lead, instance)
    press(lead, f"{path}/a-corriger", ligne="2")
    assert choices_of(instance, 2).taken_back == {2}
    assert reading.read_due(instance) == 1
    assert "Confirmer : 1 personne entre" in text(lead, path)
    press(lead, f"{path}/a-corriger", ligne="2", sans="2")
    assert choices_of(instance, 2).taken_back == frozenset()
    reading.read_due(instance)
    press(lead, f"{path}/a-corriger", ligne="2")
    reading.read_due(instance)
    entered(lead, instance, path)
    assert "LEFÈVRE" in names(instance)
    _, batch = next_list(lead, instance)
    assert (batch.report["rows"], "left_out" in batch.report) == (3, False)


def test_it_comes_back_when_the_list_that_left_it_out_is_undone_or_says_something_else(
    lead, instance
):
    left_out(lead, instance)
    other = files.xlsx([HEADERS, (*NO_PHONE[:2], "03 53 01 00 19", *NO_PHONE[3:])])
    path, batch = next_list(lead, instance, other)
    assert batch.report["created"] == 1
    press(lead, f"{path}/abandonner")
    press(lead, "/pilotage/listes/1/annuler")
    assert next_list(lead, instance)[1].report["created"] == 3


def test_another_source_says_it_for_itself_and_nothing_readable_is_kept(lead, instance):
    left_out(lead, instance)
    path = drop(lead, NEXT, "autre.xlsx", "CCAS").location
    assert reading.read_due(instance) == 1
    assert "Lignes à corriger · 1" in text(lead, path)
    kept = batch_of(instance).report
    assert "LEFÈVRE" not in str(kept)
    (seal,) = kept["left_out"]["seals"]
    assert len(seal) == 64


# The workbook of the lines to correct --------------------------------------------------------


def workbook_of(lead, path: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(lead.get(f"{path}/lignes-a-corriger.xlsx").data))


def put_right(book: openpyxl.Workbook, **cells: str) -> bytes:
    for place, said in cells.items():
        book.active[place] = said
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_line_put_right_in_the_workbook_is_not_asked_again_by_the_next_list(lead, instance):
    path = dropped(lead, instance)
    content = put_right(workbook_of(lead, path), C2="PETIT", D2="Raymonde", G3="Amiens")
    entered(lead, instance, path)
    entered(lead, instance, next_list(lead, instance, content)[0])
    assert "PETIT" in names(instance)
    with instance.database.reading() as session:
        assert "L" in {key[0] for key in session.scalars(sa.select(MatchChoice.row_key))}
        zoe = session.scalars(sa.select(Person).where(Person.last_name == "LEFÈVRE")).one()
        assert (zoe.town, zoe.insee is None) == ("Amiens", False)
        assert "town" in zoe.by_hand.split()
    _, again = next_list(lead, instance, LIST)
    assert (again.report["created"], again.report["refused"]) == (0, 0)
    assert again.report["doubts"] == []


def test_the_column_that_knows_lines_again_is_hidden_and_shown_to_nobody(lead, instance):
    path = dropped(lead, instance)
    book = workbook_of(lead, path)
    assert book.active.column_dimensions["I"].hidden
    assert not any(figure.isdecimal() for figure in book.active["I2"].value)
    back, batch = next_list(lead, instance, put_right(book, C2="PETIT"))
    assert "Repère" not in str(batch.report)
    assert "Repère" not in text(lead, f"{back}/colonnes")


@pytest.mark.parametrize("said", ["", "n’importe quoi", "abc.def", "." + "z" * 6, None])
def test_a_mark_somebody_changed_is_no_mark(lead, instance, said):
    path = dropped(lead, instance)
    back, batch = next_list(lead, instance, put_right(workbook_of(lead, path), C2="PETIT", I2=said))
    assert batch.report["created"] == 2
    entered(lead, instance, back)
    assert "PETIT" in names(instance)


def test_a_line_that_comes_back_as_it_left_is_no_correction_and_no_second_person(lead, instance):
    path = dropped(lead, instance)
    content = put_right(workbook_of(lead, path))
    entered(lead, instance, path)
    entered(lead, instance, next_list(lead, instance, content)[0])
    with instance.database.reading() as session:
        assert {key[0] for key in session.scalars(sa.select(MatchChoice.row_key))} == {"W"}
        assert set(session.scalars(sa.select(Person.by_hand))) == {""}
    assert names(instance) == ["DUPONT", "LEFÈVRE", "MARTIN"]


def test_a_line_put_right_on_the_page_then_in_the_workbook_is_the_same_person(lead, instance):
    path = dropped(lead, instance)
    press(lead, f"{path}/a-corriger", **{"ligne": "4", "case-4-0": "PETIT", "case-4-1": "Odile"})
    assert reading.read_due(instance) == 1
    book = workbook_of(lead, path)
    assert plain(book.active["B2"].value)
    entered(lead, instance, path)
    entered(lead, instance, next_list(lead, instance, put_right(book, G2="Amiens"))[0])
    assert names(instance) == ["DUPONT", "LEFÈVRE", "MARTIN", "PETIT"]
