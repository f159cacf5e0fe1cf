"""Which column holds what: from its header, and from what it really contains."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any  # cells of any type, before cleaning

from campaigns import values
from importers import vocabulary
from importers.unreadable import Unreadable

_SAMPLE = 200
_FILLERS = frozenset({"", "null", "-", "nc", "neant", "?", "0", "none", "n/a", "#n/a"})
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}\b|\d{4}-\d{2}-\d{2}")
_PLACE = re.compile(r"\d{5}\s+\D{2,}")
_INSEE = re.compile(r"\d{5}|2[AB]\d{3}")
_REFUSAL_SHARE = 0.2
_CONTENT_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its header, the field proposed (None: not taken), and why.

    ``confidence`` goes from 0 to 1. ``is_refused``: the law forbids it here.
    """

    header: str
    field: str | None
    confidence: float
    why: str

    @property
    def is_refused(self) -> bool:
        """Is it dropped because the law forbids it, whatever anybody wishes?"""
        return self.field in vocabulary.REFUSED

    @property
    def is_taken(self) -> bool:
        """Is it read into a person's record?"""
        return self.field in vocabulary.LABELS


def propose(header: Sequence[str], sample_rows: Sequence[Sequence[Any]]) -> list[Column]:
    """A field for each column, to be shown and corrected; one column a field where one is enough.

    ``sample_rows`` are rows of cells under that header; the first two hundred are looked at.
    """
    rows = sample_rows[:_SAMPLE]
    found = [
        _column(title, [row[at] for row in rows if at < len(row)])
        for at, title in enumerate(header)
    ]
    return _without_doubles(found)


def mapped(header: Sequence[str], mapping: dict[str, str]) -> list[Column]:
    """The columns as a person chose them: header → field, the others not taken.

    Raises ``ValueError`` for an unknown field.
    """
    known = vocabulary.LABELS.keys() | vocabulary.REFUSED | vocabulary.IGNORED
    if unknown := set(mapping.values()) - known - {""}:
        raise ValueError(f"unknown fields: {sorted(unknown)}")
    return [
        Column(title, mapping.get(title) or None, 1.0, "choisie par une personne")
        for title in header
    ]


def require_a_name(columns: Sequence[Column]) -> None:
    """Refuse a list in which no column says who people are; raises ``Unreadable``."""
    if not any(column.field in ("last_name", "full_name") for column in columns):
        read = ", ".join(column.header.replace("\n", " ")[:40] for column in columns[:30])
        raise Unreadable("no_name", read=read)


def _column(title: str, cells: Sequence[Any]) -> Column:
    filled = [cell for cell in cells if str(cell).strip().lower() not in _FILLERS]
    by_header, sure = vocabulary.recognise(title)
    by_content, share = _by_content(filled)
    if by_content in vocabulary.REFUSED:
        return Column(title, by_content, share, "reconnue à son contenu : la loi l’interdit ici")
    if by_header in vocabulary.REFUSED and by_content == "insee":
        by_header = "insee"  # « N° INSEE » is either: the content decides
    if by_header == "insee" and filled and by_content not in ("insee", "postal_code"):
        by_header, sure = None, 0.0
    if by_header in vocabulary.REFUSED:
        return Column(title, by_header, sure, "la loi l’interdit ici")
    if by_header == "town" and by_content == "postal_and_town":
        return Column(title, by_content, share, "code postal et commune dans la même case")
    if by_header is not None:
        agrees = by_content == by_header
        why = "titre et contenu concordent" if agrees else "reconnue à son titre"
        return Column(title, by_header, min(1.0, sure + 0.05) if agrees else sure, why)
    if by_content in (None, "insee", "postal_code"):
        return Column(title, None, 0.0, "titre inconnu")
    return Column(title, by_content, share * 0.8, "reconnue à son contenu")


def _by_content(filled: Sequence[Any]) -> tuple[str | None, float]:
    """What most cells are, and the share of them that are."""
    if not filled:
        return None, 0.0
    total = len(filled)
    for field, judge in (("nir", values.holds_nir), ("bank", values.holds_bank_account)):
        share = sum(map(judge, filled)) / total
        if share >= _REFUSAL_SHARE:
            return field, round(share, 2)
    kinds = [_kind(cell) for cell in filled]
    most = max(sorted({kind for kind in kinds if kind}), key=kinds.count, default=None)
    share = kinds.count(most) / total if most else 0.0
    return (most, round(share, 2)) if share >= _CONTENT_SHARE else (None, 0.0)


def _kind(cell: object) -> str | None:
    if hasattr(cell, "isoformat"):
        return None if cell is None else "birth_date"
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    if _EMAIL.fullmatch(text):
        return "email"
    if _INSEE.fullmatch(text):
        return "insee"
    if _PLACE.fullmatch(text):
        return "postal_and_town"
    if _DATE.match(text):
        return "birth_date"
    if sum(map(str.isdigit, text)) >= 9 and any(read.e164 for read in values.phone(text)):
        return "phone"
    return None


def _without_doubles(columns: list[Column]) -> list[Column]:
    """Keep the surest column of each field that a person has once; a date may be any date."""
    best: dict[str, int] = {}
    for at, column in enumerate(columns):
        if column.field is None or column.field in vocabulary.MANY or not column.is_taken:
            continue
        held = best.get(column.field)
        if held is None or column.confidence > columns[held].confidence:
            best[column.field] = at
    kept = []
    for at, column in enumerate(columns):
        once = column.is_taken and column.field not in vocabulary.MANY
        if once and column.field is not None and best[column.field] != at:
            column = Column(column.header, None, 0.0, "une autre colonne convient mieux")  # noqa: PLW2901  the loser is replaced in place
        kept.append(column)
    names = {column.field for column in kept}
    if "full_name" in names and {"last_name", "first_name"} <= names:
        return [
            Column(each.header, None, 0.0, "nom et prénom ont leur colonne")
            if each.field == "full_name" else each
            for each in kept
        ]  # fmt: skip
    return kept
