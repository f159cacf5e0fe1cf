"""The lead drops a list, a worker reads it, the lead looks and confirms: then people are called."""

from __future__ import annotations

import html
import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import undefer
from werkzeug.test import TestResponse

from appel_solidaire import reading
from appel_solidaire.instance import Instance
from campaigns.models import (
    Enrolment,
    ImportBatch,
    ImportChunk,
    ImportState,
    JournalEntry,
    OutgoingMail,
    Person,
    Role,
)
from importers.caps import Caps
from tests import factories
from tests.importers import files

HEADERS = ("NOM", "Prénom", "Téléphone", "CP", "Commune", "NIR", "Divers")
RENEE = ("DUPONT", "Renée", "06 39 98 00 12", "80000", "Amiens", "241039912345644", "")
PAUL = ("MARTIN", "Paul", "03 53 01 00 15", "80000", "Amiens", "", "")
NAMELESS = ("", "", "03 53 01 00 16", "80000", "Amiens", "", "")
NO_PHONE = ("LEFÈVRE", "Zoé", "", "80000", "Introuvable", "", '=HYPERLINK("https://x.example.org")')
LIST = files.xlsx([HEADERS, RENEE, PAUL, NAMELESS, NO_PHONE])


@pytest.fixture
def lead(app: Flask, instance: Instance) -> FlaskClient:
    """The lead of a campaign, signed in."""
    client = app.test_client()
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        factories.commune(session)
        someone = factories.user(session, Role.LEAD, campaign)
        factories.sign_in(session, client, someone, at=instance.clock())
    return client


def token(client: FlaskClient, path: str = "/pilotage/listes") -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def drop(
    client: FlaskClient, content: bytes = LIST, name: str = "liste.xlsx", source: str = "IODAS"
) -> TestResponse:
    """Post a file as the page does."""
    return client.post(
        "/pilotage/listes",
        data={"csrf_token": token(client), "source": source, "file": (BytesIO(content), name)},
    )


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Press a button of a list’s page."""
    page = path.rpartition("/")[0]
    return client.post(path, data={"csrf_token": token(client, page), **fields})


def plain(said: str) -> str:
    """A text as it is read: without tags, spaces made plain."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", said)))


def text(client: FlaskClient, path: str) -> str:
    """What a page says."""
    answer = client.get(path)
    assert answer.status_code == 200
    return plain(answer.text)


def dropped(client: FlaskClient, instance: Instance, content: bytes = LIST) -> str:
    """Drop a list and let a worker read it; gives the address of its page."""
    path = drop(client, content).location
    assert reading.read_due(instance) == 1
    return path


def entered(client: FlaskClient, instance: Instance, path: str) -> None:
    """Confirm a list and let a worker take its people in."""
    assert press(client, f"{path}/confirmer").status_code == 303
    assert reading.read_due(instance) == 1


def count(instance: Instance, model: type) -> int:
    with instance.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def batch_of(instance: Instance) -> ImportBatch:
    """The only list there is, with its file."""
    with instance.database.reading() as session:
        batch = session.scalars(sa.select(ImportBatch).options(undefer(ImportBatch.content))).one()
        session.expunge(batch)
        return batch


def test_a_list_is_dropped_read_shown_confirmed_and_its_people_enter(lead, instance):
    answer = drop(lead)
    assert (answer.status_code, answer.location) == (303, "/pilotage/listes/1")
    assert "En attente de lecture" in text(lead, "/pilotage/listes/1")

    assert reading.read_due(instance) == 1
    page = text(lead, "/pilotage/listes/1")
    assert "4 lignes lues dans la feuille « Feuil1 », 3 foyers" in page
    assert "Confirmer : 3 personnes entrent dans la campagne" in page
    assert "3 personnes nouvelles" in page
    assert "1 ligne refusée" in page
    assert "1 commune non reconnue" in page
    assert count(instance, Person) == count(instance, Enrolment) == 0

    entered(lead, instance, "/pilotage/listes/1")
    assert (count(instance, Person), count(instance, Enrolment)) == (3, 3)
    assert "La liste est importée" in text(lead, "/pilotage/listes/1")
    assert "3 personnes nouvelles importé" in text(lead, "/pilotage/listes")


def test_refused_lines_and_warnings_are_shown_with_their_line_and_their_reason(lead, instance):
    page = text(lead, dropped(lead, instance))
    assert "4 NOM refusée Ligne refusée : aucun nom." in page
    assert "5 Téléphone Numéro à trouver : la personne est gardée." in page
    assert "Colonnes non reprises, dont rien n’est gardé : NIR" in page


def test_the_first_rows_are_shown_as_their_reader_sees_them(lead, instance):
    rows = [("Ref", "Nom", "Né le"), (100014, "DUPONT", date(1941, 3, 7))]
    page = text(lead, dropped(lead, instance, files.xlsx(rows)))
    assert "100014 DUPONT 07/03/1941" in page


def test_the_file_is_erased_once_confirmed_and_once_abandoned(lead, instance):
    entered(lead, instance, dropped(lead, instance))
    assert batch_of(instance).content is None
    assert count(instance, ImportChunk) == 0


def test_an_abandoned_list_leaves_nobody(lead, instance):
    path = dropped(lead, instance)
    assert press(lead, f"{path}/abandonner").location == "/pilotage/listes"
    batch = batch_of(instance)
    assert (batch.state, batch.content) == (ImportState.CANCELLED, None)
    assert count(instance, Person) == count(instance, ImportChunk) == 0
    assert "abandonnée" in text(lead, path)


def test_a_list_is_confirmed_once_and_not_abandoned_afterwards(lead, instance):
    path = dropped(lead, instance)
    old = token(lead, path)
    entered(lead, instance, path)
    assert lead.post(f"{path}/confirmer", data={"csrf_token": old}).status_code == 422
    refused = lead.post(f"{path}/abandonner", data={"csrf_token": old})
    assert refused.status_code == 422
    assert "déjà confirmé" in refused.text
    assert count(instance, Person) == 3


def test_the_same_file_twice_changes_nothing_and_says_so(lead, instance):
    entered(lead, instance, dropped(lead, instance))
    path = dropped(lead, instance)
    page = text(lead, path)
    assert "Ce même fichier a déjà été importé aujourd’hui" in page
    assert "Confirmer : rien ne change" in page
    entered(lead, instance, path)
    assert (count(instance, Person), count(instance, Enrolment)) == (3, 3)


def test_people_known_from_another_campaign_are_counted_among_those_who_enter(app, lead, instance):
    entered(lead, instance, dropped(lead, instance))
    with instance.database.unit() as session:
        other = factories.campaign(session, "autre")
        someone = factories.user(session, Role.LEAD, other)
        client = app.test_client()
        factories.sign_in(session, client, someone, at=instance.clock())
    path = dropped(client, instance)
    assert "Confirmer : 3 personnes entrent dans la campagne" in text(client, path)
    entered(client, instance, path)
    assert (count(instance, Person), count(instance, Enrolment)) == (3, 6)


def test_columns_are_changed_on_screen_and_the_list_is_read_again(lead, instance):
    path = dropped(lead, instance)
    fields = ("last_name", "first_name", "phone", "postal_code", "town", "address", "comment")
    chosen = {f"colonne-{at}": field for at, field in enumerate(fields)}
    assert press(lead, f"{path}/colonnes", **{**chosen, "colonne-2": ""}).status_code == 303
    assert reading.read_due(instance) == 1
    page = text(lead, path)
    assert "Aucune colonne de téléphone" in page
    # The law forbids the NIR here: no choice brings it back.
    assert "NIR" not in batch_of(instance).report["columns"]
    assert count(instance, OutgoingMail) == 1  # told once


def test_a_mapping_without_any_name_is_refused_and_the_page_stays(lead, instance):
    path = dropped(lead, instance)
    answer = press(lead, f"{path}/colonnes")
    assert answer.status_code == 422
    assert "Dites quelle colonne porte le nom" in answer.text
    assert batch_of(instance).state is ImportState.READY


def test_a_choice_that_cannot_be_read_goes_back_to_the_proposal(lead, instance):
    path = dropped(lead, instance, files.xlsx([HEADERS, RENEE], Valeurs=[("Oui",), ("Non",)]))
    press(lead, f"{path}/colonnes", feuille="Valeurs")
    assert reading.read_due(instance) == 1
    assert reading.read_due(instance) == 1
    page = text(lead, path)
    assert "Colonne « Nom » introuvable" in page
    assert "Confirmer : 1 personne entre dans la campagne" in page


@pytest.mark.parametrize(
    ("content", "name", "say"),
    [
        (b"", "vide.xlsx", "Le fichier est vide."),
        (LIST, "liste.exe", "Format non accepté. Formats acceptés : xlsx, xls, ods, csv."),
    ],
)
def test_a_file_refused_unopened_answers_422_with_its_sentence(lead, instance, content, name, say):
    answer = drop(lead, content, name)
    assert answer.status_code == 422
    assert say in plain(answer.text)
    assert count(instance, ImportBatch) == 0


def test_a_file_nobody_can_read_says_why_on_its_page(lead, instance):
    path = dropped(lead, instance, b"\x89PNG\r\n\x1a\n" + bytes(200))
    page = text(lead, path)
    assert "Ce fichier n’est pas un tableur" in page
    assert "Personne n’est entré" in page
    batch = batch_of(instance)
    assert (batch.state, batch.content) == (ImportState.REFUSED, None)


def test_a_form_without_a_file_or_a_source_says_what_is_missing(lead):
    answer = lead.post("/pilotage/listes", data={"csrf_token": token(lead)})
    assert answer.status_code == 422
    assert "Choisissez le fichier à importer." in answer.text
    assert "Dites d’où vient cette liste" in answer.text


@pytest.mark.parametrize("beyond", [1, 1_000_000])
def test_a_file_over_the_cap_answers_413(lead, instance, beyond):
    answer = drop(lead, bytes(Caps().size + beyond), "gros.xlsx")
    assert answer.status_code == 413
    assert "Le fichier dépasse 20 Mo" in plain(answer.text)
    assert count(instance, ImportBatch) == 0


def test_only_the_drop_of_a_list_may_be_heavy(lead):
    answer = lead.post("/pilotage/campagnes", data={"name": "x" * 2_000_000})
    assert answer.status_code == 413


def test_a_stranger_s_list_does_not_exist(app, lead, instance):
    path = dropped(lead, instance)
    with instance.database.unit() as session:
        other = factories.campaign(session, "autre")
        someone = factories.user(session, Role.LEAD, other)
        client = app.test_client()
        factories.sign_in(session, client, someone, at=instance.clock())
    assert client.get("/pilotage").status_code in (200, 308)
    form = token(client)
    assert client.get(path).status_code == 404
    for act in ("confirmer", "abandonner", "colonnes"):
        assert client.post(f"{path}/{act}", data={"csrf_token": form}).status_code == 404
    assert client.get(f"{path}/lignes-a-corriger.xlsx").status_code == 404


def test_lines_to_correct_come_as_a_workbook_with_the_columns_of_the_file(lead, instance):
    path = dropped(lead, instance)
    answer = lead.get(f"{path}/lignes-a-corriger.xlsx")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [
        "Ligne",
        "À corriger",
        "NOM",
        "Prénom",
        "Téléphone",
        "CP",
        "Commune",
        "Divers",
    ]
    assert [row[0] for row in rows[1:]] == [4, 5]
    assert plain(rows[1][1]).endswith("Ligne refusée : aucun nom.")
    assert rows[2][2:4] == ["LEFÈVRE", "Zoé"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    with instance.database.reading() as session:
        last = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert (last.action, last.detail) == ("people_exported", {"count": 2})


def test_once_the_file_is_erased_the_workbook_still_names_lines_and_reasons(lead, instance):
    path = dropped(lead, instance)
    entered(lead, instance, path)
    answer = lead.get(f"{path}/lignes-a-corriger.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert [row[0].value for row in sheet.iter_rows()] == ["Ligne", 4, 5]


def test_the_page_of_a_hostile_list_shows_its_text_as_text(lead, instance):
    hostile = ("<script>alert(1)</script>", "{{7*7}}", "0", "80000", "<b>Amiens</b>", "", "")
    answer = lead.get(dropped(lead, instance, files.xlsx([HEADERS, hostile])))
    assert "<script>alert" not in answer.text
    assert "<b>Amiens" not in answer.text


def test_a_report_of_many_problems_shows_two_hundred_and_says_so(lead, instance):
    rows = [(f"NOM{n}", "Zoé", "", "80000", "Amiens", "x", "") for n in range(300)]
    path = dropped(lead, instance, files.xlsx([HEADERS, *rows]))
    answer = lead.get(path)
    assert len(re.findall(r'<td class="number">\d', answer.text)) + 1 == 200  # one is of the file
    assert "Les 200 premiers" in answer.text


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_pages_ask_few_questions_whatever_the_lists(lead, instance, engine):
    for _ in range(3):
        dropped(lead, instance)
    asked: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for path in ("/pilotage/listes", "/pilotage/listes/3"):
        asked.clear()
        lead.get(path)
        assert len(asked) <= 8, asked
