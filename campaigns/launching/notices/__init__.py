"""Telling people before anybody calls: by letter, by mail or by text message (L22)."""

from campaigns.launching.notices.letters import pdf
from campaigns.launching.notices.reaching import Channel, Reach, reach
from campaigns.launching.notices.sending import BATCH, LONGEST_REASON, Notice, prepare
from campaigns.launching.notices.tables import workbook
from campaigns.launching.notices.telling import FitText, Spoken, mail, sms, spoken

__all__ = [
    "BATCH",
    "LONGEST_REASON",
    "Channel",
    "FitText",
    "Notice",
    "Reach",
    "Spoken",
    "mail",
    "pdf",
    "prepare",
    "reach",
    "sms",
    "spoken",
    "workbook",
]
