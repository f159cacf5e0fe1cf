"""The small values people write by hand: names, dates, places, telephone numbers.

One rule, two doors: the same function serves a form field and a spreadsheet cell. Nothing here
knows a table, a page or the clock.
"""

from campaigns.values.dates import DateReading, date_of
from campaigns.values.names import name_keys, sound, surnames
from campaigns.values.objections import Mark, family_marks, near_marks, objection_marks, signs
from campaigns.values.phones import PHONE_SAYS, PhoneReading, national, phone
from campaigns.values.secrets import MASK, holds_bank_account, holds_nir, masked
from campaigns.values.words import (
    fold,
    mended,
    name_key,
    postal_code,
    readable,
    schemes_of,
    title_of,
)

__all__ = [
    "MASK",
    "PHONE_SAYS",
    "DateReading",
    "Mark",
    "PhoneReading",
    "date_of",
    "family_marks",
    "fold",
    "holds_bank_account",
    "holds_nir",
    "masked",
    "mended",
    "name_key",
    "name_keys",
    "national",
    "near_marks",
    "objection_marks",
    "phone",
    "postal_code",
    "readable",
    "schemes_of",
    "signs",
    "sound",
    "surnames",
    "title_of",
]
