"""A bilan as a workbook: one sheet a subject. Texts are texts, counts are numbers, no formula."""

import re
from io import BytesIO
from typing import Any  # the library's own objects

import xlsxwriter

from campaigns.bilan.parts import Bilan, Section
from campaigns.bilan.stretches import between

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FIRST = "Essentiel"
_WIDE, _NARROW = 52, 16


def workbook(bilan: Bilan) -> bytes:
    """The bilan as an xlsx file, to be reused in another document."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    book.set_properties({"title": f"Bilan – {bilan.stretch.title}", "author": bilan.organisation})
    writer = _Writer(book)
    writer.essential(bilan)
    for section in bilan.sections:
        writer.section(section)
    book.close()
    return content.getvalue()


class _Writer:
    """Writes sheet after sheet; ``row`` is the next free one of the sheet being written."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.count = book.add_format({"num_format": "#,##0", "align": "right", "valign": "top"})
        self.hidden = book.add_format({"align": "right", "italic": True, "valign": "top"})

    def essential(self, bilan: Bilan) -> None:
        """Whose bilan it is, of which days, its sentences and its large figures."""
        self._sheet(_FIRST)
        stretch = bilan.stretch
        self._say(f"Bilan – {stretch.title}", self.title)
        for text in (bilan.organisation, bilan.campaign):
            self._say(text)
        self._say(between(stretch.first_day, stretch.last_day))
        if not bilan.is_over:
            self._say("Période en cours, chiffres provisoires.")
        for text in (*bilan.essential, *bilan.notes):
            self._say(text)
        self.row += 1
        has_before = bool(bilan.before_title)
        self._heads(["", "Nombre", *([bilan.before_title] if has_before else [])])
        for one in bilan.figures:
            self._line(one.label.capitalize(), [one.now, *([one.before] if has_before else [])])

    def section(self, section: Section) -> None:
        """One subject on a sheet of its own: sentences, then its tables one under another."""
        self._sheet(section.title)
        self._say(section.title, self.title)
        for text in section.sentences:
            self._say(text)
        for one in section.tables:
            self.row += 1
            self._say(one.title, self.head)
            self._heads([one.about, *(column.word for column in one.shown_columns)])
            for label, cells in one.rows:
                self._line(label, cells)
            if one.note:
                self._say(one.note)
        if section.withheld:
            self.row += 1
            self._say(section.withheld)

    def _sheet(self, name: str) -> None:
        self.sheet = self.book.add_worksheet(name[:31])
        self.sheet.set_column(0, 0, _WIDE)
        self.sheet.set_column(1, 4, _NARROW)
        self.row = 0

    def _say(self, text: str, style: Any = None) -> None:
        self._write(0, text, style or self.text)
        self.row += 1

    def _heads(self, words: list[str]) -> None:
        for column, word in enumerate(words):
            self._write(column, word, self.head)
        self.row += 1

    def _line(self, label: str, cells: Any) -> None:
        self._write(0, label, self.text)
        for column, cell in enumerate(cells, 1):
            if isinstance(cell, int):
                self.sheet.write_number(self.row, column, cell, self.count)
            else:
                self._write(column, cell or "", self.hidden)
        self.row += 1

    def _write(self, column: int, text: str, style: Any) -> None:
        self.sheet.write_string(self.row, column, _UNPRINTABLE.sub(" ", text), style)
