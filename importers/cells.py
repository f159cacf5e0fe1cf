"""One cell at a time: its text, what it warns of, and the names written together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any  # a cell is of any type before it is cleaned

from campaigns.values import fold, readable

_FILLERS = frozenset(
    {"null", "-", "--", "nc", "n.c.", "neant", "néant", "?", "0", "#n/a", "#ref!", "#value!",
     "n/a", "none", "nr", "inconnu", "inconnue", "sans", "aucun", "aucune", "#div/0!", "#nom?"}
)  # fmt: skip
_LONGEST_SHOWN = 300

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


def text(cell: Any) -> str:
    """What a cell shows, without hidden characters; empty for a filler such as « NC »."""
    if isinstance(cell, str):
        shown = readable(cell) if cell else ""
        return "" if len(shown) < 9 and shown.lower() in _FILLERS else shown
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell == 0 else str(cell)


def joined(texts: Iterable[str]) -> str:
    """The filled parts of one thing spread over several columns, once each."""
    return " ".join(dict.fromkeys(part for part in texts if part))[:_LONGEST_SHOWN]


def signs(cells: Iterable[Any]) -> Signs:
    """What any cell of a row says about calling this person."""
    words = " | ".join([cell for cell in cells if isinstance(cell, str) and len(cell) > 2])
    lowered = words.lower()
    if not any(stem in lowered for stem in _STEMS):
        return _NO_SIGN
    hold = next((say for say, pattern in _HOLD_PATTERNS if pattern.search(words)), "")
    manners = [say for say, pattern in _MANNER_PATTERNS if pattern.search(words)]
    return Signs(hold, ", ".join(manners))


_CIVILITY = re.compile(r"^(?:(m|mr|mme|mlle|monsieur|madame|mademoiselle)\b\.?\s+)+", re.IGNORECASE)
_COUPLE = re.compile(
    r"\b(?:m|mr|mme|monsieur|madame)\.?\s+(?:et|ou|&)\s+|\s(?:et|&)\s", re.IGNORECASE
)
_BORN = re.compile(r"\s*\(?\b(?:n[ée]{1,2}e?|n[ée]e?\s*:|naiss\.)\s+(.+?)\)?$", re.IGNORECASE)
_MARRIED = re.compile(r"^(.+?)\s+(?:[ée]p(?:ouse)?\.?|veuve|vve)\s+(.+)$", re.IGNORECASE)
_DEAD = re.compile(r"\s*(?:†|\bDCD\b|\(d[ée]c[ée]d[ée]e?\))\s*", re.IGNORECASE)
_PARTICLES = frozenset(
    {"de", "du", "des", "la", "le", "van", "von", "el", "al", "ben", "da", "dos"}
)


def bare_name(name: str) -> tuple[str, str]:
    """A name without the civility, « née … » or « † » around it; and the birth name it held."""
    name = _DEAD.sub(" ", name).strip() if "†" in name or "(" in name or "DCD" in name else name
    if " " not in name:
        return name, ""
    name = _CIVILITY.sub("", name)
    if found := _MARRIED.match(name):
        return found[2].strip(), found[1].strip()
    if (found := _BORN.search(name)) and found.start() > 0:
        return name[: found.start()].strip(), found[1].strip()
    return name.strip(), ""


def is_couple(name: str) -> bool:
    """Does one cell name two people (« M. et Mme DUPONT », « Jean et Marie »)?"""
    lowered = name.lower()
    if " et " not in lowered and " ou " not in lowered and "&" not in lowered:
        return False
    return _COUPLE.search(name) is not None


def split_name(full: str) -> tuple[str, str, bool]:
    """Last name, first name, and whether the cut is sure (capitals told it, or two words only).

    « DE LA TOUR Marie », « Marie DUPONT », « Dupont Marie » (last name first, as lists do).
    """
    words = _CIVILITY.sub("", full).split()
    if len(words) < 2:
        return " ".join(words), "", True
    upper = [word.isupper() and len(word) > 1 for word in words]
    if any(upper) and not all(upper):
        last = [word for word, is_upper in zip(words, upper, strict=True) if is_upper]
        first = [word for word, is_upper in zip(words, upper, strict=True) if not is_upper]
        return " ".join(last), " ".join(first), True
    cut = 1
    while cut < len(words) - 1 and fold(words[cut - 1]) in _PARTICLES:
        cut += 1
    return " ".join(words[:cut]), " ".join(words[cut:]), len(words) == 2
