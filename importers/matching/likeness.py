"""How alike two names or two birth dates are: what one slip of the pen explains, and what not."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rapidfuzz.distance import OSA

from campaigns import values
from importers.matching.known import Known

_LONG = 8  # letters from which two slips are still the same word
_SHORT = 3  # letters under which one slip makes another word
_VOWELS = "aeiouy"  # « Jo » and « Ly » are names, « JP » is two initials
_A_DAY = timedelta(days=1)
_EPOCHS = timedelta(days=1462)  # between the two calendars of a spreadsheet


class Alike:
    """How far one part of a name is from another: the higher, the nearer."""

    NO = 0
    PART = 1  # one holds the other: « Jean » or « J. » in « Jean-Pierre », but in « Jeanne » too
    NEAR = 2  # one slip of the pen
    SOUND = 3  # written otherwise, said alike: no other name is
    SAME = 4


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two people’s names are, the surname and the first name apart (see ``Alike``)."""

    family: int
    first: int
    written: tuple[str, str] = ("", "")  # the two spellings of the part that differs

    @property
    def is_same(self) -> bool:
        """The same name, up to what never counts (accents, case, order)."""
        return self.family == Alike.SAME and self.first == Alike.SAME

    @property
    def is_initial(self) -> bool:
        """The same name, of which one part is an initial: « DUPONT R. »."""
        shorter = min(map(len, self.written))
        return self.weight > 0 and 0 < shorter < _SHORT and Alike.SAME in (self.family, self.first)

    @property
    def weight(self) -> int:
        """The higher, the more alike; nothing when one part is another word."""
        return self.family * 10 + self.first if self.family and self.first else 0

    @property
    def rank(self) -> tuple[int, int, int]:
        """To choose between two: both parts alike first, then the part most alike."""
        return self.weight, max(self.family, self.first), self.first


DIFFERENT = Likeness(Alike.NO, Alike.NO)
IDENTICAL = Likeness(Alike.SAME, Alike.SAME)


def of_names(one: Known, other: Known) -> Likeness:
    """How alike two people’s names are, by the best of the names each goes by."""
    if one.names[0] in other.names or not set(one.names).isdisjoint(other.names):
        return IDENTICAL
    best = DIFFERENT
    for mine in one.names:
        for theirs in other.names:
            found = _of_keys(mine, theirs, one.first, other.first)
            if found.rank > best.rank:
                best = found
    return best


def _of_keys(mine: str, theirs: str, my_first: str, their_first: str) -> Likeness:
    """Keys are two bare parts in alphabetical order: which one is the first name is looked up."""
    a, _, b = mine.partition(" ")
    c, _, d = theirs.partition(" ")
    if not b or not d:  # a name in one part only
        return Likeness(Alike.SAME, Alike.PART) if {a, b} & {c, d} - {""} else DIFFERENT
    straight = _paired(of_parts(a, c), (a, c), of_parts(b, d), (b, d))
    crossed = _paired(of_parts(a, d), (a, d), of_parts(b, c), (b, c))
    kept, best, differing, worst = max(straight, crossed, key=_by_both)
    if kept[0] == my_first or kept[1] == their_first:
        return Likeness(family=worst, first=best, written=differing)
    # Which part is which being unknown, the slip is taken for one in the first name: it is asked.
    return Likeness(family=best, first=worst, written=differing)


_Parts = tuple[str, str]


def _paired(one: int, mine: _Parts, other: int, theirs: _Parts) -> tuple[_Parts, int, _Parts, int]:
    """The parts most alike first."""
    return (mine, one, theirs, other) if one >= other else (theirs, other, mine, one)


def _by_both(way: tuple[_Parts, int, _Parts, int]) -> tuple[bool, int, int]:
    return way[3] > 0, way[1], way[3]


@lru_cache(maxsize=50_000)
def of_parts(one: str, other: str) -> int:
    """How alike two bare parts of a name are."""
    if one == other:
        return Alike.SAME
    short, long = sorted((one, other), key=len)
    if len(short) >= 3 and (long.startswith(short) or long.endswith(short)):
        return Alike.PART
    if _is_shortened(short, long) or _is_initial(short, long):
        return Alike.PART
    if len(short) < _SHORT:
        return Alike.NO
    if values.sound(one) == values.sound(other):
        return Alike.SOUND
    most = 2 if len(short) >= _LONG else 1
    return Alike.NEAR if OSA.distance(one, other, score_cutoff=most) <= most else Alike.NO


def _is_shortened(short: str, long: str) -> bool:
    """« J-Pierre » for « Jean-Pierre »: an initial, then the second name whole."""
    is_cut = len(long) - len(short) > 1 and len(short) > 4
    return is_cut and short[0] == long[0] and long.endswith(short[1:])


def _is_initial(short: str, long: str) -> bool:
    """« R. » for « Renée », « J.-P. » for « Jean-Pierre »: it may be, and may be Robert."""
    if not short or short[0] != long[0] or len(long) < len(short) + 2:
        return False
    return len(short) == 1 or (len(short) == 2 and short[1] not in _VOWELS and short[1] in long[2:])


def ends_apart(one: str, other: str) -> bool:
    """Do they differ in their last letters only, as Simon and Simone, Aline and Alice do?"""
    least = min(len(one), len(other))
    return one[: least - 2] == other[: least - 2]


def of_dates(one: date, other: date) -> bool:
    """Are two birth dates one slip apart? A father and a son hardly ever are.

    The day or the month is another, or they are swapped; the year has one figure amiss, two
    turned, or is the next one. So are a day’s shift, and the two calendars of a spreadsheet.
    """
    if one.year == other.year:
        is_swapped = (one.day, one.month) == (other.month, other.day)
        return one.day == other.day or one.month == other.month or is_swapped
    if (one.day, one.month) == (other.day, other.month):
        return _of_years(one.year, other.year)
    return abs(one - other) in (_A_DAY, _EPOCHS)


def _of_years(one: int, other: int) -> bool:
    if abs(one - other) == 1:
        return True
    mine, theirs = f"{one:04}", f"{other:04}"
    apart = sum(first != second for first, second in zip(mine, theirs, strict=True))
    return apart == 1 or (apart == 2 and mine[2:] == theirs[:1:-1])
