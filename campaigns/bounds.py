"""Numbers and hours somebody typed, read or refused in French."""

import re
from collections.abc import Mapping
from datetime import time

from campaigns.refusal import Refusal

_HOUR = re.compile(r"([0-9]{1,2})\s*(?:[:h]\s*)?([0-9]{2})?")
# By name: the least, the most, the words of the refusal.
Bounds = Mapping[str, tuple[int, int, str]]


def whole(value: object, field: str, bounds: Bounds) -> int:
    """Read the whole number typed for ``field``. Refusal names the field and says its bounds."""
    text = str(value).strip()
    least, most, words = bounds[field]
    if not (text.isascii() and text.isdigit() and len(text) < 8 and least <= int(text) <= most):
        raise Refusal(f"Choisissez entre {least} et {most} {words}.", field=field)
    return int(text)


def hour(value: object, field: str) -> time:
    """Read an hour of the day, « 9:30 » or « 9 h 30 ». Refusal names the field."""
    if isinstance(value, time):
        return value
    read = _HOUR.fullmatch(str(value).strip().lower().replace("\u00a0", " "))
    if read is None or int(read[1]) > 23 or int(read[2] or 0) > 59:
        raise Refusal("Écrivez l’heure comme « 9:30 » ou « 9 h 30 ».", field=field)
    return time(int(read[1]), int(read[2] or 0))
