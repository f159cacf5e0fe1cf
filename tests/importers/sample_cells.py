"""Sample workbooks whose cells are more than a text: links, several looks in one cell."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import xlsxwriter


def _emails() -> bytes:
    """An address under a link, and one written in two looks: what is read is what is shown."""
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 11, 24)})  # noqa: DTZ001  the same bytes each time
    sheet, bold = book.add_worksheet("Feuil1"), book.add_format({"bold": True})
    for line, cells in enumerate((("Nom", "Courriel"), ("DUPONT",), ("MARTIN",))):
        sheet.write_row(line, 0, cells)
    sheet.write_url(1, 1, "mailto:autre@example.org", string="renee@example.org")
    sheet.write_rich_string(2, 1, "paul@", bold, "example.org")
    book.close()
    return kept.getvalue()


CASES = {"emails_as_links_and_rich_text.xlsx": _emails}
