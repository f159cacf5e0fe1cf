"""One cell at a time: its text, and what its words warn of."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any  # a cell is of any type before it is cleaned

from campaigns.values import fold, mended, readable

_FILLERS = frozenset(
    {"null", "-", "--", "nc", "n.c.", "neant", "néant", "?", "0", "#n/a", "#ref!", "#value!",
     "n/a", "none", "nr", "inconnu", "inconnue", "sans", "aucun", "aucune", "#div/0!", "#nom?"}
)  # fmt: skip
LONGEST_SHOWN = 300

# What makes a person not callable until somebody confirms. A hold too many costs a click, a hold
# missing costs a call to a family in mourning. All of it is sought in folded text.
_VERBS = (
    r"r?(?:app?ell?er|app?ellez|app?ele(?:e?s?|z)|app?ellees?|joindre|"
    r"telephone[rz]|(?:contact|derang|sollicit)(?:er|ez|ee?s?))\b"
)
# « n’a pas été contactée », « n’hésitez pas à rappeler », « ne peut pas téléphoner seule » are no
# refusal.
_NOT = (
    r"\bn(?:e |')(?!hesit|repond|entend|decroch|comprend|parle|marche|fonctionn|"
    r"(?:peut|sait|ose|arriv\w*|parvien\w*)\b(?! \w+ etre\b))"
    r"[^|.;:,]{0,25}?\b(?:pas|plus|jamais)\b"
    r"(?! (?:encore|toujours|pu|ete|hesiter|oublier|manquer|tarder)\b)"
)
_SHORT_NOT = r"(?:^|[|.;:,] ?)(?:pas|plus|jamais)(?= )"  # « Pas appeler. »
_WISH = r"\bn(?:e |')(?:souhait|veu|voul|voud|desir|accept)\w* (?:pas|plus)\b"
_WISHES = re.compile(_WISH)
_DO_NOT_CALL = re.compile(rf"(?:{_NOT}|{_SHORT_NOT})[^|.;:,]{{0,20}}?\b{_VERBS}")
_ONLY_CALL = re.compile(rf"\bn(?:e |')(?:la |le |lui |l')?{_VERBS} qu(?:e\b|')")
_REFUSING = ("pas", "plus", "jamais", " que ", " qu'")
# A moment after the verb makes of a refusal a manner: every word of it is known, none a name.
_WHEN = re.compile(
    r"(?:[ ,]{0,2}(?:(?:\d\d?(?:\s?h(?:eures?)?(?:\s?\d\d)?|:\d\d)|\d\d?(?=\s?(?:et|a|ou|-)\s?\d)|"
    r"avant|apres-midi|apres|entre|pendant|vers|trop|les?|la|a|de|du|et|ni|ou|en|sur|son|cas|"
    r"matin(?:ee)?s?|midi|soir(?:ee)?s?|nuits?|sieste|repas|dejeuner|diner|week-?ends?|"
    r"(?:lun|mar|mercre|jeu|vendre|same)dis?|dimanches?|jour(?:nee)?|semaine|urgence|tot|tard|"
    r"fixe|portable|mobile)(?![\w/-])|[ld]'|-))+"
)
_TELLING = re.compile(
    r"\d\s?h|\d:\d|\b(?:matin|midi|apres-|soir|nuit|sieste|repas|dejeuner|diner|week|"
    r"(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|journee|semaine|urgence|tot\b|tard\b|fixe|"
    r"portable|mobile)"
)
_ACCENTS = {"apres": "après", "tot": "tôt", "a": "à", "dejeuner": "déjeuner", "diner": "dîner",
            "matinee": "matinée", "soiree": "soirée", "journee": "journée"}  # fmt: skip
_MOST_MOMENTS, _LONGEST_MOMENT = 2, 40
_DIED = "décès signalé dans la liste"
_NOT_WANTED = "ne souhaite plus être appelée selon la liste"
_NO_CALL = "« ne pas appeler » dans la liste"
_CARED_FOR = "en établissement selon la liste"
_NO_STREET = "".join(
    f"(?<!{street} de l.hopital)" for street in ("rue", "place", "avenue", "route", "impasse")
)
# Reason, letters one of which the folded text holds, pattern; then whether it is sought in comments
# alone, for there are people called Mort, and streets of the hospital.
_TOLD: list[tuple[str, tuple[str, ...], str, bool]] = [
    (_DIED, ("dcd", "dec", "def", "†"),
     r"\bdcd\w{0,3}\b|\bdec(?:es|d\w{0,3}|ed\w*)\b|\bdefunte?s?\b|†", False),
    (_DIED, ("mort",), r"(?<!des )(?<!du )\bmort(?:e?s?)\b", True),
    (_NOT_WANTED, ("pas", "plus"), rf"{_WISH}[^|.;:,]{{0,12}}?\b(?:appels?|contacts?|l.appelle)\b",
     False),
    (_NOT_WANTED, ("refus",),
     r"\brefus\w*[^|.;:,]{0,20}?\b(?:r?app?el|contact|telephon|sollicit)", False),
    # A whole cell, and nothing else in it.
    (_NOT_WANTED, ("stop", "refus"), r"(?:^|\| )(?:stop|refus(?:e|ee)?)[ .!]*(?= \||$)", True),
    (_NOT_WANTED, ("opposition",),
     r"(?<!pas d')(?<!aucune )(?<!sans )(?<!non )(?<!non-)\bopposition\b(?![^|]{0,60}\bmair)",
     True),
]  # fmt: skip
_SEEN: list[tuple[str, tuple[str, ...], str, bool]] = [
    (_NO_CALL, ("npa", "n.p", "np.", "n p", "pas d", "tel", "sous aucun"),
     r"\bn[. ]?p[. ]?a\b|\bpas d.appels?\b|\bne (?:pas|plus) (?:lui )?tel\b|\bn'appeler sous aucun",
     False),
    (_CARED_FOR, ("ehpad", "usld", "mapa", "retraite", "etab", "hospi"),
     r"\b(?:ehpad|usld|mapa|maison de retraite|en etablissement|hospi(?:talisee?)?)\b", False),
    (_CARED_FOR, ("hopital", "hospi"), rf"\bhopital\b{_NO_STREET}(?! de jour)|\bhospitalis\w*",
     True),
    ("déménagement signalé dans la liste", ("demenag",), r"\bdemenagee?s?\b", False),
]  # fmt: skip
_PROTECTED = "mesure de protection à vérifier"
_MANNERS = [
    ("parler fort, entend mal", ("sourd", "malent"), r"\bsourde?\b|\bmalentendante?\b"),
    (_PROTECTED, ("telle", "udaf"), r"\btutelle\b|\bcuratelle\b|\budaf\b"),
    ("laisser sonner longtemps", ("sonner",), r"\blaisser sonner\b"),
]
_Sought = list[tuple[str, tuple[str, ...], re.Pattern[str], bool]]
_TOLD_PATTERNS: _Sought = [(*each[:2], re.compile(each[2]), each[3]) for each in _TOLD]
_SEEN_PATTERNS: _Sought = [(*each[:2], re.compile(each[2]), each[3]) for each in _SEEN]
_MANNER_PATTERNS = [(say, stems, re.compile(pattern)) for say, stems, pattern in _MANNERS]
# One quick look decides whether the patterns above are worth trying: most rows say nothing.
_STEMS = (
    "dcd", "dece", "décé", "decé", "déce", "décè", "dècè", "decè", "decd", "décd", "defunt",
    "défunt", "†", "mort", "appel", "apel", "joindre", "contact", "phone", "phoné", "derang",
    "dérang", "s tel", "i tel", "sollicit", "refus", "oppos", "npa", "n.p", "np.", "n p ",
    "stop", "ehpad", "usld", "mapa", "retraite", "tablissement", "hospi", "pital", "ménag",
    "menag", "sourd", "malentend", "telle", "udaf", "sonner", "\u0301", "\u0300",
)  # fmt: skip
_bare: Callable[[str], str] = fold.__wrapped__  # a row is never met twice: nothing to remember


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
    if isinstance(cell, float):
        if not isfinite(cell):
            return ""
        if cell.is_integer():
            cell = int(cell)
    return "" if cell == 0 else str(cell)


def joined(texts: Iterable[str]) -> str:
    """The parts of one thing spread over several columns, once each."""
    return " ".join(dict.fromkeys(texts))[:LONGEST_SHOWN]


def signs(words: Iterable[Any], elsewhere: Iterable[Any] = ()) -> Signs:
    """What any cell of a row says about calling this person.

    ``elsewhere`` are the cells of names and places: « Mort » and « hôpital » tell nothing there.
    A refusal for some moments only is a manner: « ne pas appeler avant 10 h ».
    """
    said = _together(words)
    beside = _together(elsewhere)
    if not _holds_one(f"{said} | {beside}".lower(), _STEMS):
        return _NO_SIGN
    said = _bare(said)
    every = f"{said} | {_bare(beside)}"
    refused, moments = _refusals(every)
    hold = _first(_TOLD_PATTERNS, said, every) or refused or _first(_SEEN_PATTERNS, said, every)
    manners = [
        say
        for say, stems, pattern in _MANNER_PATTERNS
        if _holds_one(every, stems) and pattern.search(every)
    ]
    return Signs(hold, ", ".join((*manners, *moments)))


def without_protection(manner: str) -> str:
    """A manner to call without « mesure de protection à vérifier »: the list says whose it is."""
    return ", ".join(part for part in manner.split(", ") if part != _PROTECTED)


def _together(words: Iterable[Any]) -> str:
    return readable(" | ".join([cell for cell in words if cell.__class__ is str and len(cell) > 2]))


def _first(patterns: _Sought, said: str, every: str) -> str:
    """The first reason found; some are sought in what is said alone."""
    for say, stems, pattern, in_words in patterns:
        text = said if in_words else every
        if _holds_one(text, stems) and pattern.search(text):
            return say
    return ""


def _holds_one(text: str, stems: Iterable[str]) -> bool:
    for stem in stems:  # noqa: SIM110 - a generator takes longer than the search it would spare
        if stem in text:
            return True
    return False


def _refusals(text: str) -> tuple[str, list[str]]:
    """Why nobody may call, empty when they may; and the moments when nobody should."""
    refused = ""
    moments: list[str] = []
    if not _holds_one(text, _REFUSING):
        return refused, moments
    for found in _DO_NOT_CALL.finditer(text):
        if when := _moment(text, found.end()):
            moments.append(f"ne pas appeler {when}")
        else:
            refused = refused or (_NOT_WANTED if _WISHES.search(found[0]) else _NO_CALL)
    for found in _ONLY_CALL.finditer(text):
        if when := _moment(text, found.end()):
            only = "qu’" if when[0] in "aàe" else "que "
            moments.append(f"n’appeler {only}{when}")
    return refused, list(dict.fromkeys(moments))[:_MOST_MOMENTS]


def _moment(text: str, after: int) -> str:
    """The moments a folded text tells from there on, as they are written; empty for none."""
    found = _WHEN.match(text, after)
    if found is None or not _TELLING.search(found[0]):
        return ""
    words = re.sub(r"[a-z]+", lambda word: _ACCENTS.get(word[0], word[0]), found[0])
    words = re.sub(r"(\d)\s?h(?:eures?)?(?![a-z])", "\\1\u00a0h", words).replace("'", "’")
    return words.strip(" ,-")[:_LONGEST_MOMENT]
