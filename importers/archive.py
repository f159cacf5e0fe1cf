"""The audit of an archive (xlsx, ods) before any library opens it.

Nothing the archive says of itself is believed: the bytes are counted while they are inflated, the
two directories are compared, and the reach of each sheet is read from its cells.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from importers import reach
from importers.caps import Caps
from importers.unreadable import Unreadable

_LOCAL = struct.Struct("<4s5H3I2H")
_LOCAL_MARK = b"PK\x03\x04"
_PIECE = 1 << 20
_DOUBLED = 0x08  # general flag: the sizes follow the data
_SEALED = 0x01
_SYMLINK = 0o120000
_INSIDE = (".zip", ".xlsx", ".ods", ".xls", ".7z", ".gz", ".rar")
_OBJECTS = ("vbaproject.bin", "/embeddings/", "/activex/", "/macrosheets/", "basic/script")


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit learnt: the kind of workbook, hidden rows, cells in error by entry name."""

    kind: str
    hidden_rows: int
    errors: dict[str, list[str]]


def audit(content: bytes, caps: Caps) -> Audit:
    """Read the whole archive once, in pieces, and say what it is.

    Raises ``Unreadable``: damaged, swollen, macros, forbidden, too_wide, protected, format.
    """
    try:
        directory = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as fault:
        raise Unreadable("damaged") from fault
    entries = directory.infolist()
    kind = _kind_of(entries, content)
    _check_directory(entries, caps)
    opened = hidden = 0
    errors: dict[str, list[str]] = {}
    for entry in entries:
        scan = reach.scan_of(entry.filename, kind, caps)
        first = True
        for piece in _inflated(content, entry):
            opened += len(piece)
            if opened > caps.opened_size:
                raise Unreadable("swollen")
            if first and piece.startswith(_LOCAL_MARK):
                raise Unreadable("swollen")  # an archive inside the archive
            first = False
            if scan is not None:
                scan.feed(piece)
        if scan is not None:
            scan.close()
            hidden += scan.hidden_rows
            if scan.errors:
                errors[entry.filename] = scan.errors
    return Audit(kind, hidden, errors)


def _kind_of(entries: list[zipfile.ZipInfo], content: bytes) -> str:
    names = {entry.filename for entry in entries}
    if any(mark in name.lower() for name in names for mark in _OBJECTS):
        raise Unreadable("macros")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise Unreadable("format")
    if "content.xml" in names and b"opendocument.spreadsheet" in content[:200]:
        return "ods"
    raise Unreadable("not_a_spreadsheet")


def _check_directory(entries: list[zipfile.ZipInfo], caps: Caps) -> None:
    if len(entries) > caps.entries or any(
        entry.filename.lower().endswith(_INSIDE) for entry in entries
    ):
        raise Unreadable("swollen")
    if len({entry.filename for entry in entries}) != len(entries):
        raise Unreadable("damaged")
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        is_link = (entry.external_attr >> 16) & 0o170000 == _SYMLINK
        if ".." in parts or not parts[0] or is_link:
            raise Unreadable("damaged")


def _inflated(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The true bytes of one entry, whatever length its header claims."""
    start = _data_start(content, entry)
    packed = memoryview(content)[start : start + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise Unreadable("damaged")
    if entry.compress_type == zipfile.ZIP_STORED:
        if entry.compress_size != entry.file_size:
            raise Unreadable("swollen")
        for at in range(0, len(packed), _PIECE):
            yield bytes(packed[at : at + _PIECE])
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable("damaged")
    yield from _unpacked(bytes(packed), entry.file_size)


def _unpacked(packed: bytes, claimed: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-15)
    true = 0
    try:
        while packed and not inflater.eof:
            piece = inflater.decompress(packed, _PIECE)
            packed = inflater.unconsumed_tail
            true += len(piece)
            if true > claimed:
                raise Unreadable("swollen")
            if piece:
                yield piece
    except zlib.error as fault:
        raise Unreadable("damaged") from fault
    if not inflater.eof or true != claimed:
        raise Unreadable("damaged")


def _data_start(content: bytes, entry: zipfile.ZipInfo) -> int:
    """Where the bytes of an entry begin, once its two headers have been found alike."""
    at = entry.header_offset
    if at + _LOCAL.size > len(content):
        raise Unreadable("damaged")
    name_size: int
    extra_size: int
    mark, _, flags, method, _, _, _, packed, true, name_size, extra_size = _LOCAL.unpack_from(
        content, at
    )
    name_at = at + _LOCAL.size
    name = content[name_at : name_at + name_size]
    written = entry.orig_filename.encode("utf-8" if flags & 0x800 else "cp437", "replace")
    if flags & _SEALED:
        raise Unreadable("protected")
    unlike = mark != _LOCAL_MARK or method != entry.compress_type or name != written
    sizes_unlike = not flags & _DOUBLED and (packed, true) != (
        entry.compress_size,
        entry.file_size,
    )
    zip64 = 0xFFFFFFFF in (packed, true)
    if unlike or (sizes_unlike and not zip64):
        raise Unreadable("damaged")
    return name_at + name_size + extra_size
