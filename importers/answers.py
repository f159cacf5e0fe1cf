"""Short answers in a column of their own: yes or no, a scheme, morning or afternoon."""

import re
from collections.abc import Callable, Iterable
from typing import Any  # a cell is of any type before it is cleaned

from campaigns.values import fold, schemes_of
from importers import cells

_YES = re.compile(r"o(?:ui)?|x|1|vrai|true|ouvert|yes|y|coche|✓|✔|☑", re.IGNORECASE)
_NO = re.compile(r"n(?:on)?|0|faux|false|ferme|no|sans|aucune?|pas d.opposition.*|☐")
_OPPOSED = re.compile(r"oppos|refus|ne (?:souhaite|veut) pas|desaccord")
_AGREED = re.compile(r"accord|accept|d.accord|favorable")
_MORNING = re.compile(r"\bmat(?:in|inee)?s?\b|\bavant midi\b")
_AFTERNOON = re.compile(r"\bap(?:res)?[ -]*m(?:idi)?s?\b|\baprem\b|\bpm\b|\bapresmidi\b|\bsoir")
_FIRST = re.compile(r"\b(?:urgent|tres (?:haute|forte|elevee)|maximale?)")
_HIGH = re.compile(r"\b(?:haute?|forte?|elevee?|prioritaires?|importante?)\b")
_LOW = re.compile(r"\b(?:basse?|faible|peu|non prioritaires?)\b")
_MIDDLE = re.compile(r"\b(?:moyen(?:ne)?|normale?|ordinaire|standard)\b")
_LEVEL = re.compile(r"(?:p(?:riorite)? ?)?(\d)")
_NO_MEASURE = re.compile(
    r"(?:pas|aucune?|sans|ni) (?:de |d')?(?:mesure|protection|tut|curat|mandat)"
)
_BARE_NUMBER = re.compile(r"[1-9]\d{8}")  # a telephone a spreadsheet took for a number
LONGEST_GUARDIAN = 200
USUAL = 5  # the priority of somebody of whom nothing is said
_HOUR = re.compile(r"\b(\d{1,2})\s*(?:h|:)")


def is_yes(text: str) -> bool:
    """Does this say yes (« Oui », « X », « 1 »)?"""
    return bool(text) and _YES.fullmatch(fold(text).strip(" .")) is not None


def yes_or_no(text: str) -> bool | None:
    """Yes, no, or None when it is neither; an empty text says no."""
    folded = fold(text).strip(" .")
    if not folded or _NO.fullmatch(folded):
        return False
    return True if _YES.fullmatch(folded) else None


def schemes_under(header: str) -> Callable[[Any], tuple[str, ...]]:
    """How to read a column of schemes: named by a cell, or by the header of a yes/no column."""
    named_by_header = schemes_of(header)

    def read(cell: Any) -> tuple[str, ...]:
        shown = cells.text(cell)
        named = schemes_of(shown) if shown else ()
        return named or (named_by_header if is_yes(shown) else ())

    return read


def opposes(text: str) -> tuple[bool, bool]:
    """Whether a person opposes, and whether that is sure.

    What nobody can read is taken as an opposition: the law sides with the person.
    """
    plain = yes_or_no(text)
    if plain is not None:
        return plain, True
    folded = fold(text)
    if _OPPOSED.search(folded):
        return True, True
    return (False, True) if _AGREED.search(folded) else (True, False)


def agrees(text: str) -> tuple[bool, bool]:
    """Whether a person agrees to what the column asks, and whether that is sure.

    An empty text says nothing against it; what nobody can read is taken as a refusal.
    """
    if not text:
        return True, True
    plain = yes_or_no(text)
    if plain is not None:
        return plain, True
    folded = fold(text)
    if _OPPOSED.search(folded):
        return False, True
    return (True, True) if _AGREED.search(folded) else (False, False)


def half_day(text: str) -> str | None:
    """« am », « pm », empty for both or for nothing said; None when it is not understood.

    « AM » alone is « après-midi » for one clerk and « matin » for the next: not understood.
    """
    folded = fold(text)
    if not folded:
        return ""
    morning, afternoon = bool(_MORNING.search(folded)), bool(_AFTERNOON.search(folded))
    if not morning and not afternoon:
        hours = [int(hour) for hour in _HOUR.findall(folded) if int(hour) < 24]
        if not hours:
            return "" if re.search(r"indifferent|tout|peu importe|toute", folded) else None
        morning, afternoon = min(hours) < 12, max(hours) > 12
    if morning == afternoon:
        return ""
    return "am" if morning else "pm"


def guardian(told: Iterable[tuple[str, str]]) -> str:
    """Who acts for somebody, from columns that may be several: header and what it says.

    « Curatelle renforcée, Mme PETIT, 03 22 … ». « Non » or « aucune mesure » is nobody; a mere
    « oui » leaves the name of the column: there is a measure, whose is to be found.
    """
    said = []
    for header, text in told:
        plain = yes_or_no(text)
        if plain is None and not _NO_MEASURE.match(fold(text)):
            said.append(f"0{text}" if _BARE_NUMBER.fullmatch(text) else text)
        elif plain:
            said.append(f"{' '.join(header.split())} : nom à trouver")
    return ", ".join(dict.fromkeys(said))[:LONGEST_GUARDIAN]


def priority(text: str) -> int | None:
    """A priority from 0 (first) to 9: « 2 », « P1 », « haute », « oui »; None when not clear."""
    folded = fold(text).strip(" .")
    if level := _LEVEL.fullmatch(folded):
        return int(level[1])
    plain = yes_or_no(text)
    if plain is not None:
        return 1 if plain else USUAL
    for pattern, found in ((_FIRST, 0), (_LOW, 8), (_HIGH, 1), (_MIDDLE, USUAL)):
        if pattern.search(folded):
            return found
    return None
