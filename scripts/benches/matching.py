"""Who is who: a département set against itself with the slips of a year of typing.

The truth is known, since the lines are made from the people (``scripts/yardsticks/truth.py``). The
yardstick is the exact pass alone (file number, name and birth date, whole line) on the same
people, in the same run.
"""

from __future__ import annotations

from collections.abc import Sequence

from campaigns.objections import Objectors, Who, to_keep
from importers import matching
from importers.cleaning import CleanRow
from importers.matching import Known, exact
from importers.matching.circles import Circles
from scripts.benches.measure import Figure, in_turns, timed
from scripts.yardsticks import truth

PEOPLE, OBJECTORS = 26_400, 1_000
_SURE = ("birth", "same", "slip")  # no file number helps here


def run() -> list[Figure]:
    """Recall and precision, then time; then what an objector costs a line."""
    stored, lines, right = truth.people(PEOPLE, seed=80)
    known = [matching.known_of(row) for row in stored]
    asked = [matching.known_of(row) for row in lines]
    score = truth.judge(matching.match(known, asked), right, len(known))
    ours, bare = in_turns(
        lambda: timed(lambda: matching.match(known, asked)),
        lambda: timed(lambda: _exact(known, asked)),
    )
    first, exact_first = in_turns(
        lambda: timed(lambda: matching.match([], known)), lambda: timed(lambda: _exact([], known))
    )
    return [
        Figure("matching.recall", score.recall * 100, "%"),
        Figure("matching.precision", score.precision * 100, "%"),
        Figure("matching.sure", score.sure, "lignes"),
        Figure("matching.to_confirm", score.to_confirm, "lignes"),
        Figure("matching.to_confirm_in_vain", score.in_vain, "lignes"),
        Figure("matching.missed", score.missed, "lignes"),
        *(Figure(f"matching.false_{how}", score.false[how], "lignes") for how in _SURE),
        *(Figure(f"matching.{kind}", count, "personnes") for kind, count in _traps(stored)),
        Figure("matching.total_s", ours, "s", bare),
        Figure("matching.beyond_exact_s", ours - bare, "s"),
        Figure("matching.first_list_s", first, "s", exact_first),
        *_objections(stored),
    ]


def _traps(stored: Sequence[CleanRow]) -> list[tuple[str, int]]:
    """How many may be taken for another: same number, same name and commune, twins."""
    numbers = [phone.e164 for row in stored for phone in row.phones]
    names = [(row.name_key, row.insee) for row in stored]
    births = [(row.last_name, row.birth_date, row.insee) for row in stored]
    return [
        ("sharing_a_number", len(numbers) - len(set(numbers))),
        ("sharing_name_and_commune", len(names) - len(set(names))),
        ("twins", len(births) - len(set(births))),
    ]


def _exact(stored: Sequence[Known], lines: Sequence[Known]) -> None:
    circles = Circles([*stored, *lines], len(stored), joined={}, apart=())
    doubts: exact.Doubts = {}
    exact.by_number(circles, doubts)
    exact.by_birth(circles, doubts)
    exact.by_whole(circles, doubts)


def _objections(people: Sequence[CleanRow]) -> list[Figure]:
    """What asking each line costs when a thousand people objected, and who is taken for another."""
    key, asked = bytes(range(32)), [_who(each)._asdict() for each in people[OBJECTORS:]]
    kept: set[str] = set()
    for each in people[:OBJECTORS]:
        kept |= to_keep(key, _who(each))
    objectors = Objectors(key, frozenset(kept))
    taken = 0

    def ask() -> None:
        nonlocal taken
        taken = sum(objectors.has(**who) for who in asked)

    seconds = timed(ask)
    return [
        Figure("matching.objections_s", seconds, "s"),
        Figure("matching.objections_false", taken / len(asked) * 100, "%"),
        Figure("matching.objections_kept", len(kept) / OBJECTORS, "par personne"),
    ]


def _who(row: CleanRow) -> Who:
    phones = tuple(phone.e164 for phone in row.phones if phone.e164)
    return Who(row.last_name, row.first_name, row.birth_name, row.birth_date, phones)
