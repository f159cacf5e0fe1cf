"""People said to be one, gathered in circles whose making does not depend on any order.

Everybody is a position: stored people first, then lines. A circle holds one stored person at most,
never two file numbers of one source, never two people somebody told apart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from importers.matching.known import Known, numbers_of

Pair = tuple[int, int]


class Circles:
    """Who is with whom so far. A circle is named by its first position (the stored person’s)."""

    def __init__(
        self,
        people: Sequence[Known],
        stored: int,
        *,
        joined: Mapping[int, int],
        apart: Iterable[Pair],
    ) -> None:
        """``joined``: stored → the stored record that stands for it; ``apart``: (line, stored)."""
        self.people, self.stored = people, stored
        self.how: dict[int, str] = {}  # line → why it joined its circle
        self._first = list(range(len(people)))
        # Each names the next one round its circle: two flat lists cost the garbage collector
        # nothing, where a list a circle would double the time of a whole import.
        self._next = list(range(len(people)))
        self._apart: dict[int, set[int]] = {}
        for line, person in apart:
            self._apart.setdefault(line, set()).add(person)
        for one, to in joined.items():
            self._merge(self.of(to), self.of(one))

    def of(self, position: int) -> int:
        """The circle somebody is in."""
        first = self._first
        while (up := first[position]) != position:
            first[position] = first[up]
            position = up
        return position

    def inside(self, circle: int) -> Iterator[int]:
        """Everybody of a circle."""
        position = circle
        while True:
            yield position
            position = self._next[position]
            if position == circle:
                return

    def is_known(self, circle: int) -> bool:
        """Is it a stored person’s?"""
        return circle < self.stored

    def said(self, position: int) -> tuple[int, tuple[str, ...], tuple[str, ...], str]:
        """All that somebody’s names and numbers say, to put lines in an order of their own."""
        known = self.people[position]
        return len(known.names), tuple(known.names), tuple(numbers_of(known)), known.first

    def is_alone(self, circle: int) -> bool:
        """Is nobody else in it?"""
        return self._next[circle] == circle

    def is_taken(self, circle: int) -> bool:
        """Is a line in it already?"""
        return any(position >= self.stored for position in self.inside(circle))

    def has_number(self, circle: int) -> bool:
        """Does anybody of it bear a file number?"""
        return bool(self._numbers(circle))

    def may_join(self, one: int, other: int) -> bool:
        """May two circles be one person?"""
        if one == other:
            return True
        if one < self.stored and other < self.stored:
            return False
        mine = self._numbers(one)
        if mine and (theirs := self._numbers(other)) and set(mine).isdisjoint(theirs):
            return False
        return not (self._apart and self.told_apart(one, other))

    def join(self, one: int, other: int, how: str) -> bool:
        """Make one circle of two; False when they may not be one person."""
        one, other = self.of(one), self.of(other)
        if one == other:
            return True
        if not self.may_join(one, other):
            return False
        for circle in (one, other):
            for position in self.inside(circle):
                if position >= self.stored:
                    self.how.setdefault(position, how)
        self._merge(one, other)
        return True

    def say_same(self, person: int, line: int) -> None:
        """Somebody said so: two file numbers do not stand in the way."""
        if not self.is_known(self.of(line)):
            self.how[line] = "said"
            self._merge(self.of(person), self.of(line))

    def told_apart(self, one: int, other: int) -> bool:
        """Did somebody say that these two circles are two people?"""
        return bool(self._apart) and any(
            stored in self._apart.get(line, ())
            for lines, people in ((one, other), (other, one))
            for line in self.inside(lines)
            for stored in self.inside(people)
        )

    def newcomers(self) -> list[int]:
        """The lines whose circle holds nobody stored, in order."""
        of, stored = self.of, self.stored
        return [line for line in range(stored, len(self.people)) if of(line) >= stored]

    def _merge(self, one: int, other: int) -> None:
        """Two rings become one when two of their members exchange the next."""
        if one == other:
            return
        following = self._next
        following[one], following[other] = following[other], following[one]
        self._first[max(one, other)] = min(one, other)

    def _numbers(self, circle: int) -> Sequence[str]:
        if self._next[circle] == circle:
            return numbers_of(self.people[circle])
        return [
            number
            for position in self.inside(circle)
            for number in numbers_of(self.people[position])
        ]
