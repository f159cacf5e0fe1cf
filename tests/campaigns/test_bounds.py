"""Whole numbers that are typed: between their bounds, and nothing that only begins like one."""

from __future__ import annotations

import pytest

from campaigns import bounds
from campaigns.refusal import Refusal

DAYS: bounds.Bounds = {"days": (1, 60, "jours")}


@pytest.mark.parametrize("typed", ["1", " 60 ", "007", 12])
def test_a_number_between_its_bounds_is_read(typed: object) -> None:
    assert 1 <= bounds.whole(typed, "days", DAYS) <= 60


@pytest.mark.parametrize("typed", ["0", "61", "", "-1", "1.5", "٣", "0000129999", "9" * 5_000])
def test_a_number_beyond_its_bounds_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="entre 1 et 60 jours"):
        bounds.whole(typed, "days", DAYS)
