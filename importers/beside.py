"""Lines of a list that are nobody: totals, titles of groups, signatures, the header once more."""

import re
from collections.abc import Sequence
from typing import Any  # a cell is of any type before it is cleaned

from campaigns import values

_FOOTING = re.compile(
    r"(?:total|nombre|effectif|fait a|signature|edite le|extrait le|extraction|page \d+|source|"
    r"sous-total|nb de|le president|legende)\b",
)  # fmt: skip
_LONGEST = 60


def is_beside(row: Sequence[Any], filled: Sequence[str], headers: Sequence[str]) -> bool:
    """Whether a line without any number is a total, a signature, a title or the header again."""
    if len(filled) == 1 and len(headers) > 2:
        return True
    if len(filled) <= 3 and _FOOTING.match(values.fold(filled[0])):
        return True
    alike = sum(cell == title for cell, title in zip(row, headers, strict=False))
    return bool(alike > 1 and alike * 2 >= len(filled))


def said_of(filled: Sequence[str]) -> str:
    """Why a line was left out. The title of a group is no territory: the commune tells it."""
    shown = f"« {filled[0][:_LONGEST]} »"
    if len(filled) == 1 and not _FOOTING.match(values.fold(filled[0])):
        return (
            f"Titre ou note, laissé de côté : {shown}. "
            "Le territoire de chaque personne vient de sa commune."
        )
    return f"Ligne qui n’est pas une personne, laissée de côté : {shown}."
