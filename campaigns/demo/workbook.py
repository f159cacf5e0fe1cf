"""A fictional list of a département, as untidy as real ones, to be imported by the real import.

Nobody in it exists: numbers come from the ranges kept for fiction, addresses from example.org.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from campaigns.demo import clerk, names
from campaigns.reference.places import Commune, FormerCommune

HEADERS = (
    "ID IODAS\t", "CIVILITE", "NOM", "Nom de naissance", "Prénom", "Date de\nNaissance", "NIR",
    "Adresse", "Complément adresse", "CP", "VILLE", "N° Téléphones", "Tél. portable",
    "Adresse mail", "Prestation", "Date début de droit", "Personne à prévenir",
    "Service d’aide à domicile", "Langue parlée", "Observations",
)  # fmt: skip
Value = str | int | float | datetime

_COUPLES = 0.064  # of households, so that about an eighth of the people share their number
_REPEATED = 0.012  # of the lines, a person already on the list under another scheme
_HEADER_AT = 2


@dataclass(frozen=True, slots=True)
class _Fiction:
    """A person who does not exist, before a clerk types them."""

    file_number: int
    is_woman: bool
    last_name: str
    first_name: str
    birth_name: str
    born_on: date
    address: str
    postal_code: str
    town: str
    numbers: tuple[str, ...]
    scheme: str
    language: str


def write(
    path: Path,
    *,
    communes: Sequence[Commune],
    former: Sequence[FormerCommune] = (),
    today: date,
    people: int = 26_400,
    seed: int = 80,
    numbers: "clerk.Numbers | None" = None,
) -> None:
    """Write so many lines to ``path`` (xlsx), the same for the same seed and day.

    ``communes`` weigh by population. ``numbers`` are fictional when not given; ``ValueError`` when
    they run out.
    """
    random = Random(seed)
    towns, phones = _Towns(random, communes, former), numbers or clerk.numbers(random)
    lines = _people(random, people, towns, today, phones)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet("Extraction")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_string(0, 0, f"Bénéficiaires APA, PCH, RSA au {today:%d/%m/%Y}")
    sheet.write_row(_HEADER_AT, 0, HEADERS, book.add_format({"bold": True, "text_wrap": True}))
    at = _HEADER_AT + 1
    for index, fiction in enumerate(lines):
        if index and index % 5_000 == 0:
            at += 1  # a blank line between two groups
        for column, value in enumerate(_typed(random, fiction, today)):
            if isinstance(value, datetime):
                sheet.write_datetime(at, column, value, day)
            elif isinstance(value, str):
                if value:
                    sheet.write_string(at, column, value)
            else:
                sheet.write_number(at, column, value)
        at += 1
    _close(book, sheet, at + 1, people=people, today=today)


def _close(
    book: xlsxwriter.Workbook, sheet: Worksheet, row: int, *, people: int, today: date
) -> None:
    """What stands under the last person, and the sheet of choices nobody reads."""
    sheet.write_row(row, 0, ("TOTAL", people))
    sheet.write_string(row + 1, 0, f"Édité le {today:%d/%m/%Y}")
    choices = book.add_worksheet("Liste de valeurs")
    choices.write_column(0, 0, ("Prestation", "APA", "PCH", "RSA", "", "Oui", "Non"))
    book.close()


def _people(
    random: Random, count: int, towns: "_Towns", today: date, numbers: "clerk.Numbers"
) -> list[_Fiction]:
    """Households first, so that couples share a number and an address; then some again."""
    repeated = int(count * _REPEATED)
    found: list[_Fiction] = []
    while len(found) < count - repeated:
        person = _person(random, len(found), towns, today, numbers)
        found.append(person)
        if random.random() < _COUPLES and len(found) < count - repeated:
            found.append(_spouse(random, person, len(found)))
    for _ in range(repeated):
        again = random.choice(found)
        scheme = "PCH" if again.scheme == "APA" else "APA"
        shift = random.choice((str.upper, str.lower, str))
        place = random.randrange(len(found) + 1)
        found.insert(place, replace(again, scheme=scheme, first_name=shift(again.first_name)))
    return found


def _person(
    random: Random, index: int, towns: "_Towns", today: date, numbers: "clerk.Numbers"
) -> _Fiction:
    scheme = random.choices(("APA", "PCH", "RSA"), (60, 12, 28))[0]
    youngest, oldest = {"APA": (60, 98), "PCH": (20, 75), "RSA": (20, 65)}[scheme]
    born_on = today - timedelta(days=random.randrange(youngest * 366, oldest * 365))
    is_woman = random.random() < (0.68 if scheme == "APA" else 0.5)
    language, last_name, first_name = _name(random, is_woman)
    postal_code, town = towns.one()
    count = random.choices((0, 1, 2), (3, 82, 15))[0]
    return _Fiction(
        file_number=100_000 + index * 7,
        is_woman=is_woman,
        last_name=last_name,
        first_name=first_name,
        birth_name=random.choice(names.LAST) if is_woman and random.random() < 0.6 else "",
        born_on=born_on,
        address=f"{random.randrange(1, 180)} {random.choice(names.STREETS)}",
        postal_code=postal_code,
        town=town,
        numbers=tuple(next(numbers) for _ in range(count)),
        scheme=scheme,
        language=language,
    )


def _name(random: Random, is_woman: bool) -> tuple[str, str, str]:
    """Language to speak (empty: French), last name, first name."""
    if random.random() < 0.05:
        language, last, women, men = random.choice(names.ELSEWHERE)
        first = random.choice((women if is_woman else men).split("|"))
        spoken = language if random.random() < 0.3 else ""
        return spoken, random.choice(last.split("|")), first
    last_names = names.COMPOUND if random.random() < 0.03 else names.LAST
    return "", random.choice(last_names), random.choice(names.WOMEN if is_woman else names.MEN)


def _spouse(random: Random, person: _Fiction, index: int) -> _Fiction:
    is_woman = not person.is_woman
    return replace(
        person,
        file_number=100_000 + index * 7,
        is_woman=is_woman,
        first_name=random.choice(names.WOMEN if is_woman else names.MEN),
        birth_name=random.choice(names.LAST) if is_woman else "",
        born_on=person.born_on + timedelta(days=random.randrange(-2_000, 0)),
    )


def _typed(random: Random, fiction: _Fiction, today: date) -> tuple[Value, ...]:
    """The line as a clerk typed it, column by column."""
    phones, mobile = clerk.phones(random, fiction.numbers)
    mail = f"{fiction.first_name}.{fiction.file_number}@example.org".lower().replace(" ", "")
    begun = today - timedelta(days=random.randrange(30, 3_000))
    return (
        fiction.file_number,
        clerk.title(random, fiction.is_woman),
        fiction.last_name,
        fiction.birth_name,
        clerk.first_name(random, fiction.first_name),
        clerk.birth_date(random, fiction.born_on),
        clerk.nir(random, fiction.born_on, fiction.is_woman),
        fiction.address,
        random.choice(("", "", "", "Bât. B", "Résidence des Étangs", "1er étage")),
        clerk.postal_code(random, fiction.postal_code),
        clerk.town(random, fiction.town),
        phones,
        mobile,
        mail if random.random() < 0.12 else random.choice(("", "", "", "NULL", "-")),
        clerk.scheme(random, fiction.scheme),
        datetime(begun.year, begun.month, begun.day),  # noqa: DTZ001  a cell holds a day, no zone
        random.choice(names.WOMEN) + " (fille)" if random.random() < 0.1 else "",
        "ADMR" if fiction.scheme == "APA" and random.random() < 0.4 else "",
        fiction.language,
        clerk.observation(random),
    )


class _Towns:
    """Communes drawn by population; a merged one is now and then given its former name."""

    def __init__(
        self, random: Random, communes: Sequence[Commune], former: Sequence[FormerCommune]
    ) -> None:
        self._random = random
        self._all = [commune for commune in communes if commune.postal_codes]
        weights = [commune.population + 1 for commune in self._all]
        # Drawn many at a time: accumulating the weights for each person would be slow.
        self._draw = partial(random.choices, self._all, weights, k=100_000)
        self._drawn = iter(self._draw())
        self._former: dict[str, list[str]] = {}
        for old in former:
            if old.name:
                self._former.setdefault(old.present, []).append(old.name)

    def one(self) -> tuple[str, str]:
        """A postal code and a town."""
        commune = next(self._drawn, None)
        if commune is None:
            self._drawn = iter(self._draw())
            commune = next(self._drawn)
        former = self._former.get(commune.insee)
        name = commune.name
        if former and self._random.random() < 0.3:
            name = self._random.choice(former)
        return self._random.choice(commune.postal_codes), name
