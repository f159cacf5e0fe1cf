"""From a table to people: every line read, nothing lost in silence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from importers import beside, corrections, erasing, merged, numbers, vocabulary
from importers.choices import Choices
from importers.cleaning import Cleaner, CleanRow
from importers.columns import BESIDE, Column
from importers.places import PlaceIndex
from importers.register import TAKEN
from importers.report import PhoneCounts, PlaceCounts, Problem
from importers.retyped import NOTHING, Retyped
from importers.together import Together
from importers.workbook import Table

__all__ = ["CleanRow", "Cleaned", "clean"]

_NOTHING_CHOSEN = Choices()
# Field of a column → the columns of the person it fills.
_COLUMNS_OF = {
    **{field: name for name, field in TAKEN.items()},
    "full_name": "last_name first_name",
    "postal_code": "postal_code town insee",
    "town": "postal_code town insee",
    "insee": "postal_code town insee",
    "postal_and_town": "postal_code town insee",
    "scheme": "schemes",
}
_CELL = re.compile(r"([A-Z]+)(\d+)")


def _nobody_known(*_: object) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Cleaned:
    """People read, lines refused or dropped, and all that should be looked at."""

    people: list[CleanRow] = field(repr=False)
    problems: list[Problem] = field(repr=False)
    read: int
    refused: int
    phones: PhoneCounts
    places: PlaceCounts


def clean(
    table: Table,
    columns: Sequence[Column],
    places: PlaceIndex,
    *,
    today: date,
    region: str = "FR",
    choices: Choices = _NOTHING_CHOSEN,
    erased: Sequence[Problem] | None = None,
    together: Together = _nobody_known,
    retyped: Retyped = NOTHING,
) -> Cleaned:
    """Read every line into a person; only a line without any name is refused.

    ``columns`` are those of the table, in its order; ``region`` is the telephone region. Of the
    choices, ``fixes``, ``left_out`` and ``split`` are applied. ``erased`` is what was said when
    forbidden numbers were taken out of the table (None: they are now, from the table too);
    ``together`` tells couples known as two people, ``retyped`` the lines somebody typed over.
    """
    cleaner = Cleaner(
        columns, places, today=today, region=region, split=choices.split,
        fixed=frozenset(choices.fixes), recognised=retyped.known, together=together,
    )  # fmt: skip
    erased = erasing.erase(table, columns) if erased is None else erased
    _fix(table, choices)
    below = _second_table(cleaner, table) + merged.gather(table.rows, table.covered, columns)
    people = _people(cleaner, table, choices, _typed_columns(columns, choices, retyped), retyped)
    phones = cleaner.numbers.counts(missing=cleaner.missing)
    problems = [
        *erased,
        *cleaner.problems,
        *below,
        *_about_columns(columns),
        *_about_errors(table, columns),
        *_about_the_whole(table, cleaner.addresses.zeros),
        *numbers.shared((person.row, person.phones) for person in people),
    ]
    left = [problem for problem in problems if not _is_settled(problem, retyped)]
    return Cleaned(people, left, cleaner.read, cleaner.refused, phones, cleaner.addresses.counts())


def _second_table(cleaner: Cleaner, table: Table) -> list[Problem]:
    """Leave a second table out of the lines, each of them refused."""
    said = beside.cut_below(table)
    refused = sum(problem.code == "other_table" for problem in said)
    cleaner.read += refused
    cleaner.refused += refused
    return said


def _is_settled(problem: Problem, retyped: Retyped) -> bool:
    """What a line lacks that somebody typed over in an earlier list was typed then."""
    return problem.row in retyped.known and corrections.is_typed(problem.code)


def _people(
    cleaner: Cleaner,
    table: Table,
    choices: Choices,
    typed: Mapping[int, str],
    retyped: Retyped,
) -> list[CleanRow]:
    """The people of every line but those left out; ``typed`` as ``CleanRow.by_hand``, by line."""
    people: list[CleanRow] = []
    for line, row in table.rows:
        if line in choices.left_out:
            say = "Ligne laissée de côté, comme vous l’avez demandé."
            cleaner.problems.append(Problem(line, "", "left_out", say))
            continue
        found = cleaner.people(line, row)
        if line in typed:
            found = tuple(replace(person, by_hand=typed[line]) for person in found)
        if len(found) == 1:
            found = _known_again(found[0], retyped)
        people += found
    return people


def _known_again(person: CleanRow, retyped: Retyped) -> tuple[CleanRow]:
    """Mark a line that is typed over, and name who one became that was typed over before.

    Its numbers were dealt with then: the person has those that hold.
    """
    line = person.row
    if line in retyped.marks:
        return (replace(person, mark=retyped.marks[line], person_id=retyped.led.get(line)),)
    if line in retyped.known:
        return (replace(person, person_id=retyped.known[line], phones=(), file_number=""),)
    if line in retyped.led:
        return (replace(person, person_id=retyped.led[line]),)
    return (person,)


def _fix(table: Table, choices: Choices) -> None:
    """Put what somebody typed in place of what the file holds, in the table itself."""
    if not choices.fixes:
        return
    at = {header: position for position, header in enumerate(table.headers)}
    for line, row in table.rows:
        for header, typed in choices.fixes.get(line, {}).items():
            if header in at:
                row.extend([""] * (at[header] + 1 - len(row)))
                row[at[header]] = erasing.bare(typed)


def _typed_columns(columns: Sequence[Column], choices: Choices, retyped: Retyped) -> dict[int, str]:
    """Line → the columns of a person somebody typed there, as ``Person.by_hand`` keeps them.

    The next list of the source says again what they put right: it must not win.
    """
    of = {column.header: _COLUMNS_OF.get(column.field or "", "") for column in columns}
    found = {
        line: " ".join(
            of.get(header, "")
            for header in (*retyped.typed.get(line, ()), *choices.fixes.get(line, ()))
        ).split()
        for line in retyped.typed.keys() | choices.fixes.keys()
    }
    return {line: " ".join(dict.fromkeys(names)) for line, names in found.items() if names}


def _about_the_whole(table: Table, zeros: int) -> Iterator[Problem]:
    """Hidden rows are read like the others, zeros are put back: neither in silence."""
    if table.hidden_rows:
        say = (
            f"{table.hidden_rows} lignes étaient masquées dans le fichier : elles sont lues aussi."
            if table.hidden_rows > 1
            else "Une ligne était masquée dans le fichier : elle est lue aussi."
        )
        yield Problem(0, "", "hidden_rows", say)
    if table.kind == "xls":
        say = "Ancien classeur (.xls) : s’il a des lignes masquées, elles sont lues aussi."
        yield Problem(0, "", "hidden_rows_unknown", say)
    if table.comments:
        count = "Un commentaire" if table.comments == 1 else f"{table.comments} commentaires"
        say = f"{count} de cellule dans le fichier : ce qui compte est à recopier en colonne."
        yield Problem(0, "", "comments_unread", say)
    if table.is_marked:
        say = "Couleurs et textes barrés ne sont pas lus : s’ils disent qui appeler, ajoutez-le."
        yield Problem(0, "", "colours_unread", say)
    if zeros:
        postal_codes = "un code postal" if zeros == 1 else f"{zeros} codes postaux"
        say = f"Le zéro de tête manquait à {postal_codes} : il est remis."
        yield Problem(0, "", "zeros_restored", say)


def _about_columns(columns: Sequence[Column]) -> Iterator[Problem]:
    """What must be said of the whole list before anybody confirms it."""
    for column in columns:
        header = column.header.replace("\n", " ")
        if column.field in vocabulary.REFUSED:
            what = vocabulary.FORBIDDEN[column.field]
            say = f"{what} : la colonne est écartée, rien n’en est gardé."
            yield Problem(0, header, f"{column.field}_dropped", say)
        elif column.why == BESIDE:
            say = (
                "Une deuxième liste est à côté de la première : cette colonne n’est pas reprise. "
                "Déposez la deuxième liste à part."
            )
            yield Problem(0, header, "second_list", say)
        elif column.field == "age":
            say = "Un âge n’est pas une date de naissance : il n’est pas repris."
            yield Problem(0, header, "age_ignored", say)
    if not any(column.field == "phone" for column in columns):
        say = "Aucune colonne de téléphone : tous les numéros sont à trouver."
        yield Problem(0, "", "no_phone_column", say)


def _about_errors(table: Table, columns: Sequence[Column]) -> Iterator[Problem]:
    """Cells the spreadsheet shows as #REF! or #DIV/0! come in empty, and are named."""
    for reference in table.errors:
        found = _CELL.fullmatch(reference)
        if found is None or int(found[2]) <= table.header_line:
            continue
        at = 0
        for letter in found[1]:
            at = at * 26 + ord(letter) - 64
        header = columns[at - 1].header if at <= len(columns) else found[1]
        yield Problem(int(found[2]), header, "cell_error", "Case en erreur : lue comme vide.")
