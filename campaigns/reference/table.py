"""Read a shipped CSV file, and say where it is wrong when it is."""

import csv
import gzip
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

_SPACE_BEFORE = re.compile(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]++(?=[:;?!»])")
_SPACE_AFTER = re.compile(r"«[ \u00a0\u202f]+")
_NO_BREAK = "\u00a0"


def french(text: str) -> str:
    """Give a label its French signs: typographic apostrophes, non-breaking spaces.

    A space already there before : ; ? ! and inside « » becomes U+00A0; none is added, so times
    and addresses are left alone. Applying it twice changes nothing.
    """
    text = text.replace("'", "’")
    return _SPACE_AFTER.sub("«" + _NO_BREAK, _SPACE_BEFORE.sub(_NO_BREAK, text))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a reference file, which knows where it stands."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def wrong(self, why: str) -> ValueError:
        """The error to raise about this line: file, line, reason."""
        return ValueError(f"{self.file}, line {self.line}: {why}")

    def text(self, column: str) -> str:
        """A cell that must be filled, with French signs, to be shown."""
        if not self[column]:
            raise self.wrong(f"{column} is empty")
        return french(self[column])

    def flag(self, column: str) -> bool:
        """A yes/no cell, written O or N."""
        return self.one_of(column, {"O", "N"}) == "O"

    def one_of(self, column: str, known: Collection[str]) -> str:
        """A cell whose value must be one of the known codes."""
        if self[column] not in known:
            raise self.wrong(f"unknown {column} {self[column]!r}")
        return self[column]

    def whole(self, column: str) -> int:
        """A cell that must be a whole number, zero or more."""
        if not self[column].isdecimal():
            raise self.wrong(f"{column} {self[column]!r} is not a whole number")
        return int(self[column])


def exists(path: str) -> bool:
    """Whether a reference file ships, e.g. ``80/mdsi.csv``."""
    return files(__package__).joinpath(*path.split("/")).is_file()


def shipped(path: str) -> str:
    """The text of a shipped reference file; one that ends in .gz is opened on the way."""
    content = files(__package__).joinpath(*path.split("/")).read_bytes()
    if path.endswith(".gz"):
        content = gzip.decompress(content)
    return content.decode("utf-8")


def rows(file: str, text: str, columns: str) -> Iterator[Row]:
    """The lines of a CSV text, stripped; ValueError when a column is missing or a line is ragged.

    ``file`` is the name used in errors, ``columns`` the names the reader needs, between spaces.
    """
    reader = csv.DictReader(io.StringIO(text))
    missing = sorted(set(columns.split()) - set(reader.fieldnames or ()))
    if missing:
        raise ValueError(f"{file}, line 1: missing columns {', '.join(missing)}")
    for cells in reader:
        if None in cells or None in cells.values():
            raise ValueError(f"{file}, line {reader.line_num}: wrong number of cells")
        yield Row(file, reader.line_num, {name: cell.strip() for name, cell in cells.items()})
