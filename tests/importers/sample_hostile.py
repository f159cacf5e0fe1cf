"""Broken and malicious files, small enough to be kept; what must be big is built by its test."""

from __future__ import annotations

import struct
import warnings
import zipfile
from io import BytesIO
from typing import Any

from tests.importers import files

LAUGHS = '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
QUADRATIC = f'<!DOCTYPE l [<!ENTITY a "{"x" * 2_000}">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
FETCHED = '<!DOCTYPE x SYSTEM "http://example.org/x.dtd">'


def added(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """An xlsx with more entries than its own, as given."""
    kept = BytesIO(files.xlsx())
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as opened:
        for name, data in entries:
            opened.writestr(_dated(name), data)
    return kept.getvalue()


def _dated(name: str | zipfile.ZipInfo) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name) if isinstance(name, str) else name
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _link() -> bytes:
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = 0o120777 << 16
    return added((link, b"/etc/hostname"))


def _doubled() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of what is wanted here
        return added(("xl/workbook.xml", b"<x/>"))


def _disagreeing() -> bytes:
    content = added(("xl/media/one.bin", b"x"))
    start = content.index(b"xl/media/one.bin")
    return content[:start] + b"xl/media/two.bin" + content[start + 16 :]


def _lying_size() -> bytes:
    content = added(("xl/media/big.bin", bytes(1_000_000)))
    return content.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10))


def _far_cell() -> bytes:
    return files.xlsx_of(
        files.xlsx_cell("A1", "NOM", 1) + files.xlsx_cell("XFD1048576", "x", 1_048_576)
    )


def _with_doctype(doctype: str, value: str = "&amp;b;") -> bytes:
    return files.xlsx_of(files.xlsx_cell("A1", value, 1), doctype)


def _sealed_ods() -> bytes:
    """What LibreOffice writes with a password: a plain manifest, and a sealed content."""
    manifest = (
        b'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:x"><manifest:file-entry '
        b'manifest:full-path="content.xml"><manifest:encryption-data '
        b'manifest:checksum-type="SHA256/1K"/></manifest:file-entry></manifest:manifest>'
    )
    content = files.ods(files.ods_row(*files.HEADERS))
    sealed = bytes(range(256)) * 4
    return files.replaced(content, {"META-INF/manifest.xml": manifest, "content.xml": sealed})


def _looping_xls() -> bytes:
    """A compound file whose directory says that it follows itself."""
    content = bytearray(files.xls([files.HEADERS, *files.PEOPLE]))
    content[512 + 1 * 4 : 512 + 2 * 4] = struct.pack("<I", 1)
    return bytes(content)


REFUSED: dict[str, Any] = {
    "empty.csv": lambda: b"",
    "blank_lines_only.csv": lambda: b";;;\r\n;;;\r\n",
    "picture_named_xlsx.xlsx": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "pdf_named_xls.xls": lambda: b"%PDF-1.7\n\x01\x02",
    "program_named_ods.ods": lambda: b"\x7fELF\x02\x01\x01\0\0",
    "zip_of_something_else.xlsx": lambda: files.replaced(_empty_zip(), {"notes.txt": b"rien"}),
    "truncated.xlsx": lambda: files.xlsx()[:-600],
    "password.xlsx": lambda: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le")
    ),
    "password.xls": lambda: files.xls([files.HEADERS, *files.PEOPLE], is_sealed=True),
    "password.ods": _sealed_ods,
    "archive_in_the_archive.xlsx": lambda: added(("xl/media/a.bin", files.xlsx())),
    "size_that_lies.xlsx": _lying_size,
    "cell_too_far.xlsx": _far_cell,
    "row_repeated_to_the_end.ods": lambda: files.ods(files.ods_row("x", "y", repeat=1_048_576)),
    "row_repeated_900000_times.ods": lambda: files.ods(
        files.ods_row("NOM") + files.ods_row(*["x"] * 100, repeat=900_000)
    ),
    "billion_laughs.xlsx": lambda: _with_doctype(LAUGHS),
    "quadratic_entities.xlsx": lambda: _with_doctype(QUADRATIC, "&a;" * 500),
    "entity_of_a_local_file.xlsx": lambda: _with_doctype(OUTSIDE, "&f;"),
    "definition_fetched_from_outside.xlsx": lambda: _with_doctype(FETCHED),
    "entities_in_a_web_page.xls": lambda: (
        b'<!DOCTYPE html [<!ENTITY a "x">]><html><table><tr><td>&a;</td></tr></table></html>'
    ),
    "way_out_of_the_archive.xlsx": lambda: added(("../../x.xml", b"x")),
    "absolute_path.xlsx": lambda: added(("/etc/x.xml", b"x")),
    "symbolic_link.xlsx": _link,
    "two_entries_of_one_name.xlsx": _doubled,
    "two_directories_that_disagree.xlsx": _disagreeing,
    "macros_named_xlsx.xlsx": lambda: added(("xl/vbaProject.bin", b"x")),
    "embedded_object.xlsx": lambda: added(("xl/embeddings/oleObject1.bin", b"x")),
    "old_excel_of_12_bytes.xls": lambda: files.xls([files.HEADERS])[:12],
    "old_excel_damaged.xls": lambda: files.xls([files.HEADERS, *files.PEOPLE])[:3_000],
    "old_excel_that_loops.xls": _looping_xls,
    "no_data.xlsx": lambda: files.xlsx([]),
    "201_columns.csv": lambda: ";".join(["NOM", *(f"C{at}" for at in range(200))]).encode(),
}


def _empty_zip() -> bytes:
    kept = BytesIO()
    zipfile.ZipFile(kept, "w").close()
    return kept.getvalue()
