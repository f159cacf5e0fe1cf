"""Mail leaves here: words are chosen, the server is spoken to, the row is stamped.

At least once: only a crash between the server's « 250 » and our stamp can send a mail twice, with
the same Message-ID. No database transaction is open while the server is spoken to.
"""

from appel_solidaire.mailer.sending import send_due
from appel_solidaire.mailer.transports import Refused, Transport, answers, transport
from appel_solidaire.mailer.writing import Letter, Written, compose, letter, written

__all__ = [
    "Letter",
    "Refused",
    "Transport",
    "Written",
    "answers",
    "compose",
    "letter",
    "send_due",
    "transport",
    "written",
]
