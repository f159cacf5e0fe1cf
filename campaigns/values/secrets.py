"""What a list must not bring in: the social-security number and bank accounts.

Both are recognised by their own control keys, so as to be refused (CNIL; handbook 11).
"""

import re

from stdnum import iban
from stdnum.fr import nir

_BETWEEN = r"[\s./\-‐‑–_]{0,3}"  # a space, a dot, a dash or a stroke, as people write it on paper
# Sex 1-4, 7, 8; year; month (01-12, 20-42 or 50-99 when unknown); département; commune; order.
_NIR = re.compile(
    rf"(?<!\d)([1-478]{_BETWEEN}\d{{2}}{_BETWEEN}(?:0[1-9]|1[0-2]|[2-35-9]\d|4[0-2]){_BETWEEN}"
    rf"(?:\d{{2}}|2[AB]){_BETWEEN}\d{{3}}{_BETWEEN}\d{{3}})(?:{_BETWEEN}(\d{{2}}))?(?!\d)",
    re.IGNORECASE,
)
# Country and key, then what the country says: the longest has thirty letters and figures more.
_IBAN = re.compile(rf"\b[A-Z]{{2}}{_BETWEEN}\d{{2}}(?:{_BETWEEN}[A-Z0-9]){{11,30}}", re.IGNORECASE)
_NOT_A_FIGURE = re.compile(r"[\W_]")
_SHORTEST_NIR = 13
MASK = "(numéro effacé)"
# Both numbers hold six figures in a row, what separates them apart; most cells do not.
_WORTH_A_LOOK = re.compile(rf"\d(?:{_BETWEEN}\d){{5}}")


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
    return bool(nir.is_valid(_NOT_A_FIGURE.sub("", number + key).upper()))


def holds_bank_account(value: object) -> bool:
    """Does this cell hold an IBAN with a valid key?"""
    text = str(value)
    if len(text) < _SHORTEST_NIR or not _WORTH_A_LOOK.search(text):
        return False
    return any(_account(match[0]) for match in _IBAN.finditer(text))


def masked(text: str) -> str:
    """The text without the forbidden numbers it holds; the very same text when there is none.

    « NIR 2 41 03 99 123 456 44, 3e étage » keeps its floor.
    """
    if len(text) < _SHORTEST_NIR or not _WORTH_A_LOOK.search(text):
        return text
    shown = _NIR.sub(lambda found: MASK if _is_nir(found) else found[0], text)
    return _IBAN.sub(_without_account, shown)


def _account(written: str) -> str:
    """The account number at the head of a text, as written; empty for none.

    A word may follow it: « FR76 … 189 voir sa fille ».
    """
    for end in range(len(written), _SHORTEST_NIR, -1):
        head = written[:end]
        if head[-1].isalnum() and iban.is_valid(_NOT_A_FIGURE.sub("", head)):
            return head
    return ""


def _without_account(found: re.Match[str]) -> str:
    account = _account(found[0])
    return MASK + found[0][len(account) :] if account else found[0]
