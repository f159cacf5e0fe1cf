"""What a list must not bring in: the social-security number and bank accounts.

Both are recognised by their own control keys, so as to be refused (CNIL; handbook 11).
"""

import re

from stdnum import iban
from stdnum.fr import nir

# Sex 1-4, 7, 8; year; month (01-12, 20-42 or 50-99 when unknown); département; commune; order.
_NIR = re.compile(
    r"(?<!\d)([1-478]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-35-9]\d|4[0-2])\s?"
    r"(?:\d{2}|2[AB])\s?\d{3}\s?\d{3})(?:\s?(\d{2}))?(?!\d)",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b", re.IGNORECASE)
_SHORTEST_NIR = 13
_MASK = "(numéro effacé)"
# Both numbers hold six figures in a row, spaces apart; most cells do not.
_WORTH_A_LOOK = re.compile(r"\d(?:\s?\d){5}")


def holds_nir(value: object) -> bool:
    """Does this cell hold a social-security number (13 figures, or 15 with a valid key)?

    A NIR stored as a number comes as a float: 13 or 15 figures ending in « .0 ».
    """
    if isinstance(value, float):
        value = int(value) if value.is_integer() else ""
    text = str(value)
    if len(text) < _SHORTEST_NIR or not _WORTH_A_LOOK.search(text):
        return False
    return any(_is_nir(match) for match in _NIR.finditer(text))


def _is_nir(match: re.Match[str]) -> bool:
    number, key = match.groups()
    if key is None:
        # Without its key only the shape can be judged; an outright zero order is no person.
        return not number.endswith("000")
    return bool(nir.is_valid(re.sub(r"\s", "", number + key).upper()))


def holds_bank_account(value: object) -> bool:
    """Does this cell hold an IBAN with a valid key?"""
    text = str(value)
    if len(text) < _SHORTEST_NIR or not _WORTH_A_LOOK.search(text):
        return False
    return any(iban.is_valid(match.group()) for match in _IBAN.finditer(text))


def masked(text: str) -> str:
    """The text without the forbidden numbers it holds; the very same text when there is none.

    « NIR 2 41 03 99 123 456 44, 3e étage » keeps its floor.
    """
    if len(text) < _SHORTEST_NIR or not _WORTH_A_LOOK.search(text):
        return text
    shown = _NIR.sub(lambda found: _MASK if _is_nir(found) else found[0], text)
    return _IBAN.sub(lambda found: _MASK if iban.is_valid(found[0]) else found[0], shown)
