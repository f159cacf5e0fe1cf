"""Columns are recognised by what they are called, and by what they hold."""

import pytest

from importers import columns, vocabulary
from importers.unreadable import Unreadable


def fields(*headers: str, rows: list[list[object]] | None = None) -> list[str | None]:
    return [column.field for column in columns.propose(headers, rows or [])]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Nom*", "last_name"), ("Nom d'usage / Surnom", "last_name"), ("NOM RESPONSABLE DOSSIER", "last_name"),
        ("Nom JF", "birth_name"), ("Nom de naissance", "birth_name"), ("Prénom(s)", "first_name"), ("P.", "first_name"),
        ("Date de\nNaissance", "birth_date"), ("Né(e) le", "birth_date"), ("date_naissance", "birth_date"),
        ("N°\nTéléphones", "phone"), ("Numéro(s) de téléphone", "phone"), ("Tél. dom", "phone"), ("GSM", "phone"),
        ("Numéro de téléphone (Portable uniquement)", "phone"), ("NUMERO TELEPHONE 2 DOSSIER", "phone"),
        ("Adresses\nMails", "email"), ("ADRESSE ELECTRONIQUE DOSSIER", "email"), ("Mél", "email"),
        ("compadre1 individu", "address"), ("adresse_ligne2", "address"), ("Adresse postale bénéficiaire", "address"),
        ("CP Ville", "postal_and_town"), ("CP", "postal_code"), ("Commune adresse dossier", "town"),
        ("ID IODAS\t", "file_number"), ("N CAF", "file_number"), ("N° Allocataire", "file_number"),
        ("Libellé territoire CDS", "territory"), ("Droits RSA", "scheme"), ("Commentaires (1000 caractères maximum)", "comment"),
        ("Tél. proche", "contact_person"), ("Personne à prévenir", "contact_person"), ("Date de décès", "deceased"),
        ("REFERENT.E", "adviser"), ("Mail CIP", "adviser"), ("Nom Ayant-Droit 1", "ignored"), ("Date fin de droit", "ignored"),
        ("N° Sécurité Sociale", "nir"), ("N° SS", "nir"), ("RIB", "bank"), ("Code INSEE", "insee"),
        ("Opposition transmission mairie", "mayor_opt_out"), ("Accord transmission au maire", "mayor_agreement"),
        ("Détenteur des clés", "key_holder"), ("Demi-journée préférée", "best_half"), ("SAAD", "home_help"),
        ("Nationalité", "nationality"), ("Ressources mensuelles", "income"), ("Pathologie", "health"),
        ("GIR", "health"), ("Situation familiale", "family"), ("PrÃ©nom", "first_name"), ("N'a pas de téléphone", "ignored"),
        ("Date de naissance\nFormat JJ/MM/AAAA, " + "x" * 120, "birth_date"), ("Âge", "age"),
        ("Feuille de calcul", None), ("", None), ("x" * 500, None),
    ],
)  # fmt: skip
def test_a_header_is_recognised(header, field):
    assert vocabulary.recognise(header)[0] == field


def test_a_column_of_phones_is_one_whatever_its_title():
    (column,) = columns.propose(
        ["Truc"], [["06 39 98 00 12"], ["03.53.01.00.15"], [""], [639980013.0]]
    )
    assert (column.field, column.why) == ("phone", "reconnue à son contenu")
    assert 0 < column.confidence < 0.95


def test_title_and_content_that_agree_are_surest():
    by_both, by_title = columns.propose(["Téléphone", "Prénom"], [["06 39 98 00 12", "Renée"]])
    assert by_both.confidence > by_title.confidence


def test_a_social_security_column_is_refused_under_any_title():
    nirs = [["241039912345644"], ["2 41 03 99 123 456 44"], [2410399123456.0]]
    for title in ("NIR", "Identifiant", "Truc", "INSEE"):
        (column,) = columns.propose([title], nirs)
        assert (column.field, column.is_refused, column.is_taken) == ("nir", True, False)


def test_insee_is_the_commune_or_the_person_by_content():
    assert fields("N° INSEE", rows=[["80021"], ["80001"]]) == ["insee"]
    assert fields("N° INSEE", rows=[["241039912345644"]]) == ["nir"]
    assert fields("INSEE", rows=[["bonjour"]]) == [None]


def test_a_bank_column_is_refused_by_content():
    assert fields("Truc", rows=[["FR7630006000011234567890189"]]) == ["bank"]


def test_several_phones_and_addresses_but_one_name():
    found = fields("Nom", "Nom usuel", "Téléphone 1", "Téléphone 2", "Adresse 1", "Adresse 2")
    assert found == ["last_name", None, "phone", "phone", "address", "address"]


def test_postal_code_and_town_in_one_cell_are_seen_under_the_title_of_one():
    assert fields("Ville", rows=[["80100 ABBEVILLE"], ["80000 AMIENS"]]) == ["postal_and_town"]


def test_a_joint_name_column_gives_way_to_its_two_parts():
    assert fields("Bénéficiaire", "Nom", "Prénom") == [None, "last_name", "first_name"]


def test_a_list_without_names_is_refused_with_the_columns_it_has():
    with pytest.raises(Unreadable) as refusal:
        columns.require_a_name(columns.propose(["Téléphone", "Date de\nNaissance"], []))
    assert refusal.value.say == (
        "Colonne «\u00a0Nom\u00a0» introuvable. Colonnes lues\u00a0: Téléphone, Date de Naissance"
    )


def test_a_persons_choice_replaces_the_proposal():
    chosen = columns.mapped(["A", "B"], {"A": "last_name", "B": ""})
    assert [column.field for column in chosen] == ["last_name", None]
    with pytest.raises(ValueError, match="unknown fields"):
        columns.mapped(["A"], {"A": "salary"})


def test_every_field_taken_has_a_french_label():
    assert all(vocabulary.LABELS.values())
    assert not vocabulary.LABELS.keys() & (vocabulary.REFUSED | vocabulary.IGNORED)


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (["07/03/1941", "1938-01-30", "12.5.43"], "birth_date"),
        (["01/10/2022", "2024-01-30"], None),
        ([80100.0, "80000", 80230.0], "postal_code"),
        ([1250.0, 980.0, 12340.0], None),
        (["a@example.org", "", "b@example.org"], "email"),
        (["80100 ABBEVILLE", "Amiens (80000)"], "postal_and_town"),
        (["850,40 €", "1 020 €"], "income"),
        (["française", "polonaise"], "nationality"),
        (["diabète", "Alzheimer", ""], "health"),
        (["bonjour", "ne pas appeler"], None),
    ],
)
def test_a_column_under_an_unknown_title_is_known_by_its_content(cells, field):
    assert fields("Truc", rows=[[cell] for cell in cells]) == [field]


def test_a_column_of_words_without_title_is_a_comment():
    assert fields("Colonne 3", rows=[["vit seule"], ["sonnette cassée"]]) == ["comment"]


def test_ages_under_the_title_of_a_date_are_ages():
    (column,) = columns.propose(["Date de naissance"], [["84"], [91.0]])
    assert (column.field, column.is_taken) == ("age", False)


def test_a_forbidden_number_inside_words_does_not_condemn_its_column():
    rows = [["sa fille, 241039912345644, rue X"], ["son fils"]]
    assert fields("Personne à prévenir", rows=rows) == ["contact_person"]


def test_nobody_may_choose_to_keep_what_the_content_shows_to_be_forbidden():
    rows = [["241039912345644", "DUPONT"]]
    chosen = columns.mapped(["A", "B"], {"A": "file_number", "B": "last_name"}, rows)
    assert [column.field for column in chosen] == ["nir", "last_name"]


def test_titles_nobody_knows_are_not_repeated_since_they_may_be_people():
    with pytest.raises(Unreadable, match="aucun titre reconnu"):
        columns.require_a_name(columns.propose(["DUPONT", "Renée"], []))
