"""Languages as lists and volunteers write them, brought to one word each."""

import re
from functools import cache

from babel import Locale

from campaigns.values import fold

_BETWEEN = re.compile(r"\s*(?:[,;/+&|]|\bet\b|\bou\b)\s*|\s+(?=[a-z]{2}(?:\s|$))")
_FRENCH = "français"


@cache
def spoken(text: str) -> frozenset[str]:
    """The languages besides French that a text names: « portugais, turc », « pt tr »."""
    return frozenset(_named(text) - {_FRENCH})


@cache
def needed(text: str) -> str | None:
    """The language a call to this person needs; None when French will do."""
    named = _named(text)
    return None if not named or _FRENCH in named else min(named)


def _named(text: str) -> set[str]:
    words = [word for word in _BETWEEN.split(text.strip().lower()) if word]
    return {_known().get(fold(word), word) for word in words}


@cache
def _known() -> dict[str, str]:
    """French names by folded name and by ISO code; a word found in neither stays as it is."""
    names = {code: str(name) for code, name in Locale("fr").languages.items() if len(code) == 2}
    return {fold(name): name for name in names.values()} | names
