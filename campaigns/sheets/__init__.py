"""The week's sheets: who is due, who calls them, what a volunteer has in front of them."""

from campaigns.sheets import locks, moving, news, notices
from campaigns.sheets.board import Row, Week, half_days, of_week
from campaigns.sheets.counting import counts
from campaigns.sheets.giving import is_running
from campaigns.sheets.measuring import Measured, measured
from campaigns.sheets.moving import publish
from campaigns.sheets.proposing import of, propose
from campaigns.sheets.redealing import redeal
from campaigns.sheets.serving import Queue, QueueLine, next_line, own, queue

__all__ = [
    "Measured",
    "Queue",
    "QueueLine",
    "Row",
    "Week",
    "counts",
    "half_days",
    "is_running",
    "locks",
    "measured",
    "moving",
    "news",
    "next_line",
    "notices",
    "of",
    "of_week",
    "own",
    "propose",
    "publish",
    "queue",
    "redeal",
]
