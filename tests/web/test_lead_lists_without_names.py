"""A list in which no title looks like a name: somebody shows the column, nobody enters before."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from appel_solidaire import reading
from campaigns.models import ImportChunk, ImportState, Person
from campaigns.refusal import Refusal
from importers import load
from tests.importers import files
from tests.web.list_stage import (
    HEADERS,
    PAUL,
    RENEE,
    batch_of,
    count,
    dropped,
    entered,
    lead,
    plain,
    press,
    text,
)

__all__ = ["lead"]

TITLES = ("Intitulé A", "Intitulé B", "Téléphone", "CP", "Commune")
NAMELESS = files.xlsx([TITLES, RENEE[:5], PAUL[:5]])


def test_the_page_of_the_list_is_the_one_where_columns_are_shown(lead, instance):
    path = dropped(lead, instance, NAMELESS)
    assert batch_of(instance).state is ImportState.READY
    page = text(lead, path)
    assert "Dites quelle colonne porte le nom." in page
    assert "Intitulé A" in page
    assert "DUPONT" in page
    assert "Confirmer" not in page
    assert "Compte rendu" not in page
    assert "Abandonner cette liste" in page
    assert "2 lignes" in text(lead, "/pilotage/listes")


def test_once_a_column_is_named_the_list_is_read_and_its_people_enter(lead, instance):
    path = dropped(lead, instance, NAMELESS)
    fields = ("last_name", "first_name", "phone", "postal_code", "town")
    chosen = {f"colonne-{at}": field for at, field in enumerate(fields)}
    assert press(lead, f"{path}/colonnes", **chosen).status_code == 303
    assert reading.read_due(instance) == 1
    assert "Confirmer : 2 personnes entrent dans la campagne" in text(lead, path)
    entered(lead, instance, path)
    with instance.database.reading() as session:
        assert session.scalars(sa.select(Person.last_name)).all() == ["DUPONT", "MARTIN"]


def confirm_at_once(instance) -> None:
    """Confirm as a worker would that did not ask anybody."""
    with instance.database.unit() as session:
        load.confirm(session, session.merge(batch_of(instance)), by=None, at=instance.clock())


def test_nothing_confirms_it_before(lead, instance):
    path = dropped(lead, instance, NAMELESS)
    refused = press(lead, f"{path}/confirmer")
    assert refused.status_code == 422
    assert "Dites quelle colonne porte le nom des personnes." in plain(refused.text)
    assert reading.read_due(instance) == 0
    with pytest.raises(Refusal, match="quelle colonne"):
        confirm_at_once(instance)
    assert batch_of(instance).state is ImportState.READY
    assert count(instance, Person) == count(instance, ImportChunk) == 0


def test_its_other_pages_open_and_it_can_be_abandoned(lead, instance):
    path = dropped(lead, instance, NAMELESS)
    for page in ("colonnes", "a-corriger", "doublons", "couples", "absentes"):
        assert lead.get(f"{path}/{page}").status_code == 200
    press(lead, f"{path}/abandonner")
    assert "abandonnée" in text(lead, path)


def test_a_sheet_without_names_waits_for_another_choice_too(lead, instance):
    path = dropped(lead, instance, files.xlsx([HEADERS, RENEE], Valeurs=[("Oui",), ("Non",)]))
    press(lead, f"{path}/colonnes", feuille="Valeurs")
    assert reading.read_due(instance) == 1
    page = text(lead, path)
    assert "Dites quelle colonne porte le nom." in page
    assert "Feuille « Valeurs »" in page
    press(lead, f"{path}/colonnes", feuille="Feuil1")
    assert reading.read_due(instance) == 1
    assert "Confirmer : 1 personne entre dans la campagne" in text(lead, path)


def test_a_mapping_without_a_name_is_refused_there_too(lead, instance):
    path = dropped(lead, instance, NAMELESS)
    refused = press(lead, f"{path}/colonnes", **{"colonne-2": "phone"})
    assert refused.status_code == 422
    assert "Dites quelle colonne porte le nom des personnes." in plain(refused.text)


def test_a_file_without_titles_is_proposed_with_its_first_values_and_loses_nobody(lead, instance):
    path = dropped(lead, instance, files.xlsx([RENEE[:5], PAUL[:5]]))
    page = text(lead, path)
    assert "Ce fichier n’a pas de ligne de titres." in page
    assert "Colonne A" in page
    assert "Par exemple « DUPONT », « MARTIN »" in page
    fields = ("last_name", "first_name", "phone", "postal_code", "town")
    for at, field in enumerate(fields):
        shown = lead.get(f"{path}/colonnes").text.partition(f'name="colonne-{at}"')[2]
        assert shown.partition(" selected")[0].endswith(f'value="{field}"')
    chosen = {f"colonne-{at}": field for at, field in enumerate(fields)}
    press(lead, f"{path}/colonnes", **{"sans-titres": "1"}, **chosen)
    assert reading.read_due(instance) == 1
    page = text(lead, path)
    assert "Confirmer : 2 personnes entrent dans la campagne" in page
    assert "Pas de ligne de titres" in page


def test_somebody_says_that_a_file_has_no_titles_and_takes_it_back(lead, instance):
    path = dropped(lead, instance, files.xlsx([RENEE[:2], PAUL[:2]]))
    assert "Dites que ce fichier n’a pas de ligne de titres" in text(lead, path)
    press(lead, f"{path}/colonnes", **{"sans-titres": "1", "titres": "1"})
    assert reading.read_due(instance) == 1
    assert batch_of(instance).report["header_line"] == 0
    assert "Colonne B" in text(lead, path)
    press(lead, f"{path}/colonnes", titres="1")
    assert reading.read_due(instance) == 1
    assert batch_of(instance).report["header_line"] == 1
