"""The names of one person as lists write them: civility, birth name, two names in one cell."""

import re

from campaigns.values import fold, title_of

CIVILITY = r"(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\b\.?"

# Cells come with single spaces.
_CIVILITIES = re.compile(rf"^(?:{CIVILITY}\s+)+", re.IGNORECASE)
_ONLY_CIVILITY = re.compile(rf"{CIVILITY}", re.IGNORECASE)
_BORN = re.compile(r"\s?\(?\b(?:n[ée]{1,2}e?|n[ée]e?\s?:|naiss\.) (.+?)\)?$", re.IGNORECASE)
_MARRIED = re.compile(r"^(.+?) (?:[ée]p(?:ouse)?\.?|veuve|vve) (.+)$", re.IGNORECASE)
_DEAD = re.compile(r"\s?(?:†|\bDCD\b|\(d[ée]c[ée]d[ée]e?\))\s?", re.IGNORECASE)
_PARTICLES = frozenset(
    {"de", "du", "des", "la", "le", "van", "von", "el", "al", "ben", "da", "dos"}
)


def bare_name(name: str) -> tuple[str, str]:
    """A name without the civility, « née … » or « † » around it; and the birth name it held."""
    if "†" in name or "(" in name or "DCD" in name:
        name = _DEAD.sub(" ", name).strip()
    if " " not in name:
        return name, ""
    name = _CIVILITIES.sub("", name)
    if found := _MARRIED.match(name):
        return found[2].strip(), found[1].strip()
    if (found := _BORN.search(name)) and found.start() > 0:
        return name[: found.start()].strip(), found[1].strip()
    return name.strip(), ""


def civility(name: str) -> str:
    """« M », « MME » or nothing: the civility written in front of a name, or instead of one."""
    if len(name) < 13 and _ONLY_CIVILITY.fullmatch(name):
        return title_of(name)
    if " " in name and (found := _CIVILITIES.match(name)):
        return title_of(found[0].split()[0])
    return ""


def is_civility(name: str) -> bool:
    """Is this no name at all, only « M. » or « Madame »?"""
    return len(name) < 13 and _ONLY_CIVILITY.fullmatch(name) is not None


def split_name(full: str) -> tuple[str, str, bool]:
    """Last name, first name, and whether the cut is sure (capitals told it, or two words only).

    « DE LA TOUR Marie », « Marie DUPONT », « Dupont Marie » (last name first, as lists do).
    """
    words = _CIVILITIES.sub("", full).replace(",", " ").split()
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
