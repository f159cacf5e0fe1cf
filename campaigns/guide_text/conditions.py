"""For whom and when a section of the guide is read, as its editor says: « Pour : RSA, été »."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campaigns.values import fold

# As people write it: in capitals, in bold, in a list, with any space before the colon.
_LINE = re.compile(r"(?:[-*]\s+)?[*_]{0,3}pour[*_]{0,3}\s*:\s*([^\n]*)", re.IGNORECASE)
_SEASONS = {12: "hiver", 1: "hiver", 2: "hiver"}
_SEASONS |= {3: "printemps", 4: "printemps", 5: "printemps", 6: "ete", 7: "ete", 8: "ete"}
_SEASONS |= {9: "automne", 10: "automne", 11: "automne"}


class Condition(StrEnum):
    """When a section is read, if not at every call."""

    FIRST_CALL = "premier appel"
    LATER_CALL = "appel suivant"
    HOUSEHOLD = "foyer"
    RSA = "rsa"
    APA = "apa"
    PCH = "handicap"
    REGISTER = "registre"
    LANGUAGE = "langue"
    PROTECTED = "personne protegee"
    HEAT = "canicule"
    SPRING = "printemps"
    SUMMER = "ete"
    AUTUMN = "automne"
    WINTER = "hiver"

    @property
    def label(self) -> str:
        """The condition in the guide editor's words."""
        return _LABELS[self]


_LABELS = {
    Condition.FIRST_CALL: "premier appel",
    Condition.LATER_CALL: "appel suivant",
    Condition.HOUSEHOLD: "foyer de plusieurs personnes",
    Condition.RSA: "RSA",
    Condition.APA: "APA",
    Condition.PCH: "handicap (PCH)",
    Condition.REGISTER: "registre communal",
    Condition.LANGUAGE: "autre langue que le français",
    Condition.PROTECTED: "personne protégée",
    Condition.HEAT: "canicule",
    Condition.SPRING: "printemps",
    Condition.SUMMER: "été",
    Condition.AUTUMN: "automne",
    Condition.WINTER: "hiver",
}
_WRITTEN = {condition.value: condition for condition in Condition}
_WRITTEN |= {fold(label): condition for condition, label in _LABELS.items()}
_WRITTEN |= {
    "pch": Condition.PCH,
    "foyers": Condition.HOUSEHOLD,
    "protegee": Condition.PROTECTED,
    "autre langue": Condition.LANGUAGE,
    "chaleur": Condition.HEAT,
}
SEASONAL = frozenset(
    {Condition.HEAT, Condition.SPRING, Condition.SUMMER, Condition.AUTUMN, Condition.WINTER}
)
_FRENCH = frozenset({"", "francais", "francaise", "fr"})
# Reading such a section tells a benefit: a campaign switches it on knowingly (reliability c1, D2).
TELLING = frozenset({Condition.RSA, Condition.APA, Condition.PCH})


@dataclass(frozen=True, slots=True)
class Situation:
    """What of a call decides which sections are read. ``schemes`` are codes (« RSA », « PCH »)."""

    today: date
    is_first_call: bool = False
    is_household: bool = False
    schemes: frozenset[str] = frozenset()
    language: str = ""
    is_protected: bool = False
    is_heat: bool = False
    is_register: bool = False


def written(line: str) -> tuple[tuple[Condition, ...], tuple[str, ...]] | None:
    """The conditions a line « Pour : … » names, and the words that name none; None for another.

    A line that names nobody has one such word, which is empty.
    """
    found = _LINE.fullmatch(line.strip())
    if found is None:
        return None
    parts = (part.strip(" \t\u00a0\u202f.*_") for part in re.split(r"[,;]|\bou\b", found[1]))
    words = [word for word in parts if word] or [""]
    known = [_WRITTEN[fold(word)] for word in words if fold(word) in _WRITTEN]
    return tuple(dict.fromkeys(known)), tuple(word for word in words if fold(word) not in _WRITTEN)


def is_read(
    conditions: Iterable[Condition], situation: Situation, *, switch: bool | None = None
) -> bool:
    """Whether a section with these conditions is read in a call.

    ``switch`` is what the lead decided for today: True or False, None when nothing was decided.
    It replaces the season. One condition about the person is enough; what tells a benefit counts
    once switched on only.
    """
    return is_read_when(conditions, holding(situation), switch=switch)


def is_read_when(
    conditions: Iterable[Condition], held: frozenset[Condition], *, switch: bool | None
) -> bool:
    """``is_read``, the conditions that hold in the situation being known."""
    if switch is False:
        return False
    seasons = {one for one in conditions if one in SEASONAL}
    people = {one for one in conditions if one not in SEASONAL}
    if switch is None:
        held -= TELLING
        if seasons and not seasons & held:
            return False
    return not people or bool(people & held)


def holding(situation: Situation) -> frozenset[Condition]:
    """The conditions that hold in a call: all that the guide knows of a situation."""
    facts = {
        Condition.FIRST_CALL: situation.is_first_call,
        Condition.LATER_CALL: not situation.is_first_call,
        Condition.HOUSEHOLD: situation.is_household,
        Condition.RSA: "RSA" in situation.schemes,
        Condition.APA: "APA" in situation.schemes,
        Condition.PCH: "PCH" in situation.schemes,
        Condition.REGISTER: situation.is_register,
        Condition.LANGUAGE: fold(situation.language) not in _FRENCH,
        Condition.PROTECTED: situation.is_protected,
        Condition.HEAT: situation.is_heat,
    }
    season = Condition(_SEASONS[situation.today.month])
    return frozenset({one for one, holds in facts.items() if holds} | {season})
