"""One line of a list becomes a person: each field cleaned, each doubt noted."""

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any  # a cell is of any type before it is cleaned

from campaigns import values
from campaigns.values import PhoneReading
from importers import answers, beside, cells, couples
from importers.addresses import Addresses
from importers.answers import USUAL
from importers.columns import Column
from importers.couples import Named
from importers.identities import Identities, Identity
from importers.numbers import Numbers
from importers.places import PlaceIndex
from importers.replies import Replies
from importers.report import Problem

_NAME_LENGTH = 120
_DIED = "décès signalé dans la liste"
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]{2,}")
# Fields kept as they stand, and how much of each.
_PLAIN = {
    "file_number": 60, "language": 40, "contact_person": 200, "home_help": 200, "key_holder": 200,
}  # fmt: skip
# Where « Mort » is a surname, « hôpital » an address, « opposition » an answer to the mayor.
_NAMES_AND_PLACES = frozenset(
    {"last_name", "first_name", "full_name", "birth_name", "email", "address", "postal_code",
     "town", "postal_and_town", "insee", "territory", "adviser", "contact_person", "home_help",
     "key_holder", "guardian", "mayor_opt_out", "mayor_agreement"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CleanRow:
    """A person as one line of a list gives them; ``row`` is that line in the file, from 1.

    ``hold`` is the reason why nobody may call before a person confirms, empty when callable.
    ``best_half`` is « am », « pm » or empty; ``priority`` runs from 0 (first) to 9. ``couple``
    names the two people a line seems to be. ``by_hand`` names the columns of the person that
    somebody typed in place of what the list says. ``mark`` seals what a line said before that;
    ``person_id`` is who such a line became in an earlier list.
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
    mayor_opt_out: bool = False
    key_holder: str = ""
    guardian: str = ""
    best_half: str = ""
    priority: int = USUAL
    by_hand: str = ""
    mark: str = ""
    person_id: int | None = None
    couple: tuple[str, ...] = ()

    @property
    def name_key(self) -> str:
        """The form under which this name is compared."""
        return values.name_key(self.last_name, self.first_name)


class Cleaner:
    """What stays the same from one line to the next: where each field stands."""

    def __init__(
        self,
        columns: Sequence[Column],
        places: PlaceIndex,
        *,
        today: date,
        region: str,
        split: frozenset[int] = frozenset(),
        fixed: frozenset[int] = frozenset(),
        recognised: Container[int] = frozenset(),
        together: Callable[[CleanRow, Named, Named], bool] = lambda *_: False,
    ) -> None:
        self.problems: list[Problem] = []
        self.read = self.refused = self.missing = 0
        self._headers = [column.header for column in columns]
        self._today, self._split, self._fixed = today, split, fixed
        self._recognised = recognised
        self._together = together
        self._at: dict[str, list[int]] = {}
        for at, column in enumerate(columns):
            if column.field is not None:
                self._at.setdefault(column.field, []).append(at)
        self._named = "last_name" if "last_name" in self._at else "full_name"
        seen = [at for at, column in enumerate(columns) if not column.is_refused]
        self._said = [at for at in seen if columns[at].field not in _NAMES_AND_PLACES]
        self._elsewhere = [at for at in seen if columns[at].field in _NAMES_AND_PLACES]
        self._plain = [
            (field, self._at[field][0], most) for field, most in _PLAIN.items() if field in self._at
        ]
        self._schemes = [
            (at, cells.Memo(answers.schemes_under(self._headers[at])))
            for at in self._at.get("scheme", ())
        ]
        self._replies = Replies(self._at, self._headers, note=self._note)
        self._identities = Identities(self._at, note=self._note)
        self.numbers = Numbers(self._at.get("phone", ()), region=region, note=self._note_at)
        self.addresses = Addresses(self._at, places, note=self._note)

    def people(self, line: int, row: list[Any]) -> tuple[CleanRow, ...]:
        """The person of one line; none when it is refused or is no person's, two when split."""
        if len(row) < len(self._headers):
            row += [""] * (len(self._headers) - len(row))
        phones = self.numbers.read(line, row) if self._at.get("phone") else ()
        identity = self._identities.read(line, row)
        if not (phones and identity.is_named) and self._is_no_person(line, row, identity, phones):
            return ()
        self.read += 1
        if not phones:
            self.missing += 1
            self._note(line, "phone", "no_phone", "Numéro à trouver : la personne est gardée.")
        person = self._person(line, row, identity, phones)
        if identity.couple is None:
            return (person,)
        return self._couple(line, row, person, identity.couple)

    def _person(
        self, line: int, row: Sequence[Any], who: Identity, phones: tuple[PhoneReading, ...]
    ) -> CleanRow:
        signs = cells.signs([row[at] for at in self._said], [row[at] for at in self._elsewhere])
        address, place = self.addresses.read(line, row)
        guardian = self._replies.guardian(row)
        kept: dict[str, Any] = {
            field: shown[:most] for field, at, most in self._plain if (shown := cells.text(row[at]))
        }
        return CleanRow(
            row=line,
            last_name=who.last_name[:_NAME_LENGTH],
            first_name=who.first_name[:_NAME_LENGTH],
            birth_name=who.birth_name[:_NAME_LENGTH],
            title=who.title,
            birth_date=self._birth_date(line, row),
            phones=phones,
            email=self._email(line, row),
            address=address,
            postal_code=place.postal_code,
            insee=place.insee,
            town=place.town,
            schemes=self._scheme_codes(row) if self._schemes else (),
            hold=signs.hold or (_DIED if self._replies.has_died(row) else ""),
            manner=cells.without_protection(signs.manner) if guardian else signs.manner,
            mayor_opt_out=self._replies.opposes_mayor(line, row),
            best_half=self._replies.half_day(line, row),
            priority=self._replies.priority(line, row),
            guardian=guardian,
            **kept,
        )

    def _text(self, field: str, row: Sequence[Any]) -> str:
        found = self._at.get(field)
        return cells.text(row[found[0]]) if found else ""

    def _note(self, line: int, field: str, code: str, say: str) -> None:
        found = self._at.get(field)
        self.problems.append(Problem(line, self._headers[found[0]] if found else "", code, say))

    def _note_at(self, line: int, at: int, code: str, say: str) -> None:
        self.problems.append(Problem(line, self._headers[at], code, say))

    def _is_no_person(
        self, line: int, row: Sequence[Any], who: Identity, phones: tuple[PhoneReading, ...]
    ) -> bool:
        """Totals, group titles and signatures are dropped and listed; no name at all is refused."""
        if line in self._recognised:  # somebody typed the name once already
            return False
        filled = [str(cell) for cell in row if cell not in ("", None)]
        if not any(map(cells.text, filled)):
            return True
        if not phones and line not in self._fixed and beside.is_beside(row, filled, self._headers):
            self.problems.append(Problem(line, "", "dropped_row", beside.said_of(filled)))
            return True
        if who.is_named:
            return False
        self.read += 1
        self.refused += 1
        self._note(line, "last_name", "no_name", "Ligne refusée : aucun nom.")
        return True

    def _birth_date(self, line: int, row: Sequence[Any]) -> date | None:
        found = self._at.get("birth_date")
        if not found:
            return None
        cell = row[found[0]]
        if cell.__class__ is str:
            cell = cells.text(cell)
            if len(cell) > 12 and couples.birth_dates(cell, today=self._today):
                say = "Deux dates de naissance dans la case : laissée vide."
                self._note(line, "birth_date", "date_two", say)
                return None
        if not cell:
            return None
        reading = values.date_of(cell, today=self._today)
        if reading.say:
            self._note(line, "birth_date", f"date_{reading.code}", reading.say)
        return reading.value

    def _email(self, line: int, row: Sequence[Any]) -> str:
        email = self._text("email", row)
        if not email or _EMAIL.fullmatch(email):
            return email[:254]
        say = "Adresse électronique non reconnue : laissée vide."
        self._note(line, "email", "email_invalid", say)
        return ""

    def _scheme_codes(self, row: Sequence[Any]) -> tuple[str, ...]:
        if len(self._schemes) == 1:
            at, memo = self._schemes[0]
            codes: tuple[str, ...] = memo[row[at]]
            return codes
        return tuple(dict.fromkeys(code for at, memo in self._schemes for code in memo[row[at]]))

    def _couple(
        self, line: int, row: Sequence[Any], person: CleanRow, couple: tuple[Named, Named]
    ) -> tuple[CleanRow, ...]:
        """One person as written, with the two proposed; both of them once somebody said so."""
        one, other = couple
        if line not in self._split and not self._together(person, one, other):
            say = (
                f"Deux personnes semblent écrites sur cette ligne : {one.full_name} et "
                f"{other.full_name}. À séparer ?"
            )
            self._note(line, self._named, "couple", say)
            return (replace(person, couple=(one.full_name, other.full_name)),)
        self._note(line, self._named, "couple_split", "Ligne lue comme deux personnes.")
        at = self._at.get("birth_date")
        dates = couples.birth_dates(str(row[at[0]]), today=self._today) if at else None
        born, other_born = dates or (person.birth_date, None)
        # A file number, a title and a birth name are one person's: the first keeps them.
        return (
            replace(
                person, last_name=one.last_name[:_NAME_LENGTH],
                first_name=one.first_name[:_NAME_LENGTH], title=one.title, birth_date=born,
            ),
            replace(
                person, last_name=other.last_name[:_NAME_LENGTH],
                first_name=other.first_name[:_NAME_LENGTH], title=other.title,
                birth_date=other_born, file_number="", birth_name="",
            ),
        )  # fmt: skip
