"""Who of a list lives with whom, and the numbers behind which too many people stand."""

from collections.abc import Iterable, Iterator, Sequence

from campaigns import values
from importers import matching
from importers.cleaning import CleanRow
from importers.deciding import Decision
from importers.matching import Member
from importers.register import Stored
from importers.report import Problem


def homes(decisions: Sequence[Decision], stored: Sequence[Stored]) -> tuple[list[int], int, int]:
    """The home of each newcomer: the id of a household, or ``~n`` for the n-th new one.

    Also how many are new, and how many households the people of the list are.
    """
    fresh = [decision.row for decision in decisions if decision.stored is None]
    known = [each.stored for each in decisions if each.stored is not None]
    if not fresh:
        return [], 0, len({stored[at].household_id for at in known})
    labels = matching.households([*map(_member_stored, stored), *map(_member, fresh)])
    homes: dict[int, int] = {}
    for person, label in zip(stored, labels, strict=False):
        homes.setdefault(label, person.household_id)
    new = 0
    found = []
    for label in labels[len(stored) :]:
        if label not in homes:
            homes[label] = ~new
            new += 1
        found.append(homes[label])
    inside = {*labels[len(stored) :], *(labels[at] for at in known)}
    return found, new, len(inside)


def crowded(decisions: Sequence[Decision], stored: Sequence[Stored]) -> Iterator[Problem]:
    """A number behind which many people stand is an institution's, or a slip: one to check."""
    numbers = matching.shared_too_much(_numbers(decisions, stored))
    if not numbers:
        return
    for decision in decisions:
        for phone in decision.row.phones:
            if phone.e164 in numbers:
                say = f"Numéro partagé par plus de quatre personnes ({phone.written}) : à vérifier."
                yield Problem(decision.lines[0], "", "phone_shared", say)


def _numbers(decisions: Sequence[Decision], stored: Sequence[Stored]) -> Iterable[Member]:
    """Everybody, for their numbers only."""
    for person in stored:
        yield Member(None, "", person.phones, "")
    for decision in decisions:
        if decision.stored is None:
            yield Member(None, "", _phones(decision.row), "")


def _member_stored(person: Stored) -> Member:
    return Member(
        household=person.household_id,
        family=values.fold(person.column("last_name")),
        phones=person.phones,
        home=matching.home_of(person.column("address"), person.column("insee")),
    )


def _member(row: CleanRow) -> Member:
    return Member(
        household=None,
        family=values.fold(row.last_name),
        phones=_phones(row),
        home=matching.home_of(row.address, row.insee),
    )


def _phones(row: CleanRow) -> tuple[str, ...]:
    return tuple(phone.e164 for phone in row.phones if phone.e164)
