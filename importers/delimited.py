"""Text files (csv): which encoding, which separator, and the rows they hold."""

import csv
import re
from collections.abc import Iterator
from io import StringIO

from importers.caps import Caps
from importers.unreadable import Unreadable

_SEPARATORS = ";,\t|"
_LONGEST_CELL = 100_000
_SAMPLE = 65_536
# Encodings French offices really use; anything else is asked, not guessed.
_CANDIDATES = ["cp1252", "mac_roman", "cp850"]
_UTF8_PAIR = re.compile(rb"[\xc3\xc5\xe2][\x80-\xbf]")
_TWICE_ENCODED = re.compile("Ã[\u00a0-\u00bf]|â€")
_FRENCH_LETTERS = frozenset(
    "éèêëàâäîïôöùûüÿçœæÉÈÊËÀÂÄÎÏÔÖÙÛÜŸÇŒÆñÑáíóúãõÁÍÓÚß°’‘“”«»…–—€²\u00a0ÅåØøŁł"
)
_USUAL_LETTERS = "éèàêçôîÉ’"
_CAPITAL_INSIDE = re.compile("[a-zéèàêç][ÀÂÇÈÉÊËÎÏÔÙÛÜÑÁÍÓÚÅØ]|[éèàêç][A-ZÀÂÇÈÉÊË]{2}")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text of a file and the encoding it was read with.

    Raises ``Unreadable``: not_a_spreadsheet, encoding (accents would be a guess).
    """
    text, found = _decoded(content, encoding)
    if _TWICE_ENCODED.search(text):
        from campaigns import values  # slow to load, and most files never need it

        whole = values.mended(text)
        if whole is text and encoding is None:
            raise Unreadable("encoding")  # « PrÃ©nom » beside sound accents: somebody must look
        text = whole
    return text, found


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            return _strictly(content, name)
    if encoding:
        return _strictly(content, encoding)
    if _BINARY.search(content[:_SAMPLE]):
        raise Unreadable("not_a_spreadsheet")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _guessed(content)


def _strictly(content: bytes, encoding: str) -> tuple[str, str]:
    try:
        return content.decode(encoding), encoding
    except (UnicodeDecodeError, LookupError) as fault:
        raise Unreadable("encoding") from fault


def _guessed(content: bytes) -> tuple[str, str]:
    """An encoding that is certain: one family of accents, all of them French letters."""
    if _UTF8_PAIR.search(content):
        raise Unreadable("encoding")  # UTF-8 with broken bytes
    from charset_normalizer import from_bytes  # slow to load, and most files never need it

    best = from_bytes(content[:_SAMPLE], cp_isolation=_CANDIDATES).best()
    names = [best.encoding] if best else []
    texts = {name: content.decode(name, "replace") for name in (*names, *_CANDIDATES)}
    french = {
        name: text
        for name, text in texts.items()
        if all(letter in _FRENCH_LETTERS for letter in set(text) if not letter.isascii())
    }
    if not french:
        raise Unreadable("encoding")
    name = max(french, key=lambda each: _likelihood(french[each][:_SAMPLE]))
    return french[name], name


def _likelihood(text: str) -> int:
    """Usual accents speak for a reading, « PrÇnom » against it."""
    usual = sum(text.count(letter) for letter in _USUAL_LETTERS)
    return usual - 3 * len(_CAPITAL_INSIDE.findall(text))


def separator_of(text: str) -> str:
    """The separator that gives the most columns, alike from line to line."""
    sample = text[:_SAMPLE].rpartition("\n")[0] or text[:_SAMPLE]
    lines = sample.splitlines()[:40]

    def columns(separator: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        usual = max(set(counts), key=counts.count, default=1)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(_SEPARATORS, key=columns)


def rows_of(text: str, caps: Caps) -> Iterator[tuple[int, list[str]]]:
    """Each row with its line in the file, counted from 1.

    Raises ``Unreadable``: open_quote, long_line, too_wide.
    """
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            code = "long_line" if "larger" in str(fault) else "open_quote"
            raise Unreadable(code, line=line) from fault
        if line > caps.lines or (len(row) > caps.columns and any(row[caps.columns :])):
            raise Unreadable("too_wide", **caps.wide)
        yield line, row[: caps.columns]
        line = reader.line_num + 1
