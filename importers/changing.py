"""What a line of a list would change of somebody already known."""

from collections.abc import Collection, Sequence
from datetime import date
from operator import attrgetter
from typing import Any  # a column of any type

from campaigns import values
from importers import doubts
from importers.cleaning import CleanRow
from importers.intake import Amendment
from importers.register import NAMES, TAKEN, Stored

_given = attrgetter(*TAKEN.values())
# A call may note the language spoken: no list puts another in its place.
_OURS = frozenset({"language"})
# One place under three columns: whoever corrects one of them says where the person lives.
_PLACE = frozenset({"postal_code", "town", "insee"})
HELD = "held"  # in the problems of a list: it asks that somebody we know is not called
HOLD_RELEASED = "hold_released"  # it asks so again, after somebody here decided otherwise


def change(
    stored: Stored, row: CleanRow, *, numbers: Collection[str] = ()
) -> tuple[Amendment | None, tuple[str, ...]]:
    """What a line adds to a person, None for nothing; and the corrections made here that it meets.

    ``numbers`` are the file numbers the source gave already, to whomever. Nothing is erased. A
    column corrected by hand stays, an opposition to the transmission to the mayor is never
    withdrawn by a list, and « ne pas appeler » holds unless somebody lifted it.
    """
    given = _given(row)
    after, kept = ({}, ()) if given == stored.columns else _columns(stored, given)
    before = {name: stored.column(name) for name in after}
    if row.schemes and (schemes := _schemes(stored, row)) != stored.schemes:
        if "schemes" in stored.by_hand.split():
            kept = (*kept, "schemes")
        else:
            before["schemes"], after["schemes"] = stored.schemes, schemes
    if _is_held_by(stored, row):
        before["hold"], after["hold"] = stored.hold, row.hold
    if row.by_hand and (by_hand := _joined(stored.by_hand, row.by_hand)) != stored.by_hand:
        before["by_hand"], after["by_hand"] = stored.by_hand, by_hand
    if row.mayor_opt_out and not stored.mayor_opt_out:
        before["mayor_opt_out"], after["mayor_opt_out"] = False, True
    phones = [
        (phone.e164, phone.note)
        for phone in row.phones
        if phone.e164 and phone.e164 not in stored.phones
    ]
    file_number = row.file_number if row.file_number not in numbers else ""
    if not (after or phones or file_number):
        return None, kept
    if {"last_name", "first_name"} & after.keys():
        names = {name: after.get(name, stored.column(name)) for name in ("last_name", "first_name")}
        before["name_key"], after["name_key"] = stored.name_key, values.name_key(**names)
    position = len(stored.phones)
    return (
        Amendment(stored.id, before, after, phones, position, file_number, stored.is_edited),
        kept,
    )


def said_of_hold(stored: Stored, row: CleanRow) -> str:
    """What to say of somebody we know whom a list asks not to call: a code, empty for nothing."""
    if not row.hold or stored.stop is not None or stored.hold == row.hold:
        return ""
    return HOLD_RELEASED if row.hold[:300] in stored.released else HELD


def _is_held_by(stored: Stored, row: CleanRow) -> bool:
    """A doubt about who they are gives way: it has a point of its own."""
    return said_of_hold(stored, row) == HELD and (
        not stored.hold or stored.hold.startswith(doubts.PERHAPS)
    )


def _columns(stored: Stored, given: Sequence[Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The columns that change, and those that would but for somebody’s correction."""
    by_hand = set(stored.by_hand.split())
    if by_hand & _PLACE:
        by_hand |= _PLACE
    ours = by_hand | (_OURS if stored.is_edited else set())
    changed: dict[str, Any] = {}
    kept = []
    for name, new, old in zip(NAMES, given, stored.columns, strict=True):
        if not new or new == old or _alike(new, old):
            continue
        if name in ours and (old or name in by_hand):
            kept.append(name)
        else:
            changed[name] = new
    return changed, tuple(kept)


def _schemes(stored: Stored, row: CleanRow) -> str:
    return _joined(stored.schemes, " ".join(row.schemes))


def _joined(first: str, second: str) -> str:
    """The words of both, once each."""
    return " ".join(dict.fromkeys((*first.split(), *second.split())))


def _alike(new: object, old: object) -> bool:
    """Case, accents and spaces are no change."""
    if isinstance(new, date) or isinstance(old, date) or old is None:
        return False
    return values.fold(str(new)) == values.fold(str(old))
