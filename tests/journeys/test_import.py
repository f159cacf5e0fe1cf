"""A horrible workbook, as a clerk really keeps it, comes in by the pages alone: and goes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from tests.journeys.town import Town, enrol, look

HEADERS = ("Réf.", "Nom", "Prénom", "Coord.", "Lieu", "Obs.", "N° SS", "CP Ville")
FIRST = (
    ("", "DUPONT", "Paulette", "01 99 00 10 01", "12 avenue de la Gare", "", "", "80100 ABBEVILLE"),
)
PEOPLE = (
    ("12", "DUPONT", "Paulette", "0199001001", "4 rue du Moulin", "sonne longtemps", "", "80100 Abbeville"),
    ("13", "", "", "01 99 00 10 02", "9 rue Pasteur", "la dame du 3e", "241039912345644", "80100 Abbeville"),
    ("14", "LEROY", "Marcel", "199001003", "1 place du Marché", "", "", "80100 ABBEVILLE"),
    ("15", "GIRARD", "Odette", "01.99.00.10.04 / 01 99 00 10 05", "7 chemin Vert", "", "", "80100 Abbeville"),
    ("Total : 4",),
)  # fmt: skip


def write(path: Path, people: tuple[tuple[str, ...], ...]) -> Path:
    """A title, an empty row, the titles of columns, the people; and a sheet of notes before."""
    book = xlsxwriter.Workbook(str(path))
    notes = book.add_worksheet("Notes")
    notes.write_row(0, 0, ("à revoir avec le service",))
    sheet = book.add_worksheet("Bénéficiaires")
    sheet.write_row(0, 0, ("Extraction du service, ne pas diffuser",))
    for at, row in enumerate((HEADERS, *people), start=2):
        sheet.write_row(at, 0, row)
    book.close()
    return path


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_horrible_workbook_is_read_put_right_confirmed_and_undone(
    page: Page, site: str, town: Town, tmp_path: Path
) -> None:
    enrol(page, site + town.lead_path)
    _drop(page, site, write(tmp_path / "premiere.xlsx", FIRST), "Mairie")
    _say_where(page)
    _confirm(page, "1 personne entre")

    # Another source: it knows nothing of the first one’s columns.
    _drop(page, site, write(tmp_path / "horrible.xlsx", PEOPLE), "CCAS")
    _say_where(page)
    expect(page.locator("main")).to_contain_text("4 lignes lues dans la feuille")
    expect(page.locator("main")).to_contain_text("N° SS")
    expect(page.locator("main")).not_to_contain_text("241039912345644")

    page.get_by_role("link", name=re.compile("Lignes à corriger")).click()
    look(page)
    line = page.get_by_role("group", name=re.compile("Ligne 5"))
    line.get_by_label("Nom", exact=True).fill("PETIT")
    line.get_by_label("Prénom").fill("Raymonde")
    page.get_by_role("button", name="Enregistrer et relire la liste").click()
    _is_read(page)

    page.get_by_role("link", name=re.compile("Doublons possibles")).click()
    look(page)
    doubt = page.get_by_role("group", name=re.compile("Ligne 4"))
    expect(doubt).to_contain_text("Personne déjà connue")
    doubt.get_by_text("C’est la même personne").click()
    page.get_by_role("button", name="Enregistrer mes réponses").click()
    expect(page.get_by_text("Plus aucun doublon possible")).to_be_visible(timeout=30_000)
    look(page)

    page.get_by_role("link", name="Compte rendu", exact=True).click()
    _confirm(page, "3 personnes entrent")
    page.get_by_role("button", name="Annuler cet import").click()
    expect(page.locator("main")).to_contain_text("L’import est annulé")
    look(page)


def _drop(page: Page, site: str, file: Path, source: str) -> None:
    page.goto(f"{site}/pilotage/listes")
    page.get_by_role("button", name="Fichier").set_input_files(file)
    page.get_by_label("D’où vient cette liste").fill(source)
    page.get_by_role("button", name="Déposer et faire lire la liste").click()


def _say_where(page: Page) -> None:
    """« Lieu » says nothing by itself: the lead tells what it holds."""
    expect(page.get_by_role("link", name="Aperçu et colonnes")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Aperçu et colonnes").click()
    look(page)
    page.get_by_label("Lieu", exact=True).select_option("address")
    page.get_by_role("button", name="Relire la liste avec ces choix").click()
    _is_read(page)


def _is_read(page: Page) -> None:
    expect(page.get_by_role("button", name=re.compile("Confirmer"))).to_be_visible(timeout=30_000)
    look(page)


def _confirm(page: Page, words: str) -> None:
    button = page.get_by_role("button", name=re.compile("Confirmer"))
    expect(button).to_contain_text(words)
    button.click()
    expect(page.get_by_text("La liste est importée")).to_be_visible(timeout=30_000)
    look(page)
