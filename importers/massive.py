"""What a list changes for so many people at once that a column may have moved in the file."""

from collections import Counter
from collections.abc import Sequence
from typing import Any  # as in the report, which is JSON

from importers import vocabulary
from importers.deciding import Decision
from importers.intake import Amendment
from importers.register import TAKEN, Stored

# A field that a list overwrites for more than this share of the people it knows is looked at by
# somebody, from so many people on: half of a list of two is no sign of a shifted column.
_SHARE = 0.3
_FROM = 10
# What a list adds rather than overwrites, and which stops or moves calls as surely.
_ADDED = {"phone": "phone", "hold": "hold", "mayor_opt_out": "mayor_opt_out"}
_LABELS = {**vocabulary.LABELS, "hold": "À ne pas appeler"}


def fields(
    decisions: Sequence[Decision], stored: Sequence[Stored], amendments: Sequence[Amendment]
) -> list[dict[str, Any]]:
    """The fields changed for most people of a list, in the shape of ``report["massive"]``.

    A column that is overwritten, numbers that share none with those we had, people who would not
    be called any more, people whose record would not go to the mayor any more.
    """
    counts = Counter(
        name for each in amendments for name, old in each.before.items() if old and name in TAKEN
    )
    counts.update(
        name for each in amendments for name in ("hold", "mayor_opt_out") if each.after.get(name)
    )
    known = [(each, stored[each.stored]) for each in decisions if each.stored is not None]
    counts["phone"] = sum(_has_only_others(each, person) for each, person in known)
    least = max(_FROM, int(len(known) * _SHARE) + 1)
    return [
        {
            "field": field,
            "label": _LABELS.get(field, field),
            "changed": counts[name],
            "of": len(known),
        }
        for name, field in {**TAKEN, **_ADDED}.items()
        if counts[name] >= least
    ]


def _has_only_others(decision: Decision, person: Stored) -> bool:
    """Does the list give numbers, and none of those we have?"""
    listed = {phone.e164 for phone in decision.row.phones if phone.e164}
    return bool(listed and person.phones and listed.isdisjoint(person.phones))
