"""Which commune a list means, sought inside its postal code; never a guess.

A postal code may cover forty communes and straddle territories: only the INSEE code routes
(handbook 11). What is not found goes to a human.
"""

import re
from collections.abc import Iterable

from campaigns.values import fold

_CEDEX = re.compile(r"\bcedex\b.*|\bcdx\b.*")
_BRACKETS = re.compile(r"\([^()]*\)|\d+")
_ABBREVIATIONS = [
    (re.compile(r"\bs\s?/\s?"), "sur "),
    (re.compile(r"\bst\b\.?"), "saint"),
    (re.compile(r"\bste\b\.?"), "sainte"),
    (re.compile(r"\bs\b\.? (?=[a-z]{4})"), "sur "),
]
_NOT_LETTERS = re.compile(r"[^a-z]+")
_ARTICLE = re.compile(r"^(?:le|la|les|l) ")
# « Quend-Plage » is a part of Quend that people give as their town.
_PART = re.compile(r" (?:plage|ville|bourg|centre|village)$")


class PlaceIndex:
    """The communes known, ready to be asked thousands of times."""

    def __init__(
        self,
        communes: Iterable[tuple[str, str, Iterable[str], str | None]],
        former: Iterable[tuple[str, str]] = (),
    ) -> None:
        """``communes``: (insee, name, postal codes, territory); ``former``: (name, insee now)."""
        self._names: dict[str, str] = {}
        self._territories: dict[str, str | None] = {}
        self._by_code: dict[str, dict[str, set[str]]] = {}
        self._everywhere: dict[str, set[str]] = {}
        self._former: set[tuple[str, str]] = set()
        self._answers: dict[tuple[str, str], tuple[str | None, bool]] = {}
        codes_of: dict[str, tuple[str, ...]] = {}
        for insee, name, postal_codes, territory in communes:
            codes_of[insee] = tuple(postal_codes)
            self._names[insee] = name
            self._territories[insee] = territory
            self._add(name, insee, codes_of[insee])
        for name, insee in former:
            if name and insee in codes_of:
                self._add(name, insee, codes_of[insee])
                own = _forms(self._names[insee])
                self._former |= {(insee, form) for form in _forms(name) if form not in own}

    def match(self, postal_code: str, town: str) -> str | None:
        """The INSEE code of a commune from what a list says of it; None when it is not certain."""
        return self.found(postal_code, town)[0]

    def found(self, postal_code: str, town: str) -> tuple[str | None, bool]:
        """What ``match`` gives, and whether the town is one that was merged into another."""
        asked = (postal_code, town)
        if asked not in self._answers:
            self._answers[asked] = self._match(postal_code, town)
        return self._answers[asked]

    def known(self, insee: str) -> str | None:
        """The code itself when it is a commune of this index, padded if it lost its zero."""
        insee = insee.strip().upper().zfill(5)
        return insee if insee in self._names else None

    def name(self, insee: str) -> str:
        """The commune's own name."""
        return self._names[insee]

    def territory(self, insee: str) -> str | None:
        """The territory a commune belongs to, None when it has none."""
        return self._territories.get(insee)

    def _add(self, name: str, insee: str, postal_codes: Iterable[str]) -> None:
        for form in _forms(name):
            self._everywhere.setdefault(form, set()).add(insee)
            for postal_code in postal_codes:
                self._by_code.setdefault(postal_code, {}).setdefault(form, set()).add(insee)

    def _match(self, postal_code: str, town: str) -> tuple[str | None, bool]:
        if not town:
            return None, False
        inside = self._by_code.get(postal_code)
        is_cedex = _CEDEX.search(fold(town)) is not None
        if inside is None and not is_cedex:
            return None, False
        for form in _forms(town):
            # A CEDEX code belongs to no commune: its name must then be alone of its kind here.
            found = (self._everywhere if inside is None else inside).get(form, set())
            if inside is None:
                found = {
                    insee for insee in found if _departement(insee) == _departement(postal_code)
                }
            if len(found) == 1:
                insee = next(iter(found))
                return insee, (insee, form) in self._former
        return None, False


def _departement(code: str) -> str:
    """« 80 », or « 974 » overseas; the two of Corsica share their postal codes."""
    return (
        code[:3] if code[:2] in ("97", "98") else code[:2].replace("2A", "20").replace("2B", "20")
    )


def _forms(town: str) -> list[str]:
    """The spellings under which a town may be known, surest first."""
    text = _BRACKETS.sub(" ", _CEDEX.sub("", fold(town)))
    for pattern, word in _ABBREVIATIONS:
        text = pattern.sub(word, text)
    text = _NOT_LETTERS.sub(" ", text).strip()
    without_article = _ARTICLE.sub("", text)
    forms = (text, without_article, _PART.sub("", text), without_article.replace(" ", ""))
    return [form for form in dict.fromkeys(forms) if form]
