"""Sheets off screen: issued, printed or written as workbooks, with codes that come back."""

from campaigns.printing import codes
from campaigns.printing.facts import Paper, Row, papers, written_moment
from campaigns.printing.household import Member, Seat, seats
from campaigns.printing.issuing import KINDS, callers, issue
from campaigns.printing.pages import images, pdf
from campaigns.printing.workbooks import archive, workbook

__all__ = [
    "KINDS",
    "Member",
    "Paper",
    "Row",
    "Seat",
    "archive",
    "callers",
    "codes",
    "images",
    "issue",
    "papers",
    "pdf",
    "seats",
    "workbook",
    "written_moment",
]
