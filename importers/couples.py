"""Two people written on one line: who they would be. Proposed, never decided by the machine."""

import re
from dataclasses import dataclass
from datetime import date

from campaigns.values import date_of, title_of
from importers.naming import CIVILITY, bare_name, civility, split_name

_AND = r"(?:et|&|\+)"
# « M. et Mme », at the head of a name or alone in the column of civilities.
_BOTH = re.compile(rf"^\s*({CIVILITY})\s*(?:{_AND}|ou|/)\s*({CIVILITY})\s*(?=\s|$)", re.IGNORECASE)
_BETWEEN = re.compile(rf" {_AND} |\s?&\s?|(?<=[^\W\d_]{{2}})\s?/\s?(?=[^\W\d_]{{2}})", re.I)
_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}(?!\d)|\d{4}-\d{1,2}-\d{1,2}")


@dataclass(frozen=True, slots=True)
class Named:
    """One of the two: « M », « MME » or nothing, then the names."""

    title: str
    last_name: str
    first_name: str

    @property
    def full_name(self) -> str:
        """« Mme Marie DUPONT »."""
        title = {"M": "M.", "MME": "Mme"}.get(self.title, "")
        return " ".join(part for part in (title, self.first_name, self.last_name) if part)


def may_be_two(words: str) -> bool:
    """A quick look: does anything join two names? Most lines stop here."""
    return "&" in words or "/" in words or "+" in words or " et " in words.lower() or (
        " ou " in words.lower()
    )  # fmt: skip


def of_names(title: str, last_name: str, first_name: str) -> tuple[Named, Named] | None:
    """The two people of a line with one column a name; None when it names one person.

    « DUPONT » and « Jean et Marie », « M. et Mme DUPONT » and « Jean », « DUPONT / MARTIN » and
    « Jean / Marie ».
    """
    titles, last_name = _titles(title, last_name)
    lasts, firsts = _parts(last_name), _parts(first_name)
    if len(firsts) == 2 or titles:
        return _pair(titles, lasts, firsts)
    return _of_full(titles, last_name) if len(lasts) == 2 and not first_name else None


def of_full_name(title: str, full: str) -> tuple[Named, Named] | None:
    """The two people of a cell that holds name and first name: « DUPONT Jean et Marie »."""
    titles, full = _titles(title, full)
    return _of_full(titles, full)


def birth_dates(text: str, *, today: date) -> tuple[date | None, date | None] | None:
    """The two birth dates of one cell, None when it does not hold two."""
    found = _DATE.findall(text)
    if len(found) != 2:
        return None
    return date_of(found[0], today=today).value, date_of(found[1], today=today).value


def _titles(title: str, name: str) -> tuple[tuple[str, str] | None, str]:
    """« M. et Mme » at the head of a name, or in its own column; and the name without it."""
    if found := _BOTH.match(name):
        return (title_of(found[1]), title_of(found[2])), name[found.end() :].strip()
    # « M/Mme » alone is a form nobody filled in; « M. et Mme » is two people.
    if (found := _BOTH.match(title)) and re.search(rf"\s{_AND}\s", title, re.IGNORECASE):
        return (title_of(found[1]), title_of(found[2])), name
    return None, name


def _parts(name: str) -> list[str]:
    parts = [part.strip() for part in _BETWEEN.split(name) if part.strip()]
    return parts if len(parts) == 2 else [name.strip()]


def _pair(
    titles: tuple[str, str] | None, lasts: list[str], firsts: list[str]
) -> tuple[Named, Named]:
    """Names given to each: one last name serves for both, one first name is the first one's."""
    if len(firsts) == 1:
        firsts = [*firsts, ""]
    if titles is None:
        titles = (civility(firsts[0]), civility(firsts[1]))
    bare = [bare_name(last)[0] for last in lasts]
    return (
        Named(titles[0], bare[0], bare_name(firsts[0])[0]),
        Named(titles[1], bare[-1], bare_name(firsts[1])[0]),
    )


def _of_full(titles: tuple[str, str] | None, full: str) -> tuple[Named, Named] | None:
    parts = _parts(full)
    if len(parts) == 1:
        if titles is None or not full:
            return None
        last, first, _ = split_name(bare_name(full)[0])
        return _pair(titles, [last], [first])
    one, other = (split_name(bare_name(part)[0]) for part in parts)
    titles = titles or (civility(parts[0]), civility(parts[1]))
    # « DUPONT Jean et Marie »: a single word is a first name, beside the other's last name.
    if not other[1]:
        return Named(titles[0], one[0], one[1]), Named(titles[1], one[0], other[0])
    if not one[1]:
        return Named(titles[0], other[0], one[0]), Named(titles[1], other[0], other[1])
    return Named(titles[0], one[0], one[1]), Named(titles[1], other[0], other[1])
