"""The journal: who did what, in the transaction of the act, in a chain nobody cuts unseen."""

from campaigns.journal.chain import Fault, FaultKind, Verdict, verify
from campaigns.journal.guarding import guard
from campaigns.journal.heads import Head, expire, latest_head, note_head, noted_heads
from campaigns.journal.reading import latest
from campaigns.journal.writing import forget_pending, record, was_noted, write_pending

__all__ = [
    "Fault",
    "FaultKind",
    "Head",
    "Verdict",
    "expire",
    "forget_pending",
    "guard",
    "latest",
    "latest_head",
    "note_head",
    "noted_heads",
    "record",
    "verify",
    "was_noted",
    "write_pending",
]
