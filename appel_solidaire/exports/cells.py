"""One value in a cell. A spreadsheet is also a program: nothing that leaves here is ever a formula
(reliability S7)."""

import re
from datetime import date, datetime

from campaigns import values, weeks
from campaigns.exports import Cell

# Options of xlsxwriter: what is text stays text.
PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
TEXT = {"num_format": "@", "quote_prefix": True}
# Control characters (but tab and new line, made spaces) and what no XML may hold.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BREAKS = re.compile(r"[\t\r\n]+")
# A spreadsheet takes a cell that begins so for a formula; full-width twins included.
_TRIGGERS = "=+\\-@＝＋－＠"
_FORMULA = re.compile(rf"^(\s*)(?=[{_TRIGGERS}])")
# Opened with another separator than ours, what follows theirs begins a cell too.
_SPLIT = re.compile(rf"([;,|\"]\s*)(?=[{_TRIGGERS}])")
_SEPARATOR = re.compile('[;,|"]')
_OPENS = frozenset(_TRIGGERS)
_LONGEST = 32_000  # characters a cell of a workbook holds


def text(value: Cell) -> str:
    """A value as a spreadsheet shows it: « oui », 2026-11-24 10:00, 01 99 00 12 34 / 06 39…"""
    if isinstance(value, str):
        shown = value
    elif isinstance(value, tuple):
        # National writing: « +33… » would look like a formula.
        shown = " / ".join(values.national(part) if part[:1] == "+" else part for part in value)
    else:
        return _ours(value)
    if not shown.isprintable():  # nearly all are: half the time of a long file is here
        shown = _UNPRINTABLE.sub("", _BREAKS.sub(" ", shown))
    return shown[:_LONGEST]


def harmless(written: str) -> str:
    """The text of a field of a CSV, which no spreadsheet takes for a formula."""
    first = written[:1]
    if first not in _OPENS and not first.isspace() and not _SEPARATOR.search(written):
        return written  # nearly all are: no cell begins with a sign, here or after a separator
    return _SPLIT.sub(r"\1'", _FORMULA.sub(r"'\1", written))


def plain(value: Cell) -> object:
    """A value as JSON holds it: numbers as +33…, instants with their zone."""
    if isinstance(value, datetime):
        return value.astimezone(weeks.PARIS).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _ours(value: bool | int | date | datetime | None) -> str:
    """What we write ourselves: nothing in it is to be cleaned."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value.astimezone(weeks.PARIS):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)
