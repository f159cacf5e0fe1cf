"""What a bilan is made of: figures, breakdowns with their small cells hidden, sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # what a picture is drawn from

from babel.numbers import format_decimal

from campaigns.bilan import masks
from campaigns.bilan.masks import Masked
from campaigns.bilan.stretches import Stretch

NBSP = "\u00a0"
Cell = int | str  # a number, or the word of a hidden one


@dataclass(frozen=True, slots=True)
class Figure:
    """One number said large, with the same of the stretch before; None where there is none."""

    label: str
    now: int
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """Counts under a word of their own: « Besoins », « Avant »."""

    word: str
    masked: Masked


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Totals by kinds, as they may be read. ``labels`` say every kind there is, in order.

    The first column is what is told; the others are read beside it.
    """

    name: str  # of a test, of a sheet
    title: str
    about: str  # « Sujet », « Territoire »: what a row is
    unit: str  # « besoins », what is counted
    labels: Mapping[str, str]
    columns: tuple[Column, ...]

    @property
    def now(self) -> Masked:
        """The counts that are told."""
        return self.columns[0].masked

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """The columns that may be read; none when the first may not."""
        if self.now.is_withheld:
            return ()
        return tuple(one for one in self.columns if not one.masked.is_withheld)

    @property
    def rows(self) -> list[tuple[str, tuple[Cell, ...]]]:
        """Label and a cell a column; kinds that nobody fell in are left out."""
        columns = [one.masked for one in self.shown_columns]
        return [
            (label, tuple(_cell(one, key) for one in columns))
            for key, label in self.labels.items()
            if any(one.cells.get(key, 0) != 0 for one in columns)
        ]

    @property
    def note(self) -> str:
        """Why cells are hidden; empty when none is."""
        if self.now.is_withheld:
            return f"Trop peu de {self.unit} pour en montrer le détail."
        seen = [one.masked for one in self.shown_columns]
        if any(one.has_others for one in seen):
            return (
                f"« masqué »{NBSP}: moins de {self.now.threshold}, ou caché pour qu’un petit "
                "nombre ne se devine pas."
            )
        if any(one.is_masked for one in seen):
            return f"Les nombres de moins de {self.now.threshold} ne sont pas montrés."
        return ""

    @property
    def shown(self) -> dict[str, int]:
        """What may be drawn: the cells that count somebody and are not hidden, by label."""
        return {
            label: cells[0] for label, cells in self.rows if isinstance(cells[0], int) and cells[0]
        }


def broken(
    name: str,
    title: str,
    about: str,
    unit: str,
    labels: Mapping[str, str],
    columns: Mapping[str, Mapping[str, int] | None],
    *,
    threshold: int = masks.FOR_ELECTED,
) -> Breakdown:
    """A breakdown whose small cells are hidden, column by column; a column of None is left out.

    ``columns`` are counts by kind, under the word of each. At the threshold of what anybody may
    read, a total that is too small is hidden too.
    """
    told = {word: cells for word, cells in columns.items() if cells is not None}
    unknown = {key: key for cells in told.values() for key in cells if key not in labels}
    known = dict(labels) | unknown  # a territory that is no more keeps its code
    for_all = threshold == masks.FOR_ALL
    return Breakdown(
        name,
        title,
        about,
        unit,
        known,
        tuple(
            Column(
                word,
                masks.masked(dict.fromkeys(known, 0) | dict(cells), threshold, hides_total=for_all),
            )
            for word, cells in told.items()
        ),
    )


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw of a section: bars, shares or a map. ``source`` is a line of licence."""

    kind: str
    title: str
    desc: str
    told: Any
    source: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One subject: what to know of it in sentences, its picture, its tables."""

    title: str
    sentences: tuple[str, ...]
    breakdowns: tuple[Breakdown, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def tables(self) -> tuple[Breakdown, ...]:
        """The breakdowns that may be read."""
        return tuple(one for one in self.breakdowns if one.rows)

    @property
    def withheld(self) -> str:
        """What there is too little of to be told apart, in a sentence; empty when nothing is."""
        names = [one.title for one in self.breakdowns if one.now.is_withheld]
        if not names:
            return ""
        return f"Trop peu de cas pour en montrer le détail{NBSP}: {' · '.join(names)}."


@dataclass(frozen=True, slots=True)
class Bilan:
    """What elected members are told of a stretch: counts only, nobody named, small cells hidden."""

    organisation: str
    campaign: str
    stretch: Stretch
    is_over: bool
    figures: tuple[Figure, ...]
    before_title: str  # of the stretch before; empty without one
    essential: tuple[str, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing at all happened."""
        return not self.sections


def number(count: float) -> str:
    """« 26 400 », with a space that does not break."""
    return str(format_decimal(count, locale="fr_FR")).replace("\u202f", NBSP)


def counted(count: int, one: str, many: str = "") -> str:
    """« 1 appel », « 312 appels »."""
    return f"{number(count)}{NBSP}{one if count < 2 else many or f'{one}s'}"


def percent(part: int, whole: int) -> str:
    """« 94 % »; only the whole is « 100 % »."""
    share = round(100 * part / whole) if whole else 0
    return f"{min(share, 99) if part < whole else share}{NBSP}%"


def _cell(of: Masked, key: str) -> Cell:
    value = of.cells.get(key, 0)
    return of.word if value is None else value
