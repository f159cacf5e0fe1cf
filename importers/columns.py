"""Which column holds what: from its header, and from what it really contains."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # cells of any type, before cleaning

from importers import contents, untitled, vocabulary
from importers.contents import Content
from importers.unreadable import Unreadable

_SAMPLE = 200
# Titles that say too little to be believed against a column full of electronic addresses.
_VAGUE = frozenset({"address", "phone", "town", "comment", "contact_person"})
# What a column is taken for on its content alone, when its title says nothing.
TELLING = frozenset({"phone", "birth_date", "email", "postal_and_town", "postal_code"})
_CONTENT_TRUST = 0.8
NAMED = frozenset({"last_name", "full_name"})  # one of them, and a list can be read
_WORDY = 0.5
BESIDE = "une deuxième liste, à côté de la première"
_SECOND = re.compile(r" \(\d+\)$")  # how a title that comes again is numbered


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


def propose(
    header: Sequence[str], sample_rows: Sequence[Sequence[Any]], *, is_untitled: bool = False
) -> list[Column]:
    """A field for each column, to be shown and corrected; one column a field where one is enough.

    ``sample_rows`` are rows of cells under that header; the first two hundred are looked at.
    ``is_untitled``: the header names nothing, the cells alone tell.
    """
    rows = sample_rows[:_SAMPLE]
    found = [
        _column(title, [row[at] for row in rows if at < len(row)])
        for at, title in enumerate(header)
    ]
    if is_untitled:
        silent = [None if each.field in (None, "comment") else each.field for each in found]
        for at, (field, sure, why) in untitled.fields(rows, silent).items():
            found[at] = Column(found[at].header, field, sure, why)
    return _without_doubles(_without_second(found))


def mapped(
    header: Sequence[str], mapping: Mapping[str, str], sample_rows: Sequence[Sequence[Any]] = ()
) -> list[Column]:
    """The columns as a person chose them: header → field, the others not taken.

    What ``sample_rows`` show to be forbidden stays refused whatever anybody chose. Raises
    ``ValueError`` for an unknown field.
    """
    known = vocabulary.LABELS.keys() | vocabulary.REFUSED | vocabulary.IGNORED
    if unknown := set(mapping.values()) - known - {""}:
        raise ValueError(f"unknown fields: {sorted(unknown)}")
    chosen = [
        Column(title, mapping.get(title) or None, 1.0, "choisie par une personne")
        for title in header
    ]
    if not sample_rows:
        return chosen
    proposed = propose(header, sample_rows)
    return [
        forbidden if forbidden.field in ("nir", "bank") else column
        for column, forbidden in zip(chosen, proposed, strict=True)
    ]


def has_a_name(columns: Sequence[Column]) -> bool:
    """Does a column say who people are?"""
    return any(column.field in NAMED for column in columns)


def require_a_name(columns: Sequence[Column]) -> None:
    """Refuse a list in which no column says who people are; raises ``Unreadable``."""
    if has_a_name(columns):
        return
    titles = [column.header.replace("\n", " ")[:40] for column in columns[:30]]
    # Without one known title these are no titles: perhaps people, whom no message may name.
    are_titles = any(vocabulary.recognise(column.header)[0] for column in columns)
    raise Unreadable("no_name", read=", ".join(titles) if are_titles else "aucun titre reconnu")


def _column(title: str, cells: Sequence[Any]) -> Column:
    filled = contents.filled(cells)
    by_header, sure = vocabulary.recognise(title)
    content = contents.judge(filled)
    if content.field in ("nir", "bank"):
        why = "reconnue à son contenu : la loi l’interdit ici"
        return Column(title, content.field, content.share, why)
    if by_header in vocabulary.REFUSED and content.field == "insee":
        by_header = "insee"  # « N° INSEE » is either: the content decides
    if by_header == "insee" and filled and content.field not in ("insee", "postal_code"):
        by_header, sure = None, 0.0
    if by_header in vocabulary.REFUSED:
        return Column(title, by_header, sure, "la loi l’interdit ici")
    if by_header is not None:
        return _of_title(title, by_header, sure, content)
    return _of_content(title, filled, content)


def _of_title(title: str, field: str, sure: float, content: Content) -> Column:
    """A known title, put right where its cells plainly say something else."""
    if field in ("town", "address", "postal_code") and content.field == "postal_and_town":
        why = "code postal et commune dans la même case"
        return Column(title, content.field, content.share, why)
    if field == "birth_date" and content.field == "age":
        return Column(title, "age", content.share, "des âges plutôt que des dates")
    if field in _VAGUE and content.field == "email":
        return Column(title, "email", content.share, "reconnue à son contenu")
    if content.field == field:
        return Column(title, field, min(1.0, sure + 0.05), "titre et contenu concordent")
    return Column(title, field, sure, "reconnue à son titre")


def _of_content(title: str, filled: Sequence[Any], content: Content) -> Column:
    """A title nobody knows, or none: the cells alone speak."""
    if content.field in vocabulary.REFUSED:
        why = "reconnue à son contenu : la loi l’interdit ici"
        return Column(title, content.field, content.share, why)
    if content.field in TELLING:
        trust = content.share * _CONTENT_TRUST
        return Column(title, content.field, trust, "reconnue à son contenu")
    if title.startswith("Colonne ") and filled and _is_wordy(filled):
        return Column(title, "comment", 0.5, "sans titre : lue comme un commentaire")
    return Column(title, None, 0.0, "titre inconnu")


def _is_wordy(filled: Sequence[Any]) -> bool:
    words = sum(isinstance(cell, str) and any(map(str.isalpha, cell)) for cell in filled)
    return words >= _WORDY * len(filled)


def _without_second(columns: list[Column]) -> list[Column]:
    """Two lists side by side: the second begins where the titles of the names come again.

    Its numbers are other people's: none may go to who stands on the same line of the first.
    """
    known = {column.header for column in columns if column.field in NAMED | {"first_name"}}
    start = next(
        (
            at
            for at, column in enumerate(columns)
            if column.field in NAMED
            and (base := _SECOND.sub("", column.header)) in known
            and base != column.header
        ),
        len(columns),
    )
    again = {_SECOND.sub("", column.header) for column in columns[start:]} & {
        column.header for column in columns[:start]
    }
    if len(again) < 2:
        return columns
    return [
        *columns[:start],
        *(
            each if each.is_refused else Column(each.header, None, 0.0, BESIDE)
            for each in columns[start:]
        ),
    ]


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
