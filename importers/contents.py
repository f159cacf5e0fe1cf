"""What a column holds, judged by its cells alone: its title may be wrong, missing or strange."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any  # cells of any type, before cleaning

from campaigns import values

_FILLERS = frozenset({"", "null", "-", "nc", "neant", "néant", "?", "0", "none", "n/a", "#n/a"})
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-](\d{2,4})\b|(\d{4})-\d{2}-\d{2}")
_PLACE = re.compile(r"(?:F\s?-\s?)?\d{5}\s+\D{2,}|\D{2,}\s\(?\d{5}\)?", re.IGNORECASE)
_CODE = re.compile(r"\d{4,5}|2[AB]\d{3}")
_AMOUNT = re.compile(r"-?\d[\d\s.]*(?:,\d{1,2}\s*)?(?:€|eur(?:os?)?)", re.IGNORECASE)
_ILLNESS = re.compile(
    r"\b(alzheimer|parkinson|diabet\w*|insulin\w*|cancer\w*|dement\w*|demence|avc|epilep\w*|dialys\w*|"
    r"depressi\w*|insuffisance|hypertension|oxygene|sclerose|schizophren\w*|alcooli\w*|"
    r"gir ?[1-6]|chimio\w*|metasta\w*|bpco|asthm\w*)\b"
)
_NATIONALITIES = frozenset({
    "francaise", "francais", "fr", "fra", "algerienne", "algerien", "marocaine", "marocain",
    "tunisienne", "tunisien", "portugaise", "portugais", "espagnole", "espagnol", "italienne",
    "italien", "polonaise", "polonais", "belge", "turque", "turc", "malienne", "malien",
    "senegalaise", "senegalais", "roumaine", "roumain", "allemande", "allemand", "anglaise",
    "anglais", "britannique", "congolaise", "congolais", "camerounaise", "camerounais",
    "ivoirienne", "ivoirien", "ue", "hors-ue", "etrangere", "etranger",
})  # fmt: skip
# A column in which one cell in five is forbidden is a forbidden column.
_FORBIDDEN_SHARE = 0.2
_SHARE = 0.6
_POSTAL_SHARE = 0.8
_ADULT_BY = 2010  # most years of a column of birth dates come before
_OLDEST = 120
_BIG_CITIES = ("75", "690", "130")
_FEWEST_FIGURES = 9


@dataclass(frozen=True, slots=True)
class Content:
    """What most cells are, and the share of them that are; (None, 0) when they are anything.

    Besides fields: « age », « figures » (numbers of four or five digits nobody can place).
    """

    field: str | None
    share: float


_ANYTHING = Content(None, 0.0)


def filled(cells: Sequence[Any]) -> list[Any]:
    """The cells that say something."""
    return [
        cell for cell in cells if cell is not None and str(cell).strip().lower() not in _FILLERS
    ]


def judge(found: Sequence[Any]) -> Content:
    """What a column of these cells holds; they are ``filled`` ones."""
    if not found:
        return _ANYTHING
    total = len(found)
    for field, is_one in (("nir", values.holds_nir), ("bank", values.holds_bank_account)):
        share = sum(is_one(cell) and _is_bare(cell) for cell in found) / total
        if share >= _FORBIDDEN_SHARE:
            return Content(field, round(share, 2))
    kinds = Counter(kind for cell in found if (kind := _kind(cell)))
    if not kinds:
        return _ANYTHING
    illness = kinds["health"] / total
    if illness >= _FORBIDDEN_SHARE:
        return Content("health", round(illness, 2))
    most, count = max(sorted(kinds.items()), key=lambda pair: pair[1])
    share = round(count / total, 2)
    if share < _SHARE:
        return _ANYTHING
    if most == "code":
        return Content(_of_codes(found), share)
    if most == "birth_date" and not _are_births(found):
        return _ANYTHING
    return Content(most, share)


def kind_of(cell: Any) -> str | None:
    """What one cell plainly is: « phone », « email », « birth_date », « nir »…, else None."""
    return "nir" if values.holds_nir(cell) and _is_bare(cell) else _kind(cell)


def _is_bare(cell: object) -> bool:
    """Is the cell hardly more than figures? Inside a sentence a number is erased, no column is."""
    text = str(cell)
    return sum(map(str.isdigit, text)) * 2 > len(text)


def _kind(cell: object) -> str | None:
    if hasattr(cell, "isoformat"):
        return "birth_date"
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    if len(text) <= 3 and text.isascii() and text.isdecimal():  # « ² » is a digit, and no number
        return "age" if 14 < int(text) < _OLDEST else None
    if _CODE.fullmatch(text):
        return "code"
    if "@" in text and _EMAIL.fullmatch(text):
        return "email"
    if _AMOUNT.fullmatch(text):
        return "income"
    if _DATE.match(text):
        return "birth_date"
    if sum(map(str.isdigit, text)) >= _FEWEST_FIGURES and _has_phone(text):
        return "phone"
    if _PLACE.fullmatch(text):
        return "postal_and_town"
    folded = values.fold(text)
    if folded in _NATIONALITIES:
        return "nationality"
    return "health" if _ILLNESS.search(folded) else None


def _has_phone(text: str) -> bool:
    return any(reading.e164 for reading in values.phone(text))


def _of_codes(cells: Sequence[Any]) -> str:
    """Postal codes end in 0 but in the biggest towns; the codes of communes end in anything."""
    codes = [
        (str(int(cell)) if isinstance(cell, float) else str(cell).strip()).zfill(5)
        for cell in cells
    ]
    codes = [code for code in codes if _CODE.fullmatch(code) and code >= "01000"]
    if not codes:
        return "figures"
    (_, usual), *_ = Counter(code[:2] for code in codes).most_common(1)
    if usual * 2 <= len(codes):
        return "figures"  # amounts, years: no list of a place has so many départements
    round_ones = sum(code[-1] == "0" or code.startswith(_BIG_CITIES) for code in codes)
    return "postal_code" if round_ones >= _POSTAL_SHARE * len(codes) else "insee"


def _are_births(cells: Sequence[Any]) -> bool:
    """Are most of these dates old enough to be births, and not the start of a right?"""
    years = sorted(year for cell in cells if (year := _year(cell)) is not None)
    return bool(years) and years[len(years) // 2] < _ADULT_BY


def _year(cell: Any) -> int | None:
    if hasattr(cell, "isoformat"):
        return int(cell.year)
    found = _DATE.match(str(cell).strip())
    if found is None:
        return None
    written = found[1] or found[2]
    return int(written) if len(written) == 4 else 1900 + int(written) % 100
