"""Lines put right on the page, or in a workbook that is dropped back."""

from __future__ import annotations

import json
import re
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from appel_solidaire import cli, reading
from campaigns.models import ImportChunk, JournalEntry, Person
from importers import workbook
from tests.importers import files
from tests.web.list_stage import (
    HEADERS,
    LIST,
    NAMELESS,
    PAUL,
    RENEE,
    batch_of,
    choices_of,
    count,
    drop,
    dropped,
    entered,
    lead,
    plain,
    press,
    text,
    token,
)

__all__ = ["lead"]

TITLES = ["Ligne", "Motif", "NOM", "Prénom", "Téléphone", "CP", "Commune", "Divers", "Repère"]


def rows_of(content: bytes) -> list[list[object]]:
    """The cells of a workbook."""
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def people(instance) -> list[str]:
    """The names of everybody who entered."""
    with instance.database.reading() as session:
        return sorted(person.full_name for person in session.scalars(sa.select(Person)))


def test_the_lines_to_correct_are_shown_by_kind_with_their_cells_and_their_reason(lead, instance):
    path = dropped(lead, instance)
    page = text(lead, f"{path}/a-corriger")
    assert "Lignes refusées · 1" in page
    assert "Communes · 1" in page
    assert "Numéros à trouver · 1" in page
    assert "Ligne 4" in page
    assert "Ligne refusée : aucun nom." in page
    assert "CP : 80000" in page
    shown = lead.get(f"{path}/a-corriger?quoi=communes").text
    assert 'value="Introuvable"' in shown
    assert "is-invalid" in shown


def test_what_the_law_forbids_is_never_shown_to_be_typed_again(lead, instance):
    rows = [HEADERS, (*RENEE[:2], "12", *RENEE[3:])]
    page = lead.get(f"{dropped(lead, instance, files.xlsx(rows))}/a-corriger").text
    assert "241039912345644" not in page
    assert "NIR" not in page


def test_a_forbidden_number_is_not_shown_again_in_a_line_typed_over_or_left_out(lead, instance):
    told = "voir avec sa fille avant de passer : sa carte dit 2 41 03 99 123 456 44"
    rows = [HEADERS, (*RENEE[:2], "12", *RENEE[3:5], "", told), (*NAMELESS[:6], told)]
    path = dropped(lead, instance, files.xlsx(rows))
    press(lead, f"{path}/a-corriger", **{"ligne": "2", "case-2-6": "rien"})
    assert reading.read_due(instance) == 1
    press(lead, f"{path}/a-corriger", ligne="3", sans="3")
    assert reading.read_due(instance) == 1
    with instance.database.reading() as session:
        kept = session.scalars(sa.select(ImportChunk.rows)).all()
    assert "123 456" not in str(kept)
    page = lead.get(f"{path}/a-corriger?quoi=corrigees").text
    assert 'value="rien"' in page
    assert "123 456" not in page


def test_the_lines_to_correct_do_not_open_the_file_again(lead, instance, monkeypatch):
    path = dropped(lead, instance)
    monkeypatch.setattr(workbook, "read", None)
    assert "LEFÈVRE" in lead.get(f"{path}/a-corriger?quoi=communes").text
    assert len(rows_of(lead.get(f"{path}/lignes-a-corriger.xlsx").data)) == 3
    answer = press(lead, f"{path}/a-corriger", **{"ligne": "5", "case-5-4": "Amiens"})
    assert answer.status_code == 303


def test_lines_far_apart_in_a_long_file_are_all_found_again(lead, instance):
    rows = [PAUL] * 2_400
    for line in (2, 1_001, 2_400):
        rows[line - 2] = (f"NOM{line}", "Zoé", "", "80000", "Amiens", "", "")
    path = dropped(lead, instance, files.xlsx([HEADERS, *rows]))
    page = lead.get(f"{path}/a-corriger?quoi=a-trouver").text
    assert re.findall(r'value="(NOM\d+)"', page) == ["NOM2", "NOM1001", "NOM2400"]


def test_a_refused_line_is_given_a_name_and_its_person_enters(lead, instance):
    path = dropped(lead, instance)
    typed = {"ligne": "4", "case-4-0": "PETIT", "case-4-1": "Raymonde"}
    answer = press(lead, f"{path}/a-corriger", **typed)
    assert (answer.status_code, answer.location) == (303, path)
    assert choices_of(instance).fixes == {4: {"NOM": "PETIT", "Prénom": "Raymonde"}}
    assert reading.read_due(instance) == 1
    page = text(lead, path)
    assert "Confirmer : 4 personnes entrent dans la campagne" in page
    assert "Ligne refusée" not in page
    assert "Déjà corrigées · 1" in text(lead, f"{path}/a-corriger")
    entered(lead, instance, path)
    assert "Raymonde PETIT" in people(instance)


@pytest.mark.parametrize("door", ["page", "command"])
def test_a_name_typed_once_is_not_asked_again_by_the_same_file(
    lead, instance, tmp_path, monkeypatch, door
):
    path = dropped(lead, instance)
    typed = {"ligne": "4", "case-4-0": "PETIT", "case-4-1": "Raymonde"}
    press(lead, f"{path}/a-corriger", **typed)
    assert reading.read_due(instance) == 1
    entered(lead, instance, path)
    if door == "page":
        said = batch_of(instance, int(dropped(lead, instance).rpartition("/")[2])).report
    else:
        monkeypatch.setenv("APPEL_DATABASE_URL", instance.config.database_url or "")
        (file := tmp_path / "liste.xlsx").write_bytes(LIST)
        asked = ["import", "people", str(file), "--instance", str(instance.config.instance)]
        said = json.loads(
            CliRunner().invoke(cli.main, [*asked, "--source", "IODAS", "--json"]).stdout
        )
    assert (said["created"], said["refused"], said["unchanged"]) == (0, 0, 4)
    assert "no_name" not in [problem["code"] for problem in said["problems"]]


def test_a_cell_typed_as_the_file_has_it_is_no_correction(lead, instance):
    path = dropped(lead, instance)
    press(lead, f"{path}/a-corriger", **{"ligne": "5", "case-5-0": "LEFÈVRE", "case-5-4": "Amiens"})
    assert choices_of(instance).fixes == {5: {"Commune": "Amiens"}}
    reading.read_due(instance)
    press(lead, f"{path}/a-corriger", **{"ligne": "5", "case-5-4": "Introuvable"})
    assert choices_of(instance).fixes == {}


def test_a_line_is_left_out_and_taken_back(lead, instance):
    path = dropped(lead, instance)
    press(lead, f"{path}/a-corriger", ligne="5", sans="5")
    reading.read_due(instance)
    assert "Confirmer : 2 personnes entrent" in text(lead, path)
    assert "laissée de côté" in text(lead, f"{path}/a-corriger?quoi=corrigees")
    press(lead, f"{path}/a-corriger", ligne="5")
    reading.read_due(instance)
    assert "Confirmer : 3 personnes entrent" in text(lead, path)


def test_a_line_that_has_nothing_to_correct_cannot_be_written_over(lead, instance):
    path = dropped(lead, instance)
    answer = press(lead, f"{path}/a-corriger", **{"ligne": "2", "case-2-0": "AUTRE"})
    assert answer.status_code == 422
    assert "Ces lignes ne sont plus à corriger" in answer.text
    assert choices_of(instance).fixes == {}


def test_what_a_refused_correction_held_changes_nothing_while_the_list_is_read(lead, instance):
    path = drop(lead).location
    answer = press(lead, f"{path}/a-corriger", **{"ligne": "4", "case-4-0": "PETIT"})
    assert answer.status_code == 422
    assert "n’attend plus de choix" in answer.text


def test_three_hundred_lines_come_twenty_five_a_page(lead, instance):
    rows = [(f"NOM{n}", "Zoé", "", "80000", "Amiens", "", "") for n in range(300)]
    path = dropped(lead, instance, files.xlsx([HEADERS, *rows]))
    first = lead.get(f"{path}/a-corriger").text
    assert len(re.findall(r'name="ligne"', first)) == 25
    assert "Page 1 sur 12" in first
    last = lead.get(f"{path}/a-corriger?quoi=a-trouver&page=12").text
    assert 'value="301"' in last
    assert lead.get(f"{path}/a-corriger?page=x").status_code == 200


def test_a_list_without_a_fault_says_that_nothing_is_to_be_corrected(lead, instance):
    path = dropped(lead, instance, files.xlsx([HEADERS, PAUL]))
    assert "Aucune ligne à corriger" in text(lead, f"{path}/a-corriger")


def test_once_a_list_is_confirmed_its_pages_of_choices_lead_back_to_its_report(lead, instance):
    path = dropped(lead, instance)
    entered(lead, instance, path)
    for page in ("a-corriger", "colonnes", "doublons", "couples"):
        answer = lead.get(f"{path}/{page}")
        assert (answer.status_code, answer.location) == (303, path)


def test_lines_to_correct_come_as_a_workbook_with_the_columns_of_the_file(lead, instance):
    path = dropped(lead, instance)
    answer = lead.get(f"{path}/lignes-a-corriger.xlsx")
    assert answer.status_code == 200
    rows = rows_of(answer.data)
    assert rows[0] == TITLES
    assert [row[0] for row in rows[1:]] == [4, 5]
    assert plain(rows[1][1]).endswith("Ligne refusée : aucun nom.")
    assert rows[2][2:4] == ["LEFÈVRE", "Zoé"]
    with instance.database.reading() as session:
        last = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert (last.action, last.detail) == ("people_exported", {"count": 2})


def test_no_cell_of_the_workbook_is_a_formula_and_phones_are_text(lead, instance):
    hostile = ("=1+1", "+33612", "-2", "@SUM(A1)", "＝1+1", "\tx", "a\x0bb")
    rows = [("", "", "639980012", "80000", "Amiens", "", text) for text in hostile]
    # As csv: a workbook would already have made a formula of the first.
    content = "\n".join(";".join(row) for row in (HEADERS, *rows)).encode()
    path = drop(lead, content, "liste.csv").location
    assert reading.read_due(instance) == 1
    content = lead.get(f"{path}/lignes-a-corriger.xlsx").data
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert [row[4].value for row in sheet.iter_rows(min_row=2)] == ["639980012"] * len(hostile)
    # Excel's own mark of a text: a copy to csv keeps it harmless.
    quoted = [row[7] for row in sheet.iter_rows(min_row=2, max_row=6)]
    assert [cell.value for cell in quoted] == list(hostile[:5])
    assert all(cell.quotePrefix for cell in quoted)


def test_the_workbook_put_right_is_dropped_back_like_any_list(lead, instance):
    path = dropped(lead, instance)
    book = openpyxl.load_workbook(BytesIO(lead.get(f"{path}/lignes-a-corriger.xlsx").data))
    sheet = book.active
    sheet["C2"], sheet["D2"] = "PETIT", "Raymonde"
    kept = BytesIO()
    book.save(kept)
    entered(lead, instance, path)
    again = drop(lead, kept.getvalue(), "corrigees.xlsx").location
    assert reading.read_due(instance) == 1
    page = text(lead, again)
    assert "Confirmer : 1 personne entre dans la campagne" in page
    assert batch_of(instance, 2).report["columns"].keys().isdisjoint({"Ligne", "Motif"})
    entered(lead, instance, again)
    assert "Raymonde PETIT" in people(instance)


def test_what_was_typed_on_the_page_is_in_the_workbook_too(lead, instance):
    path = dropped(lead, instance)
    press(lead, f"{path}/a-corriger", **{"ligne": "5", "case-5-4": "Ailleurs"})
    reading.read_due(instance)
    rows = rows_of(lead.get(f"{path}/lignes-a-corriger.xlsx").data)
    assert rows[2][6] == "Ailleurs"


def test_once_the_file_is_erased_the_workbook_still_names_lines_and_reasons(lead, instance):
    path = dropped(lead, instance)
    entered(lead, instance, path)
    rows = rows_of(lead.get(f"{path}/lignes-a-corriger.xlsx").data)
    assert [row[0] for row in rows] == ["Ligne", 4, 5]


def test_a_correction_needs_the_token_of_its_page(lead, instance):
    path = dropped(lead, instance)
    assert lead.post(f"{path}/a-corriger", data={"ligne": "4"}).status_code == 400
    assert token(lead, f"{path}/a-corriger")
    assert count(instance, Person) == 0
