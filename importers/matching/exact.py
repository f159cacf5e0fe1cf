"""What is the same, letter for letter once folded: file number, name and birth date, whole line."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from importers.matching import likeness
from importers.matching.circles import Circles, Pair
from importers.matching.known import Known, numbers_of
from importers.matching.likeness import Alike, Likeness
from importers.matching.meeting import Keys, Meetings

# A number that so many lines bear is a filler or a service’s: it names nobody.
_MOST_LINES_OF_ONE = 30
# Why the same name joins people → why it is asked: several may be meant, or two numbers say no.
_UNSETTLED = {"birth": ("several", "two_files"), "same": ("several_same", "two_files_same")}
Doubts = dict[Pair, str]  # two positions, and why they may be one person


def by_number(circles: Circles, doubts: Doubts) -> None:
    """One file number is one person, as long as the names do not say otherwise.

    A couple often shares the number of its file (« MATRICULE » of the CAF): another first name
    and another birth date are somebody else.
    """
    people, stored = circles.people, circles.stored
    lines = range(stored, len(people))
    met = Meetings(people, lines, range(stored), numbers_of).pairs(most=_MOST_LINES_OF_ONE)
    for one, other in _in_any_order(circles, list(met)):
        if people[one].names[0] == people[other].names[0]:
            circles.join(one, other, "file_number")
        elif (agrees := _agree(people[one], people[other])) is not None:
            if agrees:
                circles.join(one, other, "file_number")
            else:
                doubts[one, other] = "file_other"


def _in_any_order(circles: Circles, pairs: list[Pair]) -> list[Pair]:
    """Pairs in an order that owes nothing to the lines’: where three meet, by what they hold."""
    meetings = Counter(position for pair in pairs for position in pair)
    if all(count == 1 for count in meetings.values()):
        return pairs

    def held(position: int) -> tuple[object, ...]:
        known = circles.people[position]
        is_line = position >= circles.stored
        return (is_line, 0 if is_line else position, repr(known))

    def weight(pair: Pair) -> tuple[object, ...]:
        names = {circles.people[position].names[0] for position in pair}
        return (len(names), *sorted(map(held, pair)))

    alone = [pair for pair in pairs if meetings[pair[0]] == meetings[pair[1]] == 1]
    others = [pair for pair in pairs if not meetings[pair[0]] == meetings[pair[1]] == 1]
    return alone + sorted(others, key=weight)


def _agree(one: Known, other: Known) -> bool | None:
    """Under one number: True the same person, None another, False to be asked.

    Paul and Paulette are a couple; a surname changes with a marriage, a first name does not.
    """
    alike = likeness.of_names(one, other)
    mine, theirs = one.birth_date, other.birth_date
    is_first = alike.first >= Alike.SOUND and _agree_besides(one, other, alike)
    if mine is not None and theirs is not None and not likeness.of_dates(mine, theirs):
        return True if is_first and alike.family >= Alike.NEAR else None
    is_slip = alike.first == Alike.NEAR and alike.family == Alike.SAME
    return is_first or (
        is_slip and mine is not None and mine == theirs and not likeness.ends_apart(*alike.written)
    )


def _agree_besides(one: Known, other: Known, alike: Likeness) -> bool:
    """Does a second fact agree, beside a file number and a first name?

    MARTIN Jean and PETIT Jean under one number may be a slip in the number. A surname near, a birth
    name that is known, a birth date, a telephone; or the commune, unless both have other numbers.
    """
    is_dated = one.birth_date is not None and other.birth_date is not None
    have_phones = bool(one.phones and other.phones)
    is_place = one.insee is not None and one.insee == other.insee
    return (
        alike.family > Alike.NO
        or is_dated
        or (have_phones and not set(one.phones).isdisjoint(other.phones))
        or (is_place and not have_phones)
    )


def by_birth(circles: Circles, doubts: Doubts) -> None:
    """The same name and the same birth date are one person, unless two file numbers say no."""
    _gather(circles, doubts, _births, "birth")


def by_whole(circles: Circles, doubts: Doubts) -> None:
    """A line without birth date is somebody when everything it says is the same."""
    _gather(circles, doubts, _wholes, "same")
    _bare(circles)


def _births(known: Known) -> Iterable[str]:
    born_on = known.birth_date
    if born_on is None:
        return ()
    day = born_on.toordinal()
    names = known.names
    if len(names) == 1:
        return (f"{names[0]} {day}",)
    return [f"{name} {day}" for name in names]


def _wholes(known: Known) -> Iterable[str]:
    """Name, numbers and address; nothing for two bare names, which may well be two people."""
    if known.birth_date is not None or not (known.phones or known.home):
        return ()
    said = (known.names[0], *sorted(known.phones), known.insee or "", known.home)
    return ("\x1f".join(said),)


def _bares(known: Known) -> Iterable[str]:
    if known.birth_date is not None or known.phones or known.home:
        return ()
    return (f"{known.names[0]} {known.insee}",)


def _bare(circles: Circles) -> None:
    """Lines that hold a name and no more are, one by one, the stored people who have no more."""
    stored, seekers = circles.stored, circles.newcomers()
    for place in Meetings(circles.people, seekers, range(stored), _bares).places():
        # By what they hold, never by their place in the file: one may bear a birth name too. With
        # another line of one file number, they hold more than a name.
        alone = (each for each in place if each >= stored and circles.is_alone(circles.of(each)))
        lines = sorted(alone, key=circles.said)
        people = [each for each in place if each < stored]
        free = [each for each in people if not circles.is_taken(circles.of(each))]
        for line, person in zip(lines, free, strict=False):
            circles.join(person, line, "same")


def _gather(circles: Circles, doubts: Doubts, keys: Keys, how: str) -> None:
    """Join all who meet, at once; where not all of them may be one person, settle it."""
    seekers = circles.newcomers()
    if not seekers:
        return
    met = Meetings(circles.people, seekers, others_than(circles, seekers), keys)
    everybody = len(circles.people)
    codes, often = _links(circles, met)
    tangled = []
    for code in codes:
        link = divmod(code, everybody)
        if often.isdisjoint(link):
            if not circles.join(*link, how):
                _settle(circles, doubts, link, how)
        else:
            tangled.append(link)
    for group in _groups(tangled):
        if _are_one(circles, group):
            for other in group[1:]:
                circles.join(group[0], other, how)
        else:
            _settle(circles, doubts, group, how)


def others_than(circles: Circles, seekers: Sequence[int]) -> list[int]:
    """Everybody but the seekers."""
    waiting = set(seekers)
    return [each for each in range(len(circles.people)) if each not in waiting]


def _links(circles: Circles, met: Meetings) -> tuple[list[int], set[int]]:
    """The circles that meet, each pair as one figure, in order; and those that meet several."""
    everybody = len(circles.people)
    pairs: set[int] = set()
    once: set[int] = set()
    often: set[int] = set()
    for place in met.places():
        first = circles.of(place[0])
        for position in place[1:]:
            other = circles.of(position)
            code = min(first, other) * everybody + max(first, other)
            if first == other or code in pairs:
                continue
            pairs.add(code)
            for circle in (first, other):
                (often if circle in once else once).add(circle)
    return sorted(pairs), often


def _groups(links: Iterable[Pair]) -> list[list[int]]:
    """Circles that are linked, directly or through another, together; each group sorted."""
    leader: dict[int, int] = {}

    def of(circle: int) -> int:
        while (up := leader.setdefault(circle, circle)) != circle:
            circle = up
        return circle

    for link in links:
        first, other = sorted(map(of, link))
        leader[other] = first
    groups: dict[int, list[int]] = {}
    for circle in sorted(leader):
        groups.setdefault(of(circle), []).append(circle)
    return list(groups.values())


def _are_one(circles: Circles, group: Sequence[int]) -> bool:
    return all(circles.may_join(one, other) for one, other in combinations(group, 2))


def _settle(circles: Circles, doubts: Doubts, group: Sequence[int], how: str) -> None:
    """Not all of them can be one person: each joins the one it agrees with most, or is asked.

    The choices are all made before the first is followed, so that no order counts.
    """
    chosen: list[tuple[int, int]] = []
    for one in group:
        if circles.is_known(one):
            continue
        anchors = [each for each in group if each != one and _is_anchor(circles, each, one)]
        able = [each for each in anchors if circles.may_join(one, each)]
        scores = sorted(((_agreement(circles, one, each), each) for each in able), reverse=True)
        best = None
        if len(anchors) == len(able) == 1:
            best = able[0]
        elif scores and scores[0][0] > (scores[1][0] if len(scores) > 1 else 0):
            best = scores[0][1]
        is_claimed = best is not None and _is_claimed(circles, group, best, one)
        if best is not None and not is_claimed:
            chosen.append((best, one))
        elif anchors:
            doubts[min(able or anchors), one] = _UNSETTLED[how][is_claimed or not able]
    for anchor, one in chosen:
        circles.join(anchor, one, how)


def _is_claimed(circles: Circles, group: Sequence[int], anchor: int, one: int) -> bool:
    """May another of them, who is not this one, be that person as well as this one may?"""
    mine = _agreement(circles, anchor, one)
    return any(
        circles.may_join(each, anchor)
        and not circles.may_join(each, one)
        and _agreement(circles, anchor, each) >= mine
        for each in group
        if each not in (anchor, one) and not circles.is_known(each)
    )


def _is_anchor(circles: Circles, each: int, one: int) -> bool:
    """A stored person, or a line with a file number for one that has none."""
    if circles.is_known(each):
        return True
    return circles.has_number(each) and (each < one or not circles.has_number(one))


def _agreement(circles: Circles, one: int, other: int) -> int:
    """How much two circles of one name have in common besides: numbers, address, commune."""
    best = 0
    for mine in circles.inside(one):
        for theirs in circles.inside(other):
            first, second = circles.people[mine], circles.people[theirs]
            phones = not set(first.phones).isdisjoint(second.phones)
            home = bool(first.home) and first.home == second.home
            place = first.insee is not None and first.insee == second.insee
            best = max(best, 2 * phones + 2 * home + place)
    return best
