"""Who meets whom under one key, without comparing everybody with everybody.

Keys are texts and not tuples: tens of thousands of tuples kept together are as many objects the
garbage collector looks through, again and again, and would triple the time of a whole import.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, product

from importers.matching.known import Known

Keys = Callable[[Known], Iterable[str]]


class Meetings:
    """Those who meet under a key that a seeker bears; keys no seeker has are not looked at."""

    def __init__(
        self, people: Sequence[Known], seekers: Sequence[int], others: Iterable[int], keys: Keys
    ) -> None:
        self._seekers = bytearray(len(people))
        self._first: dict[str, int] = {}
        self._second: dict[str, int] = {}
        self._crowds: dict[str, list[int]] = {}
        first = self._first
        for position in seekers:
            self._seekers[position] = 1
            for key in keys(people[position]):
                if (met := first.setdefault(key, position)) != position:
                    self._meet(key, met, position)
        if first:
            for position in others:
                for key in keys(people[position]):
                    if (known := first.get(key)) is not None:
                        self._meet(key, known, position)

    def _meet(self, key: str, first: int, position: int) -> None:
        crowd = self._crowds.get(key)
        if crowd is not None:
            if crowd[-1] != position:
                crowd.append(position)
        elif (second := self._second.setdefault(key, position)) != position:
            self._crowds[key] = [first, second, position]

    def places(self) -> Iterator[Sequence[int]]:
        """Everybody who meets under one key, place by place; seekers come first."""
        for key, second in self._second.items():
            yield self._crowds.get(key) or (self._first[key], second)

    def pairs(self, *, most: int | None = None) -> Iterator[tuple[int, int]]:
        """Every seeker with everybody they meet, but in places where more than ``most`` do."""
        for key, second in self._second.items():
            if (crowd := self._crowds.get(key)) is None:
                yield self._first[key], second
            elif most is None or len(crowd) <= most:
                asking = [each for each in crowd if self._seekers[each]]
                yield from combinations(asking, 2)
                yield from product(asking, crowd[len(asking) :])

    def pairs_apart(self) -> Iterator[tuple[int, int]]:
        """Every seeker with everybody else they meet, but no two seekers."""
        for place in self.places():
            asking = [each for each in place if self._seekers[each]]
            yield from product(asking, place[len(asking) :])

    def crowds(self, above: int) -> Iterator[Sequence[int]]:
        """The places where more than so many meet."""
        return (crowd for crowd in self._crowds.values() if len(crowd) > above)
