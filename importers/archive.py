"""The audit of an archive (xlsx, ods) before any library opens it.

Nothing the archive says of itself is believed: the bytes are counted while they are inflated, the
two directories are compared, and the reach of each sheet is read from its cells.
"""

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree  # after the audit alone: no entity is left to expand

from importers import reach
from importers.caps import Caps
from importers.spans import Span
from importers.unreadable import Unreadable

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how Excel 97 and sealed files begin
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
    """What the audit learnt: the kind of workbook; hidden rows and cells in error by sheet; how
    many comments the file holds, and whether colours or struck-out text may say something.

    Sheets are known by their name in an xlsx, by their position in an ods.
    """

    kind: str
    hidden_rows: dict[str | int, int]
    errors: dict[str | int, list[str]]
    comments: int = 0
    is_marked: bool = False
    spans: Mapping[int, Sequence[Span]] = field(default_factory=dict)  # of an ods

    def of_sheet(self, name: str, position: int) -> tuple[int, list[str]]:
        """Hidden rows and cells in error of one sheet."""
        key: str | int = position if self.kind == "ods" else name
        return self.hidden_rows.get(key, 0), sorted(self.errors.get(key, ()))


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
    if kind == "ods":
        _refuse_sealed(content, entries, caps)
    opened = 0
    scans: dict[str, reach.Scan] = {}
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
            scans[entry.filename] = scan
    return _learnt(kind, directory, scans)


def _learnt(kind: str, directory: zipfile.ZipFile, scans: dict[str, reach.Scan]) -> Audit:
    """What each sheet hides, once the whole archive was found harmless."""
    if kind == "ods":
        content = scans["content.xml"]
        hidden: dict[str | int, int] = dict(enumerate(content.hidden_by_table))
        spans = dict(enumerate(content.spans_by_table))
        return Audit(kind, hidden, {}, content.comments, spans=spans)
    found = {name: scans[entry] for name, entry in _sheets_of(directory).items() if entry in scans}
    return Audit(
        kind,
        {name: scan.hidden_rows for name, scan in found.items()},
        {name: scan.errors for name, scan in found.items()},
        sum(scan.comments for scan in scans.values()),
        any(scan.is_marked for scan in scans.values()),
    )


def _sheets_of(directory: zipfile.ZipFile) -> dict[str, str]:
    """Sheet → entry of an xlsx; nothing when the two lists do not meet (the library will say)."""
    try:
        # Audited: no entity is left to expand, and their true size is known.
        book = ElementTree.fromstring(directory.read("xl/workbook.xml"))  # noqa: S314  # nosec B314
        rels = directory.read("xl/_rels/workbook.xml.rels")
        links = ElementTree.fromstring(rels)  # noqa: S314  # nosec B314
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile):
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            link = next((value for name, value in sheet.items() if name.endswith("}id")), None)
            target = targets.get(link, "")
            found[sheet.get("name", "")] = (
                target[1:] if target.startswith("/") else posixpath.join("xl", target)
            )
    return found


def _refuse_sealed(content: bytes, entries: list[zipfile.ZipInfo], caps: Caps) -> None:
    """An OpenDocument file with a password says so in its manifest; its entries are sealed."""
    for entry in entries:
        if entry.filename == "META-INF/manifest.xml":
            for number, piece in enumerate(_inflated(content, entry)):
                if b"encryption-data" in piece:
                    raise Unreadable("protected")
                if number * _PIECE > caps.opened_size:
                    raise Unreadable("swollen")


def _kind_of(entries: list[zipfile.ZipInfo], content: bytes) -> str:
    names = {entry.filename for entry in entries}
    if any(mark in name.lower() for name in names for mark in _OBJECTS):
        raise Unreadable("macros")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise Unreadable("format")
    if "encrypted-package" in names:
        raise Unreadable("protected")
    if "content.xml" in names and _says_ods(content, entries):
        return "ods"
    raise Unreadable("not_a_spreadsheet")


def _says_ods(content: bytes, entries: list[zipfile.ZipInfo]) -> bool:
    """Whether the entry made for that names an OpenDocument spreadsheet."""
    for entry in entries:
        if entry.filename == "mimetype":
            return b"opendocument.spreadsheet" in next(_inflated(content, entry), b"")
    return False


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
