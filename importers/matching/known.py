"""What is needed to know somebody again, and no more."""

import re
from dataclasses import dataclass
from datetime import date

from campaigns import values
from importers.cleaning import CleanRow

_NOT_A_SIGN = re.compile(r"[^a-z0-9]+")
_NO_NUMBER = frozenset({"", "nc", "na", "null", "neant", "aucun", "inconnu", "encours", "x", "xx"})


@dataclass(frozen=True, slots=True)
class Known:
    """The little that is needed to know somebody again.

    ``names`` are their keys, the name as written first (married name, birth name);
    ``file_numbers`` are those of the source being imported; ``first`` is the bare first name,
    empty when it is not known which part of a key it is.
    """

    names: tuple[str, ...]
    birth_date: date | None
    phones: tuple[str, ...]
    insee: str | None
    home: str
    file_numbers: tuple[str, ...] = ()
    first: str = ""


def known_of(row: CleanRow) -> Known:
    """The keys of one line."""
    return Known(
        names=values.name_keys(row.last_name, row.first_name, row.birth_name),
        birth_date=row.birth_date,
        phones=tuple(phone.e164 for phone in row.phones if phone.e164),
        insee=row.insee,
        home=home_of(row.address, row.insee),
        file_numbers=(row.file_number,) if row.file_number else (),
        first=values.name_key(row.first_name, ""),
    )


def home_of(address: str, insee: str | None) -> str:
    """One key for an address; empty when it is not known well enough."""
    return f"{insee} {values.fold(address)}" if address and insee else ""


def row_key(known: Known) -> str:
    """What a line says of somebody, as one text: to be sealed before it is kept.

    The order of the numbers does not count, nor does the file number.
    """
    born_on = known.birth_date.isoformat() if known.birth_date else ""
    numbers = " ".join(sorted(known.phones))
    return "\x1f".join((" / ".join(known.names), born_on, numbers, known.insee or ""))


def numbers_of(known: Known) -> tuple[str, ...]:
    """The file numbers as they are compared: « 00123 » is 123, a filler is no number."""
    numbers = known.file_numbers
    if not numbers or (len(numbers) == 1 and numbers[0].isdecimal() and numbers[0][0] != "0"):
        return numbers
    bare = (_NOT_A_SIGN.sub("", values.fold(number)).lstrip("0") for number in numbers)
    return tuple(dict.fromkeys(number for number in bare if number not in _NO_NUMBER))
