"""Each line becomes a person; what is doubtful is kept and said."""

from datetime import date

import pytest

from importers import cells, columns, rows
from importers.places import PlaceIndex
from importers.workbook import Table

TODAY = date(2026, 11, 24)
PLACES = PlaceIndex(
    [
        ("80021", "Amiens", ["80000", "80080", "80090"], "AMI"),
        ("80721", "Saint-Valery-sur-Somme", ["80230"], "PIM"),
        ("80001", "Abbeville", ["80100"], "PIM"),
        ("80649", "Quend", ["80120"], "PIM"),
        ("80436", "Hescamps", ["80290"], "NOA"),
        ("80003", "Acheux-en-Amiénois", ["80560"], None),
    ],
    [("Agnières", "80436"), ("", "80001")],
)


def cleaned(headers: str, *lines: list[object], **details: object) -> rows.Cleaned:
    """Lines under headers written « Nom;Prénom », read as a table from line 2 on."""
    titles = tuple(headers.split(";"))
    table = Table(
        "F", ("F",), 1, titles, [(2 + at, line) for at, line in enumerate(lines)], **details
    )  # type: ignore[arg-type]  # kept short
    return rows.clean(table, columns.propose(titles, lines), PLACES, today=TODAY)


def codes(found: rows.Cleaned) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_line_becomes_a_person():
    found = cleaned(
        "Civilité;NOM;Prénom;Nom de naissance;Date de naissance;Téléphone;Mail;Adresse;CP;Ville;Prestation;ID IODAS;Langue;Observations",
        ["Mme", "DUPONT ", "Renée", "MARTIN", "07/03/1941", "fille 06 39 98 00 12", "r@example.org", "3 rue X", 80230.0,
         "ST VALERY S/SOMME", "APA D", 1042.0, "polonais", "laisser sonner longtemps"],
    )  # fmt: skip
    (person,) = found.people
    assert (person.row, person.title, person.last_name, person.first_name) == (
        2,
        "MME",
        "DUPONT",
        "Renée",
    )
    assert (person.birth_name, person.birth_date, person.email) == (
        "MARTIN",
        date(1941, 3, 7),
        "r@example.org",
    )
    assert [(phone.e164, phone.note) for phone in person.phones] == [("+33639980012", "fille")]
    assert (person.postal_code, person.town, person.insee) == (
        "80230",
        "ST VALERY S/SOMME",
        "80721",
    )
    assert (person.schemes, person.file_number, person.language) == (("APA",), "1042", "polonais")
    assert (person.manner, person.hold, found.problems) == ("laisser sonner longtemps", "", [])
    assert person.name_key == "dupont renee"


def test_only_a_line_without_any_name_is_refused():
    found = cleaned(
        "NOM;Prénom;Téléphone;Ville",
        ["", "", "06 39 98 00 12", "Amiens"],
        ["", "Renée", "06 39 98 00 13", ""],
    )
    assert (found.read, found.refused, len(found.people)) == (2, 1, 1)
    refused = next(problem for problem in found.problems if problem.code == "no_name")
    assert (refused.row, refused.say) == (2, "Ligne refusée\u00a0: aucun nom.")


def test_a_person_without_a_number_is_kept_and_it_is_said():
    found = cleaned("NOM;Prénom;Téléphone", ["DUPONT", "Renée", "néant"])
    assert len(found.people) == 1
    assert codes(found) == ["no_phone"]


def test_a_list_without_a_phone_column_is_accepted_and_it_is_said():
    found = cleaned("NOM;Prénom", ["DUPONT", "Renée"])
    assert len(found.people) == 1
    assert "no_phone_column" in codes(found)


@pytest.mark.parametrize(
    "line",
    [
        ["TOTAL", "312", "", ""],
        ["Nombre : 312", "", "", ""],
        ["AMIENS NORD", "", "", ""],
        ["", "", "Édité le 24/11", ""],
    ],
)
def test_totals_group_titles_and_signatures_are_dropped_and_listed(line):
    found = cleaned(
        "NOM;Prénom;Adresse;Téléphone", line, ["DUPONT", "Renée", "3 rue X", "06 39 98 00 12"]
    )
    assert (found.read, found.refused, len(found.people)) == (1, 0, 1)
    assert codes(found) == ["dropped_row"]


@pytest.mark.parametrize(
    ("words", "hold"),
    [
        ("ne pas appeler", "«\u00a0ne pas appeler\u00a0» dans la liste"),
        ("NPA", "«\u00a0ne pas appeler\u00a0» dans la liste"),
        ("Ne souhaite plus être appelée", "ne souhaite plus être appelée selon la liste"),
        ("DCD le 3", "décès signalé dans la liste"),
        ("décédée", "décès signalé dans la liste"),
        ("entrée EHPAD", "en établissement selon la liste"),
        ("hospitalisé", "en établissement selon la liste"),
        ("a déménagé", "déménagement signalé dans la liste"),
    ],
)
@pytest.mark.parametrize("column", [0, 2, 3])
def test_words_in_any_cell_hold_a_person_until_somebody_confirms(words, hold, column):
    line = ["DUPONT", "Renée", "3 rue X", "", "06 39 98 00 12"]
    line[column] = f"{line[column]} {words}".strip()
    (person,) = cleaned("NOM;Prénom;Adresse;Truc;Téléphone", line).people
    assert person.hold == hold


@pytest.mark.parametrize(
    "words", ["rue de l'Hospice", "Chemin du Sourdon", "à rappeler", "retraitée", "hôpital de jour"]
)
def test_innocent_words_hold_nobody(words):
    assert cells.signs([words]).hold == ""


def test_a_date_of_death_holds_the_person():
    (person,) = cleaned(
        "NOM;Prénom;Téléphone;Date de décès", ["D", "R", "06 39 98 00 12", date(2026, 1, 3)]
    ).people
    assert person.hold == "décès signalé dans la liste"


@pytest.mark.parametrize(("said", "holds"), [("Non", False), ("", False), ("Oui", True)])
def test_a_column_that_asks_whether_they_died_holds_only_on_a_yes(said, holds):
    (person,) = cleaned("NOM;Prénom;Téléphone;Décédé", ["D", "R", "06 39 98 00 12", said]).people
    assert (person.hold != "") is holds


def test_impossible_values_are_emptied_and_said_and_the_person_kept():
    found = cleaned(
        "NOM;Prénom;Né le;Mail;CP;Ville;Téléphone",
        ["DUPONT", "Renée", "30/02/1951", "pas un mail", "8010", "Nulleville", "06 39 98 00"],
    )
    (person,) = found.people
    assert (person.birth_date, person.email, person.insee, person.phones) == (None, "", None, ())
    assert set(codes(found)) == {
        "date_impossible",
        "email_invalid",
        "unknown_town",
        "phone_short",
        "no_phone",
        "zeros_restored",
    }
    of_the_line = [problem for problem in found.problems if problem.row]
    assert {problem.row for problem in of_the_line} == {2}
    assert {problem.column for problem in of_the_line} == {"Né le", "Mail", "Ville", "Téléphone"}


def test_a_social_security_number_in_a_kept_cell_is_erased():
    found = cleaned(
        "NOM;Prénom;Adresse;Téléphone",
        ["D", "R", "NIR 241039912345644", "06 39 98 00 12"],
        *(["D", "R", f"{at} rue X", "06 39 98 00 12"] for at in range(9)),
    )
    assert found.people[0].address == "NIR (numéro effacé)"
    assert "forbidden" in codes(found)
    assert not any("241039912345644" in problem.say for problem in found.problems)


def test_refused_columns_are_said_and_nothing_of_them_kept():
    found = cleaned("NOM;Prénom;Téléphone;NIR", ["D", "R", "06 39 98 00 12", "241039912345644"])
    assert codes(found) == ["nir_dropped"]
    assert "2410399" not in repr(found.people)


def test_schemes_come_from_words_and_from_yes_columns():
    found = cleaned(
        "NOM;Prénom;Tél;Prestation;RSA",
        ["D", "R", "06 39 98 00 12", "APA / PCH", "Oui"],
        ["E", "S", "", "", "non"],
    )
    assert [person.schemes for person in found.people] == [("APA", "PCH", "RSA"), ()]


@pytest.mark.parametrize(
    ("full", "last", "first"),
    [
        ("DUPONT Renée", "DUPONT", "Renée"), ("Renée DUPONT", "DUPONT", "Renée"), ("Mme DE LA TOUR Anne Marie", "DE LA TOUR", "Anne Marie"),
        ("Dupont Renée", "Dupont", "Renée"), ("De La Tour Renée", "De La Tour", "Renée"),
    ],
)  # fmt: skip
def test_a_joint_name_is_cut_in_two(full, last, first):
    (person,) = cleaned("Nom et prénom;Tél", [full, "06 39 98 00 12"]).people
    assert (person.last_name, person.first_name) == (last, first)


@pytest.mark.parametrize(
    ("written", "last", "birth"),
    [
        ("DUPONT née MARTIN", "DUPONT", "MARTIN"),
        ("MARTIN ép. DUPONT", "DUPONT", "MARTIN"),
        ("DUPONT †", "DUPONT", ""),
    ],
)
def test_a_birth_name_written_beside_is_set_apart(written, last, birth):
    (person,) = cleaned("NOM;Prénom;Tél", [written, "Renée", "06 39 98 00 12"]).people
    assert (person.last_name, person.birth_name) == (last, birth)


def test_a_couple_on_one_line_is_kept_whole_and_said():
    found = cleaned("NOM;Prénom;Tél", ["DUPONT", "Jean et Marie", "06 39 98 00 12"])
    assert found.people[0].first_name == "Jean et Marie"
    assert codes(found) == ["couple"]


def test_two_phone_columns_and_doubles_give_each_number_once():
    (person,) = cleaned(
        "NOM;Prénom;Fixe;Portable", ["D", "R", "03 53 01 00 15 / 06 39 98 00 12", 639980012.0]
    ).people
    assert [phone.e164 for phone in person.phones] == ["+33353010015", "+33639980012"]


def test_errors_and_hidden_rows_are_named():
    found = cleaned(
        "NOM;Prénom;Tél", ["D", "R", "06 39 98 00 12"], errors=("A1", "C2", "ZZ9"), hidden_rows=3
    )
    assert [(each.row, each.column, each.code) for each in found.problems] == [
        (2, "Tél", "cell_error"), (9, "ZZ", "cell_error"), (0, "", "hidden_rows"),
    ]  # fmt: skip


def test_a_hostile_text_is_cleaned_of_what_hides():
    (person,) = cleaned(
        "NOM;Prénom;Tél", ["DU\u202ePONT\x00<script>", "x" * 10_000, "06 39 98 00 12"]
    ).people
    assert person.last_name == "DUPONT<script>"
    assert len(person.first_name) == 120


@pytest.mark.parametrize(
    ("postal_code", "town", "insee"),
    [
        ("80230", "ST VALERY S/SOMME", "80721"), ("80230", "Saint Valéry sur Somme", "80721"), ("80000", "AMIENS CEDEX 1", "80021"),
        ("80026", "AMIENS CEDEX 1", "80021"), ("80290", "AGNIERES", "80436"), ("80120", "Quend-Plage", "80649"),
        ("80560", "ACHEUX EN AMIENOIS", "80003"), ("80100", "Amiens", None), ("80026", "Amiens", None), ("", "Amiens", None), ("80000", "", None),
    ],
)  # fmt: skip
def test_a_town_is_sought_inside_its_postal_code_and_never_guessed(postal_code, town, insee):
    assert PLACES.match(postal_code, town) == insee


def test_an_insee_code_that_lost_its_zero_is_known():
    index = PlaceIndex([("02691", "Saint-Quentin", ["02100"], None)])
    assert index.known("2691") == "02691"
    assert (index.name("02691"), index.territory("02691"), index.known("99999")) == (
        "Saint-Quentin",
        None,
        None,
    )
