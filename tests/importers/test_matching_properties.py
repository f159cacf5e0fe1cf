"""What holds of any list: no order counts, nobody is lost, a telephone alone merges nobody."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from importers import matching
from importers.matching import Known, Link, Member

_FIRSTS = ("paulette", "paulete", "paul", "simone")
_NAMES = tuple(
    " ".join(sorted((last, first))) for last in ("dupont", "dupond", "roy") for first in _FIRSTS
)
_DAYS = (None, date(1941, 3, 7), date(1941, 7, 3), date(1968, 11, 30))

people = st.builds(
    Known,
    names=st.lists(st.sampled_from(_NAMES), min_size=1, max_size=2, unique=True).map(tuple),
    birth_date=st.sampled_from(_DAYS),
    phones=st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(tuple),
    insee=st.sampled_from((None, "80021", "80001")),
    home=st.sampled_from(("", "80021 3 rue x")),
    file_numbers=st.sampled_from(((), (), ("12",), ("13",))),
    first=st.sampled_from(("", *_FIRSTS)),
)
lists = st.lists(people, max_size=7)


def circles(
    stored: Sequence[Known], lines: Sequence[Known], links: Sequence[Link | None]
) -> list[tuple[list[str], int | None]]:
    """Who is one person: what their lines say, and the stored person they are."""
    found: dict[int, list[str]] = {}
    for at, link in enumerate(links):
        is_sure = link is not None and link.is_sure
        target = link.target if is_sure and link is not None else len(stored) + at
        found.setdefault(target, []).append(repr(lines[at]))
    return sorted(
        (sorted(inside), target if target < len(stored) else -1) for target, inside in found.items()
    )


def first_of(stored: int, links: Sequence[Link | None], at: int) -> int:
    link = links[at]
    return link.target if link is not None and link.is_sure else stored + at


@settings(max_examples=300, deadline=None)
@given(st.lists(people, max_size=4), lists, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_change_who_is_one_person(stored, lines, random):
    shuffled = random.sample(lines, len(lines))
    one = circles(stored, lines, matching.match(stored, lines))
    other = circles(stored, shuffled, matching.match(stored, shuffled))
    assert one == other


@settings(max_examples=300, deadline=None)
@given(st.lists(people, max_size=4), lists)
def test_nobody_is_lost_and_every_line_names_somebody_who_is_there(stored, lines):
    links = matching.match(stored, lines)
    assert len(links) == len(lines)
    for at, link in enumerate(links):
        if link is None:
            continue
        assert link.how in matching.HOWS
        assert link.target < len(stored) + at
        if link.target >= len(stored):  # the first of its own circle, so that it can be joined
            first = links[link.target - len(stored)]
            assert first is None or not first.is_sure


@settings(max_examples=300, deadline=None)
@given(st.lists(people, max_size=4), lists)
def test_two_file_numbers_are_never_merged_silently(stored, lines):
    links = matching.match(stored, lines)
    numbers: dict[int, set[str]] = {}
    for at, line in enumerate(lines):
        numbers.setdefault(first_of(len(stored), links, at), set()).update(line.file_numbers)
    for target, found in numbers.items():
        own = set(stored[target].file_numbers) if target < len(stored) else set()
        assert len(found | own) <= 1


@given(st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=8, unique=True), people)
def test_nobody_is_merged_through_a_telephone_alone(letters, person):
    lines = [
        Known((f"{letter * 6} {letter * 5}",), None, ("a",), person.insee, person.home)
        for letter in letters
    ]
    assert matching.match([], lines) == [None] * len(lines)
    assert matching.match(lines[:1], lines[1:]) == [None] * (len(lines) - 1)
    members = [Member(None, line.names[0], line.phones, "") for line in lines]
    assert len(set(matching.households(members))) == (1 if len(lines) <= 4 else len(lines))


@settings(max_examples=200, deadline=None)
@given(lists, st.lists(st.booleans(), min_size=7, max_size=7))
def test_what_somebody_said_is_what_is_done(lines, answers):
    stored, asked = lines[:3], lines[3:]
    ruled = {
        (matching.row_key(line), at): answer
        for line, at, answer in zip(asked, range(len(stored)), answers, strict=False)
    }
    for line, link in zip(asked, matching.match(stored, asked, ruled=ruled), strict=True):
        said = {at: ruled.get((matching.row_key(line), at)) for at in range(len(stored))}
        yes = [at for at, answer in said.items() if answer]
        if yes:
            assert link == Link(yes[0], "said")
        elif link is not None and link.target < len(stored):
            assert said[link.target] is not False
