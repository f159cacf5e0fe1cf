"""A number of five thousand figures in a form of lists is no fault of ours."""

from __future__ import annotations

import pytest

from tests.web.list_stage import dropped, lead, press

__all__ = ["lead"]

HUGE = "9" * 5_000


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("a-corriger", {"ligne": HUGE}),
        ("a-corriger", {"ligne": "4", "sans": HUGE}),
        ("couples", {"ligne": HUGE}),
        ("colonnes", {"titres": HUGE}),
    ],
)
def test_a_number_too_long_to_be_a_line_is_refused_or_left_out(lead, instance, page, fields):
    path = dropped(lead, instance)
    assert press(lead, f"{path}/{page}", **fields).status_code in (303, 422)
