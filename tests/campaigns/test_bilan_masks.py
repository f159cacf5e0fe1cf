"""Small numbers are hidden, and cannot be worked out from what stands beside them."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.bilan import masks
from campaigns.bilan.masks import FOR_ALL, FOR_ELECTED, masked
from campaigns.bilan.parts import broken


@pytest.mark.parametrize("threshold", [FOR_ELECTED, FOR_ALL])
def test_a_cell_is_hidden_just_under_the_threshold_and_shown_at_it(threshold: int) -> None:
    at = masked({"a": threshold, "b": 100, "c": 0}, threshold)
    assert (at.cells, at.is_masked) == ({"a": threshold, "b": 100, "c": 0}, False)
    under = masked({"a": threshold - 1, "b": 100, "c": 0}, threshold)
    assert under.cells["a"] is None
    assert under.cells["c"] == 0


def test_one_small_cell_is_never_hidden_alone() -> None:
    told = masked({"a": 2, "b": 30, "c": 9, "d": 50}, 5)
    assert told.cells == {"a": None, "b": 30, "c": None, "d": 50}
    assert told.word == "masqué"  # « moins de 5 » would be false of nine


def test_two_small_cells_that_add_up_to_enough_are_hidden_alone() -> None:
    told = masked({"a": 2, "b": 3, "c": 9}, 5)
    assert told.cells == {"a": None, "b": None, "c": 9}
    assert told.word == "moins de 5"


def test_what_is_too_little_in_all_shows_no_detail() -> None:
    told = masked({"a": 1, "b": 1, "c": 0}, 5)
    assert told.is_withheld
    assert told.total == 2
    assert masked({"a": 6}, FOR_ALL, hides_total=True).total is None
    assert masked({"a": 0}, FOR_ALL, hides_total=True).total == 0
    assert not masked({"a": 0}, 5).is_withheld  # nothing is not a secret


def test_who_knows_the_rule_and_the_total_still_cannot_tell_a_hidden_cell() -> None:
    """Every breakdown of three kinds: among those that read the same, a hidden cell has several
    values. Where no kind at all is shown, nothing but the total is read."""
    read = defaultdict(list)
    for values in product(range(18), repeat=3):
        told = masked(dict(enumerate(values)), 5)
        if not told.is_withheld:
            read[tuple(told.cells.values()), told.total, told.word].append(values)
    hidden = 0
    for (cells, _, _), alike in read.items():
        for place, cell in enumerate(cells):
            # Beyond seventeen the other tables that read the same were not made.
            if cell is None and sum(alike[0]) <= 17:
                hidden += 1
                assert len({values[place] for values in alike}) > 1
    assert hidden > 50


@given(
    st.dictionaries(st.integers(0, 30), st.integers(0, 60), max_size=12),
    st.sampled_from([FOR_ELECTED, FOR_ALL]),
)
def test_nothing_small_is_ever_shown_and_nothing_shown_is_false(
    cells: dict[int, int], threshold: int
) -> None:
    told = masked({str(key): value for key, value in cells.items()}, threshold)
    for key, value in cells.items():
        shown = told.cells[str(key)]
        assert shown in {None, value}
        assert shown is None or shown == 0 or shown >= threshold
        if told.word.startswith("moins") and shown is None:
            assert 0 < value < threshold
    left = [cells[int(key)] for key, shown in told.cells.items() if shown is None]
    if left and not told.is_withheld:
        assert len(left) > 1
        assert sum(left) >= threshold


def test_a_column_that_may_not_be_read_is_left_out_with_what_it_would_say() -> None:
    labels = {"a": "Un", "b": "Deux"}
    told = broken("x", "Titre", "Quoi", "cas", labels, {"Cas": {"a": 9}, "Avant": {"a": 1, "b": 1}})
    assert [one.word for one in told.shown_columns] == ["Cas"]
    assert told.rows == [("Un", (9,))]
    assert told.note == ""
    gone = broken("x", "Titre", "Quoi", "cas", labels, {"Cas": {"a": 1}, "Avant": {"a": 50}})
    assert gone.rows == []
    assert masks.small(10, FOR_ALL) is None
    assert masks.small(11, FOR_ALL) == 11
    assert masks.small(0, FOR_ALL) == 0


def test_a_kind_nobody_knows_any_more_keeps_its_code() -> None:
    told = broken("x", "Titre", "Quoi", "cas", {"a": "Un"}, {"Cas": {"a": 9, "vieux": 7}})
    assert told.rows == [("Un", (9,)), ("vieux", (7,))]
