"""One line of a list becomes a person: each field cleaned, each doubt noted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any  # a cell is of any type before it is cleaned

from campaigns import values
from campaigns.values import PhoneReading
from importers import cells
from importers.columns import Column
from importers.places import PlaceIndex
from importers.report import Problem

_NAME_LENGTH = 120
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]{2,}")
_PLACE = re.compile(r"(?:F\s*-\s*)?(\d{4,5})\s*[-–]?\s*(\D.*)", re.IGNORECASE | re.DOTALL)
_FOOTING = re.compile(
    r"total|nombre|effectif|fait a |signature|edite le|extrait le|extraction|page \d|source|"
    r"sous-total|nb de|le president",
)  # fmt: skip
_YES = frozenset({"oui", "o", "x", "1", "vrai", "true", "ouvert"})


@dataclass(frozen=True, slots=True)
class CleanRow:
    """A person as one line of a list gives them; ``row`` is that line in the file, from 1.

    ``hold`` is the reason why nobody may call before a person confirms, empty when callable.
    """

    row: int
    last_name: str
    first_name: str = ""
    birth_name: str = ""
    title: str = ""
    birth_date: date | None = None
    phones: tuple[PhoneReading, ...] = ()
    email: str = ""
    address: str = ""
    postal_code: str = ""
    insee: str | None = None
    town: str = ""
    schemes: tuple[str, ...] = ()
    file_number: str = ""
    language: str = ""
    contact_person: str = ""
    home_help: str = ""
    hold: str = ""
    manner: str = ""

    @property
    def name_key(self) -> str:
        """The form under which this name is compared."""
        return values.name_key(self.last_name, self.first_name)


class Cleaner:
    """What stays the same from one line to the next: where each field stands."""

    def __init__(
        self, columns: Sequence[Column], places: PlaceIndex, today: date, region: str
    ) -> None:
        self.columns, self.places, self.today, self.region = columns, places, today, region
        self.problems: list[Problem] = []
        self.read = self.refused = 0
        self._at: dict[str, list[int]] = {}
        for at, column in enumerate(columns):
            if column.field is not None:
                self._at.setdefault(column.field, []).append(at)
        self._seen = [at for at, column in enumerate(columns) if not column.is_refused]
        self._phones, self._schemes = self._at.get("phone", []), self._at.get("scheme", [])
        self._free = [*self._at.get("address", []), *self._at.get("file_number", [])]

    def person(self, line: int, row: list[Any]) -> CleanRow | None:
        """The person of one line, None when it is refused or is no person's line."""
        if len(row) < len(self.columns):
            row = [*row, *[""] * (len(self.columns) - len(row))]
        last_name, first_name, birth_name = self._names(line, row)
        phones = tuple(self._numbers(line, row))
        if self._is_no_person(line, row, last_name, first_name, phones):
            return None
        signs = cells.signs([row[at] for at in self._seen])
        deceased = self._text("deceased", row)
        postal_code, town, insee = self._place(line, row)
        self._refuse_secrets(line, row)
        if not phones:
            self._note(line, "phone", "no_phone", "Numéro à trouver : la personne est gardée.")
        return CleanRow(
            row=line,
            last_name=last_name[:_NAME_LENGTH],
            first_name=first_name[:_NAME_LENGTH],
            birth_name=birth_name[:_NAME_LENGTH],
            title=values.title_of(self._text("title", row)),
            birth_date=self._birth_date(line, row),
            phones=phones,
            email=self._email(line, row),
            address=cells.joined([cells.text(row[at]) for at in self._at.get("address", ())]),
            postal_code=postal_code,
            insee=insee,
            town=town[:_NAME_LENGTH],
            schemes=self._scheme_codes(row),
            file_number=self._text("file_number", row)[:60],
            language=self._text("language", row)[:40],
            contact_person=self._text("contact_person", row)[:200],
            home_help=self._text("home_help", row)[:200],
            hold=signs.hold or ("décès signalé dans la liste" if deceased else ""),
            manner=signs.manner,
        )

    def _text(self, field: str, row: Sequence[Any]) -> str:
        found = self._at.get(field)
        return cells.text(row[found[0]]) if found else ""

    def _note(self, line: int, field: str, code: str, say: str) -> None:
        found = self._at.get(field)
        header = self.columns[found[0]].header if found else ""
        self.problems.append(Problem(line, header, code, say))

    def _names(self, line: int, row: Sequence[Any]) -> tuple[str, str, str]:
        last_name, first_name = self._text("last_name", row), self._text("first_name", row)
        birth_name = self._text("birth_name", row)
        if full := self._text("full_name", row):
            full, held = cells.bare_name(full)
            birth_name = birth_name or held
            last_name, first_name, is_sure = cells.split_name(full)
            if not is_sure:
                say = f"Nom lu « {last_name} », prénom lu « {first_name} » : à vérifier."
                self._note(line, "full_name", "name_split", say)
        else:
            last_name, held = cells.bare_name(last_name)
            birth_name = birth_name or held
            first_name, _ = cells.bare_name(first_name)
        if cells.is_couple(f"{last_name} {first_name}"):
            say = "Deux personnes semblent écrites sur la même ligne : à séparer à la main."
            self._note(line, "last_name", "couple", say)
        return last_name, first_name, birth_name

    def _is_no_person(
        self, line: int, row: Sequence[Any], last_name: str, first_name: str, phones: object
    ) -> bool:
        """Totals, group titles and signatures are dropped and listed; no name at all is refused."""
        is_named = bool(last_name or first_name)
        if is_named and phones:
            self.read += 1
            return False
        filled = [shown for cell in row if (shown := cells.text(cell))]
        if not filled:
            return True
        first = values.fold(filled[0])
        alone = len(filled) == 1 and len(self.columns) > 2
        if not phones and (alone or (len(filled) <= 3 and _FOOTING.match(first))):
            say = f"Ligne qui n’est pas une personne, laissée de côté : « {filled[0][:60]} »."
            self.problems.append(Problem(line, "", "dropped_row", say))
            return True
        self.read += 1
        if is_named:
            return False
        self.refused += 1
        self._note(line, "last_name", "no_name", "Ligne refusée : aucun nom.")
        return True

    def _numbers(self, line: int, row: Sequence[Any]) -> Iterator[PhoneReading]:
        seen: set[str] = set()
        for at in self._phones:
            cell = row[at]
            if cell in ("", None):
                continue
            for reading in values.phone(cell, region=self.region):
                if reading.say:
                    code = f"phone_{reading.refusal or reading.warning}"
                    say = f"{reading.say} ({reading.written})"
                    self.problems.append(Problem(line, self.columns[at].header, code, say))
                if reading.e164 and reading.e164 not in seen:
                    seen.add(reading.e164)
                    yield reading

    def _birth_date(self, line: int, row: Sequence[Any]) -> date | None:
        found = self._at.get("birth_date")
        if not found:
            return None
        cell = row[found[0]]
        if isinstance(cell, str) and not (cell := cells.text(cell)):
            return None
        reading = values.date_of(cell, today=self.today)
        if reading.say:
            self._note(line, "birth_date", f"date_{reading.code}", reading.say)
        return reading.value

    def _email(self, line: int, row: Sequence[Any]) -> str:
        email = self._text("email", row)
        if not email or _EMAIL.fullmatch(email):
            return email[:254]
        self._note(
            line, "email", "email_invalid", "Adresse électronique non reconnue : laissée vide."
        )
        return ""

    def _place(self, line: int, row: Sequence[Any]) -> tuple[str, str, str | None]:
        """Postal code, town as written, INSEE code or None with a warning."""
        written = self._text("postal_code", row)
        town = self._text("town", row)
        if both := self._text("postal_and_town", row):
            parts = _PLACE.fullmatch(both)
            written, town = (parts[1], parts[2].strip()) if parts else (written, town or both)
        postal_code = values.postal_code(written) or "" if written else ""
        if written and not postal_code:
            say = f"Code postal non reconnu : « {written[:20]} »."
            self._note(line, "postal_code", "postal_code", say)
        insee = self.places.known(code) if (code := self._text("insee", row)) else None
        insee = insee or self.places.match(postal_code, town)
        if insee is None and (town or postal_code):
            say = f"Commune non reconnue : « {postal_code} {town} », à choisir à la main."
            self._note(line, "town", "unknown_town", say)
        return postal_code, town, insee

    def _scheme_codes(self, row: Sequence[Any]) -> tuple[str, ...]:
        """Schemes named by a cell, or by the header of a yes/no column."""
        found: dict[str, None] = {}
        for at in self._schemes:
            shown = cells.text(row[at])
            named = values.schemes_of(shown) if shown else ()
            if not named and values.fold(shown) in _YES:
                named = values.schemes_of(self.columns[at].header)
            found.update(dict.fromkeys(named))
        return tuple(found)

    def _refuse_secrets(self, line: int, row: list[Any]) -> None:
        """Empty any kept free cell that holds a social-security number or a bank account."""
        for at in self._free:
            if values.holds_nir(row[at]) or values.holds_bank_account(row[at]):
                row[at] = ""
                say = "Numéro interdit dans cette liste (sécurité sociale ou banque) : effacé."
                self.problems.append(Problem(line, self.columns[at].header, "forbidden", say))
