"""The small values people write by hand: names, dates, places, telephone numbers.

One rule, two doors: the same function serves a form field and a spreadsheet cell. Nothing here
knows a table, a page or the clock.
"""

from campaigns.values.dates import DateReading, date_of
from campaigns.values.phones import PHONE_SAYS, PhoneReading, national, phone
from campaigns.values.secrets import holds_bank_account, holds_nir
from campaigns.values.words import (
    fold,
    name_key,
    objection_marks,
    postal_code,
    readable,
    schemes_of,
    title_of,
)

__all__ = [
    "PHONE_SAYS",
    "DateReading",
    "PhoneReading",
    "date_of",
    "fold",
    "holds_bank_account",
    "holds_nir",
    "name_key",
    "national",
    "objection_marks",
    "phone",
    "postal_code",
    "readable",
    "schemes_of",
    "title_of",
]
