"""One cell at a time: its text, and what its words warn of."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any  # a cell is of any type before it is cleaned

from campaigns.values import mended, readable

_FILLERS = frozenset(
    {"null", "-", "--", "nc", "n.c.", "neant", "néant", "?", "0", "#n/a", "#ref!", "#value!",
     "n/a", "none", "nr", "inconnu", "inconnue", "sans", "aucun", "aucune", "#div/0!", "#nom?"}
)  # fmt: skip
LONGEST_SHOWN = 300

# What makes a person not callable until somebody confirms; the first found is the reason.
_HOLDS = [
    ("décès signalé dans la liste", r"\bdcd\b|\bd[ée]c[ée]d[ée]e?s?\b|†"),
    (
        "« ne pas appeler » dans la liste",
        r"\bne (?:pas|plus) (?:r?appeler|contacter|d[ée]ranger)\b|\bNPA\b|\bpas d.appels?\b",
    ),
    (
        "ne souhaite plus être appelée selon la liste",
        r"\bne souhaite (?:pas|plus) (?:d.appel|[êe]tre (?:r?appel|contact))",
    ),
    (
        "en établissement selon la liste",
        r"\b(?:EHPAD|USLD|maison de retraite|en [ée]tablissement|hospi(?:talis[ée]e?)?)\b",
    ),
    ("déménagement signalé dans la liste", r"\bd[ée]m[ée]nag[ée]e?\b"),
]
_MANNERS = [
    ("parler fort, entend mal", r"\bsourde?\b|\bmalentendante?\b"),
    ("mesure de protection à vérifier", r"\btutelle\b|\bcuratelle\b|\bUDAF\b"),
    ("laisser sonner longtemps", r"\blaisser sonner\b"),
]
_HOLD_PATTERNS = [(say, re.compile(pattern, re.IGNORECASE)) for say, pattern in _HOLDS]
_MANNER_PATTERNS = [(say, re.compile(pattern, re.IGNORECASE)) for say, pattern in _MANNERS]
# One quick look decides whether the patterns above are worth trying: most rows say nothing.
_STEMS = (
    "dcd", "cédé", "cede", "cedé", "céde", "†", "appel", "contacter", "ranger", "npa", "ehpad",
    "usld", "retraite", "tablissement", "hospi", "ménag", "menag", "sourd", "malentend", "telle",
    "udaf", "sonner",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signs:
    """What the words of a row ask for: a hold (reason in French, or empty), a manner to call."""

    hold: str
    manner: str


_NO_SIGN = Signs("", "")


class Memo(dict[Any, Any]):
    """What each distinct cell of a column says, worked out once: towns and titles come back."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: Any) -> Any:
        value = self[cell] = self._read(cell)
        return value


def text(cell: Any) -> str:
    """What a cell shows, without hidden characters; empty for a filler such as « NC »."""
    if cell.__class__ is str:
        if not cell:
            return ""
        shown: str = readable(cell)
        if len(shown) < 9 and shown.lower() in _FILLERS:
            return ""
        return mended(shown) if "Ã" in shown else shown
    if cell is None:
        return ""
    if cell.__class__ is bool:
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell == 0 else str(cell)


def joined(texts: Iterable[str]) -> str:
    """The parts of one thing spread over several columns, once each."""
    return " ".join(dict.fromkeys(texts))[:LONGEST_SHOWN]


def signs(cells: Iterable[Any]) -> Signs:
    """What any cell of a row says about calling this person."""
    words = " | ".join([cell for cell in cells if cell.__class__ is str and len(cell) > 2])
    lowered = words.lower()
    for stem in _STEMS:
        if stem in lowered:
            break
    else:
        return _NO_SIGN
    hold = next((say for say, pattern in _HOLD_PATTERNS if pattern.search(words)), "")
    manners = [say for say, pattern in _MANNER_PATTERNS if pattern.search(words)]
    return Signs(hold, ", ".join(manners))
