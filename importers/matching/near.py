"""Lines that nothing exact knows again: one slip of the pen is followed, the rest is asked.

Only lines still unknown come here, and they are compared with those alone who share a birth date
and a part of the name, a telephone, or a commune: never everybody with everybody.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from importers.matching import likeness
from importers.matching.circles import Circles, Pair
from importers.matching.exact import Doubts, others_than
from importers.matching.known import Known
from importers.matching.likeness import Alike, Likeness
from importers.matching.meeting import Meetings

# Behind one number stand a household or an institution: there, only whole names are compared.
_MOST_COMPARED = 12
_SHORT = 4
_RARE, _USUAL = 2, 5  # how often a misspelt name, and a name, are met in a list

# The reasons to ask, the most telling first; « slip » is followed when nobody else claims it.
RANKS = (
    "slip", "two_files", "several", "two_files_same", "several_same", "file_other", "near_birth",
    "phone", "other_name",
    "near_phone", "place", "near_place",
)  # fmt: skip


def find(circles: Circles, doubts: Doubts) -> None:
    """Join the circles one slip apart, and add to ``doubts`` those somebody must look at."""
    seekers = circles.newcomers()
    if not seekers:
        return
    reasons: dict[Pair, str] = {}
    spellings: Counter[str] = Counter()
    seen: set[int] = set()
    for one, other in _pairs(circles, seekers):
        code = min(one, other) * len(circles.people) + max(one, other)
        if code in seen:
            continue
        seen.add(code)
        pair = _ordered(circles.of(one), circles.of(other))
        if pair[0] == pair[1] or not circles.may_join(*pair):
            continue
        how = _reason(circles, one, other, spellings)
        if how and (pair not in reasons or RANKS.index(how) < RANKS.index(reasons[pair])):
            reasons[pair] = how
    partners = Counter(circle for pair, how in reasons.items() if how == "slip" for circle in pair)
    for pair, how in reasons.items():
        # Two claims on one person, or one known already by their exact name: twins look so.
        is_alone = partners[pair[0]] == partners[pair[1]] == 1
        if how != "slip":
            doubts.setdefault(pair, how)
        elif not is_alone or (circles.is_known(pair[0]) and circles.is_taken(pair[0])):
            doubts.setdefault(pair, "near_birth")
    for pair, how in reasons.items():
        if how == "slip" and pair not in doubts:
            circles.join(*pair, how)


def _ordered(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


# Who is compared with whom --------------------------------------------------------------------


def _pairs(circles: Circles, seekers: Sequence[int]) -> Iterator[Pair]:
    """Everybody unknown with everybody they may be, some of them more than once."""
    people, others = circles.people, others_than(circles, seekers)
    yield from Meetings(people, seekers, others, _births).pairs()
    at_one_number = Meetings(people, seekers, others, _phones)
    yield from at_one_number.pairs(most=_MOST_COMPARED)
    waiting = set(seekers)
    for crowd in at_one_number.crowds(_MOST_COMPARED):
        asking = [each for each in crowd if each in waiting]
        yield from Meetings(people, asking, crowd[len(asking) :], _names).pairs()
    yield from Meetings(people, seekers, others, _places).pairs()
    # Without a birth date on one side, a commune, one name and an initial are where to look.
    undated = [each for each in seekers if people[each].birth_date is None]
    dated = [each for each in seekers if people[each].birth_date is not None]
    yield from Meetings(people, undated, [*others, *dated], _initials).pairs()
    undated = [each for each in others if people[each].birth_date is None]
    yield from Meetings(people, undated, dated, _initials).pairs_apart()


def _births(known: Known) -> Iterable[str]:
    if known.birth_date is None:
        return ()
    day = known.birth_date.toordinal()
    return [f"{part} {day}" for name in known.names for part in name.split(" ")]


def _phones(known: Known) -> Iterable[str]:
    return known.phones


def _places(known: Known) -> Iterable[str]:
    return [f"{known.insee} {name}" for name in known.names] if known.insee else ()


def _names(known: Known) -> Iterable[str]:
    return known.names


def _initials(known: Known) -> Iterable[str]:
    """The commune, one part of the name, and the initial of the other."""
    if not known.insee:
        return ()
    found = []
    for name in known.names:
        one, _, other = name.partition(" ")
        if other:
            found += [f"{known.insee} {one} {other[0]}", f"{known.insee} {other} {one[0]}"]
    return found


# How they are alike ---------------------------------------------------------------------------


def _reason(circles: Circles, at: int, to: int, spellings: Counter[str]) -> str:
    """Why two people may be one; empty when they are not."""
    one, other = circles.people[at], circles.people[to]
    phone = not set(one.phones).isdisjoint(other.phones)
    home = bool(one.home) and one.home == other.home
    place = one.insee is not None and one.insee == other.insee
    is_dated = one.birth_date is not None and other.birth_date is not None
    if one.birth_date is not None and one.birth_date == other.birth_date:
        alike = likeness.of_names(one, other)
        if alike.weight:
            is_slip = (phone or place or home) and _is_slip(circles, at, to, alike, spellings)
            return "slip" if is_slip else "near_birth"
        return "other_name" if alike.first == Alike.SAME and (phone or home) else ""
    if not (phone or place) or not _may_be_one(one, other):
        return ""
    if not phone and (is_dated or (one.phones and other.phones)):
        return "place" if not set(one.names).isdisjoint(other.names) else ""
    alike = likeness.of_names(one, other)
    if alike.is_same:
        return "phone" if phone else "place"
    if phone:
        return "near_phone" if alike.weight else ""
    is_near = min(alike.family, alike.first) >= Alike.NEAR or alike.is_initial
    return "near_place" if is_near else ""


def _may_be_one(one: Known, other: Known) -> bool:
    """Two birth dates that differ are two people, unless one slip of the pen explains it."""
    if one.birth_date is None or other.birth_date is None:
        return True
    return likeness.of_dates(one.birth_date, other.birth_date)


def _is_slip(circles: Circles, at: int, to: int, alike: Likeness, spellings: Counter[str]) -> bool:
    """May it be followed without asking? Not where a twin could stand for the other.

    A surname may be misspelt or cut short. Another first name, born the same day under the same
    name, is a twin until it sounds the same, or is a misspelling nobody else bears.
    """
    if min(map(len, alike.written)) < _SHORT:  # Roy, Rey
        return False
    if alike.first == Alike.SAME:
        return True
    if alike.family != Alike.SAME or min(at, to) >= circles.stored:
        return False
    if likeness.ends_apart(*alike.written):
        return False
    if alike.first == Alike.SOUND:
        return True
    if not spellings:
        spellings.update(part for person in circles.people for part in person.names[0].split(" "))
    rare, usual = sorted(spellings[part] for part in alike.written)
    return alike.first == Alike.NEAR and rare <= _RARE and usual >= _USUAL
