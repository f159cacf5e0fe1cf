"""Lists whose cells are what is special: each value problem of a real list, in a small file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from tests.importers import files

A = "06 39 98 00 12"
B = "03 53 01 00 15"


def csv(*lines: Sequence[str], encoding: str = "utf-8-sig", separator: str = ";") -> bytes:
    """A text file as a French spreadsheet writes it; no value here needs quotes."""
    return "".join(separator.join(line) + "\r\n" for line in lines).encode(encoding)


def of_text(text: str, encoding: str = "utf-8-sig") -> bytes:
    """A text file, line by line as it stands."""
    return text.strip("\n").replace("\n", "\r\n").encode(encoding)


def _phones() -> bytes:
    return csv(
        ("Nom", "Prénom", "Téléphone"),
        ("SIMPLE", "Renée", "0639980012"),
        ("ESPACES", "Renée", A),
        ("INSECABLES", "Renée", "06\u00a039\u00a098\u00a000\u00a012 "),
        ("POINTS", "Renée", "06.39.98.00.12"),
        ("BARRES", "Renée", "03/53/01/00/15"),
        ("PREFIXE", "Renée", "+33 (0)6 39 98 00 12"),
        ("PREFIXE", "Double", "0033 6 39 98 00 12"),
        ("ZERO", "Perdu", "639980012"),
        ("EXPONENTIELLE", "Renée", "6.39980012E8"),
        ("DEUX", "Virgule", "0639980012, 073998013"),
        ("DEUX", "Barre", "0639980014 / 0353010015 "),
        ("DEUX", "Ou", "06 39 98 00 12 ou 03 53 01 00 15"),
        ("FILS", "Avec un mot", "fils 06 39 98 00 12"),
        ("POSTE", "Avec un poste", "03 53 01 00 15 poste 4"),
        ("TIRETS", "Renée", "06------39"),
        ("ROUGE", "Renée", "liste rouge"),
        ("RIEN", "Renée", "néant"),
        ("ZEROS", "Renée", "00 00 00 00 00"),
        ("SURTAXE", "Renée", "08 99 10 20 30"),
        ("GRATUIT", "Renée", "0 800 100 200"),
        ("NOUVELLE", "Tranche", "07 00 12 34 56"),
        ("LONG", "Renée", "06 39 98 00 12 3"),
        ("ETRANGER", "Renée", "+32 2 555 12 12"),
    )


def _phones_as_numbers() -> bytes:
    return files.xlsx(
        [
            ("Nom", "Prénom", "Portable", "Fixe"),
            ("DUPONT", "Renée", 639980012, 353010015),
            ("MARTIN", "Paul", 33639980012, ""),
            ("PETIT", "Louise", 639980012.0, "0353010015"),
        ]
    )


def _dates() -> bytes:
    return files.xlsx(
        [
            ("Nom", "Date de naissance", "Téléphone"),
            ("VRAIE DATE", date(1941, 3, 7), A),
            ("HORODATAGE", datetime(1941, 3, 7, 0, 0), A),  # noqa: DTZ001  spreadsheets know no zone
            ("BARRES", "07/03/1941", A),
            ("TIRETS", "07-03-1941", A),
            ("POINTS", "7.3.1941", A),
            ("ANNEE D'ABORD", "1941-03-07", A),
            ("TEXTE HORODATE", "1941-03-07 00:00:00.0", A),
            ("EN MOTS", "7 mars 1941", A),
            ("NUMERO DE SERIE", "15042", A),
            ("NOMBRE", 15042, A),
            ("SANS SEPARATEUR", "07031941", A),
            ("30 FEVRIER", "30/02/1951", A),
            ("CINQ CHIFFRES", "07/03/19411", A),
            ("DEUX CHIFFRES", "07/03/41", A),
            ("DEUX CHIFFRES CENTENAIRE", "07/03/26", A),
            ("ANNEE SEULE", "1941", A),
            ("BOUCHE-TROU", "01/01/1900", A),
            ("A VENIR", "07/03/2031", A),
            ("130 ANS", "07/03/1896", A),
            ("TEXTE", "vers la Noël", A),
        ]
    )


def _places() -> bytes:
    return csv(
        ("NOM", "Prénom", "Code postal", "Ville", "Téléphone"),
        ("ABREVIATION", "Renée", "80230", "ST VALERY S/SOMME", A),
        ("ACCENTS", "Renée", "80200", "PERONNE", A),
        ("ESPACES", "Renée", "80100", " ABBEVILLE ", A),
        ("QUARTIER", "Renée", "80120", "Quend-Plage", A),
        ("CEDEX", "Renée", "80026", "AMIENS CEDEX 1", A),
        ("ANCIENNE", "Renée", "80290", "Agnières", A),
        ("PAS LA", "Renée", "80100", "Amiens", A),
        ("NULLE PART", "Renée", "80000", "Trifouilly", A),
        ("SANS CODE", "Renée", "", "Amiens", A),
        ("MAUVAIS CODE", "Renée", "8O000", "Amiens", A),
    )


def _couples() -> bytes:
    return csv(
        ("Civilité", "NOM", "Prénom", "Date de naissance", "Téléphone"),
        ("", "DUPONT", "Jean et Marie", "07/03/1941 - 12/05/1943", A),
        ("M. et Mme", "MARTIN", "Paul", "", B),
        ("", "M. et Mme PETIT", "", "", "01 99 00 00 01"),
        ("", "ROUX / BLANC", "Luc / Anne", "", "01 99 00 00 02"),
        ("Mme", "ANDRÉ-ETIENNE", "Marie-Laure", "07/03/1941", "01 99 00 00 03"),
        ("M/Mme", "SEUL", "Henri", "", "01 99 00 00 04"),
    )


def _couples_in_one_column() -> bytes:
    return csv(
        ("Nom et prénom", "Téléphone"),
        ("DUPONT Jean et Marie", A),
        ("Jean et Marie DUPONT", B),
        ("M. MARTIN Paul et Mme ROUX Anne", "01 99 00 00 01"),
        ("M. et Mme PETIT", "01 99 00 00 02"),
        ("Mme DE LA TOUR Anne Marie", "01 99 00 00 03"),
        ("Dupuis Jeanne Louise", "01 99 00 00 04"),
    )


def _signs() -> bytes:
    return csv(
        ("NOM", "Prénom", "Téléphone", "Observations"),
        ("DUPONT", "Renée", A, "ne pas appeler"),
        ("MARTIN", "Paul", B, "NPA"),
        ("PETIT DCD", "Louise", "01 99 00 00 01", ""),
        ("ROUX", "Luc", "01 99 00 00 02", "entrée EHPAD en mai"),
        ("BLANC", "Anne", "hospi 01 99 00 00 03", ""),
        ("NOIR †", "Jean", "01 99 00 00 04", ""),
        ("VERT", "Zoé", "01 99 00 00 05", "tutelle UDAF"),
        ("GRIS", "Léon", "01 99 00 00 06", "sourd, parler fort"),
        ("ROSE", "Eva", "01 99 00 00 07", "aime le jardin de l'hospice"),
        ("BRUN", "Ida", "01 99 00 00 08", "NIR 2 41 03 99 123 456 44, voir sa fille"),
    )


def _by_content() -> bytes:
    people = [
        ("DUPONT", "Renée", A, "07/03/1941", "80100", "renee@example.org", "Abbeville"),
        ("MARTIN", "Paul", "03.53.01.00.15", "12/05/1943", "80000", "paul@example.org", "Amiens"),
        ("PETIT", "Louise", "639980013", "1938-01-30", "80230", "", "St Valery sur Somme"),
    ]
    return csv(("Nom", "Prénom", "A1", "A2", "A3", "A4", "Ville"), *people)


CASES: dict[str, Any] = {
    "phones.csv": _phones,
    "phones_as_numbers.xlsx": _phones_as_numbers,
    "phones_overseas.csv": lambda: csv(
        ("Nom", "Téléphone", "CP", "Commune"),
        ("PAYET", "0262 12 34 56", "97400", "Saint-Denis"),
        ("HOARAU", "692123456", "97400", "Saint-Denis"),
        ("DUPONT", "06 39 98 00 12", "97400", "Saint-Denis"),
    ),
    "phone_shared_by_many.csv": lambda: csv(
        ("Nom", "Prénom", "Téléphone"), *((f"NOM{letter}", "Renée", B) for letter in "ABCDEF")
    ),
    "dates.xlsx": _dates,
    "old_excel_epoch_of_1904.xls": lambda: files.xls(
        [("NOM", "Prénom", "Date de naissance"), ("DUPONT", "Renée", date(1941, 3, 7))],
        is_from_1904=True,
    ),
    "age_instead_of_birth_date.csv": lambda: csv(
        ("Nom", "Date de naissance", "Tél"), ("DUPONT", "84", A), ("MARTIN", "91", B)
    ),
    "places.csv": _places,
    "postal_codes_as_numbers.xlsx": lambda: files.xlsx(
        [
            ("Nom", "CP", "Commune", "Tél"),
            ("DUPONT", 2100, "Saint-Quentin", A),
            ("MARTIN", 80000.0, "Amiens", B),
        ]
    ),
    "postal_code_and_town_in_one_cell.csv": lambda: csv(
        ("Nom", "CP Ville", "Tél"),
        ("DUPONT", "80100 ABBEVILLE ", A),
        ("MARTIN", "80026 AMIENS CEDEX 1", B),
        ("PETIT", "Abbeville (80100)", B),
        ("ROUX", "80000", B),
    ),
    "insee_is_the_commune.csv": lambda: csv(
        ("Nom", "INSEE", "Tél"), ("DUPONT", "80021", A), ("MARTIN", "80001", B)
    ),
    "insee_is_the_person.csv": lambda: csv(
        ("Nom", "INSEE", "Tél"), ("DUPONT", "241039912345644", A), ("MARTIN", "", B)
    ),
    "names.csv": lambda: csv(
        ("NOM", "Prénom", "Nom de naissance", "Téléphone"),
        ("DUPONT née MARTIN", "Renée", "", A),
        ("MARTIN ép. PETIT", "Louise", "", B),
        ("M. ROUX", "Luc", "", "01 99 00 00 01"),
        ("BLANC", "Mme", "", "01 99 00 00 02"),
        ("de la Tour", "Anne-Marie", "LE GOFF", "01 99 00 00 03"),
        ("O’BRIEN-ÉTÉ", "martine", "", "01 99 00 00 04"),
        ("", "Sans nom", "", "01 99 00 00 05"),
        ("", "", "", "01 99 00 00 06"),
    ),
    "name_and_first_name_in_one_column.csv": lambda: csv(
        ("NOM PRENOM", "Tél"), ("DUPONT Renée", A), ("Paul MARTIN", B), ("Petit Louise Anne", B)
    ),
    "couples.csv": _couples,
    "couples_in_one_column.csv": _couples_in_one_column,
    "address_over_several_columns.csv": lambda: csv(
        ("Nom", "Numéro de rue", "Bis", "Nom de la rue", "Complément adresse", "CP", "Ville", "Tél"),
        ("DUPONT", "12", "bis", "rue des Lilas", "3e étage", "80000", "Amiens", A),
        ("MARTIN", "4", "", "place du Marché", "", "80100", "Abbeville", B),
    ),
    "fillers_are_empty.csv": lambda: csv(
        ("Nom", "Prénom", "Téléphone", "Mail", "Adresse", "Date de naissance"),
        ("DUPONT", "NULL", "-", "NC", "néant", "?"),
        ("MARTIN", "Paul", "0", "#N/A", "#REF!", "-"),
        ("PETIT", "Louise", "NULL", "n/a", "inconnu", "NULL"),
    ),
    "emails.csv": lambda: csv(
        ("Nom", "Tél", "Courriel"),
        ("DUPONT", A, "renee.dupont@example.org"),
        ("MARTIN", B, "pas d'adresse"),
        ("PETIT", B, "louise@example"),
    ),
    "nir_by_title.csv": lambda: csv(
        ("Nom", "N° Sécurité Sociale", "Tél"), ("DUPONT", "2 41 03 99 123 456 44", A)
    ),
    "nir_as_numbers.xlsx": lambda: files.xlsx(
        [("Nom", "Identifiant", "Tél"), ("DUPONT", 2410399123456, A), ("MARTIN", "", B)]
    ),
    "nir_inside_a_kept_cell.csv": lambda: csv(
        ("Nom", "Adresse", "Personne à prévenir", "Tél"),
        ("DUPONT", "3 rue X", "sa fille, 241039912345644", A),
        *((f"NOM{at}", f"{at} rue X", "", B) for at in "ABCDEFGH"),
    ),
    "forbidden_columns.csv": lambda: csv(
        ("Nom", "RIB", "Ressources", "Nationalité", "Pathologie", "Situation familiale", "Tél"),
        ("DUPONT", "FR7630006000011234567890189", "850", "française", "diabète", "veuve", A),
    ),
    "forbidden_columns_by_content.csv": lambda: csv(
        ("Nom", "B1", "B2", "B3", "B4", "Tél"),
        ("DUPONT", "FR7630006000011234567890189", "850,40 €", "française", "diabète type 2", A),
        ("MARTIN", "", "1 020 €", "polonaise", "Alzheimer", B),
    ),
    "words_that_hold.csv": _signs,
    "mayor_keys_and_best_moment.csv": lambda: csv(
        ("Nom", "Tél", "Opposition transmission mairie", "Détenteur des clés",
         "Demi-journée", "Personne à prévenir", "SAAD"),
        ("DUPONT", A, "OUI", "Mme Petit, voisine", "matin", "Colette, sa fille", "ADMR"),
        ("MARTIN", B, "NON", "", "après-midi", "", ""),
        ("PETIT", B, "à revoir", "", "AM", "", ""),
        ("ROUX", B, "", "", "après 14h", "", ""),
    ),
    "guardians.csv": lambda: csv(
        ("Nom", "Prénom", "Tél", "Mesure de protection", "Nom du mandataire", "Tél curateur"),
        ("DUPONT", "Renée", A, "Curatelle renforcée", "UDAF de la Somme", "0199000001"),
        ("MARTIN", "Paul", B, "Non", "", ""),
        ("PETIT", "Zoé", B, "Oui", "", ""),
        ("ROUX", "Luc", B, "Aucune mesure", "", ""),
        ("BLANC", "Ida", B, "Tutelle", "Mme LENOIR : ne pas appeler Ida", "353010015"),
    ),
    "no_header_but_everything.csv": lambda: csv(
        ("Mme", "DUPONT", "Renée", "07/03/1941", "3 rue X", "80000", "AMIENS", A),
        ("M.", "MARTIN", "Paul", "12/05/1943", "4 bd Y", "80100", "ABBEVILLE", B),
    ),
    "mayor_agreement.csv": lambda: csv(
        ("Nom", "Tél", "Accord transmission mairie"),
        ("DUPONT", A, "Oui"), ("MARTIN", B, "Non"), ("PETIT", B, ""),
    ),
    "columns_without_telling_titles.csv": _by_content,
    "dependants_in_columns.csv": lambda: csv(
        ("Nom", "Prénom", "Tél", "Nom Ayant-Droit 1", "Prénom Ayant-Droit 1", "Date Ayant-Droit 1"),
        ("DUPONT", "Renée", A, "DUPONT", "Luc", "01/02/2010"),
    ),
    "names_that_hide_things.csv": lambda: of_text(
        "Nom;Prénom;Tél\n"
        f"DU\u202ePONT<script>alert(1)</script>;Re\u200bnée;{A}\n"
        f"MARTIN;{'x' * 10_000};{B}\n"
    ),
    "text_that_looks_like_formulas.csv": lambda: csv(
        ("Nom", "Prénom", "Tél", "Adresse"),
        ("=1+1", "@Renée", A, "-3 rue X"), ("＝HYPERLINK", "+Paul", "+33639980012", "=cmd|' /C'!A0"),
    ),
    "no_phone_column.csv": lambda: csv(("Nom", "Prénom"), ("DUPONT", "Renée")),
    "no_name_column.csv": lambda: csv(("Téléphone", "Date de naissance"), (A, "07/03/1941")),
    "no_header_at_all.csv": lambda: csv(("DUPONT", "Renée", A), ("MARTIN", "Paul", B)),
    "same_people_on_several_lines.csv": lambda: csv(
        ("Nom", "Prénom", "Téléphone", "Prestation"),
        ("DUPONT", "Renée", A, "APA"), ("Dupont", "renée", A, "PCH"), ("DUPONT", "Jean", A, "APA"),
    ),
}  # fmt: skip
