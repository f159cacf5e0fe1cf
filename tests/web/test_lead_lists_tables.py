"""Volunteers, territories and directory dropped as a table: read, said, then entered at once."""

from __future__ import annotations

import html
import re
from io import BytesIO

import pytest
import sqlalchemy as sa

from campaigns.models import Commune, Office, Role, User
from tests.importers import files
from tests.web.list_stage import lead, plain, text, token

__all__ = ["lead"]

VOLUNTEERS = files.xlsx(
    [
        ("Liste des volontaires",),
        ("Prénom", "Nom", "Courriel", "Demi-journées", "Couleur"),
        ("Claire", "Martin", "claire@example.org", "lundi matin, jeudi", "bleu"),
        ("", "Petit", "petit@example.org", "", ""),
        ("Karim", "Roux", "pas une adresse", "", ""),
    ]
)
TERRITORIES = b"code_insee;territoire_code;territoire_nom\n80021;AMI;Amiens\n99999;AMI;Amiens\n"
OFFICES = "code;type;nom;perimetre\nCCAS-1;ccas;CCAS d’Amiens;departement\n".encode()


def check(client, slug: str, content: bytes, name: str = "tableau.xlsx"):
    """Drop a table."""
    data = {"csrf_token": token(client), "file": (BytesIO(content), name)}
    return client.post(f"/pilotage/tableaux/{slug}", data=data)


def confirm(client, slug: str, page: str):
    """Press the button of the page that tells what a table holds."""
    carried = re.search(r'name="fichier" value="([^"]+)"', page)
    name = re.search(r'name="nom" value="([^"]+)"', page)
    assert carried
    assert name
    data = {"csrf_token": token(client), "fichier": carried[1], "nom": html.unescape(name[1])}
    return client.post(f"/pilotage/tableaux/{slug}/confirmer", data=data)


def found(instance, statement: sa.Select) -> list:
    with instance.database.reading() as session:
        return list(session.scalars(statement))


def test_volunteers_are_read_said_and_enter_when_confirmed(lead, instance):
    volunteers = sa.select(User.first_name).where(User.role == Role.VOLUNTEER)
    answer = check(lead, "volontaires", VOLUNTEERS)
    assert answer.status_code == 200
    page = plain(answer.text)
    assert "3 lignes lues" in page
    assert "1 personne nouvelle" in page
    assert "2 lignes refusées" in page
    assert "Ligne refusée : aucun prénom." in page
    assert "Colonnes non reprises : Couleur." in page
    assert found(instance, volunteers) == []
    entered = confirm(lead, "volontaires", answer.text)
    assert (entered.status_code, entered.location) == (303, "/pilotage/equipe")
    assert found(instance, volunteers) == ["Claire"]
    assert "Claire" in text(lead, "/pilotage/equipe")


def test_a_table_that_changes_nothing_says_so_and_has_no_button(lead, instance):
    confirm(lead, "volontaires", check(lead, "volontaires", VOLUNTEERS).text)
    page = check(lead, "volontaires", VOLUNTEERS).text
    assert "il n’y a rien à confirmer" in page
    assert "Confirmer l’import" not in page


def test_territories_and_directory_enter_the_same_way(lead, instance):
    page = check(lead, "territoires", TERRITORIES, "t.csv").text
    assert "99999" in page
    assert confirm(lead, "territoires", page).status_code == 303
    assert found(instance, sa.select(Commune).where(Commune.insee == "80021"))
    page = check(lead, "annuaire", OFFICES, "annuaire.csv").text
    assert confirm(lead, "annuaire", page).status_code == 303
    assert found(instance, sa.select(Office.code).where(Office.code == "CCAS-1")) == ["CCAS-1"]


@pytest.mark.parametrize("slug", ["volontaires", "territoires", "annuaire"])
def test_a_table_that_cannot_be_read_answers_422_with_its_sentence(lead, slug):
    for content, name, say in (
        (b"", "a.xlsx", "Le fichier est vide."),
        (b"x", "a.exe", "Format non accepté."),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.xlsx", "n’est pas un tableur"),
        (b"Truc;Machin\n1;2\n", "a.csv", "introuvable. Colonnes lues : Truc, Machin"),
    ):
        answer = check(lead, slug, content, name)
        assert answer.status_code == 422
        assert say in plain(answer.text)


def test_a_form_without_a_table_says_what_is_missing(lead):
    answer = lead.post("/pilotage/tableaux/annuaire", data={"csrf_token": token(lead)})
    assert answer.status_code == 422
    assert "Choisissez le fichier à importer." in answer.text


@pytest.mark.parametrize("carried", ["", "%%%", "eJw", "QUJD", "eJxLTEoGAAJNASc=QQ"])
def test_a_file_that_did_not_come_back_whole_is_refused(lead, carried):
    data = {"csrf_token": token(lead), "fichier": carried, "nom": "a.csv"}
    answer = lead.post("/pilotage/tableaux/annuaire/confirmer", data=data)
    assert answer.status_code == 422
    assert "Le fichier n’est pas revenu entier" in answer.text


def test_an_unknown_kind_of_table_does_not_exist(lead):
    assert lead.get("/pilotage/tableaux/autre").status_code == 404


def test_the_team_page_leads_to_the_table_of_volunteers(lead):
    assert 'href="/pilotage/tableaux/volontaires"' in lead.get("/pilotage/equipe").text
