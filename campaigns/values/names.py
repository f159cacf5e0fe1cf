"""A person's name taken apart: the surnames written as one, and how a part of a name sounds."""

import re
from functools import lru_cache

from campaigns.values.words import fold, name_key, title_of

# « DUPONT née MARTIN », « DUPONT ép. MARTIN », « Mme Vve DUPONT », « DUPONT (MARTIN) ».
_BETWEEN = re.compile(
    r"\bne\(e\)|\b(?:nee?|epouse|epse|eps|ep|veuve|vve|veuf|divorcee?|dite?)\b\.?|[()/;]"
)
# What a clerk writes one way or another for one sound; the order counts.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"), (r"sch|sh|ch", "j"), (r"qu?|ck?|k", "k"), (r"gu(?=[ei])", "g"), (r"h", ""),
        (r"y", "i"), (r"eau|au", "o"), (r"ai|ei", "e"), (r"an|am|em", "en"), (r"z", "s"),
        (r"w", "v"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


@lru_cache(maxsize=50_000)  # a list repeats its names
def surnames(last_name: str, birth_name: str = "") -> tuple[str, ...]:
    """The surnames a person goes by, married name first: « DUPONT née MARTIN » gives both.

    A name in one word is given as it is written; nothing is given for an empty one.
    """
    found: list[str] = []
    for written in (last_name, birth_name):
        if not written:
            continue
        if written.isalpha():
            found.append(written)
            continue
        parts = [part.strip(" .,-") for part in _BETWEEN.split(fold(written))]
        found += [part for part in parts if part and not title_of(part)] or [written]
    return tuple(dict.fromkeys(found))


def name_keys(last_name: str, first_name: str, birth_name: str = "") -> tuple[str, ...]:
    """Every key under which a person may be named, the one of the name as written first."""
    first = name_key(last_name, first_name)
    if not birth_name and last_name.isalpha():
        return (first,)
    others = (name_key(surname, first_name) for surname in surnames(last_name, birth_name))
    return tuple(dict.fromkeys((first, *others)))


@lru_cache(maxsize=50_000)
def sound(part: str) -> str:
    """How a bare part of a name sounds, roughly: « philippe » and « filipe » are one.

    The last two letters stay as written: René is not Renée, nor Michel Michèle.
    """
    body, end = part[:-2], part[-2:]
    for pattern, spelled in _SOUNDS:
        body = pattern.sub(spelled, body)
    return body + end
