"""Small files as offices and attackers make them, built in memory for the tests."""

import struct
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

HEADERS = ("NOM", "Prénom", "Téléphone", "CP", "Commune")
PEOPLE = (
    ("DUPONT", "Renée", "06 39 98 00 12", "80000", "Amiens"),
    ("MARTIN", "Paul", "03 53 01 00 15", "80100", "Abbeville"),
)


def xlsx(
    rows: Iterable[Sequence[Any]] = (HEADERS, *PEOPLE), **sheets: Iterable[Sequence[Any]]
) -> bytes:
    """An honest workbook; more sheets by name."""
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 11, 24)})  # noqa: DTZ001  the same bytes each time
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, lines in {"Feuil1": rows, **sheets}.items():
        sheet = book.add_worksheet(name)
        for at, line in enumerate(lines):
            for column, value in enumerate(line):
                if hasattr(value, "isoformat"):
                    sheet.write_datetime(at, column, value, day)
                elif value is not None:
                    sheet.write(at, column, value)
    book.close()
    return kept.getvalue()


def altered(content: bytes, **entries: bytes) -> bytes:
    """The same archive with entries replaced or added (``__`` stands for « / », ``_x`` for « .x »)."""
    return replaced(
        content,
        {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in entries.items()},
    )


def entry(content: bytes, name: str) -> bytes:
    """One entry of an archive."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name)


def replaced(content: bytes, entries: dict[str, bytes]) -> bytes:
    """The same archive with entries replaced or added, by their own names."""
    kept, wanted = BytesIO(), dict(entries)
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, wanted.pop(name) if name in wanted else old.read(name))
        for name, data in wanted.items():
            new.writestr(name, data)
    return kept.getvalue()


SHEET = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{doctype}'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


def xlsx_of(rows: str, doctype: str = "") -> bytes:
    """A workbook whose sheet is written by hand."""
    return altered(
        xlsx(), xl__worksheets__sheet1_xml=SHEET.format(rows=rows, doctype=doctype).encode()
    )


def xlsx_cell(reference: str, value: str, row: int) -> str:
    """One row of a sheet written by hand, with one cell of text."""
    return f'<row r="{row}"><c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c></row>'


def ods(body: str) -> bytes:
    """An OpenDocument spreadsheet whose table is written by hand."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Liste">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:x"/>'
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet"
        )
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return kept.getvalue()


def ods_row(*cells: str, repeat: int = 1, blank_after: int = 0) -> str:
    """A row of an ODS table; ``blank_after`` repeats an empty cell as LibreOffice does."""
    repeated = f' table:number-rows-repeated="{repeat}"' if repeat > 1 else ""
    filled = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    blank = (
        f'<table:table-cell table:number-columns-repeated="{blank_after}"/>' if blank_after else ""
    )
    return f"<table:table-row{repeated}>{filled}{blank}</table:table-row>"


def xls(
    rows: Sequence[Sequence[str | float | date]],
    *,
    is_sealed: bool = False,
    is_from_1904: bool = False,
    hidden: Sequence[int] = (),
) -> bytes:
    """A BIFF8 workbook in its compound file, as Excel 97 wrote it: texts, numbers and days.

    ``is_sealed``: it says that a password is needed (record FILEPASS). ``is_from_1904``: its days
    count from there, as on a Macintosh (DATEMODE). ``hidden``: rows not shown, from 0 (ROW).
    """
    first = date(1904, 1, 1) if is_from_1904 else date(1899, 12, 30)
    bof = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    cells = b"".join(
        _biff_cell(at, column, value, first)
        for at, row in enumerate(rows)
        for column, value in enumerate(row)
    )
    shut = b"".join(
        _record(0x0208, struct.pack("<HHHHIHH", row, 0, 5, 0, 0, 0x0020, 0)) for row in hidden
    )
    sheet = bof + shut + cells + _record(0x000A, b"")
    globals_bof = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    if is_sealed:
        globals_bof += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    if is_from_1904:
        globals_bof += _record(0x0022, struct.pack("<H", 1))
    for look in (0, 14):  # as it comes, and a day
        globals_bof += _record(0x00E0, struct.pack("<HH16x", 0, look))
    name = b"Feuil1"
    size = len(globals_bof) + 4 + 8 + len(name) + 4
    bound = _record(0x0085, struct.pack("<IBBBB", size, 0, 0, len(name), 0) + name)
    return _compound(globals_bof + bound + _record(0x000A, b"") + sheet)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _biff_cell(row: int, column: int, value: str | float | date, first: date) -> bytes:
    if isinstance(value, str):
        text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
        return _record(0x0204, struct.pack("<HHH", row, column, 0) + text)
    if isinstance(value, date):
        return _record(0x0203, struct.pack("<HHHd", row, column, 1, (value - first).days))
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def _compound(stream: bytes) -> bytes:
    """A compound file with one stream, « Workbook »: header, allocation table, directory, data."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    count = len(stream) // 512
    end, free, table_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    table = [table_mark, end, *(2 + at + 1 for at in range(count - 1)), end]
    table += [free] * (128 - len(table))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, end, 0, end, 0,
    ) + struct.pack("<109I", 0, *[free] * 108)  # fmt: skip
    root = _entry("Root Entry", 5, child=1, start=end, size=0)
    book = _entry("Workbook", 2, child=free, start=2, size=len(stream))
    directory = (root + book).ljust(512, b"\0")
    return header + struct.pack("<128I", *table) + directory + stream


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    free = 0xFFFFFFFF
    written = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        written,
        len(written),
        kind,
        1,
        free,
        free,
        child,
        b"",
        0,
        0,
        0,
        start,
        size,
    )
