"""A volunteer's room follows their half-days; the first sweep's end follows everybody's."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import capacity

MONDAY, TUESDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27)
TICKED = frozenset({(MONDAY, "am"), (TUESDAY, "am"), (TUESDAY, "pm"), (FRIDAY, "pm")})


def test_room_is_the_half_days_worked_times_the_pace():
    assert capacity.of_week(TICKED) == 48
    assert capacity.of_week(TICKED, pace=5) == 20
    assert capacity.of_week([]) == 0


def test_days_away_give_no_room():
    away = [(TUESDAY, date(2026, 11, 26))]
    assert capacity.half_days_worked(TICKED, away) == {(MONDAY, "am"), (FRIDAY, "pm")}
    assert capacity.of_week(TICKED, absences=away) == 24
    assert capacity.of_week(TICKED, absences=[(MONDAY, FRIDAY)]) == 0


def test_the_first_and_the_last_day_away_count():
    assert capacity.half_days_worked(TICKED, [(MONDAY, TUESDAY)]) == {(FRIDAY, "pm")}


def test_a_weekly_limit_is_never_passed():
    assert capacity.of_week(TICKED, weekly_limit=15) == 15
    assert capacity.of_week(TICKED, weekly_limit=100) == 48
    assert capacity.of_week(TICKED, weekly_limit=0) == 0


def test_negative_paces_and_limits_are_refused():
    with pytest.raises(ValueError, match="negative"):
        capacity.of_week(TICKED, pace=-1)
    with pytest.raises(ValueError, match="negative"):
        capacity.of_week(TICKED, weekly_limit=-1)


def test_tries_stop_at_the_first_conversation_or_at_the_last_try():
    assert capacity.tries_each(1) == 1
    assert capacity.tries_each(0) == 6
    assert capacity.tries_each(0.5, tries=2) == 1.5
    with pytest.raises(ValueError, match="not a share"):
        capacity.tries_each(1.5)
    with pytest.raises(ValueError, match="one attempt"):
        capacity.tries_each(0.5, tries=0)


def weeks_of(households, **facts):
    """How many weeks the sweep lasts; None when it does not end."""
    facts = {"attempts_a_week": 300, "share": 0.4, "reach": 1} | facts
    found = capacity.ahead(households, **facts)
    return len(found) if not found or found[-1].left == 0 else None


def test_the_sweep_lasts_what_its_share_of_the_attempts_allows():
    assert weeks_of(1200) == 10
    assert weeks_of(1201) == 11
    assert weeks_of(0) == 0
    with pytest.raises(ValueError, match="not a share"):
        weeks_of(1200, share=4)
    with pytest.raises(ValueError, match="not a share"):
        weeks_of(1200, joining=-0.1)


def test_a_sweep_without_any_place_never_ends():
    assert weeks_of(10, attempts_a_week=0) is None
    assert weeks_of(10, share=0) is None


def test_what_the_roster_does_not_need_goes_to_the_sweep():
    assert weeks_of(1200, roster=0) == 4
    assert weeks_of(1200, roster=100) == 6
    assert weeks_of(1200, roster=1000) == 10


def test_people_who_join_the_roster_slow_the_sweep_and_then_wait():
    ahead = capacity.ahead(1200, attempts_a_week=300, share=0.4, reach=1, roster=0, joining=0.5)
    assert [one.week for one in ahead] == list(range(1, len(ahead) + 1))
    assert [one.sweep for one in ahead[:3]] == [300, 150, 120]
    assert [one.left for one in ahead[:3]] == [900, 750, 630]
    assert [one.roster for one in ahead[:3]] == [0, 150, 180]
    assert (ahead[0].waiting, ahead[2].waiting) == (0, 45)
    assert ahead[-1].left == 0


@given(
    st.integers(1, 30_000),
    st.floats(1, 10_000),
    st.floats(0.05, 1),
    st.floats(0, 1),
    st.one_of(st.none(), st.floats(0, 5_000)),
    st.floats(0, 1),
)
def test_more_attempts_never_make_the_sweep_longer(
    households, attempts, share, reach, roster, joining
):
    facts = {"share": share, "reach": reach, "roster": roster, "joining": joining}
    weeks = weeks_of(households, attempts_a_week=attempts, **facts)
    quicker = weeks_of(households, attempts_a_week=attempts + 100, **facts)
    if weeks is not None:
        assert quicker is not None
        assert 1 <= quicker <= weeks


@given(st.integers(0, 20_000), st.floats(0, 5_000), st.floats(0, 1), st.floats(0, 1))
def test_nobody_is_called_who_does_not_wait_and_no_attempt_is_used_twice(
    households, attempts, share, reach
):
    left = households
    for week in capacity.ahead(
        households, attempts_a_week=attempts, share=share, reach=reach, roster=50, joining=0.3
    ):
        used = max(0, week.sweep - 1 + week.roster - 1) * capacity.tries_each(reach)
        assert used <= attempts
        assert 0 <= week.left <= left
        left = week.left


def test_the_forecast_is_one_sentence_anybody_reads():
    said = capacity.forecast(
        26_400,
        people=26_400,
        volunteers=193,
        attempts_each=30,
        share=1,
        reach=0.5,
    )
    assert (said.weeks, said.weeks_with_more) == (9, 9)
    said = capacity.forecast(
        26_400, people=26_400, volunteers=193, attempts_each=31, share=1, reach=0.5
    )
    assert said.say == (
        "26\u202f400 personnes, 193 volontaires, un appel sur deux décroché\u00a0: "
        "premier tour en 9 semaines\u00a0; avec 20 volontaires de plus, 8."
    )


def test_the_forecast_counts_the_regular_calls_already_promised():
    facts = {"people": 1000, "volunteers": 10, "attempts_each": 30, "share": 0.4, "reach": 1}
    assert capacity.forecast(1000, **facts).weeks == 9
    assert capacity.forecast(1000, **facts, roster=0).weeks == 4
    assert capacity.forecast(1000, **facts, roster=100).weeks == 5
    assert capacity.forecast(1000, **facts, roster=100, joining=1).weeks == 8


def test_a_forecast_without_anybody_says_what_volunteers_would_change():
    said = capacity.forecast(
        100, people=120, volunteers=0, attempts_each=12, share=0.4, reach=0.54, more=1
    )
    assert said.weeks is None
    assert said.say.startswith("120 personnes, 0 volontaire, 54")
    assert said.say.endswith(
        "des appels décrochés\u00a0: le premier tour ne finit pas\u00a0; "
        "avec 1 volontaire de plus, premier tour en 39 semaines."
    )
