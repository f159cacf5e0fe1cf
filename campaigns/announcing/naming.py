"""Whether a text that everybody will read still names somebody."""

import re
from collections.abc import Collection

from campaigns import values

# « Mme Roux », « monsieur Petit »: a civility and a word with a capital after it.
_CIVILITY = re.compile(
    r"\b(?:[Mm]\.|[Mm]mes?|[Mm]lles?|[Mm]rs?|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle)"
    r"[\s\u00a0]+([A-ZÀ-ÖØ-Þ][\w’'-]*)"
)
_CAPITAL = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w-]*")
_SHORTEST = 3  # letters: shorter words are rarely told from a name


def called(text: str) -> tuple[str, ...]:
    """The people a text names with a civility (« Mme Roux »), as it writes them."""
    return tuple(match[0] for match in _CIVILITY.finditer(text))


def known(text: str, names: Collection[str]) -> str:
    """The first word of a text, with a capital, that is one of these last names; else empty.

    « petit » is a word, « Petit » may be somebody.
    """
    parts = {
        part
        for name in names
        for part in values.fold(name).replace("-", " ").split()
        if len(part) >= _SHORTEST
    }
    for match in _CAPITAL.finditer(text):
        if parts & set(values.fold(match[0]).replace("-", " ").split()):
            return match[0]
    return ""
