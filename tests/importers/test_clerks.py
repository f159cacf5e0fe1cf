"""People written out in every way a clerk types come back the same people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from importers import columns, header, rows
from importers.places import PlaceIndex
from importers.workbook import Table
from tests.importers import samples

# A list of six people shrinks for minutes: the first failing example says enough.
_NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
PLACES: PlaceIndex = samples.places()
TODAY = samples.TODAY

LAST = ("Dupont", "Lefèvre", "De la Tour", "Martin-Roux", "O’Brien", "Müller", "Le Goff")
FIRST = ("Renée", "Paul", "Anne-Marie", "Zoé", "François", "Loïc")
TOWNS = (
    ("80000", "Amiens", "80021", ("AMIENS", "amiens", "Amiens ", "AMIENS CEDEX 1")),
    ("80100", "Abbeville", "80001", ("ABBEVILLE", " Abbeville")),
    ("80230", "Saint-Valery-sur-Somme", "80721",
     ("ST VALERY S/SOMME", "Saint Valéry sur Somme", "SAINT-VALERY-SUR-SOMME", "St. Valery sur Somme")),
    ("80200", "Péronne", "80620", ("PERONNE", "Peronne", "péronne")),
)  # fmt: skip
TITLES = {
    "M": ("M.", "Mr", "MONSIEUR", "m", "H", "1"),
    "MME": ("Mme", "MME", "Madame", "Mlle", "F", 2.0),
    "": ("", None, "-"),
}
HEADERS = {
    "last_name": ("Nom", "NOM*", "Nom bénéficiaire", "nom individu", "Nom usuel",
                  "NOM RESPONSABLE DOSSIER", "Nom d’usage / Surnom"),
    "first_name": ("Prénom", "PRENOM", "Prénom(s)", "prénom individu", "Prénom\n(usuel)"),
    "title": ("Civilité", "civilite", "TYPE PERSONNE", "Genre"),
    "birth_date": ("Date de naissance", "Date de\nNaissance", "DDN", "Né(e) le", "date_naissance"),
    "phone": ("Téléphone", "N°\nTéléphones", "Tél. dom", "GSM", "Numéro(s) de téléphone",
              "NUMERO TELEPHONE 2 DOSSIER"),
    "postal_code": ("CP", "Code postal", "C.P.", "code postal individu"),
    "town": ("Commune", "VILLE", "Localité", "Commune adresse dossier"),
    "file_number": ("ID IODAS\t", "N° Allocataire", "MATRICULE", "Réf."),
}  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """A person as they are."""

    last_name: str
    first_name: str
    title: str
    birth_date: date
    phone: str
    town: tuple[str, str, str, tuple[str, ...]]
    file_number: int


people = st.builds(
    Truth,
    last_name=st.sampled_from(LAST),
    first_name=st.sampled_from(FIRST),
    title=st.sampled_from(tuple(TITLES)),
    birth_date=st.dates(date(1925, 1, 1), date(1980, 12, 31)),
    phone=st.builds(
        lambda start, end: f"{start}{end:04}",
        st.sampled_from(("063998", "019900", "035301", "026191")),
        st.integers(0, 9_999),
    ),
    town=st.sampled_from(TOWNS),
    file_number=st.integers(1_000, 999_999),
)


def pairs(number: str, sign: str) -> str:
    """The ten figures two by two."""
    return sign.join(number[at : at + 2] for at in range(0, 10, 2))


def phones(number: str) -> tuple[Any, ...]:
    """A number in the ways it is typed, and spoilt by spreadsheets."""
    return (
        number, pairs(number, " "), pairs(number, "."), pairs(number, "-"), pairs(number, "\u00a0"),
        f" {pairs(number, ' ')} ", int(number), float(number), number[1:], f"+33{number[1:]}",
        f"+33 (0){number[1:]}", f"0033{number[1:]}", f"{pairs(number, ' ')} (fils)",
        f"fille {number}", pairs(number, "/"), f"Tél. : {number}",
    )  # fmt: skip


def births(day: date) -> tuple[Any, ...]:
    """A date in the ways it is typed, day first, or kept by a program."""
    return (
        day, f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", f"{day:%d.%m.%Y}", f"{day.day}/{day.month}/{day.year}",
        f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d} 00:00:00.0", f"{day:%d/%m/%Y} 00:00",
        (day - date(1899, 12, 30)).days, f"{day:%d%m%Y}",
    )  # fmt: skip


def cased(name: str) -> tuple[str, ...]:
    """A name in capitals or not, with spaces around or a straight apostrophe."""
    return name, name.upper(), name.lower(), f" {name} ", name.replace("’", "'")


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[Truth], list[list[Any]]]:
    """People, and the lines of a sheet that gives them: header, order and writing of a clerk."""
    truths = draw(st.lists(people, min_size=1, max_size=6))
    one_cell = draw(st.booleans())
    fields = draw(st.permutations([field for field in HEADERS if field != "town" or not one_cell]))
    titles = [draw(st.sampled_from(HEADERS[field])) for field in fields]
    if one_cell:
        titles[fields.index("postal_code")] = draw(st.sampled_from(("CP Ville", "CP/Ville")))
    above = draw(
        st.sampled_from(([], [["Liste des bénéficiaires"]], [["Extraction"], ["le 24/11"]]))
    )
    lines = [*above, titles]
    for truth in truths:
        code, _, _, spellings = truth.town
        town = draw(st.sampled_from(spellings))
        cells = {
            "last_name": draw(st.sampled_from(cased(truth.last_name))),
            "first_name": draw(st.sampled_from(cased(truth.first_name))),
            "title": draw(st.sampled_from(TITLES[truth.title])),
            "birth_date": draw(st.sampled_from(births(truth.birth_date))),
            "phone": draw(st.sampled_from(phones(truth.phone))),
            "postal_code": f"{code} {town}" if one_cell
            else draw(st.sampled_from((code, float(code), f"{code} ", f"F-{code}"))),
            "town": town,
            "file_number": draw(st.sampled_from((truth.file_number, float(truth.file_number)))),
        }  # fmt: skip
        lines.append([cells[field] for field in fields])
        if draw(st.booleans()):
            lines.append([])
    return truths, lines


def read(lines: list[list[Any]]) -> rows.Cleaned:
    """The people of these lines, found and cleaned as those of a file are."""
    numbered = [(at, line) for at, line in enumerate(lines, start=1) if line]
    head = header.find(numbered)
    below = [(line, cells) for line, cells in numbered if line > head.last_line]
    headers = header.numbered(head.titles, len(head.titles))
    table = Table("F", ("F",), head.line, headers, below)
    found = columns.propose(headers, [cells for _, cells in below])
    columns.require_a_name(found)
    return rows.clean(table, found, PLACES, today=TODAY)


@settings(
    max_examples=150,
    deadline=None,
    phases=_NO_SHRINKING,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(lists())
def test_the_people_a_clerk_typed_are_the_people_read(
    typed: tuple[list[Truth], list[list[Any]]],
) -> None:
    truths, lines = typed
    found = read(lines)
    assert len(found.people) == len(truths)
    for truth, person in zip(truths, found.people, strict=True):
        expected = rows.CleanRow(0, truth.last_name, truth.first_name)
        assert person.name_key == expected.name_key
        assert person.title == truth.title
        assert person.birth_date == truth.birth_date
        assert [phone.e164 for phone in person.phones] == [f"+33{truth.phone[1:]}"]
        assert (person.postal_code, person.insee) == (truth.town[0], truth.town[2])
        assert person.file_number == str(truth.file_number)
        assert not person.hold
        assert not person.couple
