"""Lists written as files: JSON lines, CSV, workbooks, in which nothing is ever a formula."""

from appel_solidaire.exports.carried import corrections
from appel_solidaire.exports.people import WRITERS, delimited, json_lines, placed, workbook
from appel_solidaire.exports.writing import archive, written

__all__ = [
    "WRITERS",
    "archive",
    "corrections",
    "delimited",
    "json_lines",
    "placed",
    "workbook",
    "written",
]
