"""What was corrected here, to be carried into the software the lists come from."""

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter

from appel_solidaire.exports.cells import PLAIN, TEXT, text
from campaigns import weeks
from campaigns.quality import Corrected

_CORRECTED = ("Source", "N° de dossier", "Personne", "Née le", "Champ", "Avant", "Après",
              "Corrigé le")  # fmt: skip


def corrections(rows: Iterable[Corrected]) -> bytes:
    """What was corrected here, one line a field, as an xlsx whose cells are all text."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, PLAIN)
    sheet = book.add_worksheet("À reporter")
    as_text = book.add_format(TEXT)
    sheet.write_row(0, 0, _CORRECTED, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for place, row in enumerate(rows, 1):
        born = f"{row.birth_date:%d/%m/%Y}" if row.birth_date else ""
        cells = (row.source, row.file_number, row.name, born, row.field, row.before, row.after,
                 f"{weeks.local_day(row.at):%d/%m/%Y}")  # fmt: skip
        for column, value in enumerate(cells):
            sheet.write_string(place, column, text(value), as_text)
    book.close()
    return content.getvalue()
