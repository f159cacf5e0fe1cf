"""The rows of the access matrix about people's rights over their data, in the order of ``Row``."""

from __future__ import annotations

from typing import Any

ASKED = ("right_access", "right_erasure", "no_right")
ERASED = ("right_erased", "right_access_uncertified", "no_right")
PERSON = ("asker", "no_asker")

RIGHTS: tuple[tuple[Any, ...], ...] = (
    ("dpo.requests", "GET", 200),
    ("dpo.find_asker", "POST", 200, ("",), {"cherche": "dupont"}),
    ("dpo.person", "GET", 200, PERSON),
    ("dpo.note_request", "POST", 422, PERSON),
    ("dpo.request", "GET", 200, ASKED),
    ("dpo.take_record", "POST", 200, ("right_access", "no_right"), {"record-known": "y"}),
    ("dpo.answer_request", "POST", 303, ASKED, {"answer-reason": "Remis en main propre."}),
    ("dpo.refuse_request", "POST", 422, ASKED),
    ("dpo.extend_request", "POST", 422, ASKED),
    ("dpo.object_request", "POST", 422, ASKED),
    ("dpo.erase_person", "POST", 422, ASKED),
    ("dpo.certificate", "GET", 200, ERASED),
    ("dpo.take_certificate", "POST", 200, ERASED),
)
