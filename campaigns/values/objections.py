"""What somebody who said « ne plus appeler » is known again by, whatever the spelling.

RGPD art. 21: the refusal outlives the record, so only sealed marks of it are kept. Name and birth
date, or telephone and first name, recognise somebody; a number alone blocks nobody, since a spouse
keeps their calls. Each mark is a tuple of texts, to be sealed before it is stored.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from campaigns.values.names import name_keys, sound, surnames
from campaigns.values.words import fold, name_key

Mark = tuple[str, ...]
_ENDS = 2  # letters: one slip spoils the beginning of a surname or its ending, seldom both
_BEGINNING = 3  # letters of a first name; twins’ endings are too often alike
_LONG = 5
_BETWEEN = re.compile(r"[^a-z0-9]+")


def objection_marks(
    *,
    last_name: str,
    first_name: str,
    birth_date: date | None,
    phones: Iterable[str],
    birth_name: str = "",
) -> tuple[Mark, ...]:
    """The exact marks: each name with the birth date, each number with the first name.

    ``phones`` are in E.164. Marks made without ``birth_name`` stay among those made with it.
    """
    marks: list[Mark] = []
    if birth_date is not None:
        born_on = birth_date.isoformat()
        marks = [("name", key, born_on) for key in name_keys(last_name, first_name, birth_name)]
    if first_name:
        folded = fold(first_name)
        marks += [("phone", number, folded) for number in phones]
    return tuple(marks)


def near_marks(
    *,
    last_name: str,
    first_name: str,
    birth_date: date | None,
    phones: Sequence[str],
    birth_name: str = "",
) -> tuple[Mark, ...]:
    """The marks that forgive: swapped names, compound ones cut short, one slip of the pen.

    Day and month may be swapped. Beside a birth date there are always a whole part of the name, as
    it sounds, and an end of the other; beside a number, the first name or the whole name.
    """
    first = name_key(first_name, "")
    families = [name_key(each, "") for each in surnames(last_name, birth_name)]
    marks: dict[Mark, None] = {}
    if birth_date is not None:
        born_on = _either_way(birth_date)
        for family in families:
            marks.update(dict.fromkeys(("near", born_on, *part) for part in _parts(family, first)))
            for token in _tokens(first_name):
                marks["near", born_on, *_sounds(family, token)] = None
            for number in phones:
                marks["near_both", born_on, number, sound(family), first[-_ENDS:]] = None
                if len(first) < _LONG:  # Guy and Gy
                    marks["near_both", born_on, number, sound(family), first[:1]] = None
    for number in phones if first else ():
        marks["near_phone", number, sound(first)] = None
        for family in families:
            marks["near_phone", number, *_sounds(family, first)] = None
    return tuple(marks)


def signs(*, birth_date: date | None, phones: Iterable[str]) -> tuple[Mark, ...]:
    """What every other mark holds: a line that shows none of these signs is nobody’s who objected.

    They recognise nobody: thousands are born on one day. They only spare the other marks.
    """
    found = [("number", number) for number in phones]
    return (("born", _either_way(birth_date)), *found) if birth_date else tuple(found)


def family_marks(
    *,
    last_name: str,
    first_name: str,
    birth_date: date | None,
    phones: Iterable[str],
    birth_name: str = "",
) -> tuple[Mark, ...]:
    """A surname beside a birth date or a number: kept of who objects, they recognise nobody.

    With the initial of the first name, then without. A line that says no more than that, « DUPONT
    R. » or « Mme DUPONT », may be theirs or their spouse’s: somebody has to look.
    """
    initial = name_key(first_name, "")[:1]
    marks = (
        ("family", *sign, sound(name_key(family, "")))
        for sign in signs(birth_date=birth_date, phones=phones)
        for family in surnames(last_name, birth_name)
    )
    return tuple(found for mark in marks for found in ((*mark, initial), (*mark, "")))


def _either_way(day: date) -> str:
    """One text for 07/03/1941 and 03/07/1941."""
    low, high = sorted((day.day, day.month))
    return f"{day.year}-{low:02}-{high:02}"


def _sounds(*parts: str) -> list[str]:
    """In alphabetical order: name and first name may be swapped."""
    return sorted(sound(part) for part in parts if part)


def _tokens(first_name: str) -> list[str]:
    """The first names of a compound one: « Marie-Thérèse » is called Thérèse."""
    tokens = [token for token in _BETWEEN.split(fold(first_name)) if len(token) > 2]
    return tokens if len(tokens) > 1 else []


def _parts(family: str, first: str) -> Iterator[Mark]:
    """The whole name as it sounds; then one part whole, and an end of the other."""
    yield tuple(_sounds(family, first))
    if first and len(family) > _ENDS:
        yield sound(first), family[:_ENDS] + "-"
        yield sound(first), "-" + family[-_ENDS:]
        yield sound(first), "".join(sorted(family)) + "~"  # two letters turned, anywhere
    if family and len(first) > _BEGINNING:
        yield sound(family), first[:_BEGINNING] + "-"
