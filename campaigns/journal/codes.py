"""The code of a line: what it is computed over, with a key kept outside the database."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

FIRST = "0" * 64  # what stands before the first line ever written
# What the code of an entry is computed over, in this order.
_CHAINED = (
    "actor_id",
    "actor_role",
    "action",
    "object_kind",
    "object_id",
    "detail",
)


def of_entry(key: bytes, entry: Mapping[str, Any]) -> str:
    """The code of a line, over itself and the line before."""
    canonical = json.dumps(
        [entry["previous_mac"], instant(entry["at"]), *(entry[name] for name in _CHAINED)],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hmac.new(key, canonical.encode(), sha256).hexdigest()


def of_mark(key: bytes, why: str, at: datetime, entry_id: int, entry_mac: str, length: int) -> str:
    """The code of a mark: never that of a line, which begins otherwise."""
    canonical = json.dumps(["mark", why, instant(at), entry_id, entry_mac, length])
    return hmac.new(key, canonical.encode(), sha256).hexdigest()


def instant(at: datetime) -> str:
    """An instant as text, the same whatever the time zone it was told in."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
