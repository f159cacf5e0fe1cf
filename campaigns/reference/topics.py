"""What a kind of need is called in the vocabulary other software shares (product D14)."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from campaigns.reference import table
from campaigns.reference.needs import categories


@cache
def topics() -> Mapping[str, str]:
    """The « thématique » of data·inclusion by kind of need; a kind without one is absent.

    Source: data·inclusion, schema v1, referential « thématiques » (thematiques.json). Its values
    describe services of social inclusion: what it has no word for (a vital emergency, a heat wave,
    a child in danger, a swindle, an animal) is left out, never forced into another.
    """
    return read_topics("thematiques.csv", table.shipped("thematiques.csv"))


def read_topics(file: str, text: str) -> Mapping[str, str]:
    """Topics from the text of a file; ValueError names the file and line of a mistake."""
    found: dict[str, str] = {}
    for row in table.rows(file, text, "besoin thematique"):
        category = row.one_of("besoin", categories())
        theme, _, detail = row["thematique"].partition("--")
        if category in found or not theme or not detail:
            raise row.wrong(f"repeated besoin or impossible thematique {row['thematique']!r}")
        found[category] = row["thematique"]
    return MappingProxyType(found)
