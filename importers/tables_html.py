"""The tables of a web page: what many programs write under a name in .xls.

The page is read as it streams past, without building its tree: a hostile one swells nothing.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from importers.caps import Caps
from importers.spans import Span
from importers.unreadable import Unreadable

_PAGE = re.compile(r"[\s\ufeff]*<(?:!doctype\s+html|html|table|body|meta|head|style|div)", re.I)
_XML = re.compile(r"[\s\ufeff]*<\?xml")
_MOST_TABLES = 50
_CELLS = ("td", "th")
_UNSEEN = ("script", "style", "title")


@dataclass(slots=True)
class HtmlTable:
    """One table: its filled rows with their line, from 1, and how many rows are hidden."""

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    hidden_rows: int = 0
    line: int = 0
    spans: list[Span] = field(default_factory=list)
    # Columns that a cell above still covers, and for how many rows.
    covered: dict[int, int] = field(default_factory=dict)


def is_page(text: str) -> bool:
    """Does this text begin as a web page does? ``Unreadable`` when it is a workbook of 2003."""
    head = text[:4096]
    if _XML.match(head):
        if "urn:schemas-microsoft-com:office:spreadsheet" in head or "Excel.Sheet" in head:
            raise Unreadable("xml_2003")
        return "<html" in head.lower()
    return _PAGE.match(head) is not None


def tables_of(text: str, caps: Caps) -> list[HtmlTable]:
    """The tables that hold something, in the order of the page.

    Raises ``Unreadable``: forbidden, too_wide, swollen, html (a page without any table).
    """
    if "<!entity" in text.lower():
        raise Unreadable("forbidden")
    reader = _Reader(caps)
    parser = etree.HTMLParser(target=reader, encoding="utf-8", no_network=True)
    content = text.encode("utf-8", "replace")
    try:
        for at in range(0, len(content), 1 << 16):
            parser.feed(content[at : at + (1 << 16)])
        parser.close()
    except etree.LxmlError as fault:
        raise Unreadable("damaged") from fault
    found = [table for table in reader.tables if table.rows]
    if not found:
        raise Unreadable("html")
    return found


class _Reader:
    """What the parser calls at each tag and text; tables inside tables are tables of their own."""

    def __init__(self, caps: Caps) -> None:
        self.tables: list[HtmlTable] = []
        self._caps = caps
        self._open: list[tuple[HtmlTable, list[str], list[str] | None]] = []
        self._row: list[str] = []
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._is_hidden = False
        self._unseen = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        if tag == "table":
            self._begin_table()
        elif tag in _UNSEEN:
            self._unseen += 1
        elif not self.tables or not self._open:
            return
        elif tag == "tr":
            self._end_row()
            style = attributes.get("style", "").replace(" ", "").lower()
            self._is_hidden = "display:none" in style or "hidden" in attributes
        elif tag in _CELLS:
            self._end_cell()
            self._cell = []
            self._span = (_span(attributes, "colspan"), _span(attributes, "rowspan"))
        elif tag in ("br", "p") and self._cell:
            self._cell.append("\n")

    def end(self, tag: str) -> None:
        """A tag closes."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif not self._open:
            return
        elif tag in _CELLS:
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_row()
            _, self._row, self._cell = self._open.pop()

    def data(self, text: str) -> None:
        """Text between two tags."""
        if self._cell is not None and not self._unseen:
            self._cell.append(text)

    def close(self) -> None:
        """The end of the page, whatever it left open."""
        while self._open:
            self.end("table")

    def _begin_table(self) -> None:
        if len(self.tables) == _MOST_TABLES:
            raise Unreadable("swollen")
        table = HtmlTable()
        self.tables.append(table)
        self._open.append((table, self._row, self._cell))
        self._row, self._cell = [], None

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        table = self._open[-1][0]
        self._skip_covered(table)
        columns, rows = self._span
        at = len(self._row)
        if at + columns > self._caps.columns + 1:
            columns = 1  # a title spread over more columns than there are
        self._row += ["".join(self._cell).strip(), *[""] * (columns - 1)]
        if rows > 1:
            table.covered.update(dict.fromkeys(range(at, at + columns), rows))
            table.spans.append((table.line + 1, at, table.line + rows))
        if len(self._row) > self._caps.columns:
            raise Unreadable("too_wide", **self._caps.wide)
        self._cell = None

    def _skip_covered(self, table: HtmlTable) -> None:
        while table.covered.get(len(self._row), 0) > 0 and len(self._row) < self._caps.columns:
            self._row.append("")

    def _end_row(self) -> None:
        self._end_cell()
        if not self._row:
            return
        table = self._open[-1][0]
        table.line += 1
        if table.line > self._caps.lines:
            raise Unreadable("too_wide", **self._caps.wide)
        if any(self._row):
            table.rows.append((table.line, self._row))
            table.hidden_rows += self._is_hidden
        table.covered = {at: left - 1 for at, left in table.covered.items() if left > 1}
        self._row, self._is_hidden = [], False


def _span(attributes: dict[str, str], name: str) -> int:
    written = attributes.get(name, "").strip()
    return min(max(int(written), 1), 1_000) if written.isdecimal() and len(written) < 6 else 1
