"""How far the cells of a sheet reach, read while its bytes stream past.

Libraries build the whole rectangle between the first and the last cell: one cell at XFD1048576
would ask for hundreds of gigabytes. So the reach is known before they open anything.
"""

import re
from abc import ABC, abstractmethod
from typing import Final

from importers.caps import Caps
from importers.spans import MOST_COVERED, Span
from importers.unreadable import Unreadable

_MOST_ERRORS = 1_000
_FEWEST_COLOURS = 2


class Scan(ABC):
    """One entry of the archive read in pieces; subclasses look at whole tags."""

    def __init__(self, caps: Caps) -> None:
        self.caps = caps
        self.hidden_rows = 0
        self.hidden_by_table: list[int] = []
        self.spans_by_table: list[list[Span]] = []
        self.errors: list[str] = []
        self.comments = 0
        self.is_marked = False  # colours or struck-out text that may mean something
        self._rest = b""
        self._begun = False

    def feed(self, piece: bytes) -> None:
        """Look at one more piece; raises ``Unreadable`` (forbidden, too_wide, swollen)."""
        if not self._begun:
            self._begun = True
            if piece.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00")) or b"\x00" in piece[:200]:
                raise Unreadable("forbidden")  # not UTF-8: no office suite writes that
        piece = self._rest + piece
        cut = piece.rfind(b"<")
        if cut < 0 or len(piece) - cut > self.caps.opened_size // 10:
            cut = len(piece)
        self._rest = piece[cut:]
        self._look(piece[:cut])

    def close(self) -> None:
        """Look at what is left."""
        self._look(self._rest)
        self._rest = b""

    def _look(self, piece: bytes) -> None:
        if b"<!" in piece and re.search(rb"<!(?:DOCTYPE|ENTITY)", piece, re.IGNORECASE):
            raise Unreadable("forbidden")
        self._measure(piece)

    @abstractmethod
    def _measure(self, piece: bytes) -> None: ...


class Plain(Scan):
    """An entry without cells: only forbidden elements are looked for."""

    def _measure(self, piece: bytes) -> None:
        return


class Comments(Scan):
    """The comments of the cells of an xlsx file: counted, never read."""

    def _measure(self, piece: bytes) -> None:
        self.comments += len(re.findall(rb"<(?:\w+:)?comment\s", piece))


class Styles(Scan):
    """The colours and fonts an xlsx file uses: one colour is a header's, two may say something."""

    def __init__(self, caps: Caps) -> None:
        super().__init__(caps)
        self._colours: set[bytes] = set()

    def _measure(self, piece: bytes) -> None:
        if len(self._colours) < _FEWEST_COLOURS:
            self._colours.update(re.findall(rb"<(?:\w+:)?fgColor\s+rgb=\"(\w{8})\"", piece))
        is_struck = re.search(rb'<(?:\w+:)?strike(?:\s*/>|\s+val="(?:1|true)")', piece)
        self.is_marked |= is_struck is not None or len(self._colours) >= _FEWEST_COLOURS


class Worksheet(Scan):
    """A sheet of an xlsx file."""

    def __init__(self, caps: Caps) -> None:
        super().__init__(caps)
        self._cells = 0
        self._row: re.Pattern[bytes] | None = None

    def _measure(self, piece: bytes) -> None:
        if self._row is None:
            self._learn_prefix(piece)
        self._cells += piece.count(self._cell_mark)
        if self._cells > self.caps.rows * self.caps.columns:
            raise Unreadable("too_wide", **self.caps.wide)
        for found in self._rows.finditer(piece):
            attributes = found[1]
            if b"hidden=" in attributes and re.search(rb'hidden="(?:1|true)"', attributes):
                self.hidden_rows += 1
        if self._is_far(piece):
            raise Unreadable("too_wide", **self.caps.wide)
        if b't="e"' in piece and len(self.errors) < _MOST_ERRORS:
            self.errors += [match.decode() for match in self._error.findall(piece)]

    def _learn_prefix(self, piece: bytes) -> None:
        """Some programs write <x:row>: the first tag tells."""
        found = re.search(rb"<(\w+:)?worksheet\b", piece)
        prefix = found[1] if found and found[1] else b""
        self._cell_mark = b"<" + prefix + b"c "
        self._rows = self._row = re.compile(b"<" + prefix + rb"row\s([^>]*)>")
        # A cell that holds something is not closed by its own tag.
        self._far = re.compile(
            b"<" + prefix + rb"""c\s[^>]*?\br\s*=\s*["']([A-Z]{1,4})(\d{1,8})["'][^>]*(?<!/)>"""
        )
        self._error = re.compile(b"<" + prefix + rb'c\s+r="([A-Z]{1,3}\d{1,7})"[^>]*\bt="e"')
        # Rows and columns worth a closer look: five figures, or two letters beyond the first.
        self._suspect = re.compile(
            rb"""r\s*=\s*["'](?:[A-Z]{3,4}\d|%s\d|[A-Z]{1,4}(?:%s))""" % (
                _beyond(self.caps.columns), _at_least(self.caps.lines)
            )
        )  # fmt: skip

    def _is_far(self, piece: bytes) -> bool:
        if not self._suspect.search(piece):
            return False
        return any(
            int(row) > self.caps.lines or _column(letters) > self.caps.columns
            for letters, row in self._far.findall(piece)
        )


class Content(Scan):
    """The one entry that holds every sheet of an ods file; repeats are its trap."""

    _TAG: Final = re.compile(
        rb"<(/?)(table:table|table:table-row|table:table-cell|table:covered-table-cell|text:p|"
        rb"office:annotation)"
        rb"(\s[^>]*?)?(/?)>"
    )

    def __init__(self, caps: Caps) -> None:
        super().__init__(caps)
        self._line = self._column = self._row_repeat = self._cell_repeat = 0
        self._row_is_filled = self._row_is_hidden = False

    def _measure(self, piece: bytes) -> None:
        for found in self._TAG.finditer(piece):
            closing, name, attributes, empty = found.groups()
            self._step(name, attributes or b"", opens=not closing, closes=bool(closing or empty))

    def _step(self, name: bytes, attributes: bytes, *, opens: bool, closes: bool) -> None:
        if name == b"table:table":
            self._line = 0
            if opens:
                self.hidden_by_table.append(0)
                self.spans_by_table.append([])
        elif name == b"table:table-row":
            if opens:
                self._column, self._row_is_filled = 0, False
                self._row_repeat = _repeat(attributes, b"number-rows-repeated")
                self._row_is_hidden = (
                    b"table:visibility=" in attributes and b'"visible"' not in attributes
                )
            if closes:
                self._end_row()
        elif name == b"text:p":
            if opens:
                self._fill()
        elif name == b"office:annotation":
            self.comments += opens
        elif opens:
            self._cell_repeat = _repeat(attributes, b"number-columns-repeated")
            if b"rows-spanned=" in attributes:
                self._span(_repeat(attributes, b"number-rows-spanned"))
            self._column += self._cell_repeat
            if b"office:value-type=" in attributes:
                self._fill()

    def _span(self, lines: int) -> None:
        if lines > 1 and self.spans_by_table and len(self.spans_by_table[-1]) < MOST_COVERED:
            self.spans_by_table[-1].append((self._line + 1, self._column, self._line + lines))

    def _end_row(self) -> None:
        self._line += self._row_repeat
        if self._row_is_filled:
            self._check(self._line)
            if self._row_is_hidden:
                self.hidden_rows += self._row_repeat
                self.hidden_by_table[-1] += self._row_repeat

    def _fill(self) -> None:
        self._row_is_filled = True
        self._check(self._line + 1)
        if self._column > self.caps.columns:
            raise Unreadable("too_wide", **self.caps.wide)

    def _check(self, line: int) -> None:
        if line > self.caps.lines:
            raise Unreadable("too_wide", **self.caps.wide)


def scan_of(name: str, kind: str, caps: Caps) -> Scan | None:
    """How to look at an entry of this name; None when it holds no text to look at."""
    if kind == "ods":
        if name == "content.xml":
            return Content(caps)
    elif name.startswith("xl/comments") and name.endswith(".xml"):
        return Comments(caps)
    elif name == "xl/styles.xml":
        return Styles(caps)
    elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
        return Worksheet(caps)
    return Plain(caps) if name.endswith((".xml", ".rels")) else None


def _repeat(attributes: bytes, name: bytes) -> int:
    found = re.search(name + rb'="(\d{1,12})"', attributes)
    return int(found[1]) if found else 1


def _column(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _beyond(columns: int) -> bytes:
    """A pattern of the two-letter columns that may lie beyond the cap."""
    first = (columns - 1) // 26
    if first < 1:
        return b"[A-Z]{2}"
    return b"[%c-Z][A-Z]" % (64 + min(first, 26))


def _at_least(lines: int) -> bytes:
    """A pattern of the numbers that may lie beyond so many lines: as many figures, or more."""
    figures = str(lines)
    return b"[%s-9]\\d{%d,}|\\d{%d,}" % (figures[0].encode(), len(figures) - 1, len(figures) + 1)
